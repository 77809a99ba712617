package bounded

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"
)

// Lines reads an input line by line.
type Lines struct {
	win    *Window
	number int
	cut    int64
}

// NewLines reads the lines of in.
func NewLines(in io.Reader) *Lines { return &Lines{win: NewWindow(in)} }

// Next is the next line without its end, which is LF or CRLF. It is valid until
// the next call. The error is io.EOF behind the last line, that of the context,
// or that of the input.
func (l *Lines) Next(ctx context.Context) ([]byte, error) {
	n, err := l.win.Line(ctx)
	l.cut = 0
	switch {
	case err == nil:
		line := l.win.Bytes()[:n]
		l.win.Advance(n)
		l.number++
		return trimEnd(line), nil
	case errors.Is(err, ErrFull):
		l.number++
		line := append([]byte(nil), Cut(l.win.Bytes(), MaxRecord)...)
		l.win.Advance(len(line))
		if l.cut, err = l.win.Rest(ctx); err != nil {
			return nil, err
		}
		return line, nil
	}
	return nil, err
}

// Number is the number of the line that Next returned last, from 1.
func (l *Lines) Number() int { return l.number }

// Cut is how many bytes were cut off that line, its end included.
func (l *Lines) Cut() int64 { return l.cut }

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// Cut is at most n bytes of b, without a character that is cut in two.
func Cut(b []byte, n int) []byte {
	if len(b) <= n {
		return b
	}
	for back := 1; back < utf8.UTFMax && back <= n; back++ {
		if c := b[n-back]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[n-back:n]) {
				n -= back
			}
			break
		}
	}
	return b[:n]
}
