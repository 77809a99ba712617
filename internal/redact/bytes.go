package redact

import "strings"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isAlpha(c byte) bool { return isUpper(c) || isLower(c) }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isSpace(c byte) bool { return isBlank(c) || c == '\n' || c == '\r' }

// isWord reports whether a byte is of a word: a letter of any script or a digit.
func isWord(c byte) bool { return isAlpha(c) || isDigit(c) || c >= 0x80 }

// isName reports whether a byte is usual in names of accounts and hosts.
func isName(c byte) bool { return isWord(c) || c == '.' || c == '_' || c == '-' || c == '$' }

func isBase64(c byte) bool {
	return isAlpha(c) || isDigit(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}

// run is the end of the bytes from i on that are of the class.
func run(s string, i int, is func(byte) bool) int {
	for i < len(s) && is(s[i]) {
		i++
	}
	return i
}

// hasPrefixFold reports whether s starts with the prefix, which is ASCII in lower case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// byteAt is s[i], or 0 outside of s.
func byteAt(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

// wordBefore is the word that ends before i, over blanks, punctuation of the
// given kind and nothing else, and where it starts.
func wordBefore(s string, i int, over string) (word string, start int) {
	end := i
	for end > 0 && i-end < 24 && strings.IndexByte(over, s[end-1]) >= 0 {
		end--
	}
	start = end
	for start > 0 && end-start < 40 && isWord(s[start-1]) {
		start--
	}
	return s[start:end], start
}

// lineStart is where the line of i starts, at most 400 bytes back.
func lineStart(s string, i int) int {
	from := max(0, i-400)
	return from + strings.LastIndexByte(s[from:i], '\n') + 1
}

// longest is how far the end of a line is looked for, so that many labels on one
// endless line cost no more than many lines.
const longest = 8 << 10

func lineEnd(s string, i int) int {
	end := min(len(s), i+longest)
	if k := strings.IndexByte(s[i:end], '\n'); k >= 0 {
		end = i + k
	}
	if k := strings.IndexByte(s[i:end], '\r'); k >= 0 {
		end = i + k
	}
	return end
}
