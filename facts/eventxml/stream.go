package eventxml

import (
	"bytes"
	"errors"
	"io"
)

// stream is the input, and what stands in it between the events.
type stream struct {
	r     io.Reader
	buf   []byte
	pos   int   // in buf, of what is not read yet
	base  int64 // of buf in the input
	line  int   // at pos
	ended bool
	err   error

	root    string // name of the first element
	first   bool   // no element was met yet
	refused bool   // there was a declaration of a document type
	junk    junk
	endings endings
}

// junk is what is no part of an event and should not be there.
type junk struct {
	line  int // of its first byte
	bytes int
}

func newStream(r io.Reader) *stream { return &stream{r: r, line: 1, first: true} }

// fill reads until there are n bytes, or the input ends.
func (s *stream) fill(n int) {
	s.base += int64(s.pos)
	s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
	s.pos = 0
	if cap(s.buf) < n {
		s.buf = append(make([]byte, 0, n+n/4), s.buf...)
	}
	empty := 0
	for len(s.buf) < n && !s.ended {
		got, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+got]
		if empty++; got > 0 {
			empty = 0
		}
		if err == nil && empty == 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			s.ended = true
			if !errors.Is(err, io.EOF) {
				s.err = err
			}
		}
	}
}

// grow reads more behind what is not read yet, and says whether there is room
// for it and something came.
func (s *stream) grow() bool {
	have := len(s.buf) - s.pos
	if s.ended || have > maxEvent {
		return false
	}
	s.fill(max(headSize, 2*have))
	return len(s.buf) > have
}

// skip passes over n bytes.
func (s *stream) skip(n int) {
	s.line += bytes.Count(s.buf[s.pos:s.pos+n], []byte{'\n'})
	s.pos += n
}

// drop passes over n bytes that should not be there.
func (s *stream) drop(n int) {
	b := s.buf[s.pos : s.pos+n]
	blank := len(b) - len(bytes.TrimLeft(b, " \t\r\n"))
	if blank < n {
		if s.junk.bytes == 0 {
			s.junk.line = s.line + bytes.Count(b[:blank], []byte{'\n'})
		}
		s.junk.bytes += n - blank
	}
	s.skip(n)
}

// event goes to the next event, and says where in the buffer it begins.
func (s *stream) event() (at int, ok bool) {
	if s.base == 0 && s.pos == 0 {
		s.fill(headSize)
		if bytes.HasPrefix(s.buf, []byte("\ufeff")) {
			s.skip(len("\ufeff"))
		}
	}
	for {
		b := s.buf[s.pos:]
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			s.drop(len(b))
			if !s.grow() {
				return 0, false
			}
			continue
		}
		s.drop(i)
		switch s.markup() {
		case isEvent:
			s.first = false
			return s.pos, true
		case isUnclear:
			if !s.grow() {
				s.drop(1) // it has no end
			}
		}
	}
}

// resume goes on at the next event behind one that is broken, which is n bytes
// on at least.
func (s *stream) resume(n int) {
	s.skip(n)
	for {
		b := s.buf[s.pos:]
		i := bytes.Index(b, []byte("<Event"))
		if i < 0 {
			s.skip(max(0, len(b)-len("<Event")))
			have := len(s.buf) - s.pos
			if s.grow(); len(s.buf)-s.pos == have {
				s.skip(have)
				return
			}
			continue
		}
		s.skip(i)
		b = b[i:]
		switch {
		case len(b) == len("<Event") && s.grow():
		case startsEvent(b):
			return
		default:
			s.skip(len("<Event"))
		}
	}
}

// what stands at a "<".
type kind uint8

const (
	isPassed  kind = iota // it was passed over
	isEvent               // an event
	isUnclear             // its end is not in the buffer
)

// markup passes over what is at the beginning of the buffer, unless it is an
// event.
func (s *stream) markup() kind {
	b := s.buf[s.pos:]
	if len(b) < len("<!DOCTYPE") && s.grow() {
		b = s.buf[s.pos:]
	}
	if startsEvent(b) {
		return isEvent
	}
	if m, ok := markupAt(b); ok && m != cdata {
		end := s.endings.find(b, s.base+int64(s.pos), len(m.begin()), m)
		if end < 0 {
			return isUnclear
		}
		s.skip(end + len(m.end()))
		return isPassed
	}
	if s.first && !s.refused && bytes.HasPrefix(b, []byte("<!DOCTYPE")) {
		return s.doctype(b)
	}
	end := bytes.IndexAny(b[1:], "<>") + 1
	if end == 0 {
		return isUnclear
	}
	if b[end] == '<' {
		s.drop(end)
		return isPassed
	}
	s.tag(b[1:end])
	return isPassed
}

// tag passes over a tag. Those of the root may stand outside of events.
func (s *stream) tag(tag []byte) {
	size := len(tag) + len("<>")
	name, isEnd := bytes.CutPrefix(tag, []byte("/"))
	name = name[:nameEnd(name)]
	if s.first && !isEnd && len(name) > 0 && name[0] != '!' {
		s.root = string(name)
		s.first = false
	}
	if len(name) > 0 && string(name) == s.root || string(name) == "Events" {
		s.skip(size)
		return
	}
	s.drop(size)
}

// doctype passes over a declaration of a document type.
func (s *stream) doctype(b []byte) kind {
	end := doctypeEnd(b)
	if end < 0 && s.grow() {
		return isPassed // it is looked at again
	}
	s.refused = true
	s.skip(end + 1)
	return isPassed
}

// doctypeEnd finds the ">" behind a declaration of a document type, whose inner
// part stands in brackets.
func doctypeEnd(b []byte) int {
	quote := byte(0)
	inner := false
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			inner = true
		case c == ']':
			inner = false
		case c == '>' && !inner:
			return i
		}
	}
	return -1
}

// startsEvent reports whether b begins with the start of an element Event.
func startsEvent(b []byte) bool {
	const tag = "<Event"
	return len(b) > len(tag) && string(b[:len(tag)]) == tag && endsName(b[len(tag)])
}

func endsName(c byte) bool {
	return c == '>' || c == ' ' || c == '/' || c == '\n' || c == '\r' || c == '\t'
}

// nameEnd is the length of the name that a tag begins with.
func nameEnd(tag []byte) int {
	for i, c := range tag {
		if endsName(c) {
			return i
		}
	}
	return len(tag)
}
