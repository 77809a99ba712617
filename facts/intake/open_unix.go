//go:build unix

package intake

import (
	"io/fs"
	"os"
	"syscall"
)

// openFile opens path without waiting: a pipe without a writer or a device
// that is not ready must not block.
func openFile(path string) (fs.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return f, nil
}
