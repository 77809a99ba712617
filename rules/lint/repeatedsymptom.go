package lint

import (
	"encoding/json"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// repeatedSymptom finds tests that stand twice in one rule: one observation counts
// once, so the second adds nothing.
func repeatedSymptom() check {
	return check{code: "repeated-symptom", reach: authored, rule: func(s *subject) {
		first := map[string]string{}
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if len(c.Codes) == 0 && c.Event == nil && len(c.Texts) == 0 && c.When == nil && c.Correlate == nil {
				return
			}
			plain := *c
			plain.Ask = nil
			text, err := json.Marshal(plain)
			if err != nil {
				return
			}
			name := path[len(path)-1].(string)
			if other := first[string(text)]; other != "" {
				s.say(s.keyAt(path...), "%s looks for the same as %s", name, other)
				return
			}
			first[string(text)] = name
		})
	}}
}
