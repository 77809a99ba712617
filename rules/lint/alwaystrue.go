package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// alwaysTrue finds expressions that hold in every case.
func alwaysTrue() check {
	return check{code: "always-true", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When != nil && c.When.Truth() == cond.Always {
				s.say(s.at(below(path, "when")...), "the condition is true in every case in which what it reads is known, so it tells none from another")
			}
		})
	}}
}
