// Package bounded keeps what a hostile log can cost within limits: a record is
// read up to a length and no further, and of problems of one kind a hundred are
// told.
package bounded

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// MaxRecord is the longest record or line, in bytes, that a reader takes whole.
const MaxRecord = 1 << 20

// ErrFull says that a record goes on behind MaxRecord bytes.
var ErrFull = errors.New("the record is longer than 1 MiB")

const (
	firstSize = 128 << 10
	lastSize  = MaxRecord + 64<<10 // what stands behind a record of full length is seen
)

// Window is a stretch of an input that moves forward. Its memory is bounded.
type Window struct {
	in       io.Reader
	buf      []byte
	pos      int // buf[pos:] is not used yet
	searched int // buf[pos:pos+searched] holds no line end
	end      error
}

// NewWindow is a window at the beginning of in.
func NewWindow(in io.Reader) *Window {
	return &Window{in: in, buf: make([]byte, 0, firstSize)}
}

// Bytes is what was read and not used. It is valid until More or Line.
func (w *Window) Bytes() []byte { return w.buf[w.pos:] }

// Advance uses the first n of Bytes.
func (w *Window) Advance(n int) {
	w.pos += n
	w.searched = max(w.searched-n, 0)
}

// More reads on behind Bytes. The error is io.EOF at the end of the input,
// ErrFull when Bytes has its greatest length, that of the context, or that of
// the input.
func (w *Window) More(ctx context.Context) error {
	if w.end != nil {
		return w.end
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(w.buf) == cap(w.buf) && !w.makeRoom() {
		return ErrFull
	}
	for range 100 {
		n, err := w.in.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+n]
		w.end = err
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.end = io.ErrNoProgress
	return w.end
}

// makeRoom moves what is not used to the front, or grows.
func (w *Window) makeRoom() bool {
	kept := w.buf[w.pos:]
	size := cap(w.buf)
	if len(kept) > size/2 {
		if size == lastSize && w.pos == 0 {
			return false
		}
		size = min(2*size, lastSize)
	}
	if size > cap(w.buf) {
		w.buf = append(make([]byte, 0, size), kept...)
	} else {
		w.buf = w.buf[:copy(w.buf[:cap(w.buf)], kept)]
	}
	w.pos = 0
	return true
}

// Line is the length of the next line with its end, which Bytes then holds. At
// the end of the input the last line may have no end; behind it the error is
// io.EOF. A line longer than MaxRecord is ErrFull, and Bytes holds its
// beginning.
func (w *Window) Line(ctx context.Context) (int, error) {
	for {
		b := w.buf[w.pos:]
		if i := bytes.IndexByte(b[w.searched:], '\n'); i >= 0 {
			if n := w.searched + i + 1; n <= MaxRecord+2 {
				return n, nil
			}
			return 0, ErrFull
		}
		w.searched = len(b)
		err := w.More(ctx)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && len(b) > MaxRecord:
			return 0, ErrFull
		case errors.Is(err, io.EOF) && len(b) > 0:
			return len(b), nil
		default:
			return 0, err
		}
	}
}

// Rest passes over the rest of the line that begins at Bytes, with its end, and
// says how long it was. It reads as far as it must, whatever the length.
func (w *Window) Rest(ctx context.Context) (int64, error) {
	passed := int64(0)
	for {
		b := w.Bytes()
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			w.Advance(i + 1)
			return passed + int64(i) + 1, nil
		}
		passed += int64(len(b))
		w.Advance(len(b))
		if err := w.More(ctx); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return passed, err
		}
	}
}
