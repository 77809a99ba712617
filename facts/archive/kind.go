package archive

import (
	"bytes"
	"encoding/binary"
	"strings"
)

const (
	kindGzip  = "gzip"
	kindZstd  = "zstd"
	kindXz    = "xz"
	kindBzip2 = "bzip2"
	kindTar   = "tar"
	kindZip   = "zip"
	kind7z    = "7z"
)

// headLen is what Kind needs to see: the first block of a tar archive.
const headLen = 512

// unread are the containers that are recognised and not read.
var unread = map[string]string{
	"rar": "a RAR archive", "cab": "a Windows cabinet", "lz4": "an LZ4 file", "ole": "an OLE compound file (MSI, old Office)",
	"lzip": "an lzip file", "compress": "a file of compress (.Z)", "ar": "an ar archive", "cpio": "a cpio archive",
	"wim": "a Windows image (WIM)", "lzma": "an LZMA file",
}

// magics are the first bytes of formats that need no closer look.
var magics = []struct{ magic, kind string }{
	{"\x1f\x8b\x08", kindGzip},
	{"\xfd7zXZ\x00", kindXz},
	{"PK\x03\x04", kindZip},
	{"PK\x05\x06", kindZip}, // empty
	{"PK\x07\x08PK\x03\x04", kindZip},
	{"7z\xbc\xaf\x27\x1c", kind7z},
	{"Rar!\x1a\x07", "rar"},
	{"MSCF\x00\x00\x00\x00", "cab"},
	{"\x04\x22\x4d\x18", "lz4"},
	{"\x02\x21\x4c\x18", "lz4"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
	{"LZIP\x01", "lzip"},
	{"\x1f\x9d", "compress"},
	{"!<arch>\n", "ar"},
	{"MSWIM\x00\x00\x00", "wim"},
	{"\x5d\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff", "lzma"},
}

// Kind names the container that starts with head: "gzip", "zstd", "xz",
// "bzip2", "tar", "zip", "7z", or one that Walk names as not read: "rar", "cab",
// "lz4", "ole" and others. It is empty for everything else. Head should hold 512
// bytes, or the whole file if that is shorter.
func Kind(head []byte) string {
	for _, m := range magics {
		if len(head) >= len(m.magic) && string(head[:len(m.magic)]) == m.magic {
			return m.kind
		}
	}
	switch {
	case isZstd(head):
		return kindZstd
	case isBzip2(head):
		return kindBzip2
	case isTarHeader(head):
		return kindTar
	case isCpio(head):
		return "cpio"
	}
	return ""
}

// isZstd accepts a frame, or a skippable frame; the magic numbers are those of
// RFC 8878. A text cannot start so: both have bytes that are no UTF-8 or NUL.
func isZstd(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	magic := binary.LittleEndian.Uint32(head)
	return magic == 0xfd2fb528 || magic&0xfffffff0 == 0x184d2a50
}

// isBzip2 wants the magic number of a block, or of the end, behind "BZh9".
func isBzip2(head []byte) bool {
	if len(head) < 10 || string(head[:3]) != "BZh" || head[3] < '1' || head[3] > '9' {
		return false
	}
	block := string(head[4:10])
	return block == "\x31\x41\x59\x26\x53\x59" || block == "\x17\x72\x45\x38\x50\x90"
}

// isCpio wants the whole header of hexadecimal or octal digits: a date such as
// "070701" starts the lines of some logs.
func isCpio(head []byte) bool {
	for _, form := range []struct {
		magic, digits string
		n             int
	}{{"07070", "0123456789abcdefABCDEF", 110}, {"070707", "01234567", 76}} {
		if len(head) >= form.n && strings.HasPrefix(string(head), form.magic) &&
			strings.Trim(string(head[:form.n]), form.digits) == "" {
			return true
		}
	}
	return len(head) > 26 && bytes.HasPrefix(head, []byte{0xc7, 0x71, 0, 0})
}

// isTarHeader reports whether block is a header: its checksum is right, and it
// has the magic of ustar and GNU, or the fields of the oldest form.
func isTarHeader(block []byte) bool {
	if len(block) < 512 || block[0] == 0 {
		return false
	}
	want, ok := octal(block[148:156])
	if !ok {
		return false
	}
	var sum, signed int64
	for i, c := range block[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
		signed += int64(int8(c)) // as some old writers did
	}
	if want != sum && want != signed {
		return false
	}
	if string(block[257:262]) == "ustar" {
		return true
	}
	_, mode := octal(block[100:108])
	_, size := octal(block[124:136])
	_, mtime := octal(block[136:148])
	return mode && size && mtime && (block[156] == 0 || block[156] >= '0' && block[156] <= '7')
}

func octal(field []byte) (v int64, ok bool) {
	text := strings.Trim(string(field), " \x00")
	if text == "" {
		return 0, false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '7' {
			return 0, false
		}
		v = v<<3 | int64(c-'0')
	}
	return v, true
}
