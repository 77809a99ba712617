package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledScanGoesOn: wherever the program is killed, --resume ends in the
// bytes of a scan that was not.
func TestKilledScanGoesOn(t *testing.T) {
	program, err := exec.LookPath("kbtriage") // TestMain put it there
	if err != nil {
		t.Fatal(err)
	}
	logs := t.TempDir()
	for i := range 60 {
		dir := filepath.Join(logs, fmt.Sprintf("host%d", i%7))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for n := range 800 {
			fmt.Fprintf(&b, "2024-03-05T08:%02d:%02dZ app[%d]: a request was served in good time\n", n/60%60, n%60, n)
			if n%(40*i+41) == 40 {
				fmt.Fprintf(&b, "2024-03-05T08:%02d:%02dZ MSExchangeIMC: The Internet Mail Connector cannot start because the name resolver cannot be initialized, error 2140\n", n/60%60, n%60)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("app%d.log", i)), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	scan := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), program, append([]string{"scan", logs, "-q", "-o", "json", "--workers", "2"}, args...)...)
		cmd.Env = []string{"HOME=/no-home", "GORACE=" + noSleep}
		return cmd
	}
	whole := t.TempDir()
	want, err := scan("--state", whole).Output()
	if err != nil || !bytes.Contains(want, []byte("imc-error-2140")) {
		t.Fatalf("%v\n%s", err, want)
	}
	size := sizeOf(filepath.Join(whole, "scan.state"))
	const moments = 20
	killed := 0
	for i := range int64(moments) {
		dir := filepath.Join(t.TempDir(), "state")
		cmd := scan("--state", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for err, running := error(nil), true; running; {
			select {
			case err = <-ended:
				if running = false; err != nil {
					killed++
				}
			default:
				if sizeOf(filepath.Join(dir, "scan.state")) >= size*i/moments {
					_ = cmd.Process.Kill()
				}
				time.Sleep(100 * time.Microsecond)
			}
		}
		got, err := scan("--state", dir, "--resume").Output()
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("killed at %d of %d: %v\n%s\nwant\n%s", i, moments, err, got, want)
		}
	}
	if killed == 0 {
		t.Error("none was killed before its end")
	}
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
