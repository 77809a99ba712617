package triage

import (
	"context"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Verification is whether a rule's resolution worked.
type Verification struct {
	Rule     string          `json:"rule"`
	State    string          `json:"state"`  // verified, failed or unknown
	Status   string          `json:"status"` // of the inputs: complete, partial or failed
	Checks   []VerifiedCheck `json:"checks"`
	Findings []facts.Finding `json:"findings"`
	Problems []facts.Problem `json:"problems"`
}

// VerifiedCheck is one symptom that must be gone.
type VerifiedCheck struct {
	Check string `json:"check"`
	State string `json:"state"` // verified, failed or unknown
	Text  string `json:"text"`
}

// The states of a verification.
const (
	Verified = "verified"
	FailedIt = "failed"
	NotKnown = "unknown"
)

// Verify runs the checks of the rule's resolution again: each symptom that it
// names must now be looked for and missing.
func (k *Knowledge) Verify(ctx context.Context, r *rules.Rule, q *Request) (*Verification, *facts.Case, error) {
	c, err := k.observe(ctx, q)
	if c == nil {
		return nil, nil, err
	}
	full := concluded(q.Redact.Case(c))
	v := &Verification{Rule: r.ID, State: Verified, Status: inputStatus(full), Checks: []VerifiedCheck{}, Findings: []facts.Finding{}, Problems: append([]facts.Problem{}, full.Problems...)}
	view := cond.NewView(full)
	names := r.Resolution.Verify
	if len(names) == 0 { // a rule without verify: all its proofs must be gone
		for i := range r.Symptoms {
			if r.Symptoms[i].Proof {
				names = append(names, r.Symptoms[i].Name)
			}
		}
	}
	for _, name := range names {
		_, condition := r.Find(name)
		if condition == nil {
			continue
		}
		x := condition.Eval(view)
		check := VerifiedCheck{Check: name, Text: x.Why}
		switch x.State {
		case cond.Seen:
			check.State = FailedIt
		case cond.Missing:
			check.State = Verified
		default:
			check.State = NotKnown
			check.Text += howToLearn(condition, view, q.Probe.Allowed)
		}
		v.Checks = append(v.Checks, check)
	}
	v.State = sum(v.Checks)
	for _, f := range full.Facts {
		if f.Kind == facts.KindFinding {
			x := *f.Finding
			if x.Proof == nil {
				x.Proof = []facts.Proof{}
			}
			v.Findings = append(v.Findings, x)
		}
	}
	return v, c, err
}

func sum(checks []VerifiedCheck) string {
	state := Verified
	for _, c := range checks {
		switch {
		case c.State == FailedIt:
			return FailedIt
		case c.State == NotKnown:
			state = NotKnown
		}
	}
	if len(checks) == 0 {
		return NotKnown
	}
	return state
}

// howToLearn is what would tell the first part of a condition that is not known.
func howToLearn(c *cond.Condition, view *cond.View, probing bool) string {
	how := ""
	c.Leaves(func(_ string, leaf *cond.Condition) {
		if how != "" || leaf.Eval(view).State != cond.Unknown {
			return
		}
		if leaf.Probe != nil {
			if !probing {
				how = "; allow the check with --probe, and give the names with --set"
			}
			return
		}
		if key, text := leaf.DefaultQuestion(); key != "" {
			how = "; answer with --set " + key + "=yes or =no: " + text
		}
	})
	return how
}
