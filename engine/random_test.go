package engine

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// The random rules and facts share small vocabularies, so that they meet.

var (
	randomCodes = []uint32{5, 997, 1326, 0xC00203E5, 0x80070005, 0x80040154, 0xFFFFFC06}
	randomWords = []string{"server", "cannot", "start", "resolver", "cluster", "service", "domain", "failed", "timeout", "account"}
	randomOS    = []string{"Windows 2000", "Windows NT", "Linux"}
)

func randomWeights() Weights {
	w := Weights{
		Expected: []float64{0.1, 0.3, 0.5, 0.8, 0.97}, Suggests: []float64{1, 2.5, 4.5, 7, 10}, WeakClasses: 2,
		Priors:       map[rules.Status]float64{rules.Stable: -6.7, rules.Imported: -7.7, rules.Draft: -8.7},
		OtherProduct: -5,
		Background: Background{
			Code: 0.002, Event: 0.005, Environment: 0.3, Correlate: 0.01, Probe: 0.001, Ask: 0.05, AskProof: 0.01,
			Text: 0.125, TextWord: 2, TextLeast: 0.0005,
		},
		Chance: Chance{
			Code: 1e-7, GenericCode: 1e-4, SmallCode: 1e-3, Event: 1e-7, EventID: 1e-3, ForeignEvent: 1e-4, Other: 1e-5,
			RareWord: 8, ShortWord: 5, CommonWord: 2, Number: 1, ForeignProduct: 10, Special: 0.01, Common: "the error",
		},
		Check: CheckWeights{Probe: 1, Question: 4, Environment: 2, Input: 0.5, LeastGain: 0.01, Most: 10},
	}
	return w
}

func code(v uint32) errcode.Code {
	c, err := errcode.Parse(fmt.Sprintf("0x%08X", v))
	if err != nil {
		panic(err)
	}
	return c
}

func phrase(t *rapid.T, label string) string {
	words := rapid.SliceOfN(rapid.SampledFrom(randomWords), 2, 4).Draw(t, label)
	return strings.Join(words, " ")
}

func randomLeaf(t *rapid.T) cond.Condition {
	var c cond.Condition
	switch rapid.IntRange(0, 7).Draw(t, "leaf") {
	case 0, 1:
		c.Codes = []cond.Code{{Code: code(rapid.SampledFrom(randomCodes).Draw(t, "code"))}}
	case 2, 3:
		c.Event = &cond.Event{IDs: []uint32{rapid.Uint32Range(1, 8).Draw(t, "event")}}
		if rapid.Bool().Draw(t, "with source") {
			c.Event.Source = rapid.SampledFrom([]string{"MSExchangeIMC", "Netlogon"}).Draw(t, "source")
		}
	case 4, 5:
		tmpl, err := cond.ParseTemplate(phrase(t, "template"))
		if err != nil {
			t.Fatal(err)
		}
		c.Texts = []cond.Text{{Template: tmpl}}
	case 6:
		c.Ask = &cond.Ask{Text: "?", Key: fmt.Sprintf("question.%d", rapid.IntRange(1, 4).Draw(t, "key")), SeenIf: rapid.Bool().Draw(t, "seen if")}
	case 7:
		w, err := cond.NewWhen(fmt.Sprintf("any(events, .id == %d) or count(codes, .value > 1000) > 1", rapid.IntRange(1, 8).Draw(t, "when")))
		if err != nil {
			t.Fatal(err)
		}
		c.When = w
	}
	return c
}

func randomCondition(t *rapid.T) cond.Condition {
	group := rapid.IntRange(0, 5).Draw(t, "group")
	if group > 1 {
		return randomLeaf(t)
	}
	var members []cond.Member
	for i := range rapid.IntRange(1, 3).Draw(t, "members") {
		members = append(members, cond.Member{Name: fmt.Sprintf("m%d", i), Condition: randomLeaf(t)})
	}
	if group == 0 {
		return cond.Condition{Any: members}
	}
	return cond.Condition{All: members}
}

func randomRule(t *rapid.T, id string) *rules.Rule {
	r := &rules.Rule{ID: id, Version: 1, Title: id, Status: rapid.SampledFrom([]rules.Status{rules.Stable, rules.Stable, rules.Imported}).Draw(t, "status"), Cause: "c", File: id + ".yaml"}
	if rapid.Bool().Draw(t, "ref") {
		r.Refs = []rules.Ref{{KB: fmt.Sprintf("Q%d", rapid.IntRange(1, 3).Draw(t, "kb"))}}
	}
	if rapid.IntRange(0, 2).Draw(t, "applies") == 0 {
		a := rules.Applies{Environment: cond.Environment{OS: rapid.SampledFrom(randomOS).Draw(t, "os")}}
		if rapid.Bool().Draw(t, "role") {
			a.Role = "cluster node"
		}
		if rapid.Bool().Draw(t, "product") {
			a.Product = rapid.SampledFrom([]string{"Exchange Server", "SMS"}).Draw(t, "product name")
		}
		if rapid.Bool().Draw(t, "fixed") {
			a.FixedIn = "5.5 SP2"
		}
		r.AppliesTo = []rules.Applies{a}
	}
	n := rapid.IntRange(1, 4).Draw(t, "symptoms")
	for i := range n {
		proof := i == n-1 && i > 0
		r.Symptoms = append(r.Symptoms, rules.Symptom{
			Name: fmt.Sprintf("s%d", i), Proof: proof, Presents: proof && rapid.Bool().Draw(t, "presents"),
			Condition: randomCondition(t), Suggests: rapid.IntRange(1, 5).Draw(t, "suggests"), Expected: rapid.IntRange(1, 5).Draw(t, "expected"),
		})
	}
	switch rapid.IntRange(0, 9).Draw(t, "tuned") {
	case 0:
		r.Tuned = []rules.Tuning{{Off: true, Reason: "r", Expires: "2030-01-01", By: "o.yaml:3"}}
	case 1, 2, 3:
		except := randomCondition(t)
		r.Tuned = []rules.Tuning{{Except: &except, Reason: "r", Expires: "2030-01-01", By: "o.yaml:3"}}
	}
	return r
}

func randomSet(t *rapid.T) *rules.Set {
	set := &rules.Set{}
	for i := range rapid.IntRange(1, 12).Draw(t, "rules") {
		set.Rules = append(set.Rules, randomRule(t, fmt.Sprintf("random/r%02d", i)))
	}
	return set
}

func randomFact(t *rapid.T, n int) facts.Fact {
	f := facts.Fact{Origin: facts.Origin{Path: "input", Line: n + 1}}
	switch rapid.IntRange(0, 7).Draw(t, "fact") {
	case 0, 1:
		v := rapid.SampledFrom(randomCodes).Draw(t, "code")
		f.Kind, f.Code = facts.KindCode, &facts.Code{Value: v, Literal: fmt.Sprintf("0x%08x", v)}
		for _, n := range code(v).Nested {
			f.Code.Nested = append(f.Code.Nested, facts.Code{Value: n.Value, Literal: n.Literal, Family: string(n.Family)})
		}
	case 2, 3:
		f.Kind, f.Event = facts.KindEvent, &facts.Event{ID: rapid.Uint32Range(1, 8).Draw(t, "event")}
		if rapid.Bool().Draw(t, "with source") {
			f.Event.Source = rapid.SampledFrom([]string{"MSExchangeIMC", "Netlogon"}).Draw(t, "source")
		}
	case 4, 5:
		f.Kind, f.Text = facts.KindText, &facts.Text{Value: phrase(t, "text") + " " + phrase(t, "more text")}
	case 6:
		f.Kind, f.Answer = facts.KindAnswer, &facts.Answer{
			Question: fmt.Sprintf("question.%d", rapid.IntRange(1, 4).Draw(t, "key")),
			State:    rapid.SampledFrom([]facts.State{facts.True, facts.False, facts.Unknown}).Draw(t, "answer"),
		}
	case 7:
		f.Kind = facts.KindEnvironment
		f.Environment = rapid.SampledFrom([]*facts.Environment{
			{Field: facts.FieldOS, Value: "Windows 2000"},
			{Field: facts.FieldRole, Value: "cluster node", Not: true},
			{Field: facts.FieldRole, Value: "cluster node"},
			{Field: facts.FieldProduct, Value: "Exchange Server"},
			{Field: facts.FieldVersion, Value: "5.5 SP3"},
		}).Draw(t, "environment")
	}
	return f
}

func randomCase(t *rapid.T) *facts.Case {
	c := &facts.Case{}
	for i := range rapid.IntRange(0, 8).Draw(t, "facts") {
		c.Facts = append(c.Facts, randomFact(t, i))
	}
	if rapid.IntRange(0, 2).Draw(t, "coverage") == 0 {
		c.Coverage = []facts.Coverage{{Kind: facts.KindEvent}, {Kind: facts.KindCode}, {Kind: facts.KindText}}
	}
	return c
}
