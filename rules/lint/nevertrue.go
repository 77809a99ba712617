package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// neverTrue finds expressions that contradict themselves.
func neverTrue() check {
	return check{code: "never-true", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When != nil && c.When.Truth() == cond.Never {
				s.say(s.at(below(path, "when")...), "the condition is true in no case: it contradicts itself, or what can be")
			}
		})
	}}
}
