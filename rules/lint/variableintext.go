package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// variableInText finds parts of messages that differ from one occurrence to the next,
// so that the message would match only the one that the author saw.
func variableInText() check {
	return check{code: "variable-in-text", reach: authored, rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			for i, t := range c.Texts {
				if from, to, name, ok := cond.Varying(t.String()); ok {
					s.say(s.at(below(path, "text", i)...), "%q differs from one occurrence to the next; put a placeholder such as <%s> there", t.String()[from:to], name)
				}
			}
		})
	}}
}
