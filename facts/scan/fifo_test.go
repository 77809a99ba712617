//go:build unix

package scan

import (
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestPipe: a pipe that nobody writes to is named, and not waited for.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	_, problems, sources := readAll(t, testReader(), path)
	if !slices.Equal(problems, []string{"file.not-regular"}) || sources[0].Format != "unread" {
		t.Errorf("problems %v, sources %v", problems, sources)
	}
}
