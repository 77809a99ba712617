package lint

import (
	"path"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// noTests finds stable rules without a test that they fire, or without one that
// they stay silent in a case that looks alike.
func noTests(r *rules.Rule, t Tests, say func(source.Position, string)) {
	if r.Status != rules.Stable {
		return
	}
	if t.Positive == 0 {
		say(source.Position{}, "the rule is stable and has no test; add one to "+strings.TrimSuffix(r.File, path.Ext(r.File))+".test.yaml")
	}
	if t.NearMisses == 0 {
		say(source.Position{}, "the rule is stable and has no test with near_miss: true, a case that looks alike and is none")
	}
}
