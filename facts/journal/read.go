package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

type reader struct {
	to       record.Sink
	win      *bounded.Window
	problems *bounded.Problems
	line     int // of the first byte of the window; line ends inside data count

	entry  entry
	rec    record.Record
	decode func(*record.Record)

	level   []byte
	message []byte
}

// entries reads to the end of the input, which is the error io.EOF.
func (r *reader) entries(ctx context.Context) error {
	for {
		err := r.field(ctx)
		if errors.Is(err, io.EOF) {
			if failed := r.emit(); failed != nil {
				return failed
			}
		}
		if err != nil {
			return err
		}
	}
}

// field reads one field of the entry, or the blank line behind it.
func (r *reader) field(ctx context.Context) error {
	n, err := r.win.Line(ctx)
	switch {
	case errors.Is(err, bounded.ErrFull):
		return r.longLine(ctx)
	case err != nil:
		return err
	}
	line := r.win.Bytes()[:n]
	ended := line[n-1] == '\n'
	text := bytes.TrimSuffix(line, []byte("\n"))
	if len(text) == 0 || len(text) == 1 && text[0] == '\r' {
		r.advance(n)
		return r.emit()
	}
	r.entry.begin(r.line)
	name, value, ok := bytes.Cut(text, []byte("="))
	switch {
	case !isName(name):
		r.problems.Add(r.line, "journal.broken", 0,
			"expected a line NAME=value or a blank line; the line was left out")
	case !ended:
		r.problems.Add(r.line, "journal.truncated", 0,
			"the file ends inside the field %s; what is there of it is taken", name)
		r.entry.add(name, value)
	case ok:
		r.entry.add(name, value)
	default:
		return r.data(ctx, n)
	}
	r.advance(n)
	return nil
}

// data reads a field with its length before it. Its name takes the first n
// bytes of the window, with the line end.
func (r *reader) data(ctx context.Context, n int) error {
	line := r.line
	head, err := r.want(ctx, n+8)
	if err != nil {
		return r.truncated(line, r.win.Bytes()[:n-1], err)
	}
	size := binary.LittleEndian.Uint64(head[n:])
	if size > maxData {
		r.problems.Add(line, "journal.broken", 0,
			"the field %s has a length of %d bytes, which no field has; the rest of the entry was left out", head[:n-1], size)
		r.advance(n)
		return r.skipEntry(ctx)
	}
	name := r.entry.name(head[:n-1])
	r.advance(n + 8)
	keep := int(min(size, bounded.MaxRecord))
	value, err := r.want(ctx, keep)
	r.entry.add(name, value)
	if err != nil {
		r.advance(len(value))
		return r.truncated(line, name, err)
	}
	r.advance(keep)
	if left := int64(size) - int64(keep); left > 0 {
		r.problems.Add(line, "journal.too-long", 0,
			"the field %s is %d bytes long; what is behind 1 MiB was not read", name, size)
		if err := r.skip(ctx, left); err != nil {
			return r.truncated(line, name, err)
		}
	}
	end, err := r.want(ctx, 1)
	if err != nil {
		return r.truncated(line, name, err)
	}
	if end[0] != '\n' {
		r.problems.Add(line, "journal.broken", 0,
			"expected a line end behind the %d bytes of the field %s; the rest of the entry was left out", size, name)
		return r.skipEntry(ctx)
	}
	r.advance(1)
	return nil
}

// truncated says that the input ended inside a field.
func (r *reader) truncated(line int, name []byte, err error) error {
	if errors.Is(err, io.EOF) {
		r.problems.Add(line, "journal.truncated", 0, "the file ends inside the field %s; what is there of it is taken", name)
		r.advance(len(r.win.Bytes()))
	}
	return err
}

// want is the next n bytes, at most those that are there and io.EOF.
func (r *reader) want(ctx context.Context, n int) ([]byte, error) {
	for len(r.win.Bytes()) < n {
		if err := r.win.More(ctx); err != nil {
			return r.win.Bytes(), err
		}
	}
	return r.win.Bytes()[:n], nil
}

func (r *reader) skip(ctx context.Context, n int64) error {
	for {
		have := min(n, int64(len(r.win.Bytes())))
		r.advance(int(have))
		if n -= have; n == 0 {
			return nil
		}
		if err := r.win.More(ctx); err != nil {
			return err
		}
	}
}

// skipEntry passes over lines to the blank line behind the entry, or to what
// can only be the beginning of the next.
func (r *reader) skipEntry(ctx context.Context) error {
	for first := true; ; first = false {
		n, err := r.win.Line(ctx)
		if errors.Is(err, bounded.ErrFull) {
			passed, err := r.win.Rest(ctx)
			if err != nil {
				return err
			}
			if passed > 0 {
				r.line++
			}
			continue
		}
		if err != nil {
			return err
		}
		line := r.win.Bytes()[:n]
		if !first && (len(line) == 1 || bytes.HasPrefix(line, []byte("__CURSOR="))) {
			return r.emit()
		}
		r.advance(n)
	}
}

// longLine takes the beginning of a field that is longer than a record may be.
func (r *reader) longLine(ctx context.Context) error {
	r.entry.begin(r.line)
	name, value, ok := bytes.Cut(bounded.Cut(r.win.Bytes(), bounded.MaxRecord), []byte("="))
	if ok && isName(name) {
		r.problems.Add(r.line, "journal.too-long", 0, "the field %s is longer than 1 MiB; what is behind that was not read", name)
		r.entry.add(name, value)
	} else {
		r.problems.Add(r.line, "journal.broken", 0, "expected a line NAME=value or a blank line; the line was left out")
	}
	if _, err := r.win.Rest(ctx); err != nil {
		return err
	}
	r.line++
	return nil
}

func (r *reader) advance(n int) {
	r.line += bytes.Count(r.win.Bytes()[:n], []byte{'\n'})
	r.win.Advance(n)
}
