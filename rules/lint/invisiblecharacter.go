package lint

import (
	"strings"
	"unicode/utf8"
)

// invisibleCharacter finds characters that nobody sees and that change what others
// mean: marks that turn the direction of writing, and blanks without width.
func invisibleCharacter() check {
	return check{code: "invisible-character", rule: func(s *subject) {
		s.texts(func(text string, path []any) {
			clean := strings.Map(func(r rune) rune {
				if invisible(r) {
					return -1
				}
				return r
			}, text)
			if clean == text {
				return
			}
			path = s.stepText(path)
			i := strings.IndexFunc(text, invisible)
			r, _ := utf8.DecodeRuneInString(text[i:])
			s.mend(s.at(path...), replace(s.document(s.File), s.File, clean, path...), "the text holds %U, which is not seen and changes what is", r)
		})
	}}
}

// invisible reports whether the character is a mark of direction, a blank or joiner
// without width, or a tag.
func invisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff' || r == '\u00ad' || r >= 0xe0000 && r <= 0xe007f
}
