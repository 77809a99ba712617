package engine

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// filterBuilder gathers what the rules of a base need of raw input: things,
// each with its number and the rules that name it.
type filterBuilder struct {
	things    []thing
	number    map[thingKey]uint32
	unbounded []uint32 // rules that need more than a filter can name
}

// thing is a literal, a code or an event that rules name.
type thing struct {
	key        thingKey
	literal    cond.Literal
	code       errcode.Code
	event      cond.EventNeed
	expression bool // an expression names it
	certain    bool // a symptom that is no chance in any input names it
	alone      bool // of a literal: it matters by itself, not only in the text of an event
	rules      []uint32
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

func newFilterBuilder() *filterBuilder { return &filterBuilder{number: map[thingKey]uint32{}} }

// add enters a rule; rules must come in ascending order.
func (b *filterBuilder) add(rule uint32, r *rules.Rule) {
	for i := range r.Symptoms {
		b.symptom(rule, &r.Symptoms[i])
	}
}

// symptom enters what a symptom of the rule names.
func (b *filterBuilder) symptom(rule uint32, s *rules.Symptom) {
	var n cond.Needs
	s.Condition.Needs(&n)
	sure := s.Suggests == certain
	for _, l := range n.Literals {
		b.enter(thingKey{text: l.Text}, thing{literal: l, alone: true, expression: l.Expression, certain: sure}, rule)
	}
	for _, c := range n.Codes {
		b.enter(thingKey{code: "code " + string(c.Family), number: c.Value}, thing{code: c, certain: sure}, rule)
	}
	for _, e := range n.Events {
		if e.With != "" {
			b.enter(thingKey{text: e.With}, thing{literal: cond.Literal{Text: e.With}}, rule)
		}
		b.enter(thingKey{event: true, any: e.AnyID, number: e.ID, source: e.Source, with: e.With}, thing{event: e, certain: sure}, rule)
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
	have.expression = have.expression || t.expression
	have.certain = have.certain || t.certain
	have.event.Each = have.event.Each || t.event.Each
	have.literal.Begin = have.literal.Begin && t.literal.Begin
	have.literal.End = have.literal.End && t.literal.End
	if n := len(have.rules); n == 0 || have.rules[n-1] != rule {
		have.rules = append(have.rules, rule)
	}
}

// The kinds of patterns. A number that stands behind a label is looked up; the
// others are what they are.
const (
	isThing     = iota
	isCompanion // a literal that matters only in the text of an event
	isCodeLabel
	isStopLabel
	isMailLabel
	isEventLabel
)

// eventLabels announce the number of an event. A listing of fields may have
// nothing but "Id : 4058" behind the provider.
func eventLabels() []string {
	return []string{"event", "providername", "provider name", "source:", "sourcename"}
}

// eachBit marks, in the tables, that each occurrence is wanted.
const eachBit = 1 << 31

type pattern struct {
	literal.Pattern
	kind, what uint32
}

// number is a code by its value, which is looked up behind a label.
type number struct{ value, what uint32 }

// eventEntry is an event by its number; with is the literal that its text holds
// as well, as what+1, or 0; source is a hash, 0 for any.
type eventEntry struct {
	id, with, what uint32
	source         uint64
}

// anyEvent is the id under which the sources are filed that are wanted whatever the number.
const anyEvent = 1<<32 - 1

// bytes is the filter as flat tables: counts; for each pattern kind and what;
// codes by value; events by id; the ends of the lists of rules of each thing,
// the lists, and the chance of each thing; rules that are unbounded; the tables
// of package literal.
func (b *filterBuilder) bytes(w *Weights) ([]byte, error) {
	patterns, numbers, events := b.tables()
	texts := make([]literal.Pattern, len(patterns))
	for i, p := range patterns {
		texts[i] = p.Pattern
	}
	scan, err := literal.Build(texts)
	if err != nil {
		return nil, fmt.Errorf("engine: filter: %w", err)
	}
	var ends, concerned []uint32
	for _, t := range b.things {
		concerned = append(concerned, t.rules...)
		ends = append(ends, uint32(len(concerned)))
	}
	var out []byte
	u32 := func(v uint32) { out = binary.LittleEndian.AppendUint32(out, v) }
	for _, n := range []int{len(patterns), len(numbers), len(events), len(ends), len(concerned), len(ends), len(b.unbounded)} {
		u32(uint32(n))
	}
	for _, p := range patterns {
		u32(p.kind)
		u32(p.what)
	}
	for _, n := range numbers {
		u32(n.value)
		u32(n.what)
	}
	for _, e := range events {
		u32(e.id)
		u32(e.with)
		u32(e.what)
		u32(0)
		out = binary.LittleEndian.AppendUint64(out, e.source)
	}
	for _, list := range [][]uint32{ends, concerned, b.chances(w), b.unbounded} {
		for _, v := range list {
			u32(v)
		}
	}
	for len(out)%8 != 0 {
		out = append(out, 0)
	}
	return append(out, scan...), nil
}

// chances are, for each thing, the bits of a float32: the probability that a
// record holds it by chance, in an input with a sign of the rule's product.
func (b *filterBuilder) chances(w *Weights) []uint32 {
	in := input{w: w, records: 1}
	in.common, in.system = w.Chance.commonWords(), systemTexts()
	out := make([]uint32, len(b.things))
	for i := range b.things {
		t, chance := &b.things[i], 0.0
		switch {
		case t.literal.Text != "":
			chance = in.words(wordsOf(t.literal.Text))
		case t.key.event:
			chance = in.event(&cond.Event{IDs: []uint32{t.event.ID}, Source: t.event.Source})
		default:
			chance = in.code(t.code)
		}
		if t.event.Each || t.expression { // an expression or a correlation may be more special than what it names
			chance = math.Min(chance, w.Chance.Other)
		}
		if t.certain {
			chance = 0
		}
		out[i] = math.Float32bits(float32(chance))
	}
	return out
}

// tables lists the spellings of all things, and codes and events by number.
func (b *filterBuilder) tables() (patterns []pattern, numbers []number, events []eventEntry) {
	seen := map[pattern]bool{}
	add := func(p literal.Pattern, kind, what uint32) {
		x := pattern{p, kind, what}
		if len(p.Text) >= cond.LeastLiteral && !seen[x] {
			seen[x] = true
			patterns = append(patterns, x)
		}
	}
	for i, t := range b.things {
		what := uint32(i)
		switch {
		case t.literal.Text != "":
			kind := uint32(isThing)
			if !t.alone {
				kind = isCompanion
			}
			add(literal.Pattern{Text: t.literal.Text, Begin: t.literal.Begin, End: t.literal.End}, kind, what)
		case t.key.event:
			e := eventEntryOf(t.event, what)
			if t.event.With != "" {
				e.with = b.number[thingKey{text: t.event.With}] + 1
			}
			events = append(events, e)
		default:
			numbers = append(numbers, number{t.code.Value, what})
			for _, p := range spellings(t.code) {
				add(p, isThing, what)
			}
		}
	}
	slices.SortFunc(numbers, func(x, y number) int { return cmp.Or(cmp.Compare(x.value, y.value), cmp.Compare(x.what, y.what)) })
	slices.SortFunc(events, func(x, y eventEntry) int {
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.with, y.with), cmp.Compare(x.what, y.what))
	})
	if len(numbers) > 0 {
		label := func(kind uint32, labels []string) {
			for _, l := range labels {
				add(literal.Pattern{Text: l}, kind, 0)
			}
		}
		label(isCodeLabel, codeLabels())
		label(isStopLabel, stopLabels())
		label(isMailLabel, mailLabels())
	}
	if len(events) > 0 {
		for _, label := range eventLabels() {
			add(literal.Pattern{Text: label, Begin: true}, isEventLabel, 0)
		}
	}
	return patterns, numbers, events
}

func eventEntryOf(e cond.EventNeed, what uint32) eventEntry {
	entry := eventEntry{id: e.ID, what: what}
	if e.AnyID {
		entry.id = anyEvent
	}
	if e.Source != "" {
		entry.source = sourceHash([]byte(e.Source))
	}
	if e.Each {
		entry.what |= eachBit
	}
	return entry
}

// sourceHash is FNV-1a over the letters and digits of the name in lower case,
// as facts.FoldName keeps them; other than ASCII goes through it.
func sourceHash(name []byte) uint64 {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3
	h := uint64(offset)
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 0x80:
			return hashFolded(facts.FoldName(string(name)))
		default:
			continue
		}
		h = (h ^ uint64(c)) * prime
	}
	return h
}

func hashFolded(name string) uint64 {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	return h
}
