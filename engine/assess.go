package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// assessment is one rule held against one view of a case.
type assessment struct {
	rule     *rules.Rule
	number   int
	evidence []evidence
	gates    []cond.FieldState // of the environment that fits best
	excluded string            // why the rule cannot hold, or ""
	prior    float64           // bits
	bits     float64           // sum over evidence
	presents bool              // a presenting symptom is seen
	proven   bool              // a proof is seen
	refuted  bool              // every proof was looked for and is missing
	touched  []int             // all facts that any part rests on
	timed    bool              // a correlation may rest on facts that it does not name
	in       *input            // what the case was found in
	words    *wording          // of the case, or nil
	special  bool              // a presenting symptom is seen that the input is not expected to show by chance
	errs     []error
}

// evidence is one symptom's part in an assessment.
type evidence struct {
	symptom *rules.Symptom // nil for the product
	name    string
	result  cond.Result
	bits    float64
}

// productEvidence is the name of the line of evidence that another product gives.
const productEvidence = "applies_to"

// assess evaluates a rule.
func (b *Base) assess(number int, r *rules.Rule, v *cond.View, in *input, words *wording) *assessment {
	w := b.rates(r)
	a := &assessment{rule: r, number: number, prior: w.Priors[r.Status], in: in, words: words}
	if w.imported {
		a.prior += w.Words.Prior
	}
	in = in.about(r)
	a.gate(v, w.Weights)
	a.except(v)
	proofs, missing := 0, 0
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		e := evidence{symptom: s, name: s.Name, result: s.Condition.Eval(v)}
		switch e.result.State {
		case cond.Seen:
			a.proven = a.proven || s.Proof
			a.presents = a.presents || !s.Proof || s.Presents
			shown, weak := &s.Condition, e.result.Weak
			in := in.of(s, weak || onlyNumbers(v, e.result.Facts))
			if in == nil {
				a.special = true
			} else {
				shown = seenForms(shown, v)
				a.special = a.special || (!s.Proof || s.Presents) && !weak && in.expected(shown) <= w.Chance.Special
			}
			e.bits = rank.SeenBits(w.expected(s), w.background(s, shown, in), w.limit(s, weak))
		case cond.Missing:
			e.bits = rank.MissingBits(w.expected(s), w.background(s, &s.Condition, in.of(s, false)))
			if s.Proof {
				missing++
			}
		}
		if s.Proof {
			proofs++
		}
		if e.result.Err != nil {
			a.errs = append(a.errs, fmt.Errorf("symptom %s: %w", s.Name, e.result.Err))
		}
		s.Condition.Leaves(func(_ string, leaf *cond.Condition) { a.timed = a.timed || leaf.Correlate != nil })
		a.touched = append(a.touched, e.result.Facts...)
		a.evidence = append(a.evidence, e)
	}
	if words != nil {
		if e, found := words.evidence(number, v, a.evidence); found {
			if !w.imported {
				e.bits = math.Min(e.bits, words.most(w))
			}
			a.presents = true
			a.touched = append(a.touched, e.result.Facts...)
			a.evidence = append(a.evidence, e)
		}
	}
	a.refuted = proofs > 0 && missing == proofs
	a.countOnce(v, w.Weights)
	for i := range a.evidence {
		e := &a.evidence[i]
		if w.imported {
			e.weighed(v, &w.Words)
		}
		a.bits += e.bits
	}
	slices.Sort(a.touched)
	a.touched = slices.Compact(a.touched)
	return a
}

// countOnce takes the bits from symptoms that rest only on facts which a
// stronger symptom already counted: one fact is one piece of evidence, whether
// it shows symptoms or, as an answer that two of them ask for, denies them.
//
// Words come last. What they say of a fact that counts by its number says more,
// for a part; beside a text they say the same again.
func (a *assessment) countOnce(v *cond.View, w *Weights) {
	var order []int
	for i, e := range a.evidence {
		if e.symptom != nil && e.result.State != cond.Unknown {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int {
		if byNumber := cmp.Compare(a.evidence[x].lateness(), a.evidence[y].lateness()); byNumber != 0 {
			return byNumber
		}
		return cmp.Compare(math.Abs(a.evidence[y].bits), math.Abs(a.evidence[x].bits))
	})
	owner := map[int]string{}
	for _, i := range order {
		e := &a.evidence[i]
		fresh, other := false, ""
		for _, f := range e.result.Facts {
			if o, taken := owner[v.Group(f)]; taken {
				other = o
			} else {
				fresh = true
			}
		}
		if !fresh && other != "" {
			e.share(a.named(other), v, w)
			continue
		}
		for _, f := range e.result.Facts {
			if _, taken := owner[v.Group(f)]; !taken {
				owner[v.Group(f)] = e.name
			}
		}
	}
}

// lateness is 1 for words.
func (e *evidence) lateness() int {
	if e.symptom == byWords {
		return 1
	}
	return 0
}

// named is the evidence with the name.
func (a *assessment) named(name string) *evidence {
	i := slices.IndexFunc(a.evidence, func(e evidence) bool { return e.name == name })
	return &a.evidence[i]
}

// share takes from evidence what another piece says of the same fact.
func (e *evidence) share(other *evidence, v *cond.View, w *Weights) {
	if e.symptom != byWords {
		e.bits = 0
		e.result.Why += "; the same fact already counts as " + other.name
		return
	}
	besides := 0.0
	if c := &other.symptom.Condition; len(c.Codes) > 0 || c.Event != nil {
		if slices.ContainsFunc(other.result.Facts, func(i int) bool { return v.Fact(i).Kind != facts.KindText }) {
			besides = w.Words.Besides
		}
	}
	e.bits = math.Max(e.bits-other.bits, 0) + besides*math.Min(e.bits, other.bits)
	e.result.Why += "; of that what " + other.name + " does not say already"
}

// gate decides whether the rule can hold in the environment. Each entry of
// applies_to is an alternative; the best one counts. Another product lowers;
// a contradicted version, system or role, and a corrected cause, exclude.
func (a *assessment) gate(v *cond.View, w *Weights) {
	type verdict struct {
		fields  []cond.FieldState
		reasons []string
		other   *cond.FieldState
	}
	var best *verdict
	for i := range a.rule.AppliesTo {
		entry := &a.rule.AppliesTo[i]
		x := verdict{fields: entry.Check(v)}
		if entry.FixedIn != "" && (len(x.fields) == 0 || x.fields[0].Field != facts.FieldProduct || x.fields[0].State != cond.Missing) {
			if version, err := cond.ParseVersion(entry.FixedIn); err == nil {
				x.fields = append(x.fields, cond.NotFixed(v, version))
			}
		}
		ranged := false // the range excludes the version already
		for k := range x.fields {
			f := &x.fields[k]
			if f.Field == facts.FieldVersion && f.State == cond.Missing {
				if ranged {
					continue
				}
				ranged = true
			}
			if f.Fact >= 0 {
				a.touched = append(a.touched, f.Fact)
			}
			switch {
			case f.State != cond.Missing:
			case f.Field == facts.FieldProduct:
				x.other = f
			case !slices.Contains(x.reasons, f.Reason):
				x.reasons = append(x.reasons, f.Reason)
			}
		}
		if best == nil || len(x.reasons) < len(best.reasons) || len(x.reasons) == len(best.reasons) && x.other == nil && best.other != nil {
			best = &x
		}
	}
	if best == nil {
		return
	}
	a.gates = best.fields
	a.excluded = strings.Join(best.reasons, "; ")
	if best.other != nil {
		a.evidence = append(a.evidence, evidence{
			name:   productEvidence,
			result: cond.Result{State: cond.Missing, Facts: []int{best.other.Fact}, Why: "the rule is " + best.other.Reason},
			bits:   w.OtherProduct,
		})
	}
}

// listed reports whether the rule belongs into the differential.
func (a *assessment) listed() bool { return a.presents && a.excluded == "" }

// explained lists the facts that the rule accounts for.
func (a *assessment) explained() []int {
	var list []int
	for _, e := range a.evidence {
		if e.symptom != nil && e.result.State == cond.Seen {
			list = append(list, e.result.Facts...)
		}
	}
	return list
}

// touches reports whether taking the facts away could change the assessment.
func (a *assessment) touches(v *cond.View, gone map[int]bool) bool {
	if a.timed {
		return true
	}
	for _, f := range a.touched {
		if gone[v.Group(f)] {
			return true
		}
	}
	return false
}
