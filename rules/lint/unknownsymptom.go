package lint

import (
	"maps"
	"slices"

	"github.com/kbtriage/kbtriage/internal/source"
)

// unknownSymptom finds names in what a test expects that are no symptoms of its rule, and
// states that there are not.
func unknownSymptom() check {
	states := []string{"seen", "missing", "unknown"}
	return check{code: "unknown-symptom", test: func(t *tested) {
		if t.rule == nil {
			return
		}
		valid := []string{"applies_to", "words"} // lines of evidence besides the symptoms
		for i := range t.rule.Symptoms {
			valid = append(valid, t.rule.Symptoms[i].Name)
		}
		for i := range t.Tests {
			x := &t.Tests[i]
			for _, name := range slices.Sorted(maps.Keys(x.Expect.Symptoms)) {
				at := t.document(t.Path).At("tests", x.Number, "expect", "symptoms", name)
				if !slices.Contains(valid, name) {
					t.say(at, "%s has no symptom %q; %s", t.Rule, name, source.DidYouMean(name, valid))
				}
				if state := x.Expect.Symptoms[name]; !slices.Contains(states, state) {
					t.say(at, "%q is no state of a symptom; %s", state, source.DidYouMean(state, states))
				}
			}
			for _, name := range slices.Sorted(maps.Keys(x.Expect.Evidence)) {
				if !slices.Contains(valid, name) {
					t.say(t.document(t.Path).At("tests", x.Number, "expect", "evidence", name), "%s has no symptom %q; %s", t.Rule, name, source.DidYouMean(name, valid))
				}
			}
			if x.NearMiss && (x.Expect.First == t.Rule || x.Expect.Rank == 1 && x.Expect.First == "") {
				t.say(t.document(t.Path).At("tests", x.Number, "expect"), "the test is a near miss, and expects the rule to come first")
			}
		}
	}}
}
