package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts/record"
)

// filter is read in place from the bytes of a filterBuilder.
type filter struct {
	patterns, numbers, events, ends, concerned, unbounded []byte

	scan *literal.Set
}

func openFilter(data []byte, rules int) (*filter, error) {
	damaged := errors.New("engine: the filter of the compiled base does not fit its counts")
	const counts = 6
	if len(data) < 4*counts {
		return nil, damaged
	}
	f := &filter{}
	rest := data[4*counts:]
	for i, part := range [counts]struct {
		into *[]byte
		size uint64
	}{{&f.patterns, 8}, {&f.numbers, 8}, {&f.events, 16}, {&f.ends, 4}, {&f.concerned, 4}, {&f.unbounded, 4}} {
		n := uint64(binary.LittleEndian.Uint32(data[4*i:])) * part.size
		if n > uint64(len(rest)) {
			return nil, damaged
		}
		*part.into, rest = rest[:n], rest[n:]
	}
	if !below(f.concerned, rules) || !below(f.unbounded, rules) || !below(f.ends, len(f.concerned)/4+1) {
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

// Event implements record.Filter. A record that names no source may be from
// any; a rule for any number names its source, and the record has to name it
// as well.
func (f *filter) Event(id uint32, source []byte, hit func(record.Hit)) {
	h := uint64(0)
	if len(source) > 0 {
		h = sourceHash(source)
	}
	f.event(id, h, hit)
	f.event(anyEvent, h, hit)
}

func (f *filter) event(id uint32, source uint64, hit func(record.Hit)) {
	for at := firstAtLeast(f.events, 16, id); 16*at < len(f.events); at++ {
		e := f.events[16*at:]
		if binary.LittleEndian.Uint32(e) != id {
			return
		}
		have := binary.LittleEndian.Uint64(e[8:])
		if have == 0 || have == source || source == 0 && id != anyEvent {
			hit(eventHit(e))
		}
	}
}

func eventHit(entry []byte) record.Hit {
	what := binary.LittleEndian.Uint32(entry[4:])
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
}

// Scan implements record.Scanner.
func (s *scanner) Scan(text []byte, hit func(record.Hit)) {
	s.scan.Scan(text, &s.scratch, func(p uint32, start, end int) bool {
		entry := s.patterns[8*p:]
		switch what := binary.LittleEndian.Uint32(entry[4:]); binary.LittleEndian.Uint32(entry) {
		case isCodeLabel:
			s.behind(text, start, end, s.numbers, 8, hit)
		case isEventLabel:
			s.behind(text, start, end, s.events, 16, hit)
		default:
			hit(record.Hit{What: what, Start: start, End: end})
		}
		return true
	})
}

// behindLabel is how far behind a label its number may stand.
const behindLabel = 48

// behind looks for wanted numbers behind a label.
func (s *scanner) behind(text []byte, start, end int, table []byte, size int, hit func(record.Hit)) {
	limit := min(len(text), end+behindLabel)
	for i := end; i < limit; {
		if !isDigit(text[i]) {
			i++
			continue
		}
		v, to, ok := leadingNumber(text, i)
		i = to
		if !ok {
			continue
		}
		for at := firstAtLeast(table, size, v); size*at < len(table) && binary.LittleEndian.Uint32(table[size*at:]) == v; at++ {
			h := eventHit(table[size*at:])
			h.Start, h.End = start, to
			hit(h)
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

// openedFilter opens the filter when it is first needed: the answer to a single
// code needs none.
func (b *Base) openedFilter() (*filter, error) {
	b.filterOnce.Do(func() { b.filter, b.filterErr = openFilter(b.filterData, b.Len()) })
	return b.filter, b.filterErr
}
