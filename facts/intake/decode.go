package intake

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const sniffBytes = 8 << 10

// binaryData reports whether head is no text in any encoding that is read here:
// it holds a NUL byte, or more control characters than text has.
func binaryData(head []byte) bool {
	controls := 0
	for _, c := range head {
		switch {
		case c == 0:
			return true
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a && c != 0x1b:
			controls++
		}
	}
	return controls*10 > len(head)
}

// errHalf says that UTF-16 ended in the middle of a character.
var errHalf = errors.New("it ends in the middle of a UTF-16 character")

// asUTF8 removes a byte order mark and turns UTF-16 into UTF-8. Data in another
// encoding passes: lines find out for themselves.
func asUTF8(src *bufio.Reader) *bufio.Reader {
	head, _ := src.Peek(sniffBytes)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		src.Discard(3)
		return src
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		src.Discard(2)
		return bufio.NewReaderSize(&utf16Reader{src: src, order: binary.LittleEndian}, 64<<10)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		src.Discard(2)
		return bufio.NewReaderSize(&utf16Reader{src: src, order: binary.BigEndian}, 64<<10)
	}
	if order := utf16Order(head); order != nil {
		return bufio.NewReaderSize(&utf16Reader{src: src, order: order}, 64<<10)
	}
	return src
}

// utf16Order recognises UTF-16 without a byte order mark by its zero bytes: text
// in western languages has them in nearly every even or every odd place, and
// hardly any in the other.
func utf16Order(head []byte) binary.ByteOrder {
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	units := len(head) / 2
	switch {
	case units < 2:
	case zeros[1]*10 >= units*7 && zeros[0]*50 <= units:
		return binary.LittleEndian
	case zeros[0]*10 >= units*7 && zeros[1]*50 <= units:
		return binary.BigEndian
	}
	return nil
}

// A utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	src   *bufio.Reader
	order binary.ByteOrder
}

// Read fills p with whole characters.
func (r *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n+utf8.UTFMax <= len(p) {
		if n > 0 && r.src.Buffered() < 4 {
			return n, nil
		}
		unit, err := r.unit()
		if err != nil {
			return n, err
		}
		r.src.Discard(2)
		c := rune(unit)
		if utf16.IsSurrogate(c) {
			c = utf8.RuneError
			if low, err := r.unit(); err == nil {
				if pair := utf16.DecodeRune(rune(unit), rune(low)); pair != utf8.RuneError {
					c = pair
					r.src.Discard(2)
				}
			}
		}
		n += utf8.EncodeRune(p[n:], c)
	}
	return n, nil
}

// unit is the next 16 bits, which stay unread.
func (r *utf16Reader) unit() (uint16, error) {
	b, err := r.src.Peek(2)
	switch {
	case len(b) == 2:
		return r.order.Uint16(b), nil
	case len(b) == 1 && err == io.EOF:
		return 0, errHalf
	}
	return 0, err
}
