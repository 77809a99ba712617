package lint

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// versionContradiction finds symptoms that ask for a version to which the rule does
// not apply.
func versionContradiction() check {
	return check{code: "version-contradiction", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.Environment == nil || c.Environment.Version == nil || len(s.AppliesTo) == 0 {
				return
			}
			for _, a := range s.AppliesTo {
				other := a.Product != "" && c.Environment.Product != "" && facts.FoldName(a.Product) != facts.FoldName(c.Environment.Product)
				if other || a.Version == nil || a.Version.Meets(c.Environment.Version.Range) {
					return
				}
			}
			s.say(s.at(below(path, "environment", "version")...), "no version is in %q and in what the rule applies to", c.Environment.Version.String())
		})
	}}
}
