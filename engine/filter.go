package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts/record"
)

// filter is read in place from the bytes of a filterBuilder.
type filter struct {
	patterns, numbers, events, ends, concerned, chances, unbounded []byte

	scan  *literal.Set
	texts bool // a rule names a text or a code by itself
}

func openFilter(data []byte, rules int) (*filter, error) {
	damaged := errors.New("engine: the filter of the compiled base does not fit its counts")
	const counts = 7
	if len(data) < 4*counts {
		return nil, damaged
	}
	f := &filter{}
	rest := data[4*counts:]
	for i, part := range [counts]struct {
		into *[]byte
		size uint64
	}{{&f.patterns, 8}, {&f.numbers, 8}, {&f.events, eventSize}, {&f.ends, 4}, {&f.concerned, 4}, {&f.chances, 4}, {&f.unbounded, 4}} {
		n := uint64(binary.LittleEndian.Uint32(data[4*i:])) * part.size
		if n > uint64(len(rest)) {
			return nil, damaged
		}
		*part.into, rest = rest[:n], rest[n:]
	}
	if !below(f.concerned, rules) || !below(f.unbounded, rules) || !below(f.ends, len(f.concerned)/4+1) || len(f.chances) != len(f.ends) {
		return nil, damaged
	}
	pad := -(len(data) - len(rest)) & 7
	if pad > len(rest) {
		return nil, damaged
	}
	var err error
	if f.scan, err = literal.Open(rest[pad:]); err != nil {
		return nil, fmt.Errorf("engine: filter: %w", err)
	}
	if f.scan.Len() != len(f.patterns)/8 {
		return nil, damaged
	}
	for i := 0; i < len(f.patterns); i += 8 {
		kind := binary.LittleEndian.Uint32(f.patterns[i:])
		f.texts = f.texts || kind != isCompanion && kind != isEventLabel
	}
	return f, nil
}

// below reports whether all numbers of the table are.
func below(table []byte, limit int) bool {
	for i := 0; i < len(table); i += 4 {
		if int64(binary.LittleEndian.Uint32(table[i:])) >= int64(limit) {
			return false
		}
	}
	return true
}

// eventSize is the bytes of an entry of the events: id, with, what, 0, source.
const eventSize = 24

// Event implements record.Scanner. A record that names no source may be from
// any; a rule for any number names its source, and the record has to name it
// as well. Events of which a rule asks for a text too are looked up by the texts
// that the record holds: of a number that thousands of rules name, few are left.
// Where no rule names a text or a code by itself, the text of most records need
// not even be decoded.
func (s *scanner) Event(r *record.Record, taker func(record.Hit)) {
	hit := func(h record.Hit) { taker(s.rated(h)) }
	h := uint64(0)
	if len(r.Source) > 0 {
		h = sourceHash(r.Source)
	}
	s.event(r.ID, 0, h, hit)
	s.event(anyEvent, 0, h, hit)
	if !s.texts && !s.asksText(r.ID) && !s.asksText(anyEvent) {
		return
	}
	s.found = s.found[:0]
	s.pass(r.Text(), func(x record.Hit, event bool) {
		if !event { // the text of an event makes no other events
			s.found = append(s.found, x.What)
			hit(x)
		}
	})
	for _, what := range s.found {
		s.event(r.ID, what+1, h, hit)
		s.event(anyEvent, what+1, h, hit)
	}
}

// asksText reports whether some rule asks an event with the number for a text.
func (f *filter) asksText(id uint32) bool {
	n := len(f.events) / eventSize
	at := sort.Search(n, func(i int) bool { return binary.LittleEndian.Uint32(f.events[eventSize*i:]) > id })
	return at > 0 && binary.LittleEndian.Uint32(f.events[eventSize*(at-1):]) == id && binary.LittleEndian.Uint32(f.events[eventSize*(at-1)+4:]) != 0
}

// event finds the entries of the number with the literal.
func (f *filter) event(id, with uint32, source uint64, hit func(record.Hit)) {
	n := len(f.events) / eventSize
	at := sort.Search(n, func(i int) bool {
		e := f.events[eventSize*i:]
		have := binary.LittleEndian.Uint32(e)
		return have > id || have == id && binary.LittleEndian.Uint32(e[4:]) >= with
	})
	for ; at < n; at++ {
		e := f.events[eventSize*at:]
		if binary.LittleEndian.Uint32(e) != id || binary.LittleEndian.Uint32(e[4:]) != with {
			return
		}
		have := binary.LittleEndian.Uint64(e[16:])
		if have == 0 || have == source || source == 0 && id != anyEvent {
			hit(thingHit(binary.LittleEndian.Uint32(e[8:])))
		}
	}
}

// thingHit is a hit by number, in whose top bit may stand that each one counts.
func thingHit(what uint32) record.Hit {
	h := record.Hit{What: what &^ eachBit}
	if what&eachBit != 0 {
		h.Want = record.Each
	}
	return h
}

// firstAtLeast is the first entry of a sorted table that is not below the value.
func firstAtLeast(table []byte, size int, value uint32) int {
	lo, hi := 0, len(table)/size
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if binary.LittleEndian.Uint32(table[size*mid:]) < value {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Scanner implements record.Filter.
func (f *filter) Scanner() record.Scanner { return &scanner{filter: f} }

type scanner struct {
	*filter
	scratch literal.Scratch

	found []uint32 // things in the text of the event at hand
}

// Scan implements record.Scanner.
func (s *scanner) Scan(text []byte, hit func(record.Hit)) {
	s.pass(text, func(h record.Hit, _ bool) { hit(s.rated(h)) })
}

// rare is the chance up to which a thing stays in few records of any input.
const rare = 1e-7

// rated says of a hit whether it is rare.
func (f *filter) rated(h record.Hit) record.Hit {
	h.Rare = 4*int(h.What) < len(f.chances) && math.Float32frombits(binary.LittleEndian.Uint32(f.chances[4*h.What:])) <= rare
	return h
}

// pass finds the hits, and says whether each is an event that the text names.
func (s *scanner) pass(text []byte, hit func(h record.Hit, event bool)) {
	s.scan.Scan(text, &s.scratch, func(p uint32, start, end int) bool {
		entry := s.patterns[8*p:]
		switch what := binary.LittleEndian.Uint32(entry[4:]); binary.LittleEndian.Uint32(entry) {
		case isCodeLabel:
			s.codesBehind(text, start, end, false, hit)
		case isStopLabel:
			s.codesBehind(text, start, end, true, hit)
		case isMailLabel:
			s.replyBefore(text, start, end, hit)
		case isEventLabel:
			s.eventsBehind(text, start, end, hit)
		case isCompanion:
			hit(record.Hit{What: what, Part: record.OfText, Start: start, End: end}, false)
		default:
			hit(record.Hit{What: what, Start: start, End: end}, false)
		}
		return true
	})
}

// eventsBehind looks for wanted event numbers behind a label, and for the sources
// of which every number is wanted: the source may stand on either side.
func (s *scanner) eventsBehind(text []byte, start, end int, hit func(record.Hit, bool)) {
	last := end
	numbersBehind(text, end, func(v uint32, to int) {
		s.mention(v, start, to, hit)
		last = to
	})
	if last > end {
		s.mention(anyEvent, start, last, hit)
	}
}

// mostMentions bounds the entries that one mention of an event hits.
const mostMentions = 256

// mention finds the entries of the number, from any source.
func (s *scanner) mention(id uint32, start, end int, hit func(record.Hit, bool)) {
	first := firstAtLeast(s.events, eventSize, id)
	for at := first; eventSize*at < len(s.events) && at < first+mostMentions; at++ {
		entry := s.events[eventSize*at:]
		if binary.LittleEndian.Uint32(entry) != id {
			return
		}
		h := thingHit(binary.LittleEndian.Uint32(entry[8:]))
		h.Start, h.End = start, end
		if binary.LittleEndian.Uint32(entry[4:]) != 0 {
			h.Part = record.OfEvent
		}
		hit(h, true)
	}
}

// numbersBehind yields the numbers behind the label of an event, which ends at end.
func numbersBehind(text []byte, end int, yield func(v uint32, to int)) {
	for i, limit := end, min(len(text), end+behindLabel); i < limit; {
		if !isDigit(text[i]) {
			i++
			continue
		}
		v, to, ok := leadingNumber(text, i)
		if i = to; ok {
			yield(v, to)
		}
	}
}

// leadingNumber reads the decimal or 0x number at i; a minus before it makes it
// negative.
func leadingNumber(text []byte, i int) (v uint32, end int, ok bool) {
	begin, n, digits := i, uint64(0), 0
	if text[i] == '0' && i+1 < len(text) && text[i+1]|0x20 == 'x' {
		for i += 2; i < len(text); i++ {
			d := strings.IndexByte("0123456789abcdef", text[i]|0x20)
			if text[i] < '0' || d < 0 {
				break
			}
			if digits++; digits <= 15 {
				n = n<<4 | uint64(d)
			}
		}
	} else {
		for ; i < len(text) && isDigit(text[i]); i++ {
			if digits++; digits <= 18 {
				n = 10*n + uint64(text[i]-'0')
			}
		}
	}
	if begin > 0 && text[begin-1] == '-' {
		return uint32(-int64(n)), i, digits > 0 && n <= 1<<31
	}
	return uint32(n), i, digits > 0 && n < 1<<32
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// Filter says what of raw input may matter to the rules of the base. Rules that
// it cannot stand for, because their conditions name nothing that could be
// looked for, are listed by number: where only what it lets through is read,
// they cannot be evaluated.
func (b *Base) Filter() (f record.Filter, unbounded []int, err error) {
	x, err := b.openedFilter()
	if err != nil {
		return nil, nil, err
	}
	for i := 0; i < len(x.unbounded); i += 4 {
		unbounded = append(unbounded, int(binary.LittleEndian.Uint32(x.unbounded[i:])))
	}
	return x, unbounded, nil
}

// Concerned lists the rules, by number and ascending, that name the thing of a
// hit of the filter.
func (b *Base) Concerned(what uint32, yield func(rule uint32)) {
	x, err := b.openedFilter()
	if err != nil || 4*int(what) >= len(x.ends) {
		return
	}
	from := uint32(0)
	if what > 0 {
		from = binary.LittleEndian.Uint32(x.ends[4*(what-1):])
	}
	to := binary.LittleEndian.Uint32(x.ends[4*what:])
	for ; from < to; from++ {
		yield(binary.LittleEndian.Uint32(x.concerned[4*from:]))
	}
}

// MayBeSpecial reports whether the thing of a hit can be special in an input of
// so many records, see docs/ranking.md. Where nothing of a session can, no rule
// is worth telling.
func (b *Base) MayBeSpecial(what uint32, records int64) bool {
	x, err := b.openedFilter()
	if err != nil || 4*int(what) >= len(x.chances) {
		return true
	}
	chance := math.Float32frombits(binary.LittleEndian.Uint32(x.chances[4*what:]))
	return float64(chance)*float64(records) <= b.header.Weights.Chance.Special
}

// openedFilter opens the filter when it is first needed: the answer to a single
// code needs none.
func (b *Base) openedFilter() (*filter, error) {
	b.filterOnce.Do(func() { b.filter, b.filterErr = openFilter(b.filterData, b.Len()) })
	return b.filter, b.filterErr
}
