package facts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold brings text to the form in which it is compared: lower case, typographic
// quotes and dashes as ASCII, every run of white space (line ends included) one
// blank, none at the ends. Folding is idempotent.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u00a0' || r == '\ufeff' || r == 0:
			gap = b.Len() > 0
			continue
		case r == '\u2018' || r == '\u2019':
			r = '\''
		case r == '\u201c' || r == '\u201d':
			r = '"'
		case r == '\u2010' || r == '\u2011' || r == '\u2013' || r == '\u2014':
			r = '-'
		default:
			r = unicode.ToLower(r)
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// FoldName brings a name of a source, product or role to the form in which it
// is compared: lower case letters and digits only.
func FoldName(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Excerpt is text on one line, at most 120 characters, for lists.
func Excerpt(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 120 {
		return s
	}
	return string([]rune(s)[:119]) + "…"
}
