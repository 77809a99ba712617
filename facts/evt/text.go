package evt

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// appendUTF8 adds UTF-16 to text. Halves of a character become U+FFFD.
func appendUTF8(text, s []byte) []byte {
	for len(s) >= 2 {
		for len(s) >= 8 { // four characters of ASCII at once
			v := binary.LittleEndian.Uint64(s)
			if v&0xff80ff80ff80ff80 != 0 {
				break
			}
			text = append(text, byte(v), byte(v>>16), byte(v>>32), byte(v>>48))
			s = s[8:]
		}
		if len(s) < 2 {
			break
		}
		r := rune(u16(s, 0))
		s = s[2:]
		if utf16.IsSurrogate(r) {
			pair := utf8.RuneError
			if len(s) >= 2 {
				pair = utf16.DecodeRune(r, rune(u16(s, 0)))
			}
			if pair != utf8.RuneError {
				s = s[2:]
			}
			r = pair
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// tidyLines makes "\n" of every line end in text[begin:], and takes off those at
// its end.
func tidyLines(text []byte, begin int) []byte {
	n := begin
	for i := begin; i < len(text); i++ {
		if text[i] == '\r' {
			if i+1 < len(text) && text[i+1] == '\n' {
				continue
			}
			text[i] = '\n'
		}
		text[n] = text[i]
		n++
	}
	for n > begin && text[n-1] == '\n' {
		n--
	}
	return text[:n]
}

const (
	maxCodeData = 256 // bytes of data in which codes are looked for
	maxCodes    = 8
)

// appendCodes adds the line "data: 0xc00203e5" for the data of an event that
// are error codes: little-endian numbers of 32 bits, as the programs of those
// days put behind an event. Four bytes are a code whatever their value, unless
// that is 0. Of more words, up to 256 bytes, those are codes that look like one:
// NTSTATUS and HRESULT with an error (0x80nnxxxx, 0xc0nnxxxx) and small negative
// numbers as those of data bases (-1018); the first eight are shown.
func appendCodes(text, data []byte) []byte {
	if len(data) == 0 || len(data)%4 != 0 || len(data) > maxCodeData {
		return text
	}
	shown := 0
	for i := 0; i < len(data) && shown < maxCodes; i += 4 {
		v := u32(data, i)
		if v == 0 || len(data) > 4 && !looksLikeCode(v) {
			continue
		}
		if shown == 0 {
			text = append(text, "data:"...)
		}
		text = append(text, " 0x"...)
		for shift := 28; shift >= 0; shift -= 4 {
			text = append(text, "0123456789abcdef"[v>>shift&0xf])
		}
		shown++
	}
	return text
}

func looksLikeCode(v uint32) bool {
	switch v >> 24 {
	case 0x80, 0xc0:
		return v&0xffff != 0
	}
	return v >= 0xfffff000 && v < 0xffffffff
}
