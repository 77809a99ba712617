package hostprobe

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/kbtriage/kbtriage/facts"
)

// TestThisHost holds on any machine, whatever state it is in.
func TestThisHost(t *testing.T) {
	defer goleak.VerifyNone(t)
	r := Probe(context.Background(), Host(), Options{Now: time.Now(), Command: 5 * time.Second})
	checkResult(t, r)
	systems, resolvers := 0, 0
	for _, f := range r.Case.Facts {
		if f.Kind == facts.KindEnvironment && f.Environment.Field == facts.FieldOS {
			systems++
		}
		if f.Kind == facts.KindResolvers {
			resolvers++
		}
		t.Log(f.Origin, f)
	}
	for _, p := range r.Case.Problems {
		t.Log("problem:", p.Source, p.Reason, p.Text)
	}
	if runtime.GOOS == "linux" && systems != 1 && len(r.Case.Problems) == 0 {
		t.Errorf("%d systems, and no problem says why", systems)
	}
	if resolvers == 0 && len(r.Case.Problems) == 0 && runtime.GOOS == "linux" {
		t.Error("no list of resolvers, and no problem says why")
	}
	for _, l := range r.Logs {
		if l.Format == "evtx" {
			continue
		}
		f, err := OpenLog(context.Background(), Host(), l)
		if err != nil {
			t.Errorf("a chosen log cannot be opened: %v", err)
			continue
		}
		n, err := io.Copy(io.Discard, f)
		f.Close()
		if err != nil || n > l.Size-l.Skip {
			t.Errorf("%s: %d bytes of %d, %v", l.Path, n, l.Size-l.Skip, err)
		}
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	if _, err := Host().Read(folder, 10); err == nil {
		t.Error("a folder was read as a file")
	}
	if _, err := Host().Read(filepath.Join(folder, "none"), 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int64{0, 4, 9, 10, 11} {
		c, err := Host().Read(file, limit)
		if err != nil || string(c.Data) != "0123456789"[:min(limit, 10)] || c.Cut != (limit < 10) {
			t.Errorf("limit %d: %q cut %v, %v", limit, c.Data, c.Cut, err)
		}
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(file, link); err != nil {
		t.Skip("no links here:", err)
	}
	if _, err := Host().Read(link, 10); err != nil {
		t.Errorf("a link of the system is followed: %v", err)
	}
	if f, _, err := Host().Open(link); err == nil {
		f.Close()
		t.Error("a log that is a link was opened")
	}
}

func TestRunIsBounded(t *testing.T) {
	if _, err := os.Stat("/usr/bin/yes"); err != nil {
		t.Skip("SKIPPED: there is no command yes here")
	}
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	out, err := Host().Run(ctx, 1000, "yes")
	if !errors.Is(err, context.DeadlineExceeded) || len(out.Stdout) != 1000 || !out.Cut {
		t.Errorf("%d bytes, cut %v, %v", len(out.Stdout), out.Cut, err)
	}
	out, err = Host().Run(context.Background(), 1000, "sh", "-c", "echo out; echo err >&2; exit 3")
	if err != nil || out.Code != 3 || string(out.Stdout) != "out\n" || string(out.Stderr) != "err\n" {
		t.Errorf("%+v, %v", out, err)
	}
	// What a command started must not keep us waiting when its time is over.
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err = Host().Run(ctx, 1000, "sh", "-c", "sleep 60 & sleep 60"); err == nil {
		t.Error("a command without end came back without an error")
	}
	if _, err := Host().Run(context.Background(), 10, "no-such-command-here"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no command: %v", err)
	}
}

func TestBehind(t *testing.T) {
	text := "one\ntwo\nthree\nfour"
	for skip, want := range map[int64]string{
		-1: text, 0: text, 1: "two\nthree\nfour", 3: "two\nthree\nfour", 4: "two\nthree\nfour", 5: "three\nfour",
		8: "three\nfour", 14: "four", 15: "our", 18: "", 19: "",
	} {
		in, err := behind(strings.NewReader(text), skip)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil || string(got) != want {
			t.Errorf("skip %d: %q, expected %q (%v)", skip, got, want, err)
		}
	}
}

func TestOpenLogIsBounded(t *testing.T) {
	tree := recording(t, "testdata/debian-healthy.txtar")
	tree["files/var/log/messages"] = &fstest.MapFile{Data: []byte(strings.Repeat("a line of a log\n", 1000))}
	sys, err := Recorded(tree)
	if err != nil {
		t.Fatal(err)
	}
	r := Probe(context.Background(), sys, Options{Now: now, LogBytes: 100, AllBytes: 152})
	var lengths []int
	for _, l := range r.Logs {
		f, err := OpenLog(context.Background(), sys, l)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil || len(data) > 100 {
			t.Errorf("%s: %d bytes, %v", l.Path, len(data), err)
		}
		lengths = append(lengths, len(data))
	}
	if !slices.Equal(lengths, []int{96, 52}) { // messages and syslog; nothing is left for that of the DNS server
		t.Errorf("lengths %v", lengths)
	}
	if !slices.ContainsFunc(r.Case.Problems, func(p facts.Problem) bool { return p.Reason == "host.too-much" }) {
		t.Error("the log that was left out is not named")
	}
}
