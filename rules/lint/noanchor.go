package lint

import (
	"github.com/kbtriage/kbtriage/rules/cond"
)

// noAnchor finds presenting symptoms that the index cannot hold, so that the rule is
// evaluated for every case.
func noAnchor() check {
	return check{code: "no-anchor", rule: func(s *subject) {
		for _, x := range s.Presenting() {
			if _, ok := x.Condition.Anchors(); ok {
				continue
			}
			cost := 0
			leavesOf(nil, &x.Condition, func(_ []any, c *cond.Condition) {
				if c.When != nil {
					cost += c.When.Cost()
				}
			})
			text := "symptom %s has no code, event, word or probe that the index could find it by; the rule is evaluated for every case"
			if cost > 0 {
				s.say(x.Position, text+", each time for up to %d steps", x.Name, cost)
			} else {
				s.say(x.Position, text, x.Name)
			}
		}
	}}
}
