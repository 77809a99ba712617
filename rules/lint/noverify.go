package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// noVerify finds resolutions that cannot be checked afterwards.
func noVerify() check {
	return check{code: "no-verify", reach: stable, rule: func(s *subject) {
		if len(s.Resolution.Verify) == 0 && s.Resolution.Kind != rules.NoSolution {
			s.say(s.keyAt("resolution"), "the resolution has no verify: name the symptom that must be gone afterwards")
		}
	}}
}
