package intake

import (
	"bufio"
	"context"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
)

// Cleaner hides what must not be known, before a text is divided: a secret may go
// over several lines, of which each alone would say nothing.
type Cleaner interface {
	Text(text string) string
	Reader(r io.Reader) io.Reader // of lines
}

// clean puts the cleaner before what is read of the stream. A saved case stays as
// it is: it is no text.
func (s *Stream) clean(c Cleaner) {
	switch {
	case s.Format == FormatCase:
	case s.read == nil:
		s.in, s.At = bufio.NewReaderSize(c.Reader(s.in), 64<<10), nil
	default:
		read := s.read
		s.read = func(ctx context.Context, r io.Reader, to record.Sink) error {
			return read(ctx, r, cleanSink{to, c})
		}
	}
}

// cleanSink hands cleaned records over.
type cleanSink struct {
	record.Sink
	c Cleaner
}

// Record implements record.Sink.
func (k cleanSink) Record(r *record.Record) error {
	shown := *r
	text := string(shown.Text())
	if next := k.c.Text(text); next != text {
		shown.Message = []byte(next)
	}
	return k.Sink.Record(&shown)
}
