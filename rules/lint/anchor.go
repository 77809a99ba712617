package lint

import (
	"fmt"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// noAnchor finds presenting symptoms that the index cannot hold, so that the
// rule is evaluated for every case.
func noAnchor(r *rules.Rule, _ Tests, say func(source.Position, string)) {
	for _, s := range r.Presenting() {
		if _, ok := s.Condition.Anchors(); !ok {
			say(s.Position, fmt.Sprintf("symptom %s has no code, event, word or probe that the index could find it by; the rule is evaluated for every case", s.Name))
		}
	}
}
