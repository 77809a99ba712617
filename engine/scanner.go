package engine

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Scanner implements record.Filter.
func (f *filter) Scanner() record.Scanner {
	return &scanner{filter: f, lookups: []*lookup{&f.telling, &f.common}}
}

// Telling implements record.Filter.
func (f *filter) Telling() record.Scanner { return &scanner{filter: f, lookups: []*lookup{&f.telling}} }

type scanner struct {
	*filter
	lookups []*lookup
	scratch literal.Scratch

	found []uint32 // things in the text of the event at hand
}

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
	for _, l := range s.lookups {
		l.event(r.ID, 0, h, hit)
		l.event(anyEvent, 0, h, hit)
		if !l.texts && !l.asksText(r.ID) && !l.asksText(anyEvent) {
			continue
		}
		s.found = s.found[:0]
		s.pass(l, r.Text(), func(x record.Hit, event bool) {
			if !event { // the text of an event makes no other events
				s.found = append(s.found, x.What)
				hit(x)
			}
		})
		for _, what := range s.found {
			l.event(r.ID, what+1, h, hit)
			l.event(anyEvent, what+1, h, hit)
		}
	}
}

// Scan implements record.Scanner.
func (s *scanner) Scan(text []byte, hit func(record.Hit)) {
	for _, l := range s.lookups {
		s.pass(l, text, func(h record.Hit, _ bool) { hit(s.rated(h)) })
	}
}

// rare is the chance up to which a thing stays in few records of any input.
const rare = 1e-7

// rated says of a hit whether it is rare.
func (f *filter) rated(h record.Hit) record.Hit {
	h.Rare = 4*int(h.What) < len(f.chances) && math.Float32frombits(binary.LittleEndian.Uint32(f.chances[4*h.What:])) <= rare
	return h
}

// pass finds the hits, and says whether each is an event that the text names.
func (s *scanner) pass(l *lookup, text []byte, hit func(h record.Hit, event bool)) {
	l.scan.Scan(text, &s.scratch, func(p uint32, start, end int) bool {
		entry := l.patterns[8*p:]
		switch what := binary.LittleEndian.Uint32(entry[4:]); binary.LittleEndian.Uint32(entry) {
		case isCodeLabel:
			l.codesBehind(text, start, end, false, hit)
		case isStopLabel:
			l.codesBehind(text, start, end, true, hit)
		case isMailLabel:
			l.replyBefore(text, start, end, hit)
		case isEventLabel:
			l.eventsBehind(text, start, end, hit)
		case isCompanion:
			hit(record.Hit{What: what, Part: record.OfText, Start: start, End: end}, false)
		default:
			hit(record.Hit{What: what, Start: start, End: end}, false)
		}
		return true
	})
}

// thingHit is a hit by number, in whose top bit may stand that each one counts.
func thingHit(what uint32) record.Hit {
	h := record.Hit{What: what &^ eachBit}
	if what&eachBit != 0 {
		h.Want = record.Each
	}
	return h
}

// eventsBehind looks for wanted event numbers behind a label, and for the sources
// of which every number is wanted: the source may stand on either side.
func (l *lookup) eventsBehind(text []byte, start, end int, hit func(record.Hit, bool)) {
	last := end
	numbersBehind(text, end, func(v uint32, to int) {
		l.mention(v, start, to, hit)
		last = to
	})
	if last > end {
		l.mention(anyEvent, start, last, hit)
	}
}

// mostMentions bounds the entries that one mention of an event hits.
const mostMentions = 256

// mention finds the entries of the number, from any source.
func (l *lookup) mention(id uint32, start, end int, hit func(record.Hit, bool)) {
	first := firstAtLeast(l.events, eventSize, id)
	for at := first; eventSize*at < len(l.events) && at < first+mostMentions; at++ {
		entry := l.events[eventSize*at:]
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
