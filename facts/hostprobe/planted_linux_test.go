package hostprobe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// TestFullFileSystem fills a small file system of its own, and expects its name.
func TestFullFileSystem(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=128k,nr_inodes=16"); err != nil {
		t.Skip("SKIPPED: this user may not mount a file system:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error("the test left a file system behind:", err)
		}
	})
	if got := told(t, folder); len(got) != 0 {
		t.Fatalf("an empty file system is told to be full: %v", got)
	}
	err = os.WriteFile(filepath.Join(folder, "large"), make([]byte, 1<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the file system did not fill up: %v", err)
	}
	want := fmt.Sprintf("file system %s is 100 %% full (0 bytes free)", folder)
	if got := told(t, folder); len(got) != 1 || got[0] != want {
		t.Errorf("%q, expected %q", got, want)
	}
	if err := os.Remove(filepath.Join(folder, "large")); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i)), nil, 0o600); errors.Is(err, syscall.ENOSPC) {
			if got := told(t, folder); len(got) != 1 || !strings.HasSuffix(got[0], "has 100 % of its inodes in use (0 free)") {
				t.Errorf("%q, expected all inodes in use", got)
			}
			return
		}
	}
	t.Skip("SKIPPED: this system does not bound the inodes of a tmpfs")
}

// told is what is said of file systems at the path.
func told(t *testing.T, path string) []string {
	t.Helper()
	var texts []string
	for _, f := range Probe(context.Background(), Host(), Options{Command: 5 * time.Second}).Case.Facts {
		if f.Kind == facts.KindText && strings.Contains(f.Text.Value, path) {
			texts = append(texts, f.Text.Value)
		}
	}
	return texts
}

func TestPipeIsNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "log")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("SKIPPED: no pipes here:", err)
	}
	if _, err := Host().Read(pipe, 10); err == nil || !strings.Contains(err.Error(), "a pipe") {
		t.Errorf("Read: %v", err)
	}
	if _, err := Host().List(pipe); err == nil {
		t.Error("a pipe was listed")
	}
	if f, _, err := Host().Open(pipe); err == nil {
		f.Close()
		t.Error("a pipe was opened as a log")
	}
}
