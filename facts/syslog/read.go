package syslog

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

type reader struct {
	to       record.Sink
	win      *bounded.Window
	problems *bounded.Problems
	at       int // line of the first byte of the window

	// The entry that is read, until it is known that no line goes on with it.
	line   int // 0 if there is none
	header Header
	entry  []byte
	whole  bool // nothing goes on with it: it came in a frame
	cut    bool

	next    []byte // the line behind it
	message []byte
	level   []byte
	rec     record.Record
}

// entries reads to the end of the input, which is the error io.EOF.
func (r *reader) entries(ctx context.Context) error {
	for {
		framed, err := r.framed(ctx)
		if err == nil && !framed {
			err = r.nextLine(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// frame reads the length of a frame at the beginning of b, "83 <34>", and says
// how many bytes it and the blank take, 0 if there is no frame.
func frame(b []byte) (size, n int) {
	for n < len(b) && n < 9 && b[n]-'0' < 10 {
		size = size*10 + int(b[n]-'0')
		n++
	}
	if n == 0 || b[0] == '0' || n+1 >= len(b) || b[n] != ' ' || b[n+1] != '<' {
		return 0, 0
	}
	if _, p := priority(b[n+1:]); p == 0 {
		return 0, 0
	}
	return size, n + 1
}

// framed takes a frame, if there is one at the window.
func (r *reader) framed(ctx context.Context) (bool, error) {
	if b := r.win.Bytes(); len(b) > 0 && b[0]-'1' > 8 {
		return false, nil
	}
	b, err := r.want(ctx, 16)
	if err != nil {
		return false, err
	}
	size, n := frame(b)
	if n == 0 {
		return false, nil
	}
	if size > bounded.MaxRecord {
		r.problems.Add(r.at, "syslog.frame", 0, "a frame of %d bytes is longer than 1 MiB; the input is read by lines from here on to the next frame", size)
		r.advance(n)
		return false, nil
	}
	b, err = r.want(ctx, n+size+1)
	if err != nil {
		return false, err
	}
	switch {
	case len(b) < n+size:
		r.problems.Add(r.at, "syslog.truncated", 0, "the file ends inside a frame of %d bytes; what is there of it is taken", size)
		r.advance(n)
		return false, nil
	case len(b) > n+size && b[n+size] != '\n' && b[n+size] != '\r' && b[n+size]-'0' > 9:
		r.problems.Add(r.at, "syslog.frame", 0, "expected another frame or a line end behind a frame of %d bytes; it is read by lines", size)
		r.advance(n)
		return false, nil
	}
	r.next = append(r.next[:0], bytes.TrimRight(b[n:n+size], "\r\n")...)
	h, _ := ParseHeader(r.next)
	if err := r.begin(h, true); err != nil {
		return false, err
	}
	r.advance(n + size)
	return true, nil
}

// want is the next n bytes, or those that are there. At the end of the input,
// the error is io.EOF only if there are none.
func (r *reader) want(ctx context.Context, n int) ([]byte, error) {
	for len(r.win.Bytes()) < n {
		if err := r.win.More(ctx); err != nil {
			if errors.Is(err, io.EOF) && len(r.win.Bytes()) > 0 {
				break
			}
			return nil, err
		}
	}
	return r.win.Bytes()[:min(n, len(r.win.Bytes()))], nil
}

// nextLine takes the line at the window.
func (r *reader) nextLine(ctx context.Context) error {
	n, err := r.win.Line(ctx)
	if errors.Is(err, bounded.ErrFull) {
		r.problems.Add(r.at, "syslog.too-long", 0, "the line is longer than 1 MiB; what is behind that was not read")
		if err := r.take(bounded.Cut(r.win.Bytes(), bounded.MaxRecord)); err != nil {
			return err
		}
		_, err = r.win.Rest(ctx)
		r.at++
		return err
	}
	if err != nil {
		return err
	}
	line := r.win.Bytes()[:n]
	if line[n-1] == '\n' {
		line = line[:n-1]
	}
	if len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	if err := r.take(line); err != nil {
		return err
	}
	r.advance(n)
	return nil
}

// take begins an entry with the line, or goes on with the one that is open.
func (r *reader) take(line []byte) error {
	open := r.line > 0 && !r.whole
	if len(line) == 0 || open && (line[0] == ' ' || line[0] == '\t') {
		if open {
			r.goOn(line)
		}
		return nil
	}
	// The header's slices must last as long as the entry: it is read in a copy.
	r.next = append(r.next[:0], line...)
	h, ok := ParseHeader(r.next)
	if !ok && open && !bytes.HasPrefix(line, []byte("-- ")) { // a remark of journalctl
		r.goOn(line)
		return nil
	}
	return r.begin(h, false)
}

// begin hands over the open entry and begins another with the line in next. A
// frame is complete.
func (r *reader) begin(h Header, whole bool) error {
	if err := r.flush(); err != nil {
		return err
	}
	r.entry, r.next = r.next, r.entry
	if cap(r.next) > 256<<10 { // one huge entry must not hold its memory for all the others
		r.next = nil
	}
	r.header, r.line, r.whole, r.cut = h, r.at, whole, false
	return nil
}

// goOn adds a line to the open entry.
func (r *reader) goOn(line []byte) {
	if r.cut || len(r.entry)+1+len(line) > bounded.MaxRecord {
		if !r.cut {
			r.problems.Add(r.at, "syslog.too-long", 0, "the entry of line %d and what goes on with it are longer than 1 MiB; the rest was not read", r.line)
		}
		r.cut = true
		return
	}
	r.entry = append(append(r.entry, '\n'), line...)
}

// flush hands over the open entry.
func (r *reader) flush() error {
	if r.line == 0 {
		return nil
	}
	h := &r.header
	text := bytes.TrimRight(r.entry[h.Text:], " \t\n")
	if len(h.Module)+len(h.Data)+len(h.MsgID) > 0 {
		text = r.compose(text)
	}
	r.level = append(r.level[:0], h.Level...)
	r.rec = record.Record{Line: r.line, Time: h.Time, Host: h.Host, Source: h.Program, Level: r.level, Message: text}
	r.line = 0
	return r.to.Record(&r.rec)
}

// compose makes the text of an entry that has more than a message.
func (r *reader) compose(text []byte) []byte {
	h, m := &r.header, r.message[:0]
	if len(h.Module) > 0 {
		m = append(append(m, h.Module...), ": "...)
	}
	m = append(m, text...)
	if len(h.MsgID) > 0 {
		m = append(append(m, "\nMSGID: "...), h.MsgID...)
	}
	if len(h.Data) > 0 {
		m = append(append(m, '\n'), h.Data...)
	}
	r.message = m
	return m
}

func (r *reader) advance(n int) {
	r.at += bytes.Count(r.win.Bytes()[:n], []byte{'\n'})
	r.win.Advance(n)
}
