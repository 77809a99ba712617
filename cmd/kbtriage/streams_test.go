package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/internal/report"
)

// errFull is the error of the tests' streams.
var errFull = errors.New("no space left on device")

// fullAfter is a writer whose write number n, from 0, and all after it fail.
type fullAfter struct {
	n, writes int
	short     bool // the write that fails takes half of its bytes
	out       bytes.Buffer
}

func (f *fullAfter) Write(p []byte) (int, error) {
	f.writes++
	switch {
	case f.writes <= f.n:
		return f.out.Write(p)
	case f.short && f.writes == f.n+1:
		n, _ := f.out.Write(p[:len(p)/2])
		return n, errFull
	}
	return 0, errFull
}

// brokenAfter is a reader that fails behind its text.
type brokenAfter struct{ io.Reader }

func (b brokenAfter) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = errors.New("input/output error")
	}
	return n, err
}

func quietWorld(out io.Writer, errs io.Writer) *world {
	return &world{in: strings.NewReader(""), out: out, err: errs, getenv: func(string) string { return "" }, now: time.Now}
}

// TestOutputThatCannotBeWritten lets each write of each command and form fail:
// the exit code is 5, and a message says why.
func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, args := range [][]string{
		{"0xc00203e5"},
		{"0xc00203e5", "-v"},
		{"0xc00203e5", "-o", "json"},
		{"0xc00203e5", "-o", "jsonl"},
		{"0xc00203e5", "-o", "markdown"},
		{"0xc00203e5", "--fail-on", "possible"},
		{"0xc00203e5", "missing.log"},
		{"decode", "997"},
		{"decode", "997", "998", "-o", "json"},
		{"decode", "997", "998", "-o", "jsonl"},
		{"explain", "Q263029"},
		{"explain", "Q263029", "-o", "json"},
		{"explain", "Q263029", "997"},
		{"explain", "Q263029", "997", "-o", "json"},
		{"verify", "Q263029"},
		{"verify", "Q263029", "-o", "json"},
		{"verify", "Q263029", "-o", "jsonl"},
		{"rules", "list"},
		{"rules", "list", "-o", "json"},
		{"rules", "show", "Q263029"},
		{"rules", "lint"},
		{"rules", "lint", "-o", "json"},
		{"rules", "test"},
		{"rules"},
		{"info"},
		{"info", "-o", "json"},
		{"version"},
		{"help"},
		{"help", "exit-codes"},
		{"--help"},
		{"completion"},
		{"completion", "bash"},
		{"completion", "fish"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			for n := 0; ; n++ {
				for _, short := range []bool{false, true} {
					var errs bytes.Buffer
					out := &fullAfter{n: n, short: short}
					code := run(t.Context(), quietWorld(out, &errs), args)
					if out.writes <= n {
						return // it does not write as often
					}
					if code != exitNoResult {
						t.Errorf("write %d fails: exit %d", n+1, code)
					}
					if !strings.Contains(errs.String(), errFull.Error()) {
						t.Errorf("write %d fails: no word about it: %q", n+1, errs.String())
					}
				}
				if n > 5000 {
					t.Fatal("it never ends")
				}
			}
		})
	}
}

// TestMistakeCountsMore: a usage error stays one where the output is broken too.
func TestMistakeCountsMore(t *testing.T) {
	if code := run(t.Context(), quietWorld(&fullAfter{}, io.Discard), []string{"997", "-o", "pdf"}); code != exitUsage {
		t.Errorf("exit %d", code)
	}
}

// TestInputThatBreaks: what was read before standard input broke is used, and
// the result is partial.
func TestInputThatBreaks(t *testing.T) {
	for _, tt := range []struct {
		text string
		code int
	}{{"code 0xc00203e5\nmore\n", exitPartial}, {"", exitNoResult}} {
		s := programIn(t, brokenAfter{strings.NewReader(tt.text)}, "-", "-o", "json")
		if s.code != tt.code || !strings.Contains(s.out, "file.read-failed") {
			t.Errorf("%q: exit %d\n%s", tt.text, s.code, s.out)
		}
	}
}

// TestJSONKeepsValues: what a terminal would obey is escaped, and the value stays.
func TestJSONKeepsValues(t *testing.T) {
	want := "a\x1b[2J\u009b31m\u202e\u200b\u2028\x7f\ufffd\U000e0001\U0001f600 <&> \"\\\n\té"
	var b bytes.Buffer
	if err := report.Line(&b, want); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got != want {
		t.Errorf("%q, want %q: %v", got, want, err)
	}
	if text := strings.TrimSuffix(b.String(), "\n"); report.Clean(text) != text {
		t.Errorf("not inert: %q", text)
	}
}

// process starts the program as a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, io.WriteCloser, *bufio.Reader, *bufio.Reader) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no signals")
	}
	path, err := exec.LookPath("kbtriage") // TestMain put it there
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"HOME=/no-home", "PATH=" + filepath.Dir(path), "GORACE=" + noSleep}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewReader(out), bufio.NewReader(errs)
}

// TestInterrupted: a signal ends the reading and the questions; what there is,
// is printed, and the exit code says which signal it was.
func TestInterrupted(t *testing.T) {
	for _, tt := range []struct {
		name   string
		signal syscall.Signal
		code   int
	}{{"interrupt", syscall.SIGINT, exitInterrupted}, {"terminate", syscall.SIGTERM, exitTerminated}} {
		t.Run("question, "+tt.name, func(t *testing.T) {
			cmd, in, out, errs := process(t, "0xc00203e5", "--ask", "-o", "json")
			defer in.Close()
			if _, err := errs.ReadString('?'); err != nil { // it waits for the answer
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			endsInterrupted(t, cmd, out, tt.code, `"exchange/ims-setup-cluster-dns"`)
		})
		t.Run("standard input, "+tt.name, func(t *testing.T) {
			cmd, in, out, _ := process(t, "0xc00203e5", "-", "-o", "json")
			defer in.Close()
			// More than a pipe and its reader hold, so that the last write ends only
			// when the program reads.
			if _, err := in.Write(bytes.Repeat([]byte("nothing of interest\n"), 20_000)); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			endsInterrupted(t, cmd, out, tt.code, `"file.read-failed"`)
		})
	}
}

func endsInterrupted(t *testing.T, cmd *exec.Cmd, out io.Reader, code int, part string) {
	t.Helper()
	text, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != code {
		t.Errorf("%v, want exit code %d", err, code)
	}
	if !json.Valid(text) || !bytes.Contains(text, []byte(part)) {
		t.Errorf("not the result with %s:\n%s", part, text)
	}
}
