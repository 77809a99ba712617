package jsonlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

const (
	maxMembers = 64 << 10 // of text made of the members behind a message
	maxText    = 64 << 10 // of text between objects in one record
	maxAgain   = 16 << 20 // bytes that are read twice behind broken objects, beside twice the whole
)

type reader struct {
	to       record.Sink
	problems *bounded.Problems
	win      *bounded.Window
	line     int   // of the first byte of the window
	column   int   // of it, in bytes
	passed   int64 // bytes before it
	again    int64 // bytes that were read and are read again
	inArray  bool

	tape   tape
	walker walker
	rec    record.Record
	picked [roles]pick
	win32  bool // a member says that it is an event of Windows

	choosing func(member) // the reader's methods, bound once
	writing  func(member)
	decode   func(*record.Record)

	values  []byte // values with escapes resolved
	level   []byte
	message []byte
	members int  // where the members begin in message
	late    bool // the members of System are written, not the others
	capped  bool // members did not fit
}

func newReader(to record.Sink) *reader {
	r := &reader{to: to, problems: bounded.NewProblems(to), line: 1}
	r.choosing, r.writing, r.decode = r.pick, r.write, r.fill
	return r
}

func (r *reader) read(ctx context.Context, in io.Reader) error {
	r.win = bounded.NewWindow(in)
	err := r.entries(ctx)
	ended := errors.Is(err, io.EOF)
	if ended && r.inArray {
		r.problems.Add(r.line, "json.truncated", 0, "the file ends before its array does: expected ]; entries are missing behind this line")
	}
	r.problems.Close()
	if ended {
		return nil
	}
	return fmt.Errorf("JSON log, line %d: %w", r.line, err)
}

// entries reads to the end of the input, which is the error io.EOF.
func (r *reader) entries(ctx context.Context) error {
	for {
		if err := r.between(ctx); err != nil {
			return err
		}
		var err error
		if r.win.Bytes()[0] == '{' {
			err = r.object(ctx)
		} else {
			r.problems.Add(r.line, "json.text", 0, "expected a JSON object that begins with {; the line is taken as text")
			err = r.text(ctx, 1<<30)
		}
		if err != nil {
			return err
		}
	}
}

// between passes over what stands between objects: blanks, commas, and the
// brackets of an array.
func (r *reader) between(ctx context.Context) error {
	for {
		b := r.win.Bytes()
		i := 0
		for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t' || b[i] == ',') {
			i++
		}
		r.advance(i)
		switch b = b[i:]; {
		case len(b) == 0:
			if err := r.win.More(ctx); err != nil {
				return err
			}
		case b[0] == '[' && !r.inArray:
			opens, err := r.opensArray(ctx)
			if err != nil || !opens {
				return err
			}
			r.inArray = true
			r.advance(1)
		case b[0] == ']' && r.inArray:
			r.inArray = false
			r.advance(1)
		default:
			return nil
		}
	}
}

// opensArray reports whether the bracket at the window begins an array of
// objects, and not a line of text.
func (r *reader) opensArray(ctx context.Context) (bool, error) {
	for {
		rest := bytes.TrimLeft(r.win.Bytes()[1:], " \t\r\n")
		if len(rest) > 0 {
			return rest[0] == '{' || rest[0] == ']', nil
		}
		if err := r.win.More(ctx); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, bounded.ErrFull) {
				return false, nil
			}
			return false, err
		}
	}
}

func (r *reader) advance(n int) {
	b := r.win.Bytes()[:n]
	if lines := bytes.Count(b, []byte{'\n'}); lines > 0 {
		r.line += lines
		r.column = n - bytes.LastIndexByte(b, '\n') - 1
	} else {
		r.column += n
	}
	r.passed += int64(n)
	r.win.Advance(n)
}

// object reads the object at the window.
func (r *reader) object(ctx context.Context) error {
	t := &r.tape
	t.reset()
	for {
		s := t.read(r.win.Bytes())
		if s != more && t.at > bounded.MaxRecord {
			return r.long(ctx, s)
		}
		switch s {
		case done:
			n := t.at
			if err := r.emit(r.win.Bytes()[:n]); err != nil {
				return err
			}
			r.advance(n)
			return nil
		case broken:
			at := r.line + bytes.Count(r.win.Bytes()[:t.at], []byte{'\n'})
			r.problems.Add(r.line, "json.broken", 0,
				"no JSON object: expected %s in line %d; it is taken as text, without fields", t.expected(), at)
			return r.broken(ctx)
		case deep:
			r.problems.Add(r.line, "json.too-deep", 0,
				"the object is nested deeper than %d; it is taken as text, without fields", maxDepth)
			return r.broken(ctx)
		}
		switch err := r.win.More(ctx); {
		case errors.Is(err, bounded.ErrFull), errors.Is(err, io.EOF) && t.at > bounded.MaxRecord:
			return r.long(ctx, more)
		case errors.Is(err, io.EOF):
			r.problems.Add(r.line, "json.truncated", 0,
				"the file ends before the object does that begins here: expected }; it is taken as text, without fields")
			return r.broken(ctx)
		case err != nil:
			return err
		}
	}
}

// broken passes over an object that is none: to the next line that may begin
// one, or, when too much was read twice already, behind what was looked at.
func (r *reader) broken(ctx context.Context) error {
	b := r.win.Bytes()
	seen := min(r.tape.at, len(b))
	first := bytes.IndexByte(b[:seen], '\n') + 1
	if first > 0 {
		if waste := int64(seen - first); r.again+waste > maxAgain+2*r.passed {
			if err := r.emitText(b[:seen]); err != nil {
				return err
			}
			r.advance(seen)
			return r.text(ctx, r.column)
		}
		r.again += int64(seen - first)
	}
	return r.text(ctx, r.column)
}

// text hands over lines as text, up to the next line that begins with { at no
// greater column than limit.
func (r *reader) text(ctx context.Context, limit int) error {
	r.message = r.message[:0]
	line := r.line
	flush := func() error {
		if len(bytes.TrimSpace(r.message)) == 0 {
			return nil
		}
		r.rec = record.Record{Line: line, Message: bytes.TrimRight(r.message, " \t\r\n")}
		err := r.to.Record(&r.rec)
		r.message = r.message[:0]
		return err
	}
	for first := true; ; first = false {
		n, err := r.win.Line(ctx)
		switch {
		case errors.Is(err, bounded.ErrFull):
			if err := flush(); err != nil {
				return err
			}
			if err := r.longLine(ctx); err != nil {
				return err
			}
			line = r.line
			continue
		case err != nil:
			if failed := flush(); failed != nil {
				return failed
			}
			return err
		}
		b := r.win.Bytes()[:n]
		if !first && r.begins(b, limit) {
			return flush()
		}
		if len(r.message) > 0 && len(r.message)+n > maxText {
			if err := flush(); err != nil {
				return err
			}
		}
		if len(r.message) == 0 {
			line = r.line
		}
		r.message = append(r.message, b...)
		r.advance(n)
	}
}

// begins reports whether the line may begin an object, or end the array.
func (r *reader) begins(line []byte, limit int) bool {
	rest := bytes.TrimLeft(line, " \t,")
	if len(rest) == 0 || len(line)-len(rest) > limit {
		return false
	}
	return rest[0] == '{' || rest[0] == ']' && r.inArray && len(bytes.TrimSpace(rest)) == 1
}

// emitText hands over b as it is.
func (r *reader) emitText(b []byte) error {
	r.rec = record.Record{Line: r.line, Message: b}
	return r.to.Record(&r.rec)
}

// longLine hands over the beginning of a line of text that is too long.
func (r *reader) longLine(ctx context.Context) error {
	r.problems.Add(r.line, "json.too-long", 0, "the line is longer than 1 MiB; what is behind that was not read")
	if err := r.emitText(bounded.Cut(r.win.Bytes(), bounded.MaxRecord)); err != nil {
		return err
	}
	return r.skipLine(ctx)
}

func (r *reader) skipLine(ctx context.Context) error {
	n, err := r.win.Rest(ctx)
	r.passed += n
	r.line++
	r.column = 0
	return err
}

// long hands over the beginning of an object that is too long, as text, and
// passes over the rest. The tape has come to s.
func (r *reader) long(ctx context.Context, s status) error {
	r.problems.Add(r.line, "json.too-long", 0,
		"the object is longer than 1 MiB; its beginning is taken as text, without fields, and the rest was not read")
	if err := r.emitText(bounded.Cut(r.win.Bytes(), bounded.MaxRecord)); err != nil {
		return err
	}
	t := &r.tape
	for s == more {
		r.advance(t.at)
		t.drop()
		if s = t.read(r.win.Bytes()); s == more && t.at == 0 {
			if err := r.win.More(ctx); err != nil {
				return err
			}
		}
	}
	r.advance(t.at)
	if s == done {
		return nil
	}
	return r.skipLine(ctx)
}
