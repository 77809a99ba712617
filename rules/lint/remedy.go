package lint

import (
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// noVerify finds resolutions that cannot be checked afterwards.
func noVerify(r *rules.Rule, _ Tests, say func(source.Position, string)) {
	if r.Status == rules.Stable && len(r.Resolution.Verify) == 0 && r.Resolution.Kind != rules.NoSolution {
		say(source.Position{}, "the resolution has no verify: name the symptom that must be gone afterwards")
	}
}

// noProof finds stable rules that can never be confirmed.
func noProof(r *rules.Rule, _ Tests, say func(source.Position, string)) {
	if r.Status != rules.Stable {
		return
	}
	for i := range r.Symptoms {
		if r.Symptoms[i].Proof {
			return
		}
	}
	say(source.Position{}, "the rule has no proof, so it can never be confirmed or ruled out")
}
