package main

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// seen is what a plain walk over a file finds in its records.
type seen struct {
	numbers []uint64
	events  map[uint16][]uint64 // event number to record numbers, of records made by hand
}

// walk reads a file by the layout alone and fails for whatever is not as it
// must be.
func walk(t *testing.T, text []byte, handmade bool) seen {
	t.Helper()
	if !bytes.HasPrefix(text, fileMagic) || le.Uint32(text[124:]) != crc32.ChecksumIEEE(text[:120]) {
		t.Fatal("header of the file")
	}
	chunks := (len(text) - fileHeaderSize) / chunkSize
	if int(le.Uint16(text[42:])) != chunks || int(le.Uint64(text[16:])) != chunks-1 {
		t.Fatalf("%d chunks, the header says %d and %d", chunks, le.Uint16(text[42:]), le.Uint64(text[16:]))
	}
	s := seen{events: map[uint16][]uint64{}}
	var before uint64
	for i := range chunks {
		chunk := text[fileHeaderSize+i*chunkSize:][:chunkSize]
		end := le.Uint32(chunk[48:])
		if !bytes.HasPrefix(chunk, chunkMagic) || end > chunkSize {
			t.Fatalf("header of chunk %d", i)
		}
		if crc32.ChecksumIEEE(chunk[512:end]) != le.Uint32(chunk[52:]) {
			t.Errorf("checksum of the records of chunk %d", i)
		}
		if crc32.ChecksumIEEE(append(bytes.Clone(chunk[:120]), chunk[128:512]...)) != le.Uint32(chunk[124:]) {
			t.Errorf("checksum of the header of chunk %d", i)
		}
		first := len(s.numbers)
		last := 0
		if err := records(chunk, func(record []byte, at int) error {
			number, filetime := le.Uint64(record[8:]), le.Uint64(record[16:])
			if filetime <= before {
				return fmt.Errorf("record %d is before the one before it", number)
			}
			before = filetime
			s.numbers = append(s.numbers, number)
			last = at
			if handmade {
				if !bytes.Contains(record, le.AppendUint64(nil, number)) || bytes.Count(record, le.AppendUint64(nil, filetime)) != 2 {
					return fmt.Errorf("record %d does not hold its number and its time", number)
				}
				if bytes.Contains(record, []byte("M\x00S\x00E\x00x\x00c\x00h\x00a\x00n\x00g\x00e\x00I\x00M\x00C\x00")) {
					s.events[4058] = append(s.events[4058], number)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if le.Uint64(chunk[8:]) != s.numbers[first] || le.Uint64(chunk[24:]) != s.numbers[first] ||
			le.Uint64(chunk[16:]) != s.numbers[len(s.numbers)-1] || le.Uint64(chunk[32:]) != s.numbers[len(s.numbers)-1] ||
			int(le.Uint32(chunk[44:])) != last {
			t.Errorf("chunk %d does not say which records it holds", i)
		}
	}
	for i, n := range s.numbers {
		if n != uint64(i+1) {
			t.Fatalf("record %d has number %d", i+1, n)
		}
	}
	if le.Uint64(text[24:]) != uint64(len(s.numbers)+1) {
		t.Errorf("next record is %d", le.Uint64(text[24:]))
	}
	return s
}

func TestHandMade(t *testing.T) {
	var before []byte
	for range 2 {
		path := filepath.Join(t.TempDir(), "a.evtx")
		r, err := run(options{out: path, bytes: fileHeaderSize + 5*chunkSize + 99, plant: true, seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s := walk(t, text, true)
		if r.Chunks != 5 || int(r.Records) != len(s.numbers) || len(s.events[4058]) != 1 || s.events[4058][0] != r.Planted {
			t.Errorf("%+v, found %d records and %v", r, len(s.numbers), s.events)
		}
		if before != nil && !bytes.Equal(before, text) {
			t.Error("the second file differs")
		}
		before = text
	}
}

// A file made of the chunks of another one: numbers and times go on, nothing
// else changes.
func TestFromSamples(t *testing.T) {
	folder := t.TempDir()
	sample := filepath.Join(folder, "in", "below", "SAMPLE.EVTX")
	if err := os.MkdirAll(filepath.Dir(sample), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := run(options{out: sample, bytes: fileHeaderSize + 3*chunkSize, seed: 1}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "out.evtx")
	r, err := run(options{out: path, samples: filepath.Join(folder, "in"), bytes: fileHeaderSize + 10*chunkSize, plant: true, seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := walk(t, text, true)
	if r.Sources != 3 || len(s.numbers) != int(r.Records) || len(s.events[4058]) != 1 || s.events[4058][0] != r.Planted {
		t.Errorf("%+v, found %d records and %v", r, len(s.numbers), s.events)
	}
}

// Numbering a chunk anew and then as it was gives the same bytes.
func TestRenumberBack(t *testing.T) {
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	chunk, _ := handMade(&counter{next: 500, at: start}, rand.New(rand.NewPCG(1, 1)), true)
	other := bytes.Clone(chunk)
	if err := renumber(other, &counter{next: 1 << 33, at: start.AddDate(3, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(other, chunk) {
		t.Error("nothing changed")
	}
	if err := renumber(other, &counter{next: 500, at: start}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(other, chunk) {
		t.Error("not as it was")
	}
}

func TestRefused(t *testing.T) {
	folder := t.TempDir()
	for name, o := range map[string]options{
		"no file":    {bytes: 1 << 20},
		"too small":  {out: filepath.Join(folder, "a"), bytes: 5000},
		"too large":  {out: filepath.Join(folder, "a"), bytes: 1 << 40},
		"no samples": {out: filepath.Join(folder, "a"), bytes: 1 << 20, samples: folder},
	} {
		if _, err := run(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Whatever a chunk holds: an error, or records with rising numbers.
func FuzzRenumber(f *testing.F) {
	chunk, _ := handMade(&counter{next: 1}, rand.New(rand.NewPCG(1, 1)), false)
	end := int(le.Uint32(chunk[48:]))
	f.Add(0, byte(0), 0, byte(0))
	f.Add(48, byte(1), 520, byte(9))
	f.Add(512+34, byte(2), 512+38, byte(0))
	f.Add(end-1, byte(3), end-500, byte(255))
	f.Fuzz(func(t *testing.T, at int, value byte, at2 int, value2 byte) {
		c := bytes.Clone(chunk)
		if at >= 0 && at < len(c) {
			c[at] = value
		}
		if at2 >= 0 && at2 < len(c) {
			c[at2] = value2
		}
		if le.Uint32(c[48:]) > chunkSize || renumber(c, &counter{next: 77}) != nil {
			return
		}
		want := uint64(77)
		if err := records(c, func(record []byte, at int) error {
			if le.Uint64(record[8:]) != want {
				return fmt.Errorf("number %d, want %d", le.Uint64(record[8:]), want)
			}
			want++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRealSamples(t *testing.T) {
	data := os.Getenv("KBTRIAGE_DATA")
	if data == "" {
		t.Skip("KBTRIAGE_DATA is not set: the folder with the folder evtx")
	}
	path := filepath.Join(t.TempDir(), "a.evtx")
	r, err := run(options{out: path, samples: filepath.Join(data, "evtx"), bytes: 30 << 20, plant: true, seed: 1})
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := walk(t, text, false); len(s.numbers) != int(r.Records) {
		t.Errorf("%+v, found %d records", r, len(s.numbers))
	}
}
