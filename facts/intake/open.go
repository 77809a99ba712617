package intake

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"os"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/archive"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Opener opens inputs and divides them into streams: the file itself, or the
// members of the archive that it is, whatever is inside what.
type Opener struct {
	Budget *archive.Budget                    // of all archives; nil means the default limits
	Gate   archive.Gate                       // of the budgets that are made where Budget is nil; may be nil
	Open   func(path string) (fs.File, error) // opens a file; nil means the file system of the host
	Many   bool                               // there may be bundles of several hosts: their paths begin with Manifest.Label
}

// Taker takes what an Opener finds.
type Taker interface {
	// Stream takes content whose format is recognised, and reads as much of it as
	// it wants before it returns. An error ends the walk and is returned.
	Stream(s *Stream) error
	// Problem takes what was not read.
	Problem(p facts.Problem)
}

// Stream is content that is no container.
type Stream struct {
	Path   string // as in facts.Origin
	Size   int64  // in bytes, -1 where it is not known
	Format string // "text file", "case" or the name of a log's form
	System string // the operating system that writes this form, or ""
	// At gives the content in any order, for a file of Size bytes that is read as
	// it is; nil for what is unpacked or decoded on the way.
	At     io.ReaderAt
	Bundle *Manifest // of the bundle that it is in, or nil

	in   *bufio.Reader
	raw  *countingReader
	read func(ctx context.Context, r io.Reader, to record.Sink) error
}

// The formats that are no log with a reader of its own.
const (
	FormatText = "text file"
	FormatCase = "case"
	FormatEVTX = "evtx" // has one, and can be read from any chunk on
)

// Records reads the records of a log that has a reader of its own; for others
// it does nothing. What the reader reports as damaged has this stream as source.
func (s *Stream) Records(ctx context.Context, to record.Sink) error {
	if s.read == nil {
		return nil
	}
	return s.read(ctx, s.in, to)
}

// HasRecords reports whether there is a reader for the form of the stream.
func (s *Stream) HasRecords() bool { return s.read != nil }

// Text is the content as it is, or as UTF-8 where it was UTF-16.
func (s *Stream) Text() io.Reader { return s.in }

// Peek is up to n bytes of what Text will give first, at most 64 KiB.
func (s *Stream) Peek(n int) []byte {
	head, _ := s.in.Peek(n) // an error comes again when it is read
	return head
}

// Bytes is how many bytes were read of the content so far.
func (s *Stream) Bytes() int64 { return s.raw.n }

func (o *Opener) open(path string) (fs.File, error) {
	if o.Open != nil {
		return o.Open(path)
	}
	return openFile(path)
}

// containerHead is what archive.Kind wants to see.
const containerHead = 512

// File opens a file and hands its streams over.
func (o *Opener) File(ctx context.Context, path string, to Taker) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		to.Problem(notRegular(path, info.Mode()))
		return nil
	}
	f, err := o.open(path)
	if err != nil {
		to.Problem(Unreadable(path, err))
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		to.Problem(Unreadable(path, err))
		return nil
	}
	if !info.Mode().IsRegular() { // it changed since
		to.Problem(notRegular(path, info.Mode()))
		return nil
	}
	return o.Stream(ctx, path, f, info.Size(), to)
}

// Stream hands over the streams of what r holds, whose size is -1 where it is
// not known.
func (o *Opener) Stream(ctx context.Context, path string, r io.Reader, size int64, to Taker) error {
	budget := o.Budget
	if budget == nil {
		budget = archive.NewBudget(archive.DefaultLimits()).Behind(o.Gate)
	}
	at, _ := r.(io.ReaderAt)
	if size < 0 {
		at = nil
	}
	raw := &countingReader{src: r} // it repeats an error that a look at the beginning meets
	in := bufio.NewReaderSize(raw, 64<<10)
	head, _ := in.Peek(containerHead)
	if archive.Kind(head) == "" {
		return sniff(&Stream{Path: path, Size: size, At: at, raw: raw, in: in}, to)
	}
	m := &members{to: to, many: o.Many}
	var content io.Reader = in
	if at != nil {
		content = r // from its beginning, wherever the reading stands
	}
	err := archive.Walk(ctx, path, content, size, budget, m)
	if err == nil {
		m.endBundle()
	}
	m.tellEmpty()
	return err
}

// members hands the members of archives over.
type members struct {
	to       Taker
	many     bool    // see Opener.Many
	bundle   *bundle // that the members are of, or nil
	problems int
	empty    []facts.Problem
}

// Member implements archive.Visitor.
func (m *members) Member(member archive.Member, r io.Reader) error {
	r, err := m.inBundle(member, r)
	if r == nil {
		return err
	}
	return sniff(newStream(member.Path, member.Size, r), m.to)
}

// newStream is content that is read from its beginning to its end only.
func newStream(path string, size int64, r io.Reader) *Stream {
	raw := &countingReader{src: r}
	return &Stream{Path: path, Size: size, raw: raw, in: bufio.NewReaderSize(raw, 64<<10)}
}

// Archive implements archive.Visitor.
func (m *members) Archive(path, format string, count int) {
	if count == 0 {
		m.empty = append(m.empty, facts.Problem{
			Source: path, Stage: "open", Reason: "archive.empty",
			Text: "the " + format + " archive holds no files; check that it is the right one and was written to its end",
		})
	}
}

// Problem implements archive.Visitor.
func (m *members) Problem(p facts.Problem) {
	m.problems++
	m.to.Problem(p)
}

// tellEmpty reports archives without members, unless a problem says why.
func (m *members) tellEmpty() {
	if m.problems > 0 {
		return
	}
	for _, p := range m.empty {
		m.to.Problem(p)
	}
}

// sniff recognises the form of content that is no container.
func sniff(s *Stream, to Taker) error {
	path := s.Path
	head, err := s.in.Peek(sniffBytes)
	if err != nil && err != io.EOF && len(head) == 0 {
		to.Problem(readFailed(path, 0, 0, err))
		return nil
	}
	if f, ok := formatOfHead(head, true); ok {
		s.Format, s.System, s.read = f.name, f.system, f.read
		return to.Stream(s)
	}
	if what := unsupported(head); what != "" {
		to.Problem(facts.Problem{
			Source: path, Stage: "decode", Reason: "format.unsupported",
			Text: "it is " + what + ", which is not read; " + howToRead(what),
		})
		return nil
	}
	plain := s.in
	if s.in = asUTF8(s.in); s.in != plain {
		s.At = nil
	}
	head, _ = s.in.Peek(sniffBytes)
	s.Format = FormatText
	if f, ok := formatOfHead(head, false); ok {
		s.Format, s.System, s.read = f.name, f.system, f.read
		return to.Stream(s)
	}
	switch {
	case binaryData(head):
		to.Problem(facts.Problem{
			Source: path, Stage: "decode", Reason: "file.binary",
			Text: "it is binary data in no known format; expected a log, plain text (UTF-8, UTF-16, windows-1252), an archive or a saved case",
		})
		return nil
	case facts.IsCase(head):
		s.Format = FormatCase
	}
	return to.Stream(s)
}
