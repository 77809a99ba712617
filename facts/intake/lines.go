package intake

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A lineReader gives the lines of a byte stream as UTF-8, without their ends,
// which are LF, CRLF or CR, and without blanks at the end. Its memory is
// bounded by the limit of a line.
type lineReader struct {
	src   *bufio.Reader
	limit int
	buf   []byte
	n     int  // number of the last line
	swal  bool // the last line ended in CR: an LF that follows belongs to it
}

// textLine is one line of a text.
type textLine struct {
	n    int    // number, from 1
	text string // without line end and without blanks at the end
	cut  int64  // bytes beyond the limit, which were left out
	nul  bool   // it holds NUL bytes, which became blanks
}

func newLineReader(src *bufio.Reader, limit int) *lineReader {
	return &lineReader{src: src, limit: limit}
}

// next gives the next line. At the end of the stream err is io.EOF. When
// reading fails in the middle of a line, the beginning of that line is left
// out: what it would say is not known.
func (r *lineReader) next() (textLine, error) {
	r.buf = r.buf[:0]
	l := textLine{n: r.n + 1}
	some := false
	for {
		if _, err := r.src.Peek(1); err != nil {
			if err == io.EOF && some {
				break
			}
			return textLine{}, err
		}
		chunk, _ := r.src.Peek(r.src.Buffered())
		if r.swal {
			r.swal = false
			if chunk[0] == '\n' {
				r.src.Discard(1)
				continue
			}
		}
		some = true
		end := bytes.IndexByte(chunk, '\n')
		if end < 0 {
			end = len(chunk)
		}
		if cr := bytes.IndexByte(chunk[:end], '\r'); cr >= 0 {
			end = cr
		}
		take := max(0, min(end, r.limit-len(r.buf)))
		r.buf = append(r.buf, chunk[:take]...)
		l.cut += int64(end - take)
		if end < len(chunk) {
			r.swal = chunk[end] == '\r'
			r.src.Discard(end + 1)
			break
		}
		r.src.Discard(end)
	}
	r.n++
	if l.cut > 0 {
		l.cut += int64(r.trimCut())
	}
	if bytes.IndexByte(r.buf, 0) >= 0 {
		l.nul = true
		for i, c := range r.buf {
			if c == 0 {
				r.buf[i] = ' '
			}
		}
	}
	l.text = strings.TrimRightFunc(decodeLine(bytes.TrimRight(r.buf, " \t\x1a")), unicode.IsSpace)
	return l, nil
}

// trimCut takes the last, incomplete word off a line that was cut, so that half
// a code or half a character is not taken for a whole one.
func (r *lineReader) trimCut() int {
	end := len(r.buf)
	for back := 0; back < 256 && back < len(r.buf); back++ {
		if c := r.buf[len(r.buf)-1-back]; c == ' ' || c == '\t' {
			r.buf = r.buf[:len(r.buf)-1-back]
			return end - len(r.buf)
		}
	}
	for back := 0; back < utf8.UTFMax && len(r.buf) > 0; back++ {
		if last, size := utf8.DecodeLastRune(r.buf); last != utf8.RuneError || size > 1 {
			break
		}
		r.buf = r.buf[:len(r.buf)-1]
	}
	return end - len(r.buf)
}

// decodeLine is a line as UTF-8. One that is not valid UTF-8 is taken for
// windows-1252, in which bytes without a character stay what Latin-1 has there.
// Each line decides for itself, since logs mix encodings.
func decodeLine(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s := make([]byte, 0, len(b)+len(b)/8+8)
	for _, c := range b {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError {
			r = rune(c)
		}
		s = utf8.AppendRune(s, r)
	}
	return string(s)
}
