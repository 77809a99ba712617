package hostprobe

import (
	"fmt"
	"syscall"
)

func (live) Space(path string) (Space, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return Space{}, fmt.Errorf("statfs: %w", err)
	}
	unit := uint64(max(s.Frsize, 1))
	return Space{
		Total: s.Blocks * unit, Free: s.Bfree * unit, Available: s.Bavail * unit,
		Inodes: s.Files, InodesFree: s.Ffree,
	}, nil
}
