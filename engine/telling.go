package engine

import (
	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// telling turns assessments of a case into the words and lists of a result.
type telling struct {
	base  *Base
	c     *facts.Case
	view  *cond.View
	leads map[*assessment]bool // that explain some observation best
}

// diagnosis tells the assessment at place i of a ranking.
func (t *telling) diagnosis(r *ranking, i int, decisive map[string]bool) result.Diagnosis {
	a := r.list[i]
	d := result.Diagnosis{
		Rank: i + 1, Rule: a.rule.ID, Refs: refs(a.rule), Title: a.rule.Title, Status: string(a.rule.Status),
		Verdict: r.verdict(i), Probability: rank.Round(r.p[i]), PriorBits: rank.Round(a.prior), Bits: rank.Round(a.bits),
		Evidence: []result.Evidence{}, Special: a.special && (t.leads == nil || t.leads[a]),
	}
	for _, e := range a.evidence {
		d.Evidence = append(d.Evidence, result.Evidence{
			Symptom: e.name, Proof: e.symptom != nil && e.symptom.Proof, State: e.result.State.String(), Bits: rank.Round(e.bits),
			Decisive: len(e.result.Facts) > 0 && e.result.State != cond.Unknown && decisive[factSet(t.view, e.result.Facts)],
			Why:      e.result.Why, Facts: t.cite(e.result.Facts),
		})
	}
	d.Cause, d.Resolution = t.remedy(a)
	for k := range a.rule.Tuned {
		d.Tuned = append(d.Tuned, a.rule.Tuned[k].String())
	}
	return d
}

func refs(r *rules.Rule) []string {
	list := make([]string, 0, len(r.Refs))
	for _, ref := range r.Refs {
		list = append(list, ref.String())
	}
	return list
}

// cite lists the facts as evidence shows them.
func (t *telling) cite(list []int) []result.Fact {
	out := []result.Fact{}
	for _, i := range list[:min(len(list), maxCited)] {
		f := t.view.Fact(i)
		x := result.Fact{
			Kind: f.Kind, Text: f.String(), Path: f.Origin.Path, Line: f.Origin.Line,
			Record: f.Origin.Record, Time: f.Origin.Time, Host: f.Origin.Host,
		}
		if f.Repeated != nil {
			x.Count, x.Last = f.Repeated.Count, f.Repeated.Last
			if x.Last.Time.Year() == 0 {
				x.Last = facts.Time{}
			}
		}
		if x.Time.Time.Year() == 0 { // a stamp without a year orders records, and tells nobody when
			x.Time = facts.Time{}
		}
		out = append(out, x)
	}
	return out
}
