package evtx

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// appendUTF16 adds little-endian UTF-16 as UTF-8. Halves of surrogate pairs
// that stand alone become U+FFFD, and so does an odd byte at the end.
func appendUTF16(dst, src []byte) []byte {
	dst = slices.Grow(dst, len(src)/2*3+4) // a unit makes at most three bytes
	out := dst[len(dst):cap(dst)]
	n := 0
	for {
		// Four units of ASCII at a time: nearly everything in a log.
		for len(src) >= 8 {
			v := binary.LittleEndian.Uint64(src)
			if v&0xff80ff80ff80ff80 != 0 {
				break
			}
			v = (v | v>>8) & 0x0000ffff0000ffff
			binary.LittleEndian.PutUint32(out[n:], uint32(v|v>>16))
			n += 4
			src = src[8:]
		}
		if len(src) < 2 {
			break
		}
		for range 4 {
			if len(src) < 2 {
				break
			}
			u := rune(binary.LittleEndian.Uint16(src))
			src = src[2:]
			switch {
			case u < utf8.RuneSelf:
				out[n] = byte(u)
				n++
				continue
			case u >= 0xd800 && u < 0xe000:
				var low rune
				if len(src) >= 2 {
					low = rune(binary.LittleEndian.Uint16(src))
				}
				if u = utf16.DecodeRune(u, low); u != utf8.RuneError {
					src = src[2:]
				}
			}
			n += utf8.EncodeRune(out[n:n+4], u)
		}
	}
	dst = dst[:len(dst)+n]
	if len(src) == 1 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst
}

// trimUTF16 takes zeros off the end, which many programs count as part of their
// strings.
func trimUTF16(src []byte) []byte {
	for len(src) >= 2 && src[len(src)-1] == 0 && src[len(src)-2] == 0 {
		src = src[:len(src)-2]
	}
	return src
}

// appendANSI adds text in a code page that the log does not name: UTF-8 if it
// is that, else Latin-1, in which no byte is lost.
func appendANSI(dst, src []byte) []byte {
	if utf8.Valid(src) {
		return append(dst, src...)
	}
	for _, b := range src {
		dst = utf8.AppendRune(dst, rune(b))
	}
	return dst
}
