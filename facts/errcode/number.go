package errcode

import "strings"

// The scanners in this file read one spelling of a number at s[i:]. They return
// the index behind it, and 0 where there is none. Each looks at a bounded number
// of bytes.

// isWord reports whether c may be part of a word, a number or a symbol. Bytes of
// multi-byte characters count, so that a number glued to one stays untouched.
func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func hexDigit(c byte) (uint64, bool) {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0'), true
	case 'a' <= c && c <= 'f':
		return uint64(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return uint64(c-'A') + 10, true
	}
	return 0, false
}

// endsAt reports whether a token may end before s[i].
func endsAt(s string, i int) bool { return i >= len(s) || !isWord(s[i]) }

// hexRun reads up to 16 hexadecimal digits.
func hexRun(s string, i int) (v uint64, end int) {
	for end = i; end < len(s) && end-i < 17; end++ {
		d, ok := hexDigit(s[end])
		if !ok {
			break
		}
		if end-i == 16 {
			return 0, i
		}
		v = v<<4 | d
	}
	return v, end
}

// fits narrows to 32 bits what is a 32-bit value, zero- or sign-extended.
func fits(v uint64) (uint32, bool) {
	return uint32(v), v>>32 == 0 || v>>31 == 0x1FFFFFFFF
}

// scanHex reads 0xC00203E5, 0Xc00203e5, &HC00203E5 and &Hc00203e5&.
func scanHex(s string, i int) (value uint32, end int) {
	v, end := scanHex64(s, i)
	if end == 0 {
		return 0, 0
	}
	value, ok := fits(v)
	if !ok {
		return 0, 0
	}
	return value, end
}

func scanHex64(s string, i int) (v uint64, end int) {
	if i+2 >= len(s) || !(s[i] == '0' && s[i+1]|0x20 == 'x' || s[i] == '&' && s[i+1]|0x20 == 'h') {
		return 0, 0
	}
	v, end = hexRun(s, i+2)
	if end == i+2 {
		return 0, 0
	}
	if s[i] == '&' && end < len(s) && s[end] == '&' {
		end++
		return v, end
	}
	for _, suffix := range []string{"UL", "ul", "L", "l"} { // of C
		if strings.HasPrefix(s[end:], suffix) && endsAt(s, end+len(suffix)) {
			return v, end + len(suffix)
		}
	}
	if !endsAt(s, end) {
		return 0, 0
	}
	return v, end
}

// scanSuffixed reads C00203E5h and 0C00203E5h.
func scanSuffixed(s string, i int) (value uint32, end int) {
	v, end := hexRun(s, i)
	if end == i || end >= len(s) || s[end]|0x20 != 'h' || !endsAt(s, end+1) || !isDigit(s[i]) && end-i != 8 && !(end-i >= 3 && strings.ContainsAny(s[i:end], "0123456789")) {
		return 0, 0
	}
	value, ok := fits(v)
	if !ok {
		return 0, 0
	}
	return value, end + 1
}

// scanEight reads exactly eight hexadecimal digits; letter tells whether one of
// them is a letter.
func scanEight(s string, i int) (value uint32, letter bool, end int) {
	v, end := hexRun(s, i)
	if end-i != 8 || !endsAt(s, end) {
		return 0, false, 0
	}
	for _, c := range []byte(s[i:end]) {
		letter = letter || !isDigit(c)
	}
	return uint32(v), letter, end
}

// scanDecimal reads an unsigned or a signed decimal of 32 bits.
func scanDecimal(s string, i int) (value uint32, end int) {
	negative := i < len(s) && s[i] == '-'
	if negative {
		i++
	}
	var v uint64
	for end = i; end < len(s) && isDigit(s[end]); end++ {
		if end-i == 10 {
			return 0, 0
		}
		v = v*10 + uint64(s[end]-'0')
	}
	switch {
	case end == i || !endsAt(s, end):
		return 0, 0
	case negative && v <= 1<<31:
		return uint32(-int64(v)), end
	case negative || v >= 1<<32:
		return 0, 0
	}
	return uint32(v), end
}

// scanSmall reads a decimal of at most width digits that ends there.
func scanSmall(s string, i, width int) (v uint32, end int) {
	for end = i; end < len(s) && isDigit(s[end]); end++ {
		if end-i == width {
			return 0, 0
		}
		v = v*10 + uint32(s[end]-'0')
	}
	if end == i {
		return 0, 0
	}
	return v, end
}

// scanDashed reads a group of hexadecimal digits joined by dashes and returns the
// lengths of its parts, at most six of them.
func scanDashed(s string, i int) (parts [6]int, n, end int) {
	for n < len(parts) {
		_, to := hexRun(s, i)
		if to == i {
			return parts, n, 0
		}
		parts[n], n, end = to-i, n+1, to
		if to >= len(s) || s[to] != '-' {
			break
		}
		i = to + 1
	}
	if !endsAt(s, end) || end < len(s) && s[end] == '-' {
		return parts, n, 0
	}
	return parts, n, end
}

// isGUID reports whether s[i:end] is 8-4-4-4-12, the form of a GUID.
func isGUID(s string, i int) (end int) {
	parts, n, end := scanDashed(s, i)
	if end == 0 || n != 5 || parts != [6]int{8, 4, 4, 4, 12} {
		return 0
	}
	return end
}

// scanComposite reads the 8-4-8 form of Exchange's dialogs, 80040115-0514-000006bb:
// an HRESULT, a place and a nested code; the last part may be short. Its logs
// write [80004005-501-0-550], where the other parts are no codes.
func scanComposite(s string, i int) (c Code, end int) {
	parts, n, end := scanDashed(s, i)
	if end == 0 || parts[0] != 8 || n < 3 || n > 4 {
		return Code{}, 0
	}
	v, _ := hexRun(s, i)
	c = nest(Code{Value: uint32(v), Literal: s[i:end]})
	if n == 3 && parts[1] == 4 && (parts[2] == 8 || parts[2] == 4) {
		if last, _ := hexRun(s, end-parts[2]); last != 0 {
			inner := nest(Code{Value: uint32(last), Literal: s[end-parts[2] : end]})
			if tableKnows(Win32, inner.Value) {
				inner.Family = Win32
			}
			c.Nested = append(c.Nested, inner)
		}
		return c, end
	}
	if n == 4 && parts[1] == 4 && parts[2] == 4 && parts[3] == 4 { // the start of a GUID
		return Code{}, 0
	}
	for _, p := range parts[1:n] {
		if p > 4 {
			return Code{}, 0
		}
	}
	return c, end
}
