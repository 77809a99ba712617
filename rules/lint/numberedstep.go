package lint

import (
	"regexp"
	"strings"
	"sync"
)

// numberedStep finds steps that begin with their number: they are numbered when they
// are shown.
func numberedStep() check {
	return check{code: "numbered-step", reach: authored, rule: func(s *subject) {
		s.steps(func(text string, path []any) {
			rest := stepNumber().ReplaceAllString(text, "")
			if rest == text || strings.TrimSpace(rest) == "" || strings.Contains(text, "\n") || numbersIn(text) > 1 {
				return
			}
			path = s.stepText(path)
			s.mend(s.at(path...), replace(s.document(s.File), s.File, rest, path...), "the step begins with a number; steps are numbered when they are shown")
		})
	}}
}

var stepNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*(?:(?i:step)\s+)?\d{1,2}\s*[.):]\s+`) })
