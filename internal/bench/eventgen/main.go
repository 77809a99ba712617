// Command eventgen makes large Windows event logs (EVTX) out of the chunks of
// small ones. Records are numbered anew, times advance, checksums are right.
// One record that is made by hand can be planted among them.
//
//	eventgen -out FILE [-samples FOLDER] [-bytes N] [-plant] [-seed N]
//
// Of the samples, chunks that are at least 90% full are used, in turn. Without
// samples all chunks hold records made by hand. The last line of output says
// how many records there are, and where the planted one is.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

type options struct {
	out, samples string
	bytes        int64
	plant        bool
	seed         uint64
}

// report is what is printed: enough to check what a reader says of the file.
type report struct {
	File    string `json:"file"`
	Chunks  int    `json:"chunks"`
	Sources int    `json:"sources"` // different chunks of the samples
	Records uint64 `json:"records"`
	Planted uint64 `json:"planted,omitempty"` // record number
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", "", "file to write (needed)")
	flag.StringVar(&o.samples, "samples", "", "folder with *.evtx, also in folders below; none: records made by hand")
	flag.Int64Var(&o.bytes, "bytes", 500<<20, "size of the file, rounded to chunks")
	flag.BoolVar(&o.plant, "plant", false, "plant a record: event 4058 of MSExchangeIMC, log Application")
	flag.Uint64Var(&o.seed, "seed", 1, "decides the place of the planted record")
	flag.Parse()
	r, err := run(o)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "eventgen:", err)
		os.Exit(1)
	}
}

func run(o options) (report, error) {
	n := int((o.bytes - fileHeaderSize) / chunkSize)
	if o.out == "" || n < 1 || n > maxChunks {
		return report{}, fmt.Errorf("-out is needed, and -bytes for 1 to %d chunks of %d bytes", maxChunks, chunkSize)
	}
	var samples [][]byte
	if o.samples != "" {
		var err error
		if samples, err = fullChunks(o.samples); err != nil {
			return report{}, err
		}
	}
	f, err := os.Create(o.out)
	if err != nil {
		return report{}, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := report{File: o.out, Chunks: n, Sources: len(samples)}
	err = write(w, f, n, samples, o, &r)
	return r, errors.Join(err, f.Close())
}

// write writes n chunks and, when it knows the number of records, the header
// of the file.
func write(w *bufio.Writer, f *os.File, n int, samples [][]byte, o options, r *report) error {
	random := rand.New(rand.NewPCG(o.seed, 0))
	plantAt := -1
	if o.plant {
		plantAt = random.IntN(n)
	}
	if _, err := w.Write(make([]byte, fileHeaderSize)); err != nil {
		return err
	}
	now := &counter{next: 1, at: time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)}
	made := 0
	for i := range n {
		var chunk []byte
		switch {
		case i == plantAt:
			chunk, r.Planted = handMade(now, random, true)
		case len(samples) == 0:
			chunk, _ = handMade(now, random, false)
		default:
			chunk = append([]byte(nil), samples[made%len(samples)]...)
			made++
			if err := renumber(chunk, now); err != nil {
				return err
			}
		}
		seal(chunk)
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	r.Records = now.next - 1
	_, err := f.WriteAt(fileHeader(n, now.next), 0)
	return err
}
