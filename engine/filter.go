package engine

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/kbtriage/kbtriage/facts/record"
)

// filter is read in place from the bytes of a filterBuilder.
type filter struct {
	ends, concerned, chances, unbounded []byte

	telling lookup // what can be told in some scan
	common  lookup // what even a small input shows by chance
}

func openFilter(data []byte, rules int) (*filter, error) {
	damaged := errors.New("engine: the filter of the compiled base does not fit its counts")
	f := &filter{}
	lists := []*[]byte{&f.ends, &f.concerned, &f.chances, &f.unbounded}
	if len(data) < 4*len(lists) {
		return nil, damaged
	}
	rest := data[4*len(lists):]
	for i, into := range lists {
		n := 4 * uint64(binary.LittleEndian.Uint32(data[4*i:]))
		if n > uint64(len(rest)) {
			return nil, damaged
		}
		*into, rest = rest[:n], rest[n:]
	}
	if !below(f.concerned, rules) || !below(f.unbounded, rules) || !below(f.ends, len(f.concerned)/4+1) || len(f.chances) != len(f.ends) {
		return nil, damaged
	}
	for _, l := range []*lookup{&f.telling, &f.common} {
		pad := -(len(data) - len(rest)) & 7
		if pad+8 > len(rest) {
			return nil, damaged
		}
		n := binary.LittleEndian.Uint64(rest[pad:])
		if rest = rest[pad+8:]; n > uint64(len(rest)) {
			return nil, damaged
		}
		if err := l.open(rest[:n:n]); err != nil {
			return nil, err
		}
		rest = rest[n:]
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
