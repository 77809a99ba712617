package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// noSteps finds resolutions that say how to do away with the cause, and do not.
func noSteps() check {
	return check{code: "no-steps", reach: authored, rule: func(s *subject) {
		if len(s.Resolution.Steps) == 0 && (s.Resolution.Kind == rules.Fix || s.Resolution.Kind == rules.Workaround) {
			s.say(s.keyAt("resolution"), "a %s without steps; write them, or say kind: none", s.Resolution.Kind)
		}
	}}
}
