package hostprobe

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"
)

// System is what this package touches of a machine: Host is the one it runs on,
// Recorded one that was recorded. Everything else here works on bytes.
//
// Errors match errors.Is: fs.ErrNotExist and ErrNotHere for what the machine
// does not have, fs.ErrPermission for what this user may not see.
type System interface {
	// OS is the operating system as Go names it: "linux", "windows", "darwin".
	OS() string
	// Read returns the first limit bytes of a regular file; links are followed.
	Read(path string, limit int64) (Content, error)
	// Open opens a regular file, that is no link, for reading, and tells its size.
	Open(path string) (io.ReadSeekCloser, int64, error)
	// List returns the entries of a folder, sorted by name, at most maxEntries.
	List(path string) ([]Entry, error)
	// Run runs a command of the system without a shell, and without input. It
	// looks for it in the folders of the system alone. A command that ended with a
	// code other than 0 is no error.
	Run(ctx context.Context, limit int64, name string, args ...string) (Output, error)
	// Space returns the room in the file system that holds path.
	Space(path string) (Space, error)
	// Windows is what only Windows has, nil elsewhere.
	Windows() Windows
}

// Windows is what only a Windows machine has.
type Windows interface {
	// Registry returns a key, such as `HKLM\SYSTEM\CurrentControlSet\Services`.
	Registry(path string) (Key, error)
	Services() ([]Service, error)
	Adapters() ([]Adapter, error)
	Drives() ([]string, error) // roots of the fixed drives: `C:\`
	Memory() (Memory, error)
	Certificates() ([][]byte, error) // the store LocalMachine\My, in DER
	// Events returns records of a channel as XML elements, one a line, newest
	// first: levels 1 to 3, not older than since, at most count.
	Events(ctx context.Context, channel string, since time.Duration, count int) ([]byte, error)
	// Export opens a channel in the format of an event log file.
	Export(ctx context.Context, channel string) (io.ReadCloser, error)
}

// ErrNotHere says that this kind of machine has no such thing.
var ErrNotHere = errors.New("this machine has no such thing")

// Content is the beginning of a file.
type Content struct {
	Data []byte
	Cut  bool // the file goes on
}

// Entry is a file or folder in a folder.
type Entry struct {
	Name string
	Dir  bool
	Link bool // a symbolic link, to whatever
	Size int64
}

// Output is what a command wrote.
type Output struct {
	Stdout []byte
	Stderr []byte // its first 4 KiB
	Code   int    // exit code
	Cut    bool   // there was more on Stdout
}

// Space is the room in a file system, in bytes and inodes.
type Space struct {
	Total, Free, Available uint64 // Available is for users without privilege
	Inodes, InodesFree     uint64 // 0 where the file system does not count them
}

// Memory is the state of the memory, in bytes.
type Memory struct {
	Total, Available    uint64
	SwapTotal, SwapFree uint64
}

// Key is a key of the registry.
type Key struct {
	Values map[string]Value // by name in lower case; "" is the default value
	Keys   []string         // names of the keys in it, sorted
}

// Value is a value of the registry: Text for REG_SZ and REG_EXPAND_SZ, List for
// REG_MULTI_SZ, Number for REG_DWORD and REG_QWORD.
type Value struct {
	Text   string
	List   []string
	Number uint64
	IsText bool
	IsNum  bool
}

// Service is the state of a service of Windows.
type Service struct {
	Name         string
	Stopped      bool
	ExitCode     uint32 // Win32 code; 1066 means that SpecificCode counts
	SpecificCode uint32
}

// Adapter is a network adapter with its DNS servers, in their order.
type Adapter struct {
	Name    string
	Down    bool
	Metric  uint32 // of IPv4; 0 where it is not known
	Servers []netip.Addr
	Suffix  string
}

// The limits of what is read of a machine.
const (
	maxEntries  = 20_000
	maxSmall    = 1 << 20  // a file of settings
	maxCommand  = 4 << 20  // what a command says
	maxRecent   = 16 << 20 // a stream of recent errors
	maxTail     = 8 << 20  // the end of a text log
	maxPackages = 32 << 20 // the list of packages
)
