package importer

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoded is an article as text: UTF-8, UTF-16 with a byte order mark, or else
// Windows-1252. Lines end in "\n".
func decoded(data []byte) string {
	var s string
	switch {
	case strings.HasPrefix(string(data[:min(len(data), 2)]), "\xff\xfe"):
		s = wide(data[2:], binary.LittleEndian)
	case strings.HasPrefix(string(data[:min(len(data), 2)]), "\xfe\xff"):
		s = wide(data[2:], binary.BigEndian)
	case utf8.Valid(data):
		s = strings.TrimPrefix(string(data), "\ufeff")
	default:
		s = windows1252(data)
	}
	return lineEnds.Replace(s)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// wide decodes UTF-16; an odd byte at the end becomes the replacement character.
func wide(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(data)/2+1)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	if len(data) > 0 {
		units = append(units, utf8.RuneError)
	}
	return string(utf16.Decode(units))
}

// windows1252 decodes what has that encoding; the bytes that it does not define
// are those of Latin-1.
func windows1252(data []byte) string {
	var b strings.Builder
	b.Grow(len(data))
	for _, c := range data {
		r := rune(c)
		if c >= 0x80 {
			if d := charmap.Windows1252.DecodeByte(c); d != utf8.RuneError {
				r = d
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainLine is a line without blanks at its end, tabs, and characters that are
// not for display.
func plainLine(l string) string {
	return strings.TrimRight(strings.Map(dropControl, expandTabs(l)), " ")
}

func dropControl(r rune) rune {
	switch {
	case r < ' ' || r >= 0x7f && r <= 0xa0: // 0xa0 is the no-break space
		return ' '
	case r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\ufffe' || r == '\uffff':
		return ' '
	}
	return r
}

// expandTabs replaces each tab by blanks up to the next column that is a multiple of eight.
func expandTabs(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		if r == '\t' {
			n := 8 - column%8
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}
