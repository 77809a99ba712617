package lint

import (
	"strings"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
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
		s.soughtFor(func(text string, path []any) { // without a fix: something else would be looked for
			if i := strings.IndexFunc(text, invisible); i >= 0 {
				r, _ := utf8.DecodeRuneInString(text[i:])
				s.say(s.at(path...), "what is looked for holds %U, which is not seen: nothing that a system prints matches it; type it anew", r)
			}
		})
	}}
}

// soughtFor calls f for each text that the rule compares with what is observed.
func (s *subject) soughtFor(f func(text string, path []any)) {
	environment := func(e *cond.Environment, path []any) {
		f(e.Product, below(path, "product"))
		f(e.OS, below(path, "os"))
		f(e.Role, below(path, "role"))
	}
	for i := range s.AppliesTo {
		environment(&s.AppliesTo[i].Environment, []any{"applies_to", i})
	}
	s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
		for i, t := range c.Texts {
			f(t.String(), below(path, "text", i))
		}
		if c.Event != nil {
			f(c.Event.Source, below(path, "event", "source"))
			f(c.Event.Log, below(path, "event", "log"))
			f(c.Event.Category, below(path, "event", "category"))
		}
		if c.Environment != nil {
			environment(c.Environment, below(path, "environment"))
		}
		if c.Ask != nil {
			f(c.Ask.Key, below(path, "key"))
		}
		if c.When != nil {
			f(c.When.String(), below(path, "when"))
		}
	})
}

// invisible reports whether the character is a mark of direction, a blank without width,
// or a tag. Joiners and soft hyphens belong to the spelling of some languages.
func invisible(r rune) bool {
	return r == '\u200b' || r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff' || r >= 0xe0000 && r <= 0xe007f
}
