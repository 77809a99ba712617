package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// noQuestion finds questions without a question mark.
func noQuestion() check {
	return check{code: "no-question", reach: authored, rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.Ask == nil || strings.HasSuffix(c.Ask.Text, "?") || strings.Contains(c.Ask.Text, "? ") {
				return
			}
			path = below(path, "ask")
			mended := strings.TrimRight(c.Ask.Text, ". ") + "?"
			s.mend(s.at(path...), replace(s.document(s.File), s.File, mended, path...), "the question has no question mark: it is answered with yes or no")
		})
	}}
}
