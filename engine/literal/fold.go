package literal

import (
	"unicode"
	"unicode/utf8"
)

// foldRune is what facts.Fold makes of one rune: ' ' for all white space. A
// test compares the two for every rune.
func foldRune(r rune) rune {
	switch r {
	case 0, '\u00a0', '\ufeff':
		return ' '
	case '\u2018', '\u2019':
		return '\''
	case '\u201c', '\u201d':
		return '"'
	case '\u2010', '\u2011', '\u2013', '\u2014':
		return '-'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return unicode.ToLower(r)
}

// oddLead reports whether a byte may begin a rune of several bytes that folds
// to one of ASCII: white space, quotes, dashes, the dotted capital i, the kelvin
// sign.
func oddLead(c byte) bool {
	switch c {
	case 0xc2, 0xc4, 0xe1, 0xe2, 0xe3, 0xef:
		return true
	}
	return false
}

// isBlank reports whether a byte of ASCII is white space.
func isBlank(c byte) bool { return c == ' ' || c-'\t' < 5 || c == 0 }

// lower folds the capital letters of ASCII.
func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// skipBlanks is the end of the white space that begins at the offset.
func skipBlanks(text []byte, at int) int {
	for at < len(text) {
		if c := text[at]; c < utf8.RuneSelf {
			if !isBlank(c) {
				break
			}
			at++
			continue
		}
		r, n := utf8.DecodeRune(text[at:])
		if foldRune(r) != ' ' {
			break
		}
		at += n
	}
	return at
}

// skipBlanksBack is the begin of the white space that ends at the offset.
func skipBlanksBack(text []byte, at int) int {
	for at > 0 {
		if c := text[at-1]; c < utf8.RuneSelf {
			if !isBlank(c) {
				break
			}
			at--
			continue
		}
		r, n := utf8.DecodeLastRune(text[:at])
		if foldRune(r) != ' ' {
			break
		}
		at -= n
	}
	return at
}

// isWord reports whether a rune belongs to a word, as conditions on text see it.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
