package lint

import (
	"github.com/kbtriage/kbtriage/rules/cond"
)

// neverApplies finds environments that no version is in: those that the fix is in
// from the first one on.
func neverApplies() check {
	return check{code: "never-applies", rule: func(s *subject) {
		for i, a := range s.AppliesTo {
			if a.FixedIn == "" || a.Version == nil {
				continue
			}
			fixed, err := cond.ParseVersion(a.FixedIn)
			if err == nil && a.Version.AllFrom(fixed) {
				s.say(s.at("applies_to", i, "fixed_in"), "every version of %q has the correction of %s, so the rule holds only where no version is known", a.Version.String(), a.FixedIn)
			}
		}
	}}
}
