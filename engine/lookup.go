package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sort"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts/record"
)

// lookup finds things in raw input. It is read in place from the bytes of a
// lookupBuilder.
type lookup struct {
	patterns, numbers, events []byte

	scan  *literal.Set
	texts bool // a rule names a text or a code by itself
}

// eventSize is the bytes of an entry of the events: id, with, what, 0, source.
const eventSize = 24

func (l *lookup) open(data []byte) error {
	damaged := errors.New("engine: a lookup of the compiled base does not fit its counts")
	const head = 16
	if len(data) < head {
		return damaged
	}
	rest := data[head:]
	for i, part := range []struct {
		into *[]byte
		size uint64
	}{{&l.patterns, 8}, {&l.numbers, 8}, {&l.events, eventSize}} {
		n := uint64(binary.LittleEndian.Uint32(data[4*i:])) * part.size
		if n > uint64(len(rest)) {
			return damaged
		}
		*part.into, rest = rest[:n], rest[n:]
	}
	var err error
	if l.scan, err = literal.Open(rest); err != nil {
		return fmt.Errorf("engine: filter: %w", err)
	}
	if l.scan.Len() != len(l.patterns)/8 {
		return damaged
	}
	for i := 0; i < len(l.patterns); i += 8 {
		kind := binary.LittleEndian.Uint32(l.patterns[i:])
		l.texts = l.texts || kind != isCompanion && kind != isEventLabel
	}
	return nil
}

// asksText reports whether some rule asks an event with the number for a text.
func (l *lookup) asksText(id uint32) bool {
	n := len(l.events) / eventSize
	at := sort.Search(n, func(i int) bool { return binary.LittleEndian.Uint32(l.events[eventSize*i:]) > id })
	return at > 0 && binary.LittleEndian.Uint32(l.events[eventSize*(at-1):]) == id && binary.LittleEndian.Uint32(l.events[eventSize*(at-1)+4:]) != 0
}

// event finds the entries of the number with the literal.
func (l *lookup) event(id, with uint32, source uint64, hit func(record.Hit)) {
	n := len(l.events) / eventSize
	at := sort.Search(n, func(i int) bool {
		e := l.events[eventSize*i:]
		have := binary.LittleEndian.Uint32(e)
		return have > id || have == id && binary.LittleEndian.Uint32(e[4:]) >= with
	})
	for ; at < n; at++ {
		e := l.events[eventSize*at:]
		if binary.LittleEndian.Uint32(e) != id || binary.LittleEndian.Uint32(e[4:]) != with {
			return
		}
		have := binary.LittleEndian.Uint64(e[16:])
		if have == 0 || have == source || source == 0 && id != anyEvent {
			hit(thingHit(binary.LittleEndian.Uint32(e[8:])))
		}
	}
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
