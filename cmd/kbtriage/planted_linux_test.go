package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts/hostprobe"
)

// TestFullFileSystemIsNamed fills a small file system of this machine, and expects
// that diagnose --host, and the bundle of collect, name it.
func TestFullFileSystemIsNamed(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=128k"); err != nil {
		t.Skip("SKIPPED: this user may not mount a file system:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error("the test left a file system behind:", err)
		}
	})
	err = os.WriteFile(filepath.Join(folder, "large"), make([]byte, 1<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the file system did not fill up: %v", err)
	}
	here := func(args ...string) session {
		var s session
		var out, errs strings.Builder
		w := &world{
			in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, now: time.Now,
			host: hostprobe.Host,
		}
		s.code = run(t.Context(), w, args)
		s.out, s.err = out.String(), errs.String()
		return s
	}
	bundle := filepath.Join(t.TempDir(), "here.tar.zst")
	if s := here("collect", "--out", bundle, "--no-logs"); s.code != 0 && s.code != 3 {
		t.Fatalf("exit %d: %s", s.code, s.err)
	}
	for _, args := range [][]string{{"diagnose", "--host", "--no-logs", "-o", "json"}, {"diagnose", bundle, "-o", "json"}} {
		s := here(args...)
		var d result.Differential
		if err := json.Unmarshal([]byte(s.out), &d); err != nil {
			t.Fatalf("exit %d: %v %s", s.code, err, s.err)
		}
		named := false
		for _, x := range append(d.Diagnoses, d.Also...) {
			named = named || x.Rule == "host/filesystem-full"
		}
		if !named || !strings.Contains(s.out, "file system "+folder+" is 100 % full") {
			t.Errorf("%v does not name the full file system:\n%s", args, s.out)
		}
	}
}
