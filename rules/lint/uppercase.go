package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// upperCase finds constants with upper case letters that are compared with text that
// has none.
func upperCase() check {
	return check{code: "upper-case", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When == nil {
				return
			}
			for _, text := range c.When.Unfolded() {
				s.say(s.at(below(path, "when")...), "%q has upper case letters, and what it is compared with never has any: texts, messages, roles and groups are folded", text)
			}
		})
	}}
}
