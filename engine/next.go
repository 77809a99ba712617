package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// worthAsking is the least probability of a diagnosis whose checks are considered.
const worthAsking = 0.001

// worthTrying is the same for the fields of the environment, whose answers are tried.
const worthTrying = 0.005

// inquiry is a check while it is gathered over the diagnoses that it concerns.
type inquiry struct {
	check result.Check
	// yes[i] is P(yes | hypothesis i), for questions that are yes or no.
	yes map[int]float64
	q   float64 // P(yes | a hypothesis that the check does not concern)
}

// next lists the checks that would change most for their cost.
func (t *telling) next(r *ranking) []result.Check {
	byKey := map[string]*inquiry{}
	var order, asked []string
	fields := map[string]*field{}
	get := func(key string, make func() inquiry) *inquiry {
		if byKey[key] == nil {
			x := make()
			x.yes = map[int]float64{}
			byKey[key] = &x
			order = append(order, key)
		}
		return byKey[key]
	}
	for i, a := range r.list {
		if r.p[i] < worthAsking {
			continue
		}
		for k := range a.evidence {
			if e := &a.evidence[k]; e.symptom != nil && e.result.State == cond.Unknown {
				t.ask(get, i, a.rule, e.symptom)
			}
		}
		if r.p[i] >= worthTrying {
			asked = append(asked, t.askEnvironment(fields, i, a)...)
		}
	}
	prior := r.distribution()
	w := t.base.header.Weights.Check
	list := []result.Check{}
	for _, key := range order {
		x := byKey[key]
		t.weigh(x, r, prior)
		if x.check.GainBits >= w.LeastGain {
			list = append(list, x.check)
		}
	}
	for _, key := range asked {
		f := fields[key]
		t.weighField(f, r, prior)
		if f.check.GainBits >= w.LeastGain {
			list = append(list, f.check)
		}
	}
	slices.SortStableFunc(list, func(a, b result.Check) int {
		return cmp.Or(cmp.Compare(rank.Round(b.GainBits/b.Cost), rank.Round(a.GainBits/a.Cost)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Check, b.Check))
	})
	return list[:min(len(list), w.Most)]
}

// ask gathers the checks of one unknown symptom of hypothesis i.
func (t *telling) ask(get func(string, func() inquiry) *inquiry, i int, r *rules.Rule, s *rules.Symptom) {
	w := t.base.rates(r)
	s.Condition.Leaves(func(_ string, leaf *cond.Condition) {
		if leaf.Eval(t.view).State != cond.Unknown {
			return
		}
		var x *inquiry
		yes := w.expected(s)
		if leaf.Probe != nil {
			if t.probed(leaf.Probe) {
				return // the findings say what stood in the way
			}
			x = get("probe:"+strings.Join(leaf.Probe.Names, ","), func() inquiry { return t.probe(r, leaf.Probe) })
		} else {
			key, text := leaf.DefaultQuestion()
			if key == "" {
				return
			}
			if _, state := t.answered(key); state != "" {
				return // "don't know" was the answer; asking again helps nobody
			}
			x = get("ask:"+key, func() inquiry {
				return inquiry{check: result.Check{Check: key, Kind: result.Question, Text: text, Cost: w.Check.Question, Command: "--set " + quote(key+"=yes")}}
			})
			if leaf.Ask != nil && !leaf.Ask.SeenIf {
				yes = 1 - yes
			}
		}
		q := w.background(s, &s.Condition, nil) // a person who looks, looks at the problem
		if leaf.Ask != nil && !leaf.Ask.SeenIf {
			q = 1 - q
		}
		if len(x.yes) == 0 || q < x.q {
			x.q = q
		}
		x.yes[i] = yes
		if !slices.Contains(x.check.Rules, r.ID) {
			x.check.Rules = append(x.check.Rules, r.ID)
		}
	})
}

// probed reports whether servers were asked about the names of the probe.
func (t *telling) probed(p *cond.Probe) bool {
	asked := map[string]bool{}
	for _, f := range t.c.Facts {
		if f.Kind == facts.KindDNSAnswer {
			asked[f.DNSAnswer.Subject] = true
		}
	}
	for _, name := range p.Names {
		if !asked[name] {
			return false
		}
	}
	return len(asked) > 0
}

func (t *telling) answered(key string) (int, facts.State) {
	for i, f := range t.c.Facts {
		if f.Kind == facts.KindAnswer && f.Answer.Question == key {
			return i, f.Answer.State
		}
	}
	return -1, ""
}

// probe describes an automatic check, with the inputs that it needs first.
func (t *telling) probe(r *rules.Rule, p *cond.Probe) inquiry {
	w := &t.base.header.Weights.Check
	c := result.Check{Kind: result.Probe, Check: "dns:" + strings.Join(p.Names, ","), Cost: w.Probe, Command: "--probe"}
	if len(p.Names) == 0 {
		c.Check = "dns"
		c.Text = "Ask the DNS servers for the names of the case"
	} else {
		c.Text = "Ask the DNS servers for " + strings.Join(p.Names, " and ")
	}
	for _, in := range r.Inputs {
		if len(p.Names) > 0 && !slices.Contains(p.Names, in.Name) {
			continue
		}
		for _, ask := range in.Ask {
			if _, known := t.c.Input(ask.Key); !known {
				c.Needs = append(c.Needs, result.Blank{Input: ask.Key, Ask: ask.Text})
				c.Cost += w.Input
				c.Command += " --set " + ask.Key + "=..."
			}
		}
	}
	return inquiry{check: c}
}

// weigh computes the gain of an inquiry and what its answers would change.
func (t *telling) weigh(x *inquiry, r *ranking, prior []float64) {
	n := len(prior)
	yes := make([]float64, n)
	for i := range yes {
		yes[i] = x.q
		if p, concerns := x.yes[i]; concerns {
			yes[i] = p
		}
	}
	outcomes := rank.YesNo(yes)
	x.check.GainBits = rank.Round(rank.Gain(prior, outcomes))
	x.check.IfYes = t.change(r, prior, outcomes[0])
	x.check.IfNo = t.change(r, prior, outcomes[1])
}

const noneOfThese = "none of these"

// change tells which probabilities an outcome moves, largest move first.
func (t *telling) change(r *ranking, prior, likelihood []float64) []string {
	posterior, observed := rank.Update(prior, likelihood)
	if observed == 0 {
		return []string{}
	}
	moved := make([]float64, len(prior)) // rounded, so that equal moves stay in order
	order := make([]int, 0, len(prior))
	for i := range prior {
		if d := abs(posterior[i] - prior[i]); d >= leastMove {
			moved[i] = rank.Round(d)
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(moved[b], moved[a]) })
	lines := []string{}
	for _, i := range order[:min(len(order), 3)] {
		lines = append(lines, r.move(i, prior[i], posterior[i]))
	}
	return lines
}

// leastMove is the least change of a probability that is told.
const leastMove = 0.005

// move tells how the probability of a hypothesis changes.
func (r *ranking) move(i int, from, to float64) string {
	name := noneOfThese
	if i < len(r.list) {
		name = r.list[i].rule.ID
	}
	return fmt.Sprintf("%s %.0f %% -> %.0f %%", name, 100*from, 100*to)
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
