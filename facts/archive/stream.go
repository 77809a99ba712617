package archive

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/kbtriage/kbtriage/facts"
)

// Reasons of problems. They are stable.
const (
	reasonBomb        = "archive.bomb"        // expands out of proportion
	reasonLarge       = "archive.too-large"   // a member or the sum of all
	reasonDepth       = "archive.too-deep"    //
	reasonMembers     = "archive.too-many"    //
	reasonEncrypted   = "archive.encrypted"   //
	reasonDamaged     = "archive.damaged"     // a checksum or the structure is wrong
	reasonTruncated   = "archive.truncated"   //
	reasonTrailing    = "archive.trailing"    // something behind the end
	reasonOverlap     = "archive.overlap"     // two members share bytes
	reasonAmbiguous   = "archive.ambiguous"   // two directories to choose from
	reasonUnsupported = "archive.unsupported" // a format or method that is not read
	reasonWindow      = "archive.window"      // needs too much memory
	reasonSpecial     = "archive.special"     // links and devices
	reasonRead        = "archive.read"        // the source cannot be read
)

// cut is why a stream ended before its end.
type cut struct {
	path   string
	reason string
	text   string // goes on from the path: "is damaged ..."
	at     string
	member string // the member inside that was being read
	read   int64  // bytes delivered
	soft   bool   // the content is whole all the same
}

// Error is the text of the problem.
func (c *cut) Error() string { return c.path + " " + c.text }

// Is makes every cut an ErrCut.
func (c *cut) Is(target error) bool { return target == ErrCut }

// during notes the member that was being read, if the cause is around it.
func (c *cut) during(path string) {
	if c.member == "" && c.path != path {
		c.member = path
	}
}

// charge says what a stream takes from the budget.
type charge int

const (
	free  charge = iota // its bytes were there before
	whole               // all that comes out
	holes               // what comes out and did not go in
)

// stream is one layer: a source, a decoder, a member. It counts, holds the
// layer to the limits, and remembers why it ended early, so that each cause is
// reported once and by the layer where it is.
type stream struct {
	w      *walk
	path   string
	r      io.Reader
	below  *stream // what r reads from; nil for a source
	origin bool    // r is the source or a part of it: its errors are those of a device

	at     io.ReaderAt // the whole content, where it can be read in place
	charge charge
	start  int64       // below.n at the beginning
	want   int64       // bytes that must come; -1 if that is not known
	max    int64       // bytes that may come; 0 for no limit
	verify func() *cut // asked at the end
	watch  io.Writer   // sees all bytes, for a checksum

	head []byte // peeked and not yet read
	n    int64  // bytes out of r
	paid int64
	done bool
	cut  *cut
	note *cut // a soft cut
}

// Read returns the content. Its error is io.EOF at the true end only, else an
// ErrCut.
func (s *stream) Read(p []byte) (int, error) {
	if len(s.head) > 0 {
		n := copy(p, s.head)
		s.head = s.head[n:]
		return n, nil
	}
	return s.fetch(p)
}

// peek returns the next bytes, n of them or all that are left.
func (s *stream) peek(n int) []byte {
	buf := make([]byte, max(n, len(s.head)))
	got := copy(buf, s.head)
	for got < n {
		k, err := s.fetch(buf[got:])
		got += k
		if err != nil {
			break
		}
	}
	s.head = buf[:got]
	return s.head
}

func (s *stream) fetch(p []byte) (int, error) {
	switch {
	case s.cut != nil:
		return 0, s.cut
	case s.done:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	}
	if err := s.w.ctx.Err(); err != nil {
		s.cut = &cut{path: s.path, reason: reasonRead, text: "was not read to the end: " + err.Error()}
		return 0, s.cut
	}
	n, err := s.shielded(p)
	if n > 0 {
		n = s.account(n)
		if s.watch != nil {
			_, _ = s.watch.Write(p[:n]) // a hash: never fails
		}
	}
	switch {
	case s.cut != nil:
	case err == nil:
	case errors.Is(err, io.EOF) && !errors.Is(err, ErrCut):
		s.end()
	default:
		s.fail(err)
	}
	if n > 0 {
		return n, nil
	}
	if s.cut != nil {
		return 0, s.cut
	}
	if s.done {
		return 0, io.EOF
	}
	return 0, nil
}

// shielded reads from r. A decoder that panics over damaged data must not end
// the program; no code of a visitor runs below it.
func (s *stream) shielded(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("the decoder failed: %v", v)
		}
	}()
	return s.r.Read(p)
}

// account counts n bytes that came out of r and returns how many of them may be
// used.
func (s *stream) account(n int) int {
	l := s.w.budget.limits
	s.n += int64(n)
	if s.max > 0 && s.n > s.max {
		n -= int(min(int64(n), s.n-s.max))
		s.cut = s.because(reasonLarge, fmt.Sprintf("is longer than the %s that are read of one file; cut it into parts", bytesText(s.max)))
		return n
	}
	if s.charge == free {
		return n
	}
	in := s.below.used() - s.start
	due := s.n
	if s.charge == holes {
		due = s.n - in
	}
	if due > s.paid {
		over := s.w.budget.spend(due - s.paid)
		s.paid = due
		if over > 0 {
			n -= int(min(int64(n), over))
			s.cut = s.because(reasonLarge, fmt.Sprintf("was not read to its end: more than %s were expanded in all; give fewer files, or unpack them first", bytesText(l.Total)))
			return n
		}
	}
	if s.n > l.RatioAfter && s.n/l.Ratio > in {
		s.cut = s.because(reasonBomb, fmt.Sprintf("expands %d bytes to more than %d, beyond the ratio of %d; unpack it and give its files if it is no attack", in, s.n, l.Ratio))
		return 0
	}
	return n
}

// used is the number of bytes that were read from s.
func (s *stream) used() int64 { return s.n - int64(len(s.head)) }

// end is called at the end of r.
func (s *stream) end() {
	if s.want >= 0 && s.n < s.want {
		s.fail(io.ErrUnexpectedEOF)
		return
	}
	if s.verify != nil {
		if c := s.verify(); c != nil {
			c.path, c.read = s.path, s.n
			if !c.soft {
				s.cut = c
				return
			}
			s.note = c
		}
	}
	s.done = true
}

// fail ends the stream with the error of r. If the layer below ended early, that
// is the cause.
func (s *stream) fail(err error) {
	var own *cut
	switch {
	case s.below != nil && s.below.cut != nil:
		s.cut = s.below.cut
	case errors.As(err, &own):
		s.cut = own
		if own.path == "" {
			own.path, own.read = s.path, s.n
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		s.cut = s.because(reasonTruncated, fmt.Sprintf("ends early, behind %s of its content; fetch it again", plural(int(s.n), "byte")))
	case s.origin:
		s.cut = s.because(reasonRead, fmt.Sprintf("cannot be read on behind byte %d: %v; check the disk or copy it again", s.n, err))
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		s.cut = s.because(reasonWindow, "needs a larger window than is allowed; unpack it and give its files")
	default:
		s.cut = s.because(reasonDamaged, fmt.Sprintf("is damaged behind %s of its content: %v; fetch it again", plural(int(s.n), "byte"), err))
	}
}

func (s *stream) because(reason, text string) *cut {
	return &cut{path: s.path, reason: reason, text: text, read: s.n}
}

// finish reports why s ended early, if the cause is in s and not below.
func (w *walk) finish(s *stream) {
	if s.note != nil {
		w.report(s.note)
	}
	if s.cut == nil || s.below != nil && s.below.cut == s.cut {
		return
	}
	w.report(s.cut)
}

// drain reads s to its end, for the checks that are made there.
func drain(s *stream) { _, _ = io.Copy(io.Discard, s) } // s keeps its error

func (w *walk) report(c *cut) {
	if w.ctx.Err() != nil {
		return // Walk returns the error of the context
	}
	p := facts.Problem{Source: c.path, At: c.at, Stage: "decode", Reason: c.reason, Text: c.Error()}
	if p.At == "" && c.read > 0 {
		p.At = fmt.Sprintf("byte %d", c.read)
	}
	if c.member != "" {
		p.Text += "; it ended while " + c.member + " was read"
	}
	w.visitor.Problem(p)
}

// refuse reports something that was not opened.
func (w *walk) refuse(path, reason, text string) {
	w.visitor.Problem(facts.Problem{Source: path, Stage: "open", Reason: reason, Text: path + " " + text})
}
