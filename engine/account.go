package engine

import (
	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Account is one rule held against a case, listed or not.
type Account struct {
	Excluded    string
	Environment []AccountField
	Symptoms    []AccountSymptom
}

// AccountField is one field of the environment that the rule applies to.
type AccountField struct{ Field, State, Why string }

// AccountSymptom is one symptom with its weight, and for an unknown one the
// bits that either answer would add.
type AccountSymptom struct {
	result.Evidence
	IfSeen, IfMissing float64
}

// Account holds a rule against a case whose findings are derived.
func (b *Base) Account(r *rules.Rule, c *facts.Case) *Account {
	t := b.telling(c)
	c = t.c
	number, _ := b.Number(r.ID)
	words, _ := b.newWording(c)
	a := b.assess(number, r, t.view, nil, words)
	w := b.rates(r)
	out := &Account{Excluded: a.excluded}
	for _, g := range a.gates {
		f := AccountField{Field: g.Field, State: g.State.String(), Why: g.Reason}
		switch {
		case f.Why == "" && g.Fact >= 0:
			f.Why = t.view.Fact(g.Fact).String()
		case f.Why == "":
			f.Why = "not known: --set " + g.Field + "=..."
		}
		out.Environment = append(out.Environment, f)
	}
	for _, e := range a.evidence {
		s := AccountSymptom{Evidence: result.Evidence{
			Symptom: e.name, Proof: e.symptom != nil && e.symptom.Proof, State: e.result.State.String(),
			Bits: rank.Round(e.bits), Why: e.result.Why, Facts: t.cite(e.result.Facts),
		}}
		if e.symptom != nil && e.result.State == cond.Unknown {
			q := w.background(e.symptom, &e.symptom.Condition, nil)
			s.IfSeen = rank.Round(rank.SeenBits(w.expected(e.symptom), q, w.limit(e.symptom, false)))
			s.IfMissing = rank.Round(rank.MissingBits(w.expected(e.symptom), q))
		}
		out.Symptoms = append(out.Symptoms, s)
	}
	return out
}

// View is what conditions see of a case whose findings are derived, as a diagnosis has
// it.
func (b *Base) View(c *facts.Case) *cond.View { return b.telling(c).view }

func (b *Base) telling(c *facts.Case) *telling {
	c.Sort()
	c = b.named(c) // as a diagnosis does
	return &telling{base: b, c: c, view: cond.NewView(c)}
}
