package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// openEndedCorrelation finds patterns in time without an end: events of different
// years make one.
func openEndedCorrelation() check {
	return check{code: "open-ended-correlation", reach: authored, rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if k := c.Correlate; k != nil && k.Within == 0 && (len(k.Events) > 1 || k.AtLeast > 1 || k.Without != nil) {
				s.say(s.keyAt(below(path, "correlate")...), "the pattern has no within, so that events of different years make one")
			}
		})
	}}
}
