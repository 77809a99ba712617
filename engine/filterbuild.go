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
		if s.Suggests == certain {
			b.condition(rule, &s.Condition, 0)
		} else {
			b.condition(rule, &s.Condition, 1)
		}
	}
}

// condition enters what a condition names. Most bounds how likely it is by
// chance: of what must all be seen, each is as special as the most special one.
func (b *filterBuilder) condition(rule uint32, c *cond.Condition, most float64) {
	if len(c.All) > 0 {
		most = math.Min(most, b.one.expected(c))
	}
	for _, group := range [][]cond.Member{c.All, c.Any} {
		for i := range group {
			b.condition(rule, &group[i].Condition, most)
		}
	}
	if len(c.All) == 0 && len(c.Any) == 0 {
		b.leaf(rule, c, most)
	}
}

// leaf enters what a condition without parts names. An expression or a
// correlation may be more special than what it names.
func (b *filterBuilder) leaf(rule uint32, c *cond.Condition, most float64) {
	var n cond.Needs
	c.Needs(&n)
	loose := math.Min(most, b.one.w.Chance.Other)
	for _, l := range n.Literals {
		chance := loose
		if !l.Expression {
			chance = math.Min(most, b.one.words(l.Words))
		}
		b.enter(thingKey{text: l.Text}, thing{literal: l, chance: chance, alone: true}, rule)
	}
	for _, code := range n.Codes {
		chance := math.Min(most, b.one.code(code))
		if c.When != nil {
			chance = math.Min(chance, loose)
		}
		b.enter(thingKey{code: "code " + string(code.Family), number: code.Value}, thing{code: code, chance: chance}, rule)
	}
	for _, e := range n.Events {
		chance := loose
		if !e.Each {
			chance = math.Min(most, b.one.event(&cond.Event{IDs: []uint32{e.ID}, Source: e.Source}))
		}
		if e.With != "" {
			b.enter(thingKey{text: e.With}, thing{literal: cond.Literal{Text: e.With}, chance: math.Min(most, b.one.words(wordsOf(e.With))), within: true}, rule)
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
	have.event.Each = have.event.Each || t.event.Each
	have.literal.Begin = have.literal.Begin && t.literal.Begin
	have.literal.End = have.literal.End && t.literal.End
	if n := len(have.rules); n == 0 || have.rules[n-1] != rule {
		have.rules = append(have.rules, rule)
	}
}

// isCommon reports whether by chance the smallest input shows the thing: no
// record of it tells anything in a scan.
func (t *thing) isCommon() bool { return t.chance*fewRecords >= 1 }

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
