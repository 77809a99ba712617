package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// noSource finds events without a source: the same number is another event of another
// program.
func noSource() check {
	return check{code: "no-source", reach: authored, rule: func(s *subject) {
		s.leaves(func(x *rules.Symptom, path []any, c *cond.Condition) {
			if c.Event != nil && c.Event.Source == "" && x.Suggests >= 3 {
				s.say(s.at(below(path, "event")...), "event %d has no source: other programs have events of that number; name the source, or give suggests below 3", c.Event.IDs[0])
			}
		})
	}}
}
