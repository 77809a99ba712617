package lint

import (
	"strings"
)

// stepsInOne finds steps that are several: lines with numbers or dashes in one text.
func stepsInOne() check {
	return check{code: "steps-in-one", reach: authored, rule: func(s *subject) {
		s.steps(func(text string, path []any) {
			n := 0
			for line := range strings.Lines(text) {
				if stepNumber().MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "- ") {
					n++
				}
			}
			if n > 1 {
				s.say(s.at(path...), "the step holds %d steps; make each an element of the list", n)
			}
		})
	}}
}
