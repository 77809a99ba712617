package evtx

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts/record"
)

// FuzzFile reads any file: the same each time, without an error, and with
// damage if it is no log.
func FuzzFile(f *testing.F) {
	f.Add(logFile(0, 6, few(1, 3), few(4, 2))[:HeaderSize+ChunkSize+8000])
	f.Add(few(1, 2)[:6000])
	f.Add([]byte("ElfFile\x00"))
	f.Add([]byte{})
	used := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		fresh, again := read(t, data), &collect{}
		if err := used.Read(context.Background(), bytes.NewReader(data), again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh.records, again.records); diff != "" {
			t.Errorf("records differ with a used decoder:\n%s", diff)
		}
		if !slices.Equal(fresh.damage, again.damage) {
			t.Errorf("damage differs with a used decoder: %v, %v", fresh.damage, again.damage)
		}
		if len(fresh.records) > len(data)/smallest {
			t.Errorf("%d records in %d bytes", len(fresh.records), len(data))
		}
		if _, err := Header(data); err != nil && len(fresh.damage) == 0 {
			t.Errorf("no damage, but %v", err)
		}
	})
}

// FuzzChunk reads a chunk whose checksums are right whatever is in it.
func FuzzChunk(f *testing.F) {
	for _, chunk := range [][]byte{few(1, 3), full(1)[:20000], one(func(w *writer) {
		w.u8(tokenFragment, 1, 1, 0)
		w.elem(elem{name: "Event", content: []any{elem{name: "EventData", content: []any{data("a", "b", entity("lt"))}}}}, false)
	})} {
		end := len(chunk)
		for end > 0 && chunk[end-1] == 0 {
			end--
		}
		f.Add(chunk[:end])
	}
	used := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		chunk := make([]byte, ChunkSize)
		copy(chunk, data)
		copy(chunk, chunkMagic)
		sign(chunk)
		check(t, used, chunk)
	})
}

// FuzzBinXML reads a sound record that holds anything, behind one that holds
// templates.
func FuzzBinXML(f *testing.F) {
	base := few(1, 1)
	at := offsets(base)[0] + recordHeader
	f.Add(base[at : offsets(base)[1]-4])
	f.Add([]byte("\x0f\x01\x01\x00\x01\x00\x00\x00\x00"))
	used := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		w := newWriter(1)
		w.record(func() { w.instance(event(1, 1, 4, 0, logon("x", false))); w.u8(tokenEnd) })
		if !w.record(func() { w.u8(data...) }) {
			return
		}
		out := check(t, used, w.chunk())
		if n := int64(len(out.records)) + out.lost; n != 2 {
			t.Errorf("%d records and %d lost of 2", len(out.records), out.lost)
		}
		if len(out.records) == 0 || out.records[0].ID != 1 {
			t.Error("the first record is not read")
		}
	})
}

// check reads a chunk with a fresh and with a used decoder and says what is
// wrong with what it gets.
func check(t *testing.T, used *Decoder, chunk []byte) *collect {
	t.Helper()
	fresh := decodeChunk(t, chunk)
	again := &collect{}
	if err := used.Chunk(chunk, 0, again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fresh, again, cmp.AllowUnexported(collect{})); diff != "" {
		t.Errorf("a used decoder reads something else (-fresh +used):\n%s", diff)
	}
	if head := headOf(chunk); int64(len(fresh.records))+fresh.lost < head.announced() {
		t.Errorf("%d records and %d lost of %d", len(fresh.records), fresh.lost, head.announced())
	}
	total := 0
	for _, r := range fresh.records {
		total += len(r.Text)
		for _, s := range []string{r.Text, r.Host, r.Source, r.Log, r.Category, r.Level} {
			if !utf8.ValidString(s) {
				t.Errorf("record %d: %q is not UTF-8", r.Number, s)
			}
		}
		if len(r.Text) > maxText+4*ChunkSize {
			t.Errorf("record %d: %d bytes of text", r.Number, len(r.Text))
		}
	}
	if total > maxChunkText+8*ChunkSize {
		t.Errorf("%d bytes of text from a chunk", total)
	}
	if len(fresh.damage) == 0 {
		sameText(t, chunk)
	}
	return fresh
}

// sameText compares the fields of each record with its text: both walks see the
// same values.
func sameText(t *testing.T, chunk []byte) {
	t.Helper()
	d := NewDecoder()
	c := &collect{}
	c.each = func(r *record.Record) error {
		text, forwarded := string(r.Text()), false
		var want []string
		d.Fields(func(name, value []byte) bool {
			n := string(name)
			forwarded = forwarded || strings.HasPrefix(n, "RenderingInfo")
			if !strings.HasPrefix(n, "System") && len(value) < maxBinary {
				want = append(want, string(value))
			}
			return true
		})
		for _, v := range want {
			at := strings.Index(text, v)
			if at < 0 && !forwarded {
				t.Errorf("record %d: the value %q is not in the text %q", r.Number, v, text)
			}
		}
		return nil
	}
	if err := d.Chunk(chunk, 0, c); err != nil {
		t.Fatal(err)
	}
}
