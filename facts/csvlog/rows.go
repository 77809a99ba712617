package csvlog

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	maxRow     = 1 << 20 // bytes of one row
	maxLines   = 1000    // of one row
	maxColumns = 1024
)

// rows takes a stream apart into rows.
type rows struct {
	r           io.Reader
	delim       byte
	eol         byte // '\n', or '\r' where that alone ends lines
	least, most int  // fields of a sound row

	buf   []byte
	pos   int   // in buf, of the next row
	base  int64 // of buf in the stream
	line  int   // of the next row
	plain int64 // up to here in the stream a row is a line, after a quote that was not closed
	cut   bool  // the rest of a line is to be passed over
	ended bool
	err   error
}

// row is one row. Its slices are valid until the next one.
type row struct {
	line   int
	fields []field
	raw    []byte // all of it, without the line end
	cut    bool   // it is longer than maxRow
	open   bool   // a quote in it is not closed
	lines  int    // lines behind it that are read one by one, because of that
	alone  bool   // it is one of those lines
}

// field is what stands between two delimiters, without the quotes around it.
type field struct {
	text    []byte
	doubled bool // it has quotes that are doubled
}

func newRows(r io.Reader) *rows {
	return &rows{r: r, delim: ',', eol: '\n', most: maxColumns, line: 1}
}

// empty reports whether no field of the row holds anything.
func (r *row) empty() bool {
	for _, f := range r.fields {
		if len(f.text) > 0 {
			return false
		}
	}
	return true
}

// peek gives up to n bytes of what comes next.
func (s *rows) peek(n int) []byte {
	s.fill(n)
	return s.buf[s.pos:min(len(s.buf), s.pos+n)]
}

// skip passes over whole lines that were looked at.
func (s *rows) skip(n int) {
	s.line += bytes.Count(s.buf[s.pos:s.pos+n], []byte{s.eol})
	s.pos += n
}

// fill reads until there are n bytes, or the input ends.
func (s *rows) fill(n int) {
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

// next reads a row, and says whether there was one. Empty lines are none.
func (s *rows) next(r *row) bool {
	if s.cut { // the row before is not needed any more
		s.cut = false
		s.skipLine()
	}
	for {
		b := s.buf[s.pos:]
		if len(b) == 0 && s.ended {
			return false
		}
		n, ok := s.parse(b, r)
		if !ok {
			s.fill(max(headSize, 2*len(b)))
			continue
		}
		r.line = s.line
		s.skip(n)
		s.cut = r.cut
		if r.alone && !s.fits(len(r.fields)) { // what was to be one field goes on
			s.plain = max(s.plain, s.base+int64(s.pos)+1)
		}
		if len(r.raw) > 0 {
			return true
		}
	}
}

// skipLine passes over the rest of a line of any length.
func (s *rows) skipLine() {
	for {
		if i := bytes.IndexByte(s.buf[s.pos:], s.eol); i >= 0 {
			s.skip(i + 1)
			return
		}
		s.pos = len(s.buf)
		if s.ended {
			return
		}
		s.fill(headSize)
	}
}

// parse reads the row at the beginning of b, of n bytes with its line end. It
// is not ok when more of the input is needed.
func (s *rows) parse(b []byte, r *row) (n int, ok bool) {
	at := s.base + int64(s.pos)
	*r = row{fields: r.fields[:0], alone: at < s.plain}
	end := bytes.IndexByte(b[:min(len(b), maxRow+1)], s.eol)
	n = end + 1
	switch {
	case end >= 0:
	case len(b) > maxRow:
		r.cut = true
		for end = maxRow; end > maxRow-utf8.UTFMax && !utf8.RuneStart(b[end]); {
			end--
		}
		n = end
	case s.ended:
		end, n = len(b), len(b)
	default:
		return 0, false
	}
	r.raw = s.trim(b[:end])
	if bytes.IndexByte(r.raw, '"') < 0 {
		r.fields = s.split(r.raw, r.fields)
		return n, true
	}
	if !r.alone && !r.cut {
		q := quotes{b: b, delim: s.delim, eol: s.eol, ended: s.ended}
		r.fields = q.parse(r.fields)
		sound := !q.open && (!q.odd || s.fits(len(r.fields)) && !s.row(b[n:]))
		switch {
		case q.more:
			return 0, false
		case q.lines > 0 && sound:
			r.raw = s.trim(b[:q.end])
			return q.at, true
		case q.lines == 0 && !q.open:
			return n, true
		}
		r.open = true
		limit := s.limit(b, q.at)
		if r.lines = bytes.Count(b[n:limit], []byte{s.eol}); limit == len(b) && limit > n && b[limit-1] != s.eol {
			r.lines++
		}
		s.plain = at + int64(limit)
	}
	line := quotes{b: r.raw, delim: s.delim, eol: s.eol, ended: true}
	r.fields = line.parse(r.fields[:0])
	return n, true
}

// limit is where the bounds of a row in b end, or at, if that comes first.
func (s *rows) limit(b []byte, at int) int {
	end := 0
	for range maxLines {
		i := bytes.IndexByte(b[end:at], s.eol)
		if i < 0 {
			return min(at, maxRow)
		}
		end += i + 1
	}
	return min(end, maxRow)
}

func (s *rows) fits(n int) bool { return n >= s.least && n <= s.most }

// row reports whether the line at the beginning of b is a sound row by itself.
func (s *rows) row(b []byte) bool {
	if end := bytes.IndexByte(b, s.eol); end >= 0 {
		b = b[:end]
	}
	q := quotes{b: s.trim(b), delim: s.delim, eol: s.eol, ended: true}
	fields := q.parse(nil)
	return !q.open && !q.odd && s.fits(len(fields))
}

// trim takes off what is left of a line end of two characters.
func (s *rows) trim(line []byte) []byte {
	if s.eol == '\r' {
		return bytes.TrimPrefix(line, []byte{'\n'})
	}
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// split splits a line without quotes.
func (s *rows) split(line []byte, fields []field) []field {
	for len(fields) < maxColumns-1 {
		i := bytes.IndexByte(line, s.delim)
		if i < 0 {
			break
		}
		fields = append(fields, field{text: line[:i]})
		line = line[i+1:]
	}
	return append(fields, field{text: line})
}
