package evt

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzRead: any bytes are read in bounds, the same each time; and where nothing
// is said to be wrong, the plain reader sees the same records.
func FuzzRead(f *testing.F) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 3))
		f.Add(bytes.Clone(randomLog(r).finish(seed%2 == 0)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		g := read(t, data)
		if len(g.all) > len(data)/minRecord {
			t.Fatalf("%d records in %d bytes", len(g.all), len(data))
		}
		for _, s := range g.all {
			if !utf8.ValidString(s.line) {
				t.Fatalf("not UTF-8: %q", s.line)
			}
		}
		again := &gather{}
		if err := Read(context.Background(), bytes.NewReader(data), again); err != nil || !slices.Equal(g.all, again.all) || len(g.faults) != len(again.faults) {
			t.Fatal("read twice, and it differs")
		}
		if len(g.faults) > 0 {
			return
		}
		want, err := oracle(data)
		if err != nil { // its way through the log rests on the mark, of which more may be odd than the reader needs
			return
		}
		if !slices.Equal(g.all, want) {
			t.Fatalf("nothing is said\n got %v\nwant %v", g.all, want)
		}
	})
}
