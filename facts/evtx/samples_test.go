package evtx

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"testing"

	"github.com/kbtriage/kbtriage/facts/record"
)

// TestSamples reads real logs: each record that a chunk announces is handed
// over, and nothing is said to be damaged. (The numbers in the headers of records
// are no use here: logs that were exported are counted anew, and the events keep
// their numbers.)
func TestSamples(t *testing.T) {
	files, records, ids := 0, 0, map[uint32]bool{}
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, have := 0, 0
		for at := HeaderSize; at+ChunkSize <= len(data); at += ChunkSize {
			want += announced(data[at : at+ChunkSize])
		}
		c := &collect{each: func(r *record.Record) error {
			have++
			ids[r.ID] = true
			if !r.Event || len(r.Source) == 0 || len(r.Log) == 0 || len(r.Level) == 0 || r.Time.IsZero() {
				t.Errorf("%s: record %d: a system field is missing: %+v", path, r.Number, r)
			}
			r.Text()
			return nil
		}}
		if err := Read(context.Background(), bytes.NewReader(data), c); err != nil || c.damage != nil {
			t.Errorf("%s: %v, damage %v", path, err, c.damage)
		}
		if want != have {
			t.Errorf("%s: %d records, want %d", path, have, want)
		}
		files++
		records += have
	}
	t.Logf("%d files, %d records, %d event ids", files, records, len(ids))
	if files == 277 && (records != 14477 || len(ids) != 254) { // of the set that was counted by hand
		t.Errorf("%d records and %d event ids, want 14477 and 254", records, len(ids))
	}
}

// announced steps over the headers of the records of a chunk.
func announced(chunk []byte) (n int) {
	if !bytes.HasPrefix(chunk, chunkMagic) {
		return 0
	}
	end := binary.LittleEndian.Uint32(chunk[48:])
	for pos := uint32(chunkHeader); pos < end; pos += binary.LittleEndian.Uint32(chunk[pos+4:]) {
		n++
	}
	return n
}
