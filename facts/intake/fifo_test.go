//go:build unix

package intake

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSpecialFiles shows that what is no file does not block.
func TestSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.log")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for path, want := range map[string][]string{fifo: {"file.not-regular"}, dir: {"folder.empty", "file.not-regular"}, os.DevNull: {"file.not-regular"}} {
			if diff := cmp.Diff(want, reasons(read(t, Reader{}, path))); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		f, err := openFile(fifo) // as when it took the place of a file
		if err != nil {
			t.Error(err)
			return
		}
		f.Close()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it blocks")
	}
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	if diff := cmp.Diff([]string{"file.not-regular"}, reasons(read(t, Reader{}, socket))); diff != "" {
		t.Error(diff)
	}
}
