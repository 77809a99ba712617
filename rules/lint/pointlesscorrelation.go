package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// pointlessCorrelation finds correlations of a single event, which say no more than
// the event.
func pointlessCorrelation() check {
	return check{code: "pointless-correlation", reach: authored, rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if k := c.Correlate; k != nil && len(k.Events) == 1 && k.AtLeast <= 1 && k.Without == nil {
				s.say(s.keyAt(below(path, "correlate")...), "one event, once, is no pattern; write it as event")
			}
		})
	}}
}
