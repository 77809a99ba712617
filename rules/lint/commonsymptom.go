package lint

import (
	"fmt"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// mostSharing is by how many rules a symptom may be shared, of a base of n rules, and
// still say something.
func mostSharing(n int) int { return max(20, n/50) }

// commonSymptom finds codes, events and messages that so many rules have that they
// tell none from the others, and are said to point at the cause all the same.
func commonSymptom() check {
	return check{code: "common-symptom", base: func(w *whole) {
		sharing := map[string]int{}
		visit := func(r *rules.Rule, f func(key, what string, path []any, x *rules.Symptom)) {
			s := &subject{place: w.place, Rule: r}
			seen := map[string]bool{}
			s.leaves(func(x *rules.Symptom, path []any, c *cond.Condition) {
				if x.Proof {
					return
				}
				for key, what := range namesOf(c) {
					if !seen[key] {
						seen[key] = true
						f(key, what, path, x)
					}
				}
			})
		}
		for _, r := range w.base.Rules.Rules {
			if r.Status != rules.Retired {
				visit(r, func(key, _ string, _ []any, _ *rules.Symptom) { sharing[key]++ })
			}
		}
		most := mostSharing(len(w.base.Rules.Rules))
		for _, r := range w.base.Rules.Rules {
			if !authored.covers(r.Status) {
				continue
			}
			visit(r, func(key, what string, path []any, x *rules.Symptom) {
				if n := sharing[key]; n > most && x.Suggests >= 3 {
					w.say(w.document(r.File).KeyAt(path...), "%d rules have %s as a symptom, so it points at none of them; give suggests below 3, or find what tells this one apart", n, what)
				}
			})
		}
	}}
}

// namesOf lists what a condition looks for, by a key that is the same in each rule.
func namesOf(c *cond.Condition) map[string]string {
	names := map[string]string{}
	for _, code := range c.Codes {
		names["code "+code.Code.String()] = "the code " + code.Literal
	}
	if c.Event != nil {
		for _, id := range c.Event.IDs {
			key := fmt.Sprintf("event %d", id)
			if c.Event.Source != "" {
				key += " of " + facts.FoldName(c.Event.Source)
			}
			names[key] = fmt.Sprintf("event %d", id)
		}
	}
	for _, t := range c.Texts {
		names["text "+facts.Fold(t.String())] = fmt.Sprintf("the message %q", t.String())
	}
	return names
}
