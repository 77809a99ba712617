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

// magics are the first bytes of formats that are not plain text.
func magics() []struct {
	at            int
	bytes, format string
} {
	return []struct {
		at            int
		bytes, format string
	}{
		{0, "\x1f\x8b", "gzip"},
		{0, "PK\x03\x04", "zip"},
		{0, "PK\x05\x06", "zip"},
		{0, "\x28\xb5\x2f\xfd", "zstd"},
		{0, "\xfd7zXZ\x00", "xz"},
		{0, "BZh", "bzip2"},
		{0, "7z\xbc\xaf\x27\x1c", "7-Zip"},
		{257, "ustar", "tar"},
		{0, "Rar!\x1a\x07", "rar"},
		{0, "MSCF\x00", "cabinet"},
		{0, "ElfFile\x00", "evtx event log"},
		{4, "LfLe", "evt event log"},
		{0, "%PDF-", "PDF"},
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE compound file"},
		{0, "SQLite format 3\x00", "SQLite"},
		{0, "LPKSHHRH", "systemd journal"},
		{0, "regf", "registry hive"},
	}
}

// unsupported names the format of data that begins with head when it is one
// for which there is no reader, else it is "".
func unsupported(head []byte) string {
	for _, m := range magics() {
		if len(head) >= m.at && bytes.HasPrefix(head[m.at:], []byte(m.bytes)) {
			return m.format
		}
	}
	return ""
}

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
