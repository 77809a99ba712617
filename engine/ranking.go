package engine

import (
	"cmp"
	"slices"

	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// ranking is the listed assessments of one round, likeliest first.
type ranking struct {
	list []*assessment
	p    []float64
	none float64
}

// rankAll ranks the assessments that belong into a differential; all must be
// in the order of rule ids. superseded are the imported rules that give way to
// a stable one with a shared reference.
func rankAll(all []*assessment) (r ranking, superseded map[*assessment]*assessment) {
	superseded = map[*assessment]*assessment{}
	byRef := map[string]*assessment{}
	for _, a := range all {
		if a.listed() && a.rule.Status == rules.Stable {
			for _, ref := range a.rule.Refs {
				if byRef[ref.String()] == nil {
					byRef[ref.String()] = a
				}
			}
		}
	}
	for _, a := range all {
		if !a.listed() {
			continue
		}
		if a.rule.Status == rules.Imported {
			for _, ref := range a.rule.Refs {
				if by := byRef[ref.String()]; by != nil && superseded[a] == nil {
					superseded[a] = by
				}
			}
		}
		if superseded[a] == nil {
			r.list = append(r.list, a)
		}
	}
	slices.SortStableFunc(r.list, func(x, y *assessment) int { return cmp.Compare(y.odds(), x.odds()) })
	odds := make([]float64, len(r.list))
	for i, a := range r.list {
		odds[i] = a.odds()
	}
	r.p, r.none = rank.Posterior(odds)
	return r, superseded
}

// odds is log2(probability / none), rounded so that equal evidence in another
// order of summation stays equal.
func (a *assessment) odds() float64 { return rank.Round(a.prior + a.bits) }

// first is the id of what leads: a rule, or "" for none of these.
func (r *ranking) first() string {
	if len(r.list) == 0 || r.none > r.p[0] {
		return ""
	}
	return r.list[0].rule.ID
}

// verdict is the word for the diagnosis with the place.
func (r *ranking) verdict(i int) result.Verdict {
	switch a, p := r.list[i], r.p[i]; {
	case a.refuted:
		return result.RuledOut
	case a.proven && p >= 0.9:
		return result.Confirmed
	case p >= 0.5:
		return result.Likely
	case p >= 0.01:
		return result.Possible
	}
	return result.Unlikely
}

// prior is the distribution over the listed diagnoses and, last, none.
func (r *ranking) distribution() []float64 { return append(slices.Clone(r.p), r.none) }

// without ranks again as if the facts were not known. Only assessments that
// rest on one of them are made anew.
func (b *Base) without(all []*assessment, v *cond.View, gone []int) ranking {
	groups := map[int]bool{}
	for _, f := range gone {
		groups[v.Group(f)] = true
	}
	reduced := v.Without(gone)
	again := make([]*assessment, len(all))
	for i, a := range all {
		if again[i] = a; a.touches(v, groups) {
			again[i] = b.assess(a.number, a.rule, reduced, a.in, a.words)
		}
	}
	r, _ := rankAll(again)
	return r
}

// leaders are the assessments that explain some observation best: no other rule
// that it shows has higher odds. What else happened at the same time takes
// probability from them, and nothing from this.
func leaders(r *ranking, v *cond.View) map[*assessment]bool {
	best := map[int]float64{} // group -> odds
	for _, a := range r.list {
		for _, f := range a.explained() {
			g := v.Group(f)
			if have, known := best[g]; !known || a.odds() > have {
				best[g] = a.odds()
			}
		}
	}
	lead := map[*assessment]bool{}
	for _, a := range r.list {
		for _, f := range a.explained() {
			if a.odds() >= best[v.Group(f)] {
				lead[a] = true
			}
		}
	}
	return lead
}
