package lint

import (
	"strings"
	"unicode"
)

// notAStep finds steps that tell nobody to do anything: headings, addresses, signs.
func notAStep() check {
	return check{code: "not-a-step", reach: authored, rule: func(s *subject) {
		s.steps(func(text string, path []any) {
			text = strings.TrimSpace(text)
			words := strings.Fields(text)
			switch {
			case strings.HasSuffix(text, ":") && !strings.Contains(text, "\n"):
				s.say(s.at(path...), "the step ends with a colon and nothing follows: a heading is no step")
			case len(words) == 1 && strings.Contains(text, "://"):
				s.say(s.at(path...), "an address alone is no step: say what to do there, and put the address into refs")
			case strings.IndexFunc(text, unicode.IsLetter) < 0:
				s.say(s.at(path...), "%q says nothing to do", text)
			}
		})
	}}
}
