package lint

import (
	"regexp"
	"strings"
	"sync"
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
			if n = max(n, numbersIn(text)); n > 1 {
				s.say(s.at(path...), "the step holds %d steps; make each an element of the list", n)
			}
		})
	}}
}

// numbersIn counts the numbers of steps within a text: 1. Do this. 2. Do that.
func numbersIn(text string) int { return len(stepWithin().FindAllString(text, -1)) }

var stepWithin = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[.;:]\s+)\d{1,2}\s*[.)]\s+\p{L}`)
})
