package lint

import (
	"github.com/kbtriage/kbtriage/facts"
)

// repeatedStep finds one step twice in one way.
func repeatedStep() check {
	return check{code: "repeated-step", reach: authored, rule: func(s *subject) {
		seen := map[string]bool{}
		for _, step := range s.Resolution.Steps {
			key := step.Way + "\x00" + step.If + "\x00" + facts.Fold(step.Text)
			if seen[key] {
				s.say(s.keyAt("resolution"), "the step %q stands twice", facts.Excerpt(step.Text))
			}
			seen[key] = true
		}
	}}
}
