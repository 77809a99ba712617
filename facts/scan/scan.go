// Package scan reads collected logs of any size: raw input is matched first, in
// one pass, against everything that rules name, and only the records that hit
// are parsed and counted. Memory does not grow with the input.
//
// Divide makes items of a file, Reader.Read reads one, and what it gives, a
// Part, merges with the parts of other items in any order.
package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/evtx"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// Reader reads items. It may be used by several goroutines.
type Reader struct {
	Filter   record.Filter
	Opener   intake.Opener
	Gap      time.Duration // that ends a session
	Progress *Progress     // counts on while items are read; may be nil

	sizes sizes     // zero for the usual ones
	rooms sync.Pool // of *room
}

func (r *Reader) window() sizes {
	if r.sizes == (sizes{}) {
		return usual()
	}
	return r.sizes
}

// Progress is how far a scan is. It may be read while it is written.
type Progress struct {
	Bytes   atomic.Int64 // of the files
	Records atomic.Int64
	Hits    atomic.Int64 // records that a rule may want
}

// Item is a file, or a stretch of one that is large.
type Item struct {
	Path     string `json:"path"`
	From     int64  `json:"from,omitempty"`
	To       int64  `json:"to,omitempty"` // 0 where the item is the file as a whole
	Size     int64  `json:"size"`         // of the file
	Modified int64  `json:"modified"`     // nanoseconds since 1970
}

// Bytes is how many bytes of the file the item is.
func (it Item) Bytes() int64 {
	if it.To == 0 {
		return it.Size
	}
	return min(it.To, it.Size) - it.From
}

// Part is what the reading of an item gave.
type Part struct {
	Item     Item             `json:"item"`
	Tally    *tally.Tally     `json:"tally"`
	Sources  []facts.Source   `json:"sources,omitempty"`
	Problems []facts.Problem  `json:"problems,omitempty"`
	Looked   []*intake.Looked `json:"looked,omitempty"`
	Systems  []System         `json:"systems,omitempty"`
	Lines    []Lines          `json:"lines,omitempty"`
	Hosts    []Host           `json:"hosts,omitempty"` // of which there is a bundle
	Cases    []Case           `json:"cases,omitempty"`

	unlisted int
	progress *Progress
	done     int64 // bytes of the item that progress knows of
}

// System is the operating system that wrote a log, as the form of the log tells.
type System struct {
	Path string `json:"path"`
	Name string `json:"name"`
}

// Lines counts the line ends of a stretch of a text.
type Lines struct {
	Path  string `json:"path"`
	From  int64  `json:"from"`
	Count int64  `json:"count"`
}

// maxProblems bounds the problems of an item; the others are counted.
const maxProblems = 1000

// Divide lists the items of a file: itself, or stretches of a large one.
func (r *Reader) Divide(ctx context.Context, path string, info fs.FileInfo) []Item {
	whole := Item{Path: path, Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if !info.Mode().IsRegular() || info.Size() <= r.window().stretch*3/2 {
		return []Item{whole}
	}
	d := divider{stretch: r.window().stretch}
	if err := r.Opener.File(ctx, path, &d); !errors.Is(err, errDivided) || d.size == 0 {
		return []Item{whole}
	}
	var items []Item
	for from := int64(0); from < whole.Size; from += d.size {
		it := whole
		it.From, it.To = from, from+d.size
		if whole.Size-it.To < d.size/2 { // the last one is not a mere rest
			it.To = math.MaxInt64
		}
		items = append(items, it)
		if it.To == math.MaxInt64 {
			break
		}
	}
	return items
}

var errDivided = errors.New("divided")

// divider looks at the form of a file, and reads nothing of it.
type divider struct{ stretch, size int64 }

func (d *divider) Stream(s *intake.Stream) error {
	if s.At != nil && (s.Format == intake.FormatText || s.Format == intake.FormatEVTX) {
		d.size = d.stretch
	}
	return errDivided
}

func (d *divider) Problem(facts.Problem) {}

// Read reads an item. The only error is that of the context; the part holds
// what was read until then.
func (r *Reader) Read(ctx context.Context, it Item) (*Part, error) {
	p := &Part{Item: it, Tally: tally.New(r.Gap), progress: r.Progress}
	room := r.room()
	defer r.rooms.Put(room)
	job := &job{reader: r, part: p, ctx: ctx, room: room}
	err := r.Opener.File(ctx, it.Path, job)
	if len(p.Sources) == 0 {
		p.Sources = []facts.Source{{Path: it.Path, Format: "unread", Skipped: 1}}
	}
	if p.unlisted > 0 {
		p.Problems = append(p.Problems, facts.Problem{
			Source: it.Path, Stage: "read", Reason: "problem.too-many", Lost: int64(p.unlisted),
			Text: fmt.Sprintf("%d more problems of this file are not listed", p.unlisted),
		})
	}
	if err == nil && p.progress != nil { // what was skipped is done as well
		p.progress.Bytes.Add(max(it.Bytes()-p.done, 0))
	}
	return p, err
}

// advance tells progress of bytes that were read at the offset, as far as they
// belong to the item.
func (p *Part) advance(offset, n, from, to int64) {
	if p.progress == nil || p.Item.Path == "" {
		return
	}
	n = min(offset+n, to) - max(offset, from)
	if n = min(n, p.Item.Bytes()-p.done); n > 0 {
		p.done += n
		p.progress.Bytes.Add(n)
	}
}

func (p *Part) problem(x facts.Problem) {
	if len(p.Problems) >= maxProblems {
		p.unlisted++
		return
	}
	p.Problems = append(p.Problems, x)
}

// job is the reading of one item.
type job struct {
	reader *Reader
	part   *Part
	ctx    context.Context
	*room
}

// room is what a worker needs for an item, and again for the next one: made anew
// for each it was most of the garbage of a scan.
type room struct {
	scanners scanners
	buf      []byte // of a text
}

func (r *Reader) room() *room {
	if used, ok := r.rooms.Get().(*room); ok {
		return used
	}
	return &room{scanners: scannersOf(r.Filter)}
}

// scanners are what finds the hits: at the begin of a log all of them, so that
// what is too common to be told is seen, and farther on those that can tell.
type scanners struct{ all, telling record.Scanner }

func scannersOf(f record.Filter) scanners { return scanners{f.Scanner(), f.Telling()} }

// beginning is how many records of a log are its begin. Of a text it is the
// first block.
const beginning = 1000

// Problem implements intake.Taker.
func (j *job) Problem(p facts.Problem) { j.part.problem(p) }

// Stream implements intake.Taker.
func (j *job) Stream(s *intake.Stream) error {
	switch {
	case s.Format == intake.FormatCase && s.Bundle != nil:
		return j.host(s)
	case s.Format == intake.FormatCase:
		return j.saved(s)
	case s.Format == intake.FormatEVTX && s.At != nil && j.part.Item.To != 0:
		return j.chunks(s)
	case s.HasRecords():
		return j.records(s)
	}
	return j.text(s)
}

// text scans plain text.
func (j *job) text(s *intake.Stream) error {
	it, w := j.part.Item, j.reader.window()
	t := &text{sizes: w, part: j.part, path: s.Path, scanners: j.scanners, buf: j.buf[:0], src: s.Text(), to: math.MaxInt64 - w.ahead(), hosts: map[string]string{}}
	if s.At != nil { // offsets are those in the file
		t.base = int64(mark(s.At))
		if it.To != 0 {
			t.from, t.to = it.From, min(it.To, t.to)
			t.base = max(t.base, it.From-w.back())
			t.src = io.NewSectionReader(s.At, t.base, math.MaxInt64-t.base)
		}
	}
	before := j.part.Tally.Records
	err := t.run(j.ctx)
	j.buf = t.buf
	lines, end := t.lines+t.rest, t.end()
	switch {
	case err != nil && j.ctx.Err() == nil:
		j.part.problem(facts.Problem{
			Source: s.Path, At: fmt.Sprintf("line %d", t.lines+1), Stage: "read", Reason: "file.read-failed", Read: t.lines,
			Text: fmt.Sprintf("reading failed behind byte %d: %v; how much is missing is not known. What was read is used", end, plain(err)),
		})
	case err == nil && s.At != nil && end < min(it.Size, t.to):
		j.part.problem(shortened(s.Path, it))
	}
	j.part.Sources = append(j.part.Sources, facts.Source{Path: s.Path, Format: s.Format, Bytes: max(0, min(end, t.to)-t.from), Records: int(lines)})
	j.part.Lines = append(j.part.Lines, Lines{s.Path, t.from, t.lines})
	j.count(lines, j.part.Tally.Records-before)
	return j.ctx.Err()
}

// mark is the length of the mark of UTF-8 at the beginning, which is no text.
func mark(at io.ReaderAt) int {
	var head [3]byte
	if n, _ := at.ReadAt(head[:], 0); n == 3 && string(head[:]) == "\xef\xbb\xbf" {
		return n
	}
	return 0
}

func shortened(path string, it Item) facts.Problem {
	return facts.Problem{
		Source: path, Stage: "read", Reason: "file.truncated",
		Text: fmt.Sprintf("it ended before byte %d: it became shorter while it was read; read it again", it.Size),
	}
}

// records reads a log that has a reader of its own.
func (j *job) records(s *intake.Stream) error {
	k := j.sink(s.Path)
	err := s.Records(j.ctx, k)
	if s.At != nil && err == nil && s.Bytes() < j.part.Item.Size && shorter(j.part.Item) {
		k.Damage(shortened(s.Path, j.part.Item))
	}
	k.end(s.Format, s.System, s.Bytes(), err)
	j.part.advance(0, s.Bytes(), 0, math.MaxInt64)
	return j.ctx.Err()
}

// chunks reads a stretch of a large event log.
func (j *job) chunks(s *intake.Stream) error {
	k := j.sink(s.Path)
	head := make([]byte, 128)
	_, err := s.At.ReadAt(head, 0)
	header, headErr := evtx.Header(head)
	if j.part.Item.From == 0 {
		chunks := (s.Size - int64(header.BlockSize)) / evtx.ChunkSize
		switch {
		case headErr != nil:
			k.Damage(facts.Problem{At: "header", Reason: "evtx.bad-header", Text: headErr.Error() + "; its chunks are read all the same"})
		case int64(header.Chunks) > chunks:
			k.Damage(facts.Problem{At: "header", Reason: "evtx.truncated", Text: fmt.Sprintf(
				"the header announces %d chunks; the file has room for %d; copy the file again if there is more of it", header.Chunks, chunks)})
		}
	}
	var (
		decoder = evtx.NewDecoder()
		chunk   = make([]byte, evtx.ChunkSize)
		it      = j.part.Item
		read    = int64(0)
	)
	first := (it.From + evtx.ChunkSize - 1) / evtx.ChunkSize
	for i := first; i*evtx.ChunkSize < min(it.To, it.Size) && err == nil; i++ {
		if err = j.ctx.Err(); err != nil {
			break
		}
		offset := int64(header.BlockSize) + i*evtx.ChunkSize
		n := 0
		n, err = s.At.ReadAt(chunk, offset)
		if err == io.EOF {
			err = nil
		}
		read += int64(n)
		if n == 0 || err != nil {
			if err == nil && offset < it.Size {
				k.Damage(shortened(s.Path, it))
			}
			break
		}
		j.part.advance(offset, int64(n), it.From, it.To)
		err = decoder.Chunk(chunk[:n], int(i), k)
	}
	k.end(s.Format, s.System, read, err)
	return j.ctx.Err()
}

// count tells progress what was read.
func (j *job) count(records, hits int64) {
	if p := j.reader.Progress; p != nil {
		p.Records.Add(records)
		p.Hits.Add(hits)
	}
}

// plain is an error of the file system without the path, which the problem names.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// shorter reports whether the file has lost some of its end.
func shorter(it Item) bool {
	info, err := os.Stat(it.Path)
	return err == nil && info.Size() < it.Size
}

// Same reports whether the file is still the one that was divided.
func (it Item) Same() bool {
	info, err := os.Stat(it.Path)
	return err == nil && info.Size() == it.Size && info.ModTime().UnixNano() == it.Modified
}
