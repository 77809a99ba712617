package engine

import (
	"encoding/binary"
	"math"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// filterBuilder gathers what the rules of a base need of raw input: things,
// each with its number and the rules that name it.
type filterBuilder struct {
	one       input // of one record, with signs of every product
	things    []thing
	number    map[thingKey]uint32
	unbounded []uint32 // rules that need more than a filter can name
}

// thing is a literal, a code or an event that rules name.
type thing struct {
	key     thingKey
	literal cond.Literal
	code    errcode.Code
	event   cond.EventNeed
	chance  float64 // that a record shows what it is named for without its cause, the least that any rule gives
	number  float64 // of a code: the same of the bare number
	alone   bool    // of a literal: it matters by itself
	within  bool    // of a literal: it matters in the text of an event
	rules   []uint32
}

// thingKey tells things apart.
type thingKey struct {
	text   string // of a literal
	code   string // family of a code, with its value in number
	number uint32
	event  bool
	any    bool
	source string
	with   string
}

func newFilterBuilder(w *Weights) *filterBuilder {
	return &filterBuilder{
		one:    input{w: w, records: 1, common: w.Chance.commonWords(), system: systemTexts()},
		number: map[thingKey]uint32{},
	}
}

// add enters a rule; rules must come in ascending order.
func (b *filterBuilder) add(rule uint32, r *rules.Rule) {
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		b.condition(rule, &s.Condition, bounds{1, s.Suggests == certain})
	}
	for i := range r.Tuned { // what an exception looks for has to be read too
		if except := r.Tuned[i].Except; except != nil {
			b.condition(rule, except, bounds{1, false})
		}
	}
}

// bounds is what a condition is part of: how likely that is by chance at most,
// and whether the author of the rule says that it is none.
type bounds struct {
	most    float64
	certain bool
}

func (m bounds) of(chance float64) float64 {
	if m.certain {
		return 0
	}
	return math.Min(m.most, chance)
}

// condition enters what a condition names. Of what must all be seen, each is as
// special as the most special one.
func (b *filterBuilder) condition(rule uint32, c *cond.Condition, m bounds) {
	if len(c.All) > 0 {
		m.most = math.Min(m.most, b.one.expected(c))
	}
	for _, group := range [][]cond.Member{c.All, c.Any} {
		for i := range group {
			b.condition(rule, &group[i].Condition, m)
		}
	}
	if len(c.All) == 0 && len(c.Any) == 0 {
		b.leaf(rule, c, m)
	}
}

// leaf enters what a condition without parts names. An expression or a
// correlation may be more special than what it names.
func (b *filterBuilder) leaf(rule uint32, c *cond.Condition, m bounds) {
	var n cond.Needs
	c.Needs(&n)
	loose := b.one.w.Chance.Other
	for _, l := range n.Literals {
		chance := loose
		if !l.Expression {
			chance = b.one.words(l.Words)
		}
		b.enter(thingKey{text: l.Text}, thing{literal: l, chance: m.of(chance), alone: true}, rule)
	}
	for _, code := range n.Codes {
		chance := b.one.code(code)
		if c.When != nil {
			chance = math.Min(chance, loose)
		}
		t := thing{code: code, chance: m.of(chance), number: m.of(chance)}
		if isSmall(code.Value) && numericFamily(code.Family) { // nobody can be certain of it
			t.number = math.Min(m.most, chance)
		}
		b.enter(thingKey{code: "code " + string(code.Family), number: code.Value}, t, rule)
	}
	for _, e := range n.Events {
		chance := loose
		if !e.Each {
			chance = b.one.event(&cond.Event{IDs: []uint32{e.ID}, Source: e.Source})
		}
		chance = m.of(chance)
		if e.With != "" {
			b.enter(thingKey{text: e.With}, thing{literal: cond.Literal{Text: e.With}, chance: m.of(b.one.words(wordsOf(e.With))), within: true}, rule)
		}
		b.enter(thingKey{event: true, any: e.AnyID, number: e.ID, source: e.Source, with: e.With}, thing{event: e, chance: chance}, rule)
	}
	if k := len(b.unbounded); n.Unbounded && (k == 0 || b.unbounded[k-1] != rule) {
		b.unbounded = append(b.unbounded, rule)
	}
}

func (b *filterBuilder) enter(k thingKey, t thing, rule uint32) {
	what, known := b.number[k]
	if !known {
		what = uint32(len(b.things))
		b.number[k] = what
		t.key = k
		b.things = append(b.things, t)
	}
	have := &b.things[what]
	have.alone = have.alone || t.alone
	have.within = have.within || t.within
	have.chance = math.Min(have.chance, t.chance)
	have.number = math.Min(have.number, t.number)
	have.event.Each = have.event.Each || t.event.Each
	have.literal.Begin = have.literal.Begin && t.literal.Begin
	have.literal.End = have.literal.End && t.literal.End
	if n := len(have.rules); n == 0 || have.rules[n-1] != rule {
		have.rules = append(have.rules, rule)
	}
}

// isCommon reports whether by chance the smallest input shows what has the
// chance: no record of it tells anything in a scan.
func isCommon(chance float64) bool { return chance*fewRecords >= 1 }

// bytes is the filter as flat tables: counts; the ends of the lists of rules of
// each thing, the lists, and the chance of each thing; rules that are unbounded;
// then two lookups, of what can be told in some scan and of what is too common
// in any, each with its length.
func (b *filterBuilder) bytes() ([]byte, error) {
	var ends, concerned, chances []uint32
	for i := range b.things {
		t := &b.things[i]
		concerned = append(concerned, t.rules...)
		ends = append(ends, uint32(len(concerned)))
		chances = append(chances, math.Float32bits(float32(t.chance)))
	}
	var out []byte
	for _, list := range [][]uint32{ends, concerned, chances, b.unbounded} {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(list)))
	}
	for _, list := range [][]uint32{ends, concerned, chances, b.unbounded} {
		for _, v := range list {
			out = binary.LittleEndian.AppendUint32(out, v)
		}
	}
	for _, common := range []bool{false, true} {
		l := newLookupBuilder()
		for i := range b.things {
			l.add(b, uint32(i), common)
		}
		data, err := l.bytes()
		if err != nil {
			return nil, err
		}
		out = binary.LittleEndian.AppendUint64(append(out, make([]byte, -len(out)&7)...), uint64(len(data)))
		out = append(out, data...)
	}
	return out, nil
}
