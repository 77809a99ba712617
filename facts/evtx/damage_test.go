package evtx

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// offsets are where the records of a chunk begin; the last is where they end.
func offsets(chunk []byte) []int {
	pos := chunkHeader
	all := []int{pos}
	for bytes.HasPrefix(chunk[pos:], recordMagic) {
		pos += int(binary.LittleEndian.Uint32(chunk[pos+4:]))
		all = append(all, pos)
	}
	return all
}

func TestDamagedChunk(t *testing.T) {
	chunk := few(1, 4)
	whole := decodeChunk(t, chunk).records
	at := offsets(chunk)
	other := bytes.Clone(chunk) // what the chunk held before it was used again
	le := binary.LittleEndian
	without := func(n ...int) []got {
		var left []got
		for i, r := range whole {
			if !slices.Contains(n, i) {
				left = append(left, r)
			}
		}
		return left
	}
	for _, c := range []struct {
		name    string
		change  func(chunk []byte)
		signed  bool // with checksums repaired
		records []got
		reasons string
		lost    int64
	}{
		{"nothing", func([]byte) {}, true, whole, "", 0},
		{"signature of the chunk", func(c []byte) { c[3] = 0 }, false, whole, "bad-chunk", 0},
		{"checksum of the header", func(c []byte) { c[124]++ }, false, whole, "bad-chunk", 0},
		{"checksum of the records", func(c []byte) { c[52]++; sign(c); c[at[3]+100]++ }, false, whole, "bad-checksum", 0},
		{"no checksums", func(c []byte) { le.PutUint32(c[120:], flagNoCRC); c[52]++; c[124]++ }, false, whole, "", 0},
		{"signature of a record", func(c []byte) { c[at[1]] = 0 }, true, whole, "bad-record", 0},
		{"size of a record", func(c []byte) { c[at[1]+5] ^= 0x55 }, true, whole, "bad-record", 0},
		{"second size of a record", func(c []byte) { c[at[2]-4]++ }, true, whole, "bad-record", 0},
		{"size of the last record", func(c []byte) { c[at[3]+4]++ }, true, whole, "bad-record", 0},
		{"size 0", func(c []byte) { le.PutUint32(c[at[1]+4:], 0); le.PutUint32(c[at[2]-4:], 0) }, true, without(1), "bad-record", 1},
		{"both sizes wrong", func(c []byte) { c[at[1]+4]++; c[at[2]-4]-- }, true, without(1), "bad-record", 1},
		{"two records gone", func(c []byte) { clear(c[at[1]:at[3]]) }, true, without(1, 2), "bad-record", 2},
		{"the last records gone", func(c []byte) { clear(c[at[2]:at[4]]) }, true, without(2, 3), "bad-chunk", 2},
		{"the last records overwritten", func(c []byte) { copy(c[at[2]:at[4]], bytes.Repeat([]byte{0xee}, at[4]-at[2])) }, true, without(2, 3), "bad-record", 2},
		{"count of values", func(c []byte) { le.PutUint32(c[at[1]+recordHeader+14:], 900) }, true, without(1), "bad-record", 1},
		{"template out of the chunk", func(c []byte) { le.PutUint32(c[at[1]+recordHeader+10:], 0xfffffff0) }, true, without(1), "bad-record", 1},
		{"no end of records", func(c []byte) { le.PutUint32(c[48:], 0) }, true, whole, "bad-chunk", 0},
		{"end of records at the end of the chunk", func(c []byte) { le.PutUint32(c[48:], ChunkSize) }, true, whole, "", 0},
		{"a header older than the records", func(c []byte) {
			le.PutUint64(c[16:], 2)
			le.PutUint64(c[32:], 2)
			le.PutUint32(c[48:], uint32(at[2]))
		}, true, whole, "", 0},
		{"older records behind", func(c []byte) { copy(c[at[4]:], other[at[1]:at[4]]) }, true, whole, "", 0},
		{"older records behind, and no header", func(c []byte) { copy(c[at[4]:], other[at[1]:at[4]]); c[0] = 0; c[52]++ }, false, whole, "bad-chunk", 0},
		{"more announced", func(c []byte) { le.PutUint64(c[16:], 10) }, true, whole, "bad-chunk", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := bytes.Clone(chunk)
			c.change(changed)
			if c.signed {
				sign(changed)
			}
			out := decodeChunk(t, changed)
			if c.name == "checksum of the records" { // one of them is another one
				out.records[3] = whole[3]
			}
			if diff := cmp.Diff(c.records, out.records); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if out.reasons() != c.reasons || out.lost != c.lost {
				t.Errorf("damage %q with %d lost, want %q with %d: %+v", out.reasons(), out.lost, c.reasons, c.lost, out.damage)
			}
		})
	}
}

// twoChunks is the file of the corruption loops, and where its parts are that
// are in use.
func twoChunks() (data []byte, used func(int) bool) {
	a, b := few(1, 3), few(4, 2)
	data = logFile(0, 6, a, b)
	endA, endB := headOf(a).free, headOf(b).free
	return data, func(at int) bool {
		in := at - HeaderSize
		return in < 0 && at < 128 || in >= 0 && in < endA || in >= ChunkSize && in < ChunkSize+endB
	}
}

// TestEachByteFlipped changes each byte in use, and some of the others: no
// record is lost without damage, and those of the other chunk are all there.
func TestEachByteFlipped(t *testing.T) {
	data, used := twoChunks()
	whole := read(t, data).records
	d := NewDecoder()
	for at := 0; at < len(data); at++ {
		if !used(at) && at%509 != 0 {
			continue
		}
		for _, flip := range []byte{0xff, 1} {
			data[at] ^= flip
			c := &collect{}
			if err := d.Read(context.Background(), bytes.NewReader(data), c); err != nil {
				t.Fatal(err)
			}
			data[at] ^= flip
			if len(c.damage) == 0 && !slices.Equal(c.records, whole) {
				t.Fatalf("byte %d by %#x: %d records, changed, without damage", at, flip, len(c.records))
			}
			if used(at) && !(at < HeaderSize) && len(c.damage) == 0 && !unsummed(at) {
				t.Errorf("byte %d by %#x: no damage", at, flip)
			}
			if n := int64(len(c.records)) + c.lost; n < int64(len(whole)) {
				t.Errorf("byte %d by %#x: %d records and %d lost of %d: %+v", at, flip, len(c.records), c.lost, len(whole), c.damage)
			}
			healthy := whole[:3]
			if at < HeaderSize+ChunkSize {
				healthy = whole[3:]
			}
			for _, r := range healthy {
				if !slices.Contains(c.records, r) {
					t.Errorf("byte %d by %#x: record %d of the other chunk is missing", at, flip, r.Number)
				}
			}
		}
	}
}

// unsummed reports whether a byte is one that no checksum covers: the flags of
// a chunk.
func unsummed(at int) bool {
	in := (at - HeaderSize) % ChunkSize
	return in >= 120 && in < 124
}

// TestEachByteFlippedAndSigned does it behind the checksums: as many records as
// were announced are handed over or named as lost.
func TestEachByteFlippedAndSigned(t *testing.T) {
	chunk := few(1, 3)
	d := NewDecoder()
	for at := chunkHeader; at < headOf(chunk).free; at++ {
		for _, flip := range []byte{0xff, 1, 0x40} {
			changed := bytes.Clone(chunk)
			changed[at] ^= flip
			sign(changed)
			c := &collect{}
			if err := d.Chunk(changed, 0, c); err != nil {
				t.Fatal(err)
			}
			if n := int64(len(c.records)) + c.lost; n != 3 {
				t.Errorf("byte %d by %#x: %d records and %d lost of 3: %+v", at, flip, len(c.records), c.lost, c.damage)
			}
		}
	}
}

// TestEachLengthCut cuts the file: all records that are there in full are
// handed over, and what is missing is named.
func TestEachLengthCut(t *testing.T) {
	data, used := twoChunks()
	whole := read(t, data).records
	var ends []int
	for i := range 2 {
		base := HeaderSize + i*ChunkSize
		for _, at := range offsets(data[base : base+ChunkSize])[1:] {
			ends = append(ends, base+at)
		}
	}
	d := NewDecoder()
	for n := range len(data) {
		if !used(n) && n%509 != 0 {
			continue
		}
		c := &collect{}
		if err := d.Read(context.Background(), bytes.NewReader(data[:n]), c); err != nil {
			t.Fatal(err)
		}
		there := 0
		for there < len(ends) && ends[there] <= n {
			there++
		}
		if !slices.Equal(c.records, whole[:there]) {
			t.Errorf("cut at %d: %d records, want %d", n, len(c.records), there)
		}
		if len(c.damage) == 0 {
			t.Errorf("cut at %d: no damage", n)
		}
	}
}
