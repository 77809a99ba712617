package evtx

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// count takes records and asks for what a benchmark measures.
type count struct {
	records, bytes int
	text           bool
	fields         bool
	decoder        *Decoder
	add            func(name, value []byte) bool
}

func (c *count) Record(r *record.Record) error {
	c.records++
	if c.text {
		c.bytes += len(r.Text())
	}
	if c.fields {
		c.decoder.Fields(c.add)
	}
	return nil
}

func (c *count) Damage(facts.Problem) {}

func BenchmarkChunk(b *testing.B) {
	sets := map[string][][]byte{"own": {full(1), full(1000)}}
	if dir := os.Getenv("KBTRIAGE_DATA"); dir != "" {
		sets["real"] = fullChunks(b, filepath.Join(dir, "evtx"))
	}
	for _, set := range []string{"own", "real"} {
		chunks := sets[set]
		if len(chunks) == 0 {
			b.Log("KBTRIAGE_DATA is not set or has no full chunks: only own chunks are measured")
			continue
		}
		for _, c := range []struct {
			name         string
			text, fields bool
		}{{"system", false, false}, {"text", true, false}, {"fields", false, true}} {
			b.Run(set+"/"+c.name, func(b *testing.B) {
				d := NewDecoder()
				to := &count{decoder: d, text: c.text, fields: c.fields}
				to.add = func(name, value []byte) bool { to.bytes += len(name) + len(value); return true }
				for _, chunk := range chunks { // templates are compiled, buffers have grown
					_ = d.Chunk(chunk, 0, to)
				}
				to.records = 0
				b.SetBytes(int64(len(chunks)) * ChunkSize)
				b.ReportAllocs()
				for b.Loop() {
					for _, chunk := range chunks {
						_ = d.Chunk(chunk, 0, to)
					}
				}
				b.ReportMetric(float64(to.records)/b.Elapsed().Seconds(), "records/s")
			})
		}
	}
}

// BenchmarkCold measures a decoder that sees each chunk for the first time.
func BenchmarkCold(b *testing.B) {
	chunk := full(1)
	b.SetBytes(ChunkSize)
	for b.Loop() {
		_ = NewDecoder().Chunk(chunk, 0, &count{text: true})
	}
}

// BenchmarkRead measures a file that is read as a stream.
func BenchmarkRead(b *testing.B) {
	data := logFile(0, 0, full(1), full(1000), full(2000), full(3000))
	d := NewDecoder()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_ = d.Read(context.Background(), bytes.NewReader(data), &count{text: true})
	}
}

// fullChunks are the chunks below a folder that are at least 90 % full.
func fullChunks(b *testing.B, dir string) [][]byte {
	var chunks [][]byte
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".evtx" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		for at := HeaderSize; at+ChunkSize <= len(data); at += ChunkSize {
			if chunk := data[at : at+ChunkSize]; headOf(chunk).free >= ChunkSize*9/10 {
				chunks = append(chunks, chunk)
			}
		}
		return nil
	})
	return chunks
}
