package evt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func read(t testing.TB, data []byte) *gather {
	t.Helper()
	g := &gather{}
	if err := Read(context.Background(), bytes.NewReader(data), g); err != nil {
		t.Fatal(err)
	}
	return g
}

// randomEntry is an event with everything that one can have.
func randomEntry(r *rand.Rand) entry {
	word := func(most int) string {
		letters := []rune("abcdefghij .,%1äöß日本\r\n\U0001f600")
		s := make([]rune, r.IntN(most+1))
		for i := range s {
			s[i] = letters[r.IntN(len(letters))]
		}
		return string(s)
	}
	e := entry{
		time: r.Uint32N(1 << 31), event: r.Uint32(), kind: []uint16{0, 1, 2, 4, 8, 16, 3}[r.IntN(7)], category: uint16(r.IntN(3)),
		source: word(12), host: word(9), sid: make([]byte, 4*r.IntN(8)),
	}
	for range r.IntN(5) {
		e.strings = append(e.strings, word(40))
	}
	e.data = make([]byte, []int{0, 0, 4, 8, 40, 7, 300}[r.IntN(7)])
	for i := range e.data {
		e.data[i] = []byte{0, 0xc0, 0x80, 0xff, 0x05, 0xfc}[r.IntN(6)]
	}
	return e
}

// randomLog is a log of random events; of small ones the oldest gave way.
func randomLog(r *rand.Rand) *logFile {
	f := newLogFile(headerSize + 4*(600+r.IntN(1000)))
	for range r.IntN(60) {
		f.put(randomEntry(r))
	}
	return f
}

func TestSample(t *testing.T) {
	f := newLogFile(4096)
	f.put(entry{
		time: 951782400, event: 0xc0000fda, kind: 1, category: 2, source: "MSExchangeTransport", host: "MAIL1",
		sid: make([]byte, 12), strings: []string{"first line\r\nsecond line\r\n", "", "smtp.example"}, data: []byte{0xe5, 0x03, 0x02, 0xc0},
	})
	f.put(entry{event: 7, kind: 4, source: "disk", host: "MAIL1", data: []byte{
		0, 0, 0, 0, 1, 0, 0x52, 0, 0, 0, 0, 0, 7, 0, 4, 0xc0, 0, 0, 0, 0, 0x9c, 0, 0, 0xc0,
	}})
	g := read(t, f.finish(false))
	want := []string{
		`1 2000-02-29T00:00:00Z true 4058 host="MAIL1" source="MSExchangeTransport" log="" category="2" level="error" "first line\nsecond line\nsmtp.example\ndata: 0xc00203e5"`,
		`2  true 7 host="MAIL1" source="disk" log="" category="" level="information" "data: 0xc0040007 0xc000009c"`,
	}
	for i, w := range want {
		if i >= len(g.all) || g.all[i].line != w {
			t.Errorf("record %d:\n got %v\nwant %s", i, g.all, w)
		}
	}
	if len(g.faults) > 0 {
		t.Error(g.faults)
	}
}

// TestOracle compares the reader with the plain one on logs that wrap anywhere.
func TestOracle(t *testing.T) {
	wraps, pads, splits := 0, 0, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		f := randomLog(r)
		dirty := seed%2 == 1
		data := f.finish(dirty)
		want, err := oracle(data)
		if err != nil || len(want) != len(f.live) {
			t.Fatalf("seed %d: oracle: %d of %d: %v", seed, len(want), len(f.live), err)
		}
		g := read(t, data)
		if !slices.Equal(g.all, want) || len(g.faults) > 0 {
			t.Fatalf("seed %d: %d records, want %d, %v\n got %v\nwant %v", seed, len(g.all), len(want), g.faults, g.all, want)
		}
		if f.wrapped {
			wraps++
		}
		for i, s := range f.live {
			if s.at+s.size > len(data) {
				splits++
			}
			if i > 0 && s.at == headerSize && f.live[i-1].at+f.live[i-1].size < len(data) {
				pads++
			}
		}
	}
	if wraps < 50 || pads < 5 || splits < 50 {
		t.Errorf("%d wrapped, %d padded, %d split: too few to say much", wraps, pads, splits)
	}
}

// sound is a wrapped log of a few records, with one that is split.
func sound(t testing.TB) *logFile {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 2))
		f := newLogFile(headerSize + 1200)
		for range 12 {
			f.put(randomEntry(r))
		}
		f.finish(false)
		if slices.ContainsFunc(f.live, func(s span) bool { return s.at+s.size > len(f.data) }) && len(f.live) > 3 {
			return f
		}
	}
	t.Fatal("no such log")
	return nil
}

// TestCorruption: whatever byte is damaged and wherever the file is cut, what
// is not read is named.
func TestCorruption(t *testing.T) {
	for _, dirty := range []bool{false, true} {
		f := sound(t)
		whole := f.finish(dirty)
		want := read(t, whole)
		check := func(what string, data []byte) {
			t.Helper()
			g := read(t, data)
			if len(g.faults) == 0 && len(g.all) != len(want.all) {
				t.Errorf("%s: %d of %d records, and nothing is said", what, len(g.all), len(want.all))
			}
			if len(g.faults) > len(data)/minRecord+4 {
				t.Errorf("%s: %d problems", what, len(g.faults))
			}
		}
		for i := range whole {
			for _, x := range []byte{0xff, 1, 0x80} {
				data := bytes.Clone(whole)
				data[i] ^= x
				check(fmt.Sprintf("byte %d ^ %#x", i, x), data)
			}
			check(fmt.Sprintf("cut at %d", i), whole[:i])
		}
	}
}

// TestOneFault: a fault in one record costs that record at most, and is counted.
func TestOneFault(t *testing.T) {
	f := newLogFile(1 << 14)
	for i := range 9 {
		f.put(entry{event: uint32(i), kind: 1, source: "source", host: "host", strings: []string{"one", "two"}})
	}
	whole := f.finish(false)
	at, size := f.live[4].at, f.live[4].size
	le := binary.LittleEndian
	tests := []struct {
		name   string
		wreck  func(b []byte) // record 5
		read   int
		reason string
		lost   int64
	}{
		{"length 0", func(b []byte) { le.PutUint32(b, 0) }, 9, "evt.frame", 0},
		{"length of a whole file", func(b []byte) { le.PutUint32(b, 1<<31) }, 9, "evt.frame", 0},
		{"length over the next records", func(b []byte) { le.PutUint32(b, uint32(2*size)) }, 9, "evt.frame", 0},
		{"length at the end", func(b []byte) { le.PutUint32(b[size-4:], 1) }, 9, "evt.frame", 0},
		{"both lengths", func(b []byte) { le.PutUint32(b, 0); le.PutUint32(b[size-4:], 1) }, 8, "evt.record", 1},
		{"signature", func(b []byte) { b[5] = 'x' }, 9, "evt.frame", 0},
		{"signature and length", func(b []byte) { b[5] = 'x'; b[0]++ }, 8, "evt.record", 1},
		{"all zero", func(b []byte) { clear(b[:size]) }, 8, "evt.record", 1},
		{"strings outside", func(b []byte) { le.PutUint32(b[36:], 1<<30) }, 9, "evt.field", 0},
		{"strings without end", func(b []byte) { le.PutUint16(b[26:], 500) }, 9, "evt.field", 0},
		{"data outside", func(b []byte) { le.PutUint32(b[48:], 0xffffffff) }, 9, "evt.field", 0},
		{"user outside", func(b []byte) { le.PutUint32(b[40:], 0xffffffff) }, 9, "evt.field", 0},
		{"names without end", func(b []byte) { le.PutUint32(b[36:], fixedSize) }, 9, "evt.field", 0},
	}
	for _, tt := range tests {
		data := bytes.Clone(whole)
		tt.wreck(data[at:])
		g := read(t, data)
		if len(g.all) != tt.read || len(g.faults) != 1 || g.faults[0].Reason != tt.reason || g.faults[0].Lost != tt.lost {
			t.Errorf("%s: %d records, want %d; %+v, want %s, lost %d", tt.name, len(g.all), tt.read, g.faults, tt.reason, tt.lost)
		}
	}
}

func TestNotALog(t *testing.T) {
	tests := map[string][]byte{"empty": nil, "short": []byte("0\x00\x00\x00LfLe"), "text": []byte(strings.Repeat("LfLe is text ", 50))}
	for name, data := range tests {
		if g := read(t, data); len(g.all) > 0 || len(g.faults) == 0 {
			t.Errorf("%s: %v, %v", name, g.all, g.faults)
		}
	}
	if IsFile(tests["text"]) || IsFile(nil) || !IsFile(newLogFile(4096).data) {
		t.Error("IsFile")
	}
	if g := read(t, newLogFile(4096).finish(false)); len(g.all)+len(g.faults) > 0 {
		t.Error("empty log:", g.all, g.faults)
	}
}

// TestErrors: the error of the input, of the sink and of the context end the
// reading, and what was read before is given.
func TestErrors(t *testing.T) {
	f := newLogFile(1 << 14)
	for range 9 {
		f.put(entry{source: "s", host: "h"})
	}
	data := f.finish(false)
	broken := errors.New("broken")
	for cut := range len(data) {
		g := &gather{}
		err := Read(context.Background(), io.MultiReader(bytes.NewReader(data[:cut]), iotest.ErrReader(broken)), g)
		if !errors.Is(err, broken) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if cut == f.live[5].at && len(g.all) != 5 {
			t.Errorf("cut at %d: %d records", cut, len(g.all))
		}
	}
	if g := (&gather{stop: 3}); !errors.Is(Read(context.Background(), iotest.OneByteReader(bytes.NewReader(data)), g), errStop) || len(g.all) != 3 {
		t.Error("the sink's error", len(g.all))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, bytes.NewReader(data), &gather{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestSize: the bound of a file is named when it is hit, and a header cannot
// ask for more memory than a multiple of what is there.
func TestSize(t *testing.T) {
	full := make([]byte, firstRead)
	binary.LittleEndian.PutUint32(full[32:], 1<<31-1)
	if n := grown(full, maxFile); n > 8*len(full)+1 {
		t.Errorf("%d bytes for a file of %d", n, len(full))
	}
	const most = 3 << 20
	f := newLogFile(most)
	f.put(entry{source: "s", host: "h"})
	data := f.finish(false)
	for more, want := range []int{0, 1} {
		g := &gather{}
		if err := readUpTo(context.Background(), bytes.NewReader(append(data, make([]byte, more)...)), g, most); err != nil {
			t.Fatal(err)
		}
		if len(g.all) != 1 || len(g.faults) != want || want == 1 && g.faults[0].Reason != "evt.too-large" {
			t.Error(more, g.all, g.faults)
		}
	}
}
