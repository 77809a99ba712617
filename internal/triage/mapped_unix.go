//go:build unix

package triage

import (
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// mapFrom is from how many bytes on a file is mapped: of a large base a diagnosis
// touches few pages, and reading it whole would take most of the time.
const mapFrom = 4 << 20

// fileBytes are the bytes of a file, mapped into memory where that pays. They stay
// for the life of the process and must not change: a base is replaced by another
// file, never written to.
func fileBytes(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if n := info.Size(); n >= mapFrom && n < math.MaxInt {
		if data, err := unix.Mmap(int(f.Fd()), 0, int(n), unix.PROT_READ, unix.MAP_SHARED); err == nil {
			return data, nil
		}
	}
	return os.ReadFile(path)
}
