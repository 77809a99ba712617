package lint

import (
	"unicode"
)

// controlCharacter finds characters that control a terminal, in texts that reach one.
func controlCharacter() check {
	return check{code: "control-character", rule: func(s *subject) {
		s.texts(func(text string, path []any) {
			for _, r := range text {
				if unicode.IsControl(r) && r != '\n' && r != '\t' {
					s.say(s.at(path...), "the text holds the control character %U", r)
					return
				}
			}
		})
	}}
}
