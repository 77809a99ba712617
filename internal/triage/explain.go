package triage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Explanation is why a rule fired in a case, or why not.
type Explanation struct {
	Rule        string            `json:"rule"`
	Summary     string            `json:"summary"`
	Status      string            `json:"status"` // of the inputs and the rules: complete, partial or failed
	Listed      bool              `json:"listed"`
	Probability float64           `json:"probability"`
	Environment []EnvironmentPart `json:"environment"`
	Symptoms    []SymptomPart     `json:"symptoms"`
	Problems    []facts.Problem   `json:"problems"`
	Author      *Author           `json:"author,omitempty"` // with --author
	Tuned       []string          `json:"tuned,omitempty"`  // what overlays of the site changed of the rule
}

// EnvironmentPart is one field of what the rule applies to.
type EnvironmentPart struct {
	Field string `json:"field"`
	State string `json:"state"` // seen, missing or unknown
	Why   string `json:"why"`
}

// SymptomPart is one symptom, and what it would take to learn it.
type SymptomPart struct {
	Symptom   string        `json:"symptom"`
	Proof     bool          `json:"proof"`
	State     string        `json:"state"`
	Bits      float64       `json:"bits"`
	Why       string        `json:"why"`
	Facts     []result.Fact `json:"facts"`
	IfSeen    float64       `json:"if_seen_bits,omitempty"` // for an unknown one
	IfMissing float64       `json:"if_missing_bits,omitempty"`
	Learn     []string      `json:"learn,omitempty"` // commands or questions that would tell
	Parts     []Part        `json:"parts,omitempty"` // with --author: members of groups, operands of expressions
}

// Explain holds one rule against a case, whether it is listed or not. With author it
// tells besides what the author of the rule wants to know.
func (k *Knowledge) Explain(ctx context.Context, r *rules.Rule, q *Request, author bool) (*Explanation, error) {
	c, err := k.observe(ctx, q)
	if c == nil {
		return nil, err
	}
	full := concluded(q.Redact.Case(c))
	d := k.Base.Diagnose(full, engine.Settings{Workers: q.Engine.Workers})
	x := &Explanation{Rule: r.ID, Status: d.Status, Environment: []EnvironmentPart{}, Symptoms: []SymptomPart{}, Problems: d.Problems}
	if inputStatus(c) == result.Failed {
		x.Status = result.Failed
	}
	for i := range r.Tuned {
		x.Tuned = append(x.Tuned, r.Tuned[i].String())
	}
	account := k.Base.Account(r, full)
	for _, g := range account.Environment {
		x.Environment = append(x.Environment, EnvironmentPart{Field: g.Field, State: g.State, Why: g.Why})
	}
	for _, s := range account.Symptoms {
		part := SymptomPart{Symptom: s.Symptom, Proof: s.Proof, State: s.State, Bits: s.Bits, Why: s.Why, Facts: s.Facts, IfSeen: s.IfSeen, IfMissing: s.IfMissing}
		if _, condition := r.Find(s.Symptom); condition != nil && s.State == cond.Unknown.String() {
			part.Learn = learn(condition, q.Probe.Allowed)
		}
		if s, _ := r.Find(s.Symptom); s != nil && author {
			part.Parts = partsOf(s, k.Base.View(full))
		}
		x.Symptoms = append(x.Symptoms, part)
	}
	if author {
		x.Author = k.Author(r, k.Base.View(full))
	}
	x.Summary = summarise(r, d, x, account)
	return x, err
}

// learn lists what would tell the state of a condition.
func learn(c *cond.Condition, probing bool) []string {
	var list []string
	c.Leaves(func(_ string, leaf *cond.Condition) {
		const probe = "--probe, with the names and addresses of its inputs"
		if leaf.Probe != nil && !probing && !slices.Contains(list, probe) {
			list = append(list, probe)
		}
		if key, text := leaf.DefaultQuestion(); key != "" {
			list = append(list, fmt.Sprintf("%s  (--set '%s=yes')", text, key))
		}
		list = append(list, suppliers(leaf)...)
	})
	return list
}

// suppliers are the other ways to learn what a condition looks for: which file or
// command has it.
func suppliers(leaf *cond.Condition) (list []string) {
	log := func(e *cond.Event) string {
		if e.Log == "" {
			return "an event log of the host"
		}
		return "the " + e.Log + " log of the host"
	}
	switch {
	case leaf.Event != nil:
		list = append(list, log(leaf.Event)+" as an input, or kbtriage diagnose --host on it")
	case leaf.Correlate != nil:
		list = append(list, log(&leaf.Correlate.Events[0])+" as an input, with the times of its events")
	case leaf.When != nil && strings.Contains(leaf.When.String(), "account."):
		list = append(list, "--set account.groups=GROUP,...")
	}
	if e := leaf.Environment; e != nil {
		for _, f := range []struct{ name, value string }{{"product", e.Product}, {"os", e.OS}, {"role", e.Role}} {
			if f.value != "" {
				list = append(list, fmt.Sprintf("--set '%s=...'", f.name))
			}
		}
		if e.Version != nil {
			list = append(list, "--set version=...")
		}
	}
	return list
}

func summarise(r *rules.Rule, d *result.Differential, x *Explanation, a *engine.Account) string {
	for _, y := range d.Diagnoses {
		if y.Rule == r.ID {
			x.Listed, x.Probability = true, y.Probability
			return fmt.Sprintf("it is number %d, with %.4g %% (%s): prior %+.1f bit, evidence %+.1f bit", y.Rank, math.Min(math.Round(1000*y.Probability)/10, 99.9), y.Verdict, y.PriorBits, y.Bits)
		}
	}
	switch {
	case a.Excluded != "":
		return "it cannot hold here: " + a.Excluded
	case r.Status == rules.Retired:
		return "it is retired and never listed"
	}
	return "it is not listed: none of its presenting symptoms was seen"
}
