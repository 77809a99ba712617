package lint

import (
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// unaskedPlaceholder finds placeholders for something that the rule never asks for, so
// that they mostly stay a blank.
func unaskedPlaceholder() check {
	return check{code: "unasked-placeholder", reach: authored, rule: func(s *subject) {
		asked := map[string]bool{}
		note := func(e *cond.Environment) {
			asked["product"] = asked["product"] || e.Product != ""
			asked["version"] = asked["version"] || e.Version != nil
			asked["os"] = asked["os"] || e.OS != ""
		}
		for i := range s.AppliesTo {
			note(&s.AppliesTo[i].Environment)
			asked["version"] = asked["version"] || s.AppliesTo[i].FixedIn != ""
		}
		s.leaves(func(_ *rules.Symptom, _ []any, c *cond.Condition) {
			if c.Environment != nil {
				note(c.Environment)
			}
		})
		look := func(text string, path ...any) {
			for _, key := range placeholders(text) {
				if (key == "product" || key == "version" || key == "os") && !asked[key] {
					s.say(s.at(path...), "nothing in the rule asks for {{ %s }}, so the place stays empty where nobody gives it; name it in applies_to", key)
				}
			}
		}
		look(s.Cause, "cause")
		s.steps(func(text string, path []any) { look(text, path...) })
	}}
}
