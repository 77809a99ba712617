package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// The generated rules for the benchmarks: the same for the same number, and the
// first 100 of 20,000 are those of 100. Three rules, planted in the middle, are
// what theCase is about. Everything else lies in number ranges and words that
// the case does not have, but popular things are popular: codes, events and
// words follow a cube law, so that the commonest event source has hundreds of
// rules at 20,000.

const timingSeed = 20260101

func timingRand(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(timingSeed, stream)) }

// skewed draws from 0 to n-1, small numbers far more often (a cube law).
func skewed(r *rand.Rand, n int) int {
	x := r.Float64()
	return int(x * x * x * float64(n))
}

const (
	vocabulary   = 6000 // words of templates and logs
	eventPairs   = 3000 // (event, source)
	popularCodes = 4000
)

// word makes a pronounceable word of its number; neighbours differ.
func word(i int) string {
	const c, v = "bcdfghklmnprstvz", "aeiou"
	var b strings.Builder
	for n := i + 97; n > 0; n /= 80 {
		b.WriteByte(c[n%16])
		b.WriteByte(v[n/16%5])
	}
	return b.String() + "r"
}

func sentence(r *rand.Rand, words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = word(skewed(r, vocabulary))
	}
	return strings.Join(list, " ")
}

func timingCode(v uint32) cond.Code {
	c, err := errcode.Parse(fmt.Sprintf("0x%08X", v))
	if err != nil {
		panic(err)
	}
	return cond.Code{Code: c}
}

func timingText(s string) cond.Text {
	t, err := cond.ParseTemplate(s)
	if err != nil {
		panic(err)
	}
	return cond.Text{Template: t}
}

func timingWhen(src string) *cond.When {
	w, err := cond.NewWhen(src)
	if err != nil {
		panic(err)
	}
	return w
}

// sourceless reports whether rules name the event without its source: one in nine.
func sourceless(id uint32) bool { return id%9 == 0 }

func timingEvent(r *rand.Rand) *cond.Event {
	pair := skewed(r, eventPairs)
	e := &cond.Event{IDs: []uint32{10_000 + uint32(pair/3)}}
	if !sourceless(e.IDs[0]) {
		e.Source = fmt.Sprintf("Source%d", pair%40)
	}
	return e
}

// timingLeaf makes one condition of a symptom.
func timingLeaf(r *rand.Rand, id string) cond.Condition {
	var c cond.Condition
	switch n := r.IntN(100); {
	case n < 30:
		c.Codes = []cond.Code{timingCode(0xA0000000 + uint32(skewed(r, popularCodes)))}
	case n < 60:
		c.Event = timingEvent(r)
	case n < 85:
		text := sentence(r, 3+r.IntN(6))
		if r.IntN(3) == 0 {
			text += " <name> " + sentence(r, 2)
		}
		c.Texts = []cond.Text{timingText(text)}
	case n < 95:
		c.Ask = &cond.Ask{Key: id + ".ask", Text: "Does it happen after " + sentence(r, 3) + "?", SeenIf: true}
	default:
		c.When = timingWhen(fmt.Sprintf("any(events, .id == %d and .source startsWith %q)", 10_000+skewed(r, eventPairs/3), "Source"))
	}
	return c
}

func timingRule(i int) *rules.Rule {
	r := timingRand(uint64(i))
	id := fmt.Sprintf("generated/r%05d", i)
	x := &rules.Rule{
		ID: id, Version: 1, Title: "Generated " + sentence(r, 6), Status: rules.Stable, File: id + ".yaml",
		Refs:  []rules.Ref{{KB: fmt.Sprintf("Q%d", 500_000+i)}},
		Cause: "Generated " + sentence(r, 20) + ".",
		AppliesTo: []rules.Applies{{Environment: cond.Environment{
			Product: "Product " + word(skewed(r, 50)),
		}}},
		Resolution: rules.Resolution{Kind: rules.Fix, Steps: []rules.Step{{Text: sentence(r, 12)}, {Text: sentence(r, 12)}}},
	}
	for s := range 1 + r.IntN(3) {
		c := timingLeaf(r, fmt.Sprintf("%s.s%d", id, s))
		if r.IntN(8) == 0 { // a group
			member := []cond.Member{{Name: "m0", Condition: c}, {Name: "m1", Condition: timingLeaf(r, id+".m1")}}
			if c = (cond.Condition{Any: member}); r.IntN(2) == 0 {
				c = cond.Condition{All: member}
			}
		}
		x.Symptoms = append(x.Symptoms, rules.Symptom{Name: fmt.Sprintf("s%d", s), Condition: c, Suggests: 2 + r.IntN(3), Expected: 2 + r.IntN(3)})
	}
	if r.IntN(4) == 0 {
		x.Inputs = []rules.Input{{Name: "host", Kind: rules.Endpoint, Ask: []rules.Ask{{Key: "host.name", Text: "Name"}, {Key: "host.address", Text: "Address"}}}}
		x.Symptoms = append(x.Symptoms, rules.Symptom{Name: "dns", Proof: true, Suggests: 5, Expected: 5, Condition: cond.Condition{
			Probe: &cond.Probe{Kind: cond.ProbeDNS, Names: []string{"host"}, Type: "A"}, When: timingWhen("len(dns.missing) > 0"),
		}})
	}
	return x
}

// concerned are the three rules that theCase is about.
func concerned() []*rules.Rule {
	base := func(name string) *rules.Rule {
		return &rules.Rule{
			ID: "concerned/" + name, Version: 1, Title: name, Status: rules.Stable, File: name + ".yaml", Cause: name,
			Resolution: rules.Resolution{Kind: rules.Fix, Steps: []rules.Step{{Text: "repair " + name}}},
		}
	}
	one, two, three := base("one"), base("two"), base("three")
	one.Symptoms = []rules.Symptom{
		{Name: "code", Suggests: 4, Expected: 4, Condition: cond.Condition{Codes: []cond.Code{timingCode(0xC00203E5)}}},
		{Name: "event", Suggests: 4, Expected: 4, Condition: cond.Condition{Event: &cond.Event{IDs: []uint32{4058}, Source: "MSExchangeIMC"}}},
		{Name: "asked", Suggests: 2, Expected: 3, Condition: cond.Condition{Ask: &cond.Ask{Key: "one.asked", Text: "Is it so?", SeenIf: true}}},
	}
	two.Symptoms = []rules.Symptom{
		{Name: "code", Suggests: 4, Expected: 4, Condition: cond.Condition{Codes: []cond.Code{timingCode(0xC00203E5)}}},
		{Name: "events", Suggests: 3, Expected: 3, Condition: cond.Condition{When: timingWhen("any(events, .id == 4058) and len(codes) > 0")}},
	}
	three.Symptoms = []rules.Symptom{
		{Name: "text", Suggests: 4, Expected: 4, Condition: cond.Condition{Texts: []cond.Text{timingText("unable to bind over rpc to <server>")}}},
	}
	return []*rules.Rule{one, two, three}
}

// timingRules are n rules, three of them concerned by theCase.
func timingRules(n int) *rules.Set {
	set := &rules.Set{Rules: concerned()}
	for i := range n - len(set.Rules) {
		set.Rules = append(set.Rules, timingRule(i))
	}
	return set
}

// theCase is a helpdesk case of ten facts that concerns three rules.
func theCase() *facts.Case {
	at := func(line int) facts.Origin { return facts.Origin{Path: "ticket.txt", Line: line} }
	c := &facts.Case{Facts: []facts.Fact{
		{Kind: facts.KindCode, Origin: at(1), Code: &facts.Code{Value: 0xC00203E5, Literal: "0xc00203e5", Nested: []facts.Code{{Value: 997, Literal: "997", Family: "win32"}}}},
		{Kind: facts.KindEvent, Origin: at(2), Event: &facts.Event{ID: 4058, Source: "MSExchangeIMC", Message: "The service could not be initialized."}},
		{Kind: facts.KindText, Origin: at(3), Text: &facts.Text{Value: "Setup: unable to bind over RPC to MAIL1 and gave up"}},
		{Kind: facts.KindEnvironment, Origin: at(4), Environment: &facts.Environment{Field: facts.FieldProduct, Value: "Exchange Server"}},
		{Kind: facts.KindEnvironment, Origin: at(4), Environment: &facts.Environment{Field: facts.FieldVersion, Value: "5.5 SP3"}},
	}}
	for i, s := range []string{"since the move of the server last week", "the users cannot send mail to the internet", "restarting did not help", "it worked before the second node was installed", "see the attached protocol"} {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindText, Origin: at(5 + i), Text: &facts.Text{Value: s}})
	}
	return c
}

// foreignLog is events and texts of a log whose numbers and words occur in no rule.
func foreignLog(n int) *facts.Case {
	r := timingRand(1 << 40)
	c := &facts.Case{}
	for i := range n {
		f := facts.Fact{Origin: facts.Origin{Path: "app.log", Line: i + 1}}
		text := strings.ToUpper(sentence(r, 8)) // words of the vocabulary ...
		text = strings.ReplaceAll(text, "R ", "Q ") + "Q"
		switch r.IntN(10) {
		case 0, 1:
			f.Kind, f.Event = facts.KindEvent, &facts.Event{ID: 60_000 + uint32(skewed(r, 500)), Source: fmt.Sprintf("Foreign%d", r.IntN(30)), Message: text}
		default:
			f.Kind, f.Text = facts.KindText, &facts.Text{Value: text}
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}

// relatedLog is facts of a log in the words, events and sources of the rules,
// though no line holds a whole template: what a real log of the same products is.
func relatedLog(n int) *facts.Case {
	r := timingRand(1 << 41)
	c := &facts.Case{}
	for i := range n {
		f := facts.Fact{Origin: facts.Origin{Path: "app.log", Line: i + 1}}
		switch r.IntN(10) {
		case 0: // events of the rules, but from a source that none of them names
			id := 10_000 + uint32(skewed(r, eventPairs/3))
			if sourceless(id) {
				id++
			}
			f.Kind, f.Event = facts.KindEvent, &facts.Event{ID: id, Source: "Elsewhere", Message: sentence(r, 8)}
		default:
			f.Kind, f.Text = facts.KindText, &facts.Text{Value: sentence(r, 8)}
		}
		c.Facts = append(c.Facts, f)
	}
	return c
}
