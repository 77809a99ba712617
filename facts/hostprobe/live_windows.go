package hostprobe

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Windows has no flags for these: it does not wait when a file is opened.
const (
	nonBlock      = 0
	noFollow      = 0
	commandSuffix = ".exe"
)

func commandFolders() []string {
	folder, err := windows.GetSystemDirectory()
	if err != nil {
		return nil
	}
	return []string{folder}
}

func commandEnv() []string { return []string{"SystemRoot=" + os.Getenv("SystemRoot")} }

func alone(*exec.Cmd) {}

func (live) Space(path string) (Space, error) {
	root, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Space{}, fmt.Errorf("room of a drive: %w", err)
	}
	var s Space
	if err := windows.GetDiskFreeSpaceEx(root, &s.Available, &s.Total, &s.Free); err != nil {
		return Space{}, fmt.Errorf("room of a drive: %w", err)
	}
	return s, nil
}

func (live) Windows() Windows { return native{} }

// native asks the interfaces of Windows.
type native struct{}

// maxValues bounds the values and keys that are read of one key.
const maxValues = 10_000

func (native) Registry(path string) (Key, error) {
	rest, ok := strings.CutPrefix(path, `HKLM\`)
	if !ok {
		return Key{}, fmt.Errorf("%s: only HKLM is read", path)
	}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, rest, registry.READ|registry.WOW64_64KEY)
	if err != nil {
		return Key{}, fmt.Errorf("registry: %w", err) // matches fs.ErrNotExist and fs.ErrPermission
	}
	defer k.Close()
	key := Key{Values: map[string]Value{}}
	names, err := k.ReadValueNames(maxValues)
	if err != nil && !errors.Is(err, io.EOF) {
		return Key{}, fmt.Errorf("registry: values: %w", err)
	}
	for _, name := range names {
		if v, ok := valueOf(k, name); ok {
			key.Values[strings.ToLower(name)] = v
		}
	}
	key.Keys, err = k.ReadSubKeyNames(maxValues)
	if err != nil && !errors.Is(err, io.EOF) {
		return Key{}, fmt.Errorf("registry: keys: %w", err)
	}
	slices.Sort(key.Keys)
	return key, nil
}

func valueOf(k registry.Key, name string) (Value, bool) {
	_, kind, err := k.GetValue(name, nil)
	if err != nil {
		return Value{}, false
	}
	switch kind {
	case registry.SZ, registry.EXPAND_SZ:
		text, _, err := k.GetStringValue(name)
		return Value{Text: text, IsText: true}, err == nil
	case registry.MULTI_SZ:
		list, _, err := k.GetStringsValue(name)
		return Value{List: list}, err == nil
	case registry.DWORD, registry.QWORD:
		n, _, err := k.GetIntegerValue(name)
		return Value{Number: n, IsNum: true}, err == nil
	}
	return Value{}, false
}

// Services asks the service manager for no more than the right to list.
func (native) Services() ([]Service, error) {
	m, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_ENUMERATE_SERVICE)
	if err != nil {
		return nil, fmt.Errorf("service manager: %w", err)
	}
	defer windows.CloseServiceHandle(m)
	var need, count uint32
	buf := make([]byte, 64<<10)
	for {
		err := windows.EnumServicesStatusEx(m, windows.SC_ENUM_PROCESS_INFO, windows.SERVICE_WIN32, windows.SERVICE_STATE_ALL,
			&buf[0], uint32(len(buf)), &need, &count, nil, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, windows.ERROR_MORE_DATA) || len(buf) > 16<<20 {
			return nil, fmt.Errorf("services: %w", err)
		}
		buf = make([]byte, len(buf)+int(need))
	}
	if count == 0 {
		return nil, nil
	}
	var list []Service
	for _, s := range unsafe.Slice((*windows.ENUM_SERVICE_STATUS_PROCESS)(unsafe.Pointer(&buf[0])), count) {
		state := s.ServiceStatusProcess
		list = append(list, Service{
			Name: windows.UTF16PtrToString(s.ServiceName), Stopped: state.CurrentState == windows.SERVICE_STOPPED,
			ExitCode: state.Win32ExitCode, SpecificCode: state.ServiceSpecificExitCode,
		})
	}
	slices.SortFunc(list, func(a, b Service) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func (native) Adapters() ([]Adapter, error) {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
	size := uint32(32 << 10)
	var buf []byte
	for {
		buf = make([]byte, size)
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, (*windows.IpAdapterAddresses)(unsafe.Pointer(&buf[0])), &size)
		if err == nil {
			break
		}
		if !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW) || size > 16<<20 || int(size) <= len(buf) {
			return nil, fmt.Errorf("network adapters: %w", err)
		}
	}
	var list []Adapter
	for a := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buf[0])); a != nil; a = a.Next {
		adapter := Adapter{
			Name: windows.UTF16PtrToString(a.FriendlyName), Down: a.OperStatus != windows.IfOperStatusUp,
			Metric: a.Ipv4Metric, Suffix: windows.UTF16PtrToString(a.DnsSuffix),
		}
		for s := a.FirstDnsServerAddress; s != nil; s = s.Next {
			if address, ok := netip.AddrFromSlice(s.Address.IP()); ok {
				adapter.Servers = append(adapter.Servers, address)
			}
		}
		list = append(list, adapter)
	}
	return list, nil
}

func (native) Drives() ([]string, error) {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return nil, fmt.Errorf("drives: %w", err)
	}
	var drives []string
	for i := range 26 {
		root := string(rune('A'+i)) + `:\`
		path, err := windows.UTF16PtrFromString(root)
		if err == nil && mask&(1<<i) != 0 && windows.GetDriveType(path) == windows.DRIVE_FIXED {
			drives = append(drives, root)
		}
	}
	return drives, nil
}

// memoryStatus is MEMORYSTATUSEX.
type memoryStatus struct {
	length, load            uint32
	totalPhys, availPhys    uint64
	totalPage, availPage    uint64
	totalVirt, availVirt    uint64
	availExtendedVirtualMem uint64
}

// Memory counts as swap the page file without the memory, which Windows adds to it.
func (native) Memory() (Memory, error) {
	proc := windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")
	var s memoryStatus
	s.length = uint32(unsafe.Sizeof(s))
	if r, _, err := proc.Call(uintptr(unsafe.Pointer(&s))); r == 0 {
		return Memory{}, fmt.Errorf("memory: %w", err)
	}
	m := Memory{Total: s.totalPhys, Available: s.availPhys}
	if s.totalPage > s.totalPhys {
		m.SwapTotal = s.totalPage - s.totalPhys
		m.SwapFree = min(s.availPage-min(s.availPage, s.availPhys), m.SwapTotal)
	}
	return m, nil
}

// Certificates opens the store for reading only, and what it does not have it
// does not make.
func (native) Certificates() ([][]byte, error) {
	name, err := windows.UTF16PtrFromString("My")
	if err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	store, err := windows.CertOpenStore(windows.CERT_STORE_PROV_SYSTEM, 0, 0,
		windows.CERT_SYSTEM_STORE_LOCAL_MACHINE|windows.CERT_STORE_READONLY_FLAG|windows.CERT_STORE_OPEN_EXISTING_FLAG, uintptr(unsafe.Pointer(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	defer windows.CertCloseStore(store, 0)
	var ders [][]byte
	var c *windows.CertContext
	for len(ders) < maxCertFiles {
		c, err = windows.CertEnumCertificatesInStore(store, c)
		switch {
		case err == nil && c != nil:
		case err == nil, errors.Is(err, windows.Errno(windows.CRYPT_E_NOT_FOUND)), errors.Is(err, windows.ERROR_NO_MORE_FILES):
			return ders, nil // the end of the store
		default:
			return ders, fmt.Errorf("certificates: %w", err)
		}
		ders = append(ders, slices.Clone(unsafe.Slice(c.EncodedCert, c.Length)))
	}
	if err := windows.CertFreeCertificateContext(c); err != nil {
		return ders, fmt.Errorf("certificates: %w", err)
	}
	return ders, nil
}
