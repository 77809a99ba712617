package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// idlePart finds parts of expressions that decide nothing.
func idlePart() check {
	return check{code: "idle-part", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When == nil {
				return
			}
			for _, i := range c.When.Idle() {
				truth := "true in every case in which what it reads is known"
				if i.Truth == cond.Never {
					truth = "true in no case"
				}
				s.say(s.at(below(path, "when")...), "the part %q is %s, so it tells none from another", i.Part, truth)
			}
		})
	}}
}
