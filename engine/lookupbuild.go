package engine

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules/cond"
)

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

// lookupBuilder gathers the spellings of things, and codes and events by number.
type lookupBuilder struct {
	patterns []pattern
	numbers  []number
	events   []eventEntry
	seen     map[pattern]bool
	labels   [2]bool // what announces a number is looked for: a code, a STOP code
}

func newLookupBuilder() *lookupBuilder { return &lookupBuilder{seen: map[pattern]bool{}} }

// add enters a thing as far as it belongs to one of the two lookups.
func (l *lookupBuilder) add(b *filterBuilder, what uint32, common bool) {
	t := &b.things[what]
	here := isCommon(t.chance) == common
	switch {
	case t.literal.Text != "":
		p := literal.Pattern{Text: t.literal.Text, Begin: t.literal.Begin, End: t.literal.End}
		if t.alone && here {
			l.pattern(p, isThing, what)
		} else if t.within && !common {
			l.pattern(p, isCompanion, what)
		}
	case t.key.event && here:
		e := eventEntryOf(t.event, what)
		if t.event.With != "" {
			e.with = b.number[thingKey{text: t.event.With}] + 1
		}
		l.events = append(l.events, e)
	case !t.key.event:
		l.code(t, what, common)
	}
}

// code enters a code. One of less than 29 bits may be written in few digits,
// which count only behind a word that announces them. The numbers of all small
// codes are in the common lookup: that a STOP code can be told, or a code by its
// name, is no reason to look at every number that calls itself an error.
func (l *lookupBuilder) code(t *thing, what uint32, common bool) {
	c := t.code
	numbers := common || !isCommon(t.number) && announced(c.Family)
	if numbers && c.Value < 1<<28 {
		l.numbers = append(l.numbers, number{c.Value, what})
		l.labels[0] = l.labels[0] || common || c.Family != errcode.Bugcheck
		l.labels[1] = l.labels[1] || common || c.Family == errcode.Bugcheck || c.Family == ""
	}
	full, bare := spellings(c)
	if isCommon(t.chance) == common {
		for _, p := range full {
			l.pattern(p, isThing, what)
		}
	}
	if numbers {
		for _, p := range bare {
			l.pattern(p, isThing, what)
		}
	}
}

// announced reports whether a number behind a word such as error is, for
// certain, the code of the family that has its value. An errno and a code of DNS
// have names; their bare numbers may be of any family.
func announced(f errcode.Family) bool {
	return numericFamily(f) || f == errcode.HTTP || f == errcode.SMTP
}

func (l *lookupBuilder) pattern(p literal.Pattern, kind, what uint32) {
	x := pattern{p, kind, what}
	if len(p.Text) >= cond.LeastLiteral && !l.seen[x] {
		l.seen[x] = true
		l.patterns = append(l.patterns, x)
	}
}

// bytes is the lookup as flat tables: counts; for each pattern kind and what;
// codes by value; events by id; the tables of package literal.
func (l *lookupBuilder) bytes() ([]byte, error) {
	l.announce()
	slices.SortFunc(l.numbers, func(x, y number) int { return cmp.Or(cmp.Compare(x.value, y.value), cmp.Compare(x.what, y.what)) })
	slices.SortFunc(l.events, func(x, y eventEntry) int {
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.with, y.with), cmp.Compare(x.what, y.what))
	})
	texts := make([]literal.Pattern, len(l.patterns))
	for i, p := range l.patterns {
		texts[i] = p.Pattern
	}
	scan, err := literal.Build(texts)
	if err != nil {
		return nil, fmt.Errorf("engine: filter: %w", err)
	}
	var out []byte
	u32 := func(v uint32) { out = binary.LittleEndian.AppendUint32(out, v) }
	for _, n := range []int{len(l.patterns), len(l.numbers), len(l.events), 0} {
		u32(uint32(n))
	}
	for _, p := range l.patterns {
		u32(p.kind)
		u32(p.what)
	}
	for _, n := range l.numbers {
		u32(n.value)
		u32(n.what)
	}
	for _, e := range l.events {
		u32(e.id)
		u32(e.with)
		u32(e.what)
		u32(0)
		out = binary.LittleEndian.AppendUint64(out, e.source)
	}
	return append(out, scan...), nil
}

// announce adds the words behind which numbers are looked for.
func (l *lookupBuilder) announce() {
	label := func(kind uint32, labels []string) {
		for _, text := range labels {
			l.pattern(literal.Pattern{Text: text}, kind, 0)
		}
	}
	if l.labels[0] {
		label(isCodeLabel, codeLabels())
		label(isMailLabel, mailLabels())
	}
	if l.labels[1] {
		label(isStopLabel, stopLabels())
	}
	if len(l.events) > 0 {
		for _, text := range eventLabels() {
			l.pattern(literal.Pattern{Text: text, Begin: true}, isEventLabel, 0)
		}
	}
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
