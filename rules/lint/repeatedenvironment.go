package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// repeatedEnvironment finds symptoms that ask for what applies_to asks for already:
// they are seen wherever the rule applies, and count as evidence.
func repeatedEnvironment() check {
	return check{code: "repeated-environment", reach: authored, rule: func(s *subject) {
		s.leaves(func(x *rules.Symptom, path []any, c *cond.Condition) {
			if c.Environment == nil || x.Suggests < 2 {
				return
			}
			for _, a := range s.AppliesTo {
				if a.Environment.String() == c.Environment.String() {
					s.say(s.at(below(path, "environment")...), "applies_to asks for %s already; as a symptom it is no evidence for this cause", c.Environment.String())
				}
			}
		})
	}}
}
