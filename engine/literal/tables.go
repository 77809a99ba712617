package literal

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// The tables, all numbers little-endian:
//
//	magic        8 bytes
//	header       18 uint32: patterns, bytes of their texts, flags, size of
//	             the bitmap of joints; then for
//	             each of two lanes width, stride, size of the bitmap, size of the
//	             bitmap of anchors, buckets, entries
//	offsets      patterns+1 uint32
//	joints       bitmap
//	texts
//	lanes        the three bitmaps, heads (buckets+1 uint32), entries
//
// An entry is 16 bytes: a hash of the key (4), the pattern (4), where in the
// pattern the anchor is with two flags (2), the bytes of the pattern before the
// anchor (3), the nearest first, and behind it (3).
const (
	magic      = "KBLITR\x00\x01"
	headerSize = len(magic) + 18*4
	entrySize  = 16

	flagBlanks  = 1
	flagForeign = 2

	maxPatterns = 1 << 26
	atBits      = 13
	entryBegin  = 1 << 14
	entryEnd    = 1 << 15
)

// entry is one pattern in a bucket.
type entry struct {
	pattern    uint32
	at, length int // of the anchor in the pattern
	begin, end bool
}

// entry decodes an entry.
func (l *lane) entry(i int) entry {
	b := l.entries[i*entrySize : i*entrySize+entrySize]
	at := order.Uint16(b[8:])
	return entry{order.Uint32(b[4:]), int(at & (1<<atBits - 1)), l.anchor, at&entryBegin != 0, at&entryEnd != 0}
}

// maybe reports whether an entry can have a key.
func (l *lane) maybe(i int, key uint64) bool {
	return order.Uint32(l.entries[i*entrySize:]) == checkOf(key)
}

// checkOf is what an entry keeps of its key.
func checkOf(key uint64) uint32 { return uint32(key * mixBits >> 32) }

// near is how many bytes of the pattern on each side of its anchor an entry
// has. They refuse most of what has the anchor alone, without a look at the
// pattern.
const near = 3

// neighbours are the bytes before and behind the anchor of an entry, the nearest
// first, and 0 from where it does not matter.
func (l *lane) neighbours(i int) (before, behind []byte) {
	b := l.entries[i*entrySize+10 : i*entrySize+10+2*near]
	return b[:near], b[near:]
}

// bucket says which entries may have a key.
func (l *lane) bucket(key uint64) (from, end int) {
	i := bucketOf(key, len(l.heads)/4-1)
	b := l.heads[4*i : 4*i+8]
	return int(order.Uint32(b)), int(order.Uint32(b[4:]))
}

func bucketOf(key uint64, buckets int) int {
	return int(key * mixKey >> (64 - bits.TrailingZeros(uint(buckets))))
}

var errTables = errors.New("damaged tables of literals")

// Open checks tables that Build has made and reads them in place: the set uses
// the bytes as long as it lives, and they must not change. Damaged tables are an
// error, or at worst a set with wrong hits.
func Open(data []byte) (*Set, error) {
	if len(data) < headerSize || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: they do not begin as tables of this version do; build them again", errTables)
	}
	number := func(i int) int { return int(order.Uint32(data[len(magic)+4*i:])) }
	s := &Set{count: number(0), blanks: number(2)&flagBlanks != 0, foreign: number(2)&flagForeign != 0}
	if s.count > maxPatterns {
		return nil, fmt.Errorf("%w: %d patterns", errTables, s.count)
	}
	rest, short := data[headerSize:], false
	take := func(n int) []byte {
		if n < 0 || n > len(rest) {
			short = true
			return nil
		}
		b := rest[:n:n]
		rest = rest[n:]
		return b
	}
	s.offsets = take(4 * (s.count + 1))
	if !slices.Contains(tableSizes(), number(3)) {
		return nil, fmt.Errorf("%w: header", errTables)
	}
	s.joints = take(number(3))
	s.texts = take(number(1))
	for i := range s.lanes {
		n := 4 + 7*i
		l := lane{width: number(n), stride: number(n + 1)}
		if l.width == 0 {
			continue
		}
		l.anchor = l.width + l.stride - 1
		bitsSize, marksSize, crossSize, buckets, entries := number(n+2), number(n+3), number(n+4), number(n+5), number(n+6)
		if l.width != 4 && l.width != 6 || l.stride < 1 || l.stride > maxStride || !slices.Contains(tableSizes(), bitsSize) ||
			!slices.Contains(tableSizes(), marksSize) || !slices.Contains(tableSizes(), crossSize) || buckets < 2 || buckets&(buckets-1) != 0 || buckets > 4*maxPatterns {
			return nil, fmt.Errorf("%w: header of lane %d", errTables, i)
		}
		l.bits, l.marks, l.cross = take(bitsSize), take(marksSize), take(crossSize)
		l.heads, l.entries = take(4*(buckets+1)), take(entries*entrySize)
		s.lanes[i] = l
	}
	if short || len(rest) != 0 {
		return nil, fmt.Errorf("%w: %d bytes are not what the header says", errTables, len(data))
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// check walks over everything that a scan uses as an index.
func (s *Set) check() error {
	last := 0
	for i := 0; i <= s.count; i++ {
		at := int(order.Uint32(s.offsets[4*i:]))
		if i == 0 && at != 0 || i > 0 && at < last+MinLength || at > len(s.texts) {
			return fmt.Errorf("%w: text of pattern %d", errTables, i-1)
		}
		last = at
	}
	for n := range s.lanes {
		l := &s.lanes[n]
		if l.width == 0 {
			continue
		}
		entries, last := len(l.entries)/entrySize, 0
		for i := 0; i < len(l.heads); i += 4 {
			head := int(order.Uint32(l.heads[i:]))
			if head < last || head > entries {
				return fmt.Errorf("%w: bucket %d of lane %d", errTables, i/4, n)
			}
			last = head
		}
		for i := range entries {
			e := l.entry(i)
			if int(e.pattern) >= s.count || e.at+l.anchor > len(s.text(e.pattern)) {
				return fmt.Errorf("%w: entry %d of lane %d", errTables, i, n)
			}
		}
	}
	return nil
}
