package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// dearExpression finds expressions that use up more than a tenth of what one may cost.
func dearExpression() check {
	return check{code: "dear-expression", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When == nil {
				return
			}
			if cost := c.When.Cost(); cost > cond.CostLimit()/10 {
				s.say(s.at(below(path, "when")...), "the condition may take %d steps, of %d that are allowed", cost, cond.CostLimit())
			}
		})
	}}
}
