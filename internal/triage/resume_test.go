package triage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// countdown is a context that ends when it was asked so often.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return c.Context.Err()
}

// TestResumeAfterAnyStop: wherever a scan is stopped, what goes on ends in the
// same result.
func TestResumeAfterAnyStop(t *testing.T) {
	k, root := scanKnowledge(t), usualTree(t)
	_, want := scanOf(t, k, ScanRequest{Paths: []string{root}})
	stopped := 0
	for asked := int64(0); ; asked++ {
		state := filepath.Join(t.TempDir(), "state")
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(asked)
		f, err := k.Scan(ctx, &ScanRequest{Paths: []string{root}, State: state, Workers: 1 + int(asked)%2})
		if err == nil {
			break
		}
		stopped++
		if !errors.Is(err, context.Canceled) || f == nil || f.Status == result.Complete {
			t.Fatalf("stopped after %d: %v, %v", asked, f, err)
		}
		if _, got := scanOf(t, k, ScanRequest{Paths: []string{root}, State: state, Resume: true}); got != want {
			t.Fatalf("stopped after %d, and resumed:\n%s\nwant\n%s", asked, got, want)
		}
	}
	if stopped < 7 {
		t.Errorf("stopped at %d places only", stopped)
	}
}

// TestDamagedState: a state that was cut or changed anywhere is never believed
// where it is wrong.
func TestDamagedState(t *testing.T) {
	k := scanKnowledge(t)
	root := logTree(t, map[string]string{"alpha/a.log": diskLog(), "beta/b.log": relayLog(), "beta/c.log": healthy(3)})
	state := t.TempDir()
	_, want := scanOf(t, k, ScanRequest{Paths: []string{root}, State: state})
	path := filepath.Join(state, "scan.state")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	resumes := func(damage string, content []byte) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, got := scanOf(t, k, ScanRequest{Paths: []string{root}, State: state, Resume: true}); got != want {
			t.Fatalf("%s:\n%s\nwant\n%s", damage, got, want)
		}
		mended, err := os.ReadFile(path)
		if err != nil || len(bytes.Split(mended, []byte("\n"))) != len(bytes.Split(good, []byte("\n"))) {
			t.Fatalf("%s: the state has %d bytes afterwards, error %v", damage, len(mended), err)
		}
	}
	for n := range len(good) + 1 {
		end := n < 3 || n == len(good) || good[n-1] == '\n' || good[n-2] == '\n' || good[n] == '\n'
		if end || n%(len(good)/100) == 0 {
			resumes("cut at "+time.Duration(n).String(), good[:n])
		}
	}
	for n := 0; n < len(good); n += 1 + len(good)/150 {
		for _, bit := range []byte{1, 0x80} {
			bad := bytes.Clone(good)
			bad[n] ^= bit
			resumes("flipped", bad)
		}
	}
	for n, c := range good {
		if c == '\n' {
			bad := bytes.Clone(good)
			bad[n] = ' '
			resumes("joined lines", bad)
		}
	}
	resumes("twice", append(bytes.Clone(good), good[bytes.IndexByte(good, '\n')+1:]...)[:len(good)])
}

// TestChangedFileIsReadAnew: so is one that came, and one that went is gone.
func TestChangedFileIsReadAnew(t *testing.T) {
	k, root, state := scanKnowledge(t), usualTree(t), t.TempDir()
	scanOf(t, k, ScanRequest{Paths: []string{root}, State: state})
	put(t, filepath.Join(root, "delta", "app.log"), []byte(diskLog()))
	put(t, filepath.Join(root, "eta", "new.log"), []byte(relayLog()))
	same := strings.Replace(diskLog(), "inode reserve", "inode reverse", 1) // of the same size
	path := filepath.Join(root, "alpha", "store.log")
	put(t, path, []byte(same))
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "beta", "relay.log")); err != nil {
		t.Fatal(err)
	}
	_, want := scanOf(t, k, ScanRequest{Paths: []string{root}})
	if _, got := scanOf(t, k, ScanRequest{Paths: []string{root}, State: state, Resume: true}); got != want {
		t.Errorf("resumed:\n%s\nanew:\n%s", got, want)
	}
}

// TestStateOfAnotherScan: it is refused, and so is one that nobody asked to go on with.
func TestStateOfAnotherScan(t *testing.T) {
	k, root, state := scanKnowledge(t), usualTree(t), t.TempDir()
	scanOf(t, k, ScanRequest{Paths: []string{root}, State: state})
	for name, q := range map[string]*ScanRequest{
		"without --resume": {State: state}, "another gap": {State: state, Resume: true, Gap: time.Hour}, "no folder": {Resume: true},
	} {
		q.Paths = []string{root}
		var usage *UsageError
		if _, err := k.Scan(t.Context(), q); !errors.As(err, &usage) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestUnreadFilesAreTriedAgain: why a file could not be read may have passed.
func TestUnreadFilesAreTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	put(t, path, []byte("x\n"))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	it := scan.Item{Path: path, Size: info.Size(), Modified: info.ModTime().UnixNano()}
	for stage, kept := range map[string]bool{"": true, "decode": true, "open": false, "read": false} {
		q := &ScanRequest{State: filepath.Join(t.TempDir(), "state")}
		s, err := openState(q, "base")
		if err != nil {
			t.Fatal(err)
		}
		p := &scan.Part{Item: it, Tally: tally.New(time.Minute)}
		if stage != "" {
			p.Problems = []facts.Problem{{Stage: stage}}
		}
		s.keep(p)
		s.close()
		q.Resume = true
		if s, err = openState(q, "base"); err != nil {
			t.Fatal(err)
		}
		if _, found := s.finished(it); found != kept {
			t.Errorf("a part with a problem of stage %q: kept %v, want %v", stage, found, kept)
		}
		s.close()
	}
}
