package lint

import (
	"github.com/kbtriage/kbtriage/facts"
)

// causeIsTitle finds causes that say the title once more.
func causeIsTitle() check {
	return check{code: "cause-is-title", reach: authored, rule: func(s *subject) {
		if facts.FoldName(s.Cause) == facts.FoldName(s.Title) {
			s.say(s.at("cause"), "the cause is the title: say why it happens")
		}
	}}
}
