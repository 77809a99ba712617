package archive

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/kbtriage/kbtriage/facts"
)

// crowd counts how many of its members are being read at the same time.
type crowd struct {
	now, most atomic.Int32
	read      atomic.Int64
}

func (c *crowd) Member(_ Member, r io.Reader) error {
	if n := c.now.Add(1); n > c.most.Load() {
		c.most.Store(n)
	}
	n, err := io.Copy(io.Discard, r)
	c.now.Add(-1)
	c.read.Add(n)
	return err
}

func (c *crowd) Archive(string, string, int) {}
func (c *crowd) Problem(facts.Problem)       {}

// TestGate: walks that share a gate and need much memory go one after the other,
// and each is read whole.
func TestGate(t *testing.T) {
	var packed bytes.Buffer
	w, err := zstd.NewWriter(&packed, zstd.WithWindowSize(64<<20), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("2003-01-02 03:04:05 a line of a log\n"), 40_000)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	gate, all := NewGate(), &crowd{}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			b := NewBudget(DefaultLimits()).Behind(gate)
			if err := Walk(t.Context(), "a.zst", bytes.NewReader(packed.Bytes()), int64(packed.Len()), b, all); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all.most.Load() != 1 || all.read.Load() != 6*int64(len(content)) {
		t.Errorf("%d at a time, %d bytes read of %d", all.most.Load(), all.read.Load(), 6*len(content))
	}
}
