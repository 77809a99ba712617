package engine

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// A field of the environment excludes rules, or lowers them; one that fits adds
// nothing. So what an answer would change is not Bayes' rule: it is tried, by
// holding the rules against it.

// The bounds of what is tried and told, and how likely it is that a rule that is
// right asks for the answer.
const (
	mostValues = 8
	mostTold   = 6
	fits       = 0.95
)

// anotherValue is an answer that no rule asks for.
const anotherValue = "another"

// field is a question about the environment while it is gathered.
type field struct {
	check  result.Check
	name   string           // of the field
	asking map[int][]string // hypothesis -> the values that it asks for
	order  []string         // of all values
}

// askEnvironment gathers the fields of the environment that a rule asks for and
// that nothing is known about.
func (t *telling) askEnvironment(fields map[string]*field, i int, a *assessment) (fresh []string) {
	for _, g := range a.gates {
		if g.State != cond.Unknown {
			continue
		}
		key := g.Field
		var values []string
		product := ""
		for _, e := range a.rule.AppliesTo {
			switch g.Field {
			case facts.FieldProduct:
				values = append(values, e.Product)
			case facts.FieldVersion:
				if e.Version != nil {
					values = append(values, e.Version.Examples()...)
				}
				values = append(values, e.FixedIn)
				product = cmp.Or(product, e.Product)
			case facts.FieldOS:
				values = append(values, e.OS)
			case facts.FieldRole:
				values = append(values, e.Role)
			}
		}
		values = slices.DeleteFunc(values, func(s string) bool { return s == "" })
		if len(values) == 0 {
			continue
		}
		if g.Field == facts.FieldRole {
			key = "role:" + facts.FoldName(values[0])
			values = values[:1]
		}
		f := fields[key]
		if f == nil {
			f = &field{name: g.Field, asking: map[int][]string{}, check: result.Check{Check: key, Kind: result.Question, Cost: t.base.header.Weights.Check.Environment, Command: "--set " + g.Field + "=..."}}
			switch g.Field {
			case facts.FieldProduct:
				f.check.Text = "Which product is it?"
			case facts.FieldVersion:
				f.check.Text = "Which version and service pack is " + orProduct(product) + "?"
			case facts.FieldOS:
				f.check.Text = "Which operating system is it?"
			case facts.FieldRole:
				f.check.Text, f.check.Command = "Is this host a "+values[0]+"?", "--set role="+quote(values[0])
				if facts.FoldName(values[0]) == "clusternode" {
					f.check.Command = "--set cluster=true"
				}
			}
			fields[key] = f
			fresh = append(fresh, key)
		}
		if g.Field == facts.FieldVersion && f.check.Text != "Which version and service pack is "+orProduct(product)+"?" {
			f.check.Text = "Which version and service pack is it?" // they are about several products
		}
		for _, v := range values {
			at := slices.IndexFunc(f.order, func(s string) bool { return facts.FoldName(s) == facts.FoldName(v) })
			if at < 0 {
				at = len(f.order)
				f.order = append(f.order, v)
			}
			if v = f.order[at]; !slices.Contains(f.asking[i], v) {
				f.asking[i] = append(f.asking[i], v)
			}
		}
		if !slices.Contains(f.check.Rules, a.rule.ID) {
			f.check.Rules = append(f.check.Rules, a.rule.ID)
		}
	}
	return fresh
}

// weighField computes the expected gain of a question about the environment, and
// what its answers would change.
func (t *telling) weighField(f *field, r *ranking, prior []float64) {
	values := f.likely(prior)
	answers := make([]facts.Environment, 0, len(values)+1)
	for _, v := range values {
		answers = append(answers, facts.Environment{Field: f.name, Value: v})
	}
	other := facts.Environment{Field: f.name, Value: anotherValue}
	if f.name == facts.FieldRole {
		other = facts.Environment{Field: f.name, Value: values[0], Not: true}
	}
	answers = append(answers, other)
	factors := make([][]float64, len(answers)) // by which an answer multiplies the odds of each hypothesis
	for k := range answers {
		factors[k] = t.factors(f, r, &answers[k])
	}
	chance := make([]float64, len(answers)) // P(answer)
	for i, p := range prior {
		open, fitting := len(answers), 0
		for k := range answers {
			if factors[k][i] == 1 {
				fitting++
			}
		}
		for k := range answers {
			switch _, asks := f.asking[i]; {
			case !asks || fitting == 0 || fitting == open:
				chance[k] += p / float64(open)
			case factors[k][i] == 1:
				chance[k] += p * fits / float64(fitting)
			default:
				chance[k] += p * (1 - fits) / float64(open-fitting)
			}
		}
	}
	after := 0.0
	for k := range answers {
		posterior, _ := rank.Update(prior, factors[k])
		after += chance[k] * rank.Entropy(posterior)
	}
	f.check.GainBits = rank.Round(math.Max(0, rank.Entropy(prior)-after))
	if f.name == facts.FieldRole {
		f.check.IfYes, f.check.IfNo = t.change(r, prior, factors[0]), t.change(r, prior, factors[1])
		return
	}
	f.check.IfYes = []string{}
	for k, v := range values {
		if len(f.check.IfYes) == mostTold {
			break
		}
		if line := t.leader(r, prior, factors[k]); line != "" {
			f.check.IfYes = append(f.check.IfYes, v+": "+line)
		}
	}
	f.check.IfNo = t.change(r, prior, factors[len(values)])
}

// leader tells what is first after an answer, if that moves it, else what moves most.
func (t *telling) leader(r *ranking, prior, factors []float64) string {
	posterior, observed := rank.Update(prior, factors)
	if observed == 0 {
		return ""
	}
	first := 0
	for i := range posterior {
		if posterior[i] > posterior[first] {
			first = i
		}
	}
	if abs(posterior[first]-prior[first]) >= leastMove {
		return r.move(first, prior[first], posterior[first])
	}
	if lines := t.change(r, prior, factors); len(lines) > 0 {
		return lines[0]
	}
	return ""
}

// likely are the values that hypotheses ask for, those of the likeliest first.
func (f *field) likely(prior []float64) []string {
	weight := map[string]float64{}
	for i, p := range prior {
		for _, v := range f.asking[i] {
			weight[v] += p / float64(len(f.asking[i]))
		}
	}
	values := slices.Clone(f.order)
	slices.SortStableFunc(values, func(a, b string) int { return cmp.Compare(rank.Round(weight[b]), rank.Round(weight[a])) })
	return values[:min(len(values), mostValues)]
}

// factors hold the rules against an answer: 0 where it excludes one.
func (t *telling) factors(f *field, r *ranking, answer *facts.Environment) []float64 {
	c := &facts.Case{Facts: []facts.Fact{{Kind: facts.KindEnvironment, Environment: answer}}}
	for _, known := range t.c.Facts {
		if known.Kind == facts.KindEnvironment && (known.Environment.Field != f.name || f.name == facts.FieldRole) {
			c.Facts = append(c.Facts, known)
		}
	}
	v := cond.NewView(c)
	another := answer.Value == anotherValue && f.name == facts.FieldVersion // one that no rule asks for is older, or corrected
	list := make([]float64, len(r.list)+1)
	for i := range list {
		list[i] = 1
		asks := f.asking[i]
		if len(asks) == 0 || i == len(r.list) || f.name != facts.FieldVersion && !answer.Not && slices.Contains(asks, answer.Value) {
			continue // it asks for just that; a version may be the one in which it was corrected
		}
		a := &assessment{rule: r.list[i].rule}
		a.gate(v, &t.base.header.Weights)
		switch {
		case a.excluded != "" || another:
			list[i] = 0
		case slices.ContainsFunc(a.evidence, func(e evidence) bool { return e.name == productEvidence }):
			list[i] = math.Exp2(t.base.header.Weights.OtherProduct)
		}
	}
	return list
}

func orProduct(s string) string {
	if s == "" {
		return "the product"
	}
	return s
}

// quote is a value of --set as a shell takes it.
func quote(s string) string {
	if strings.ContainsAny(s, " \t\"'$&|;<>()*?#~`\\") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
