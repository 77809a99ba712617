// Package index finds the rules that a case may concern: a hash table from the
// anchors of presenting symptoms to rules. Cost follows the facts and their
// hits, not the number of rules. A rule that is not found cannot have a
// presenting symptom that is seen; one that is found may still have none.
package index

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Builder gathers anchors.
type Builder struct {
	keys   map[uint64][]uint32 // key -> rules, ascending
	texts  []textAnchor
	words  map[string]int // in how many templates a word occurs
	always []uint32
}

type textAnchor struct {
	rule  uint32
	words []string
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{keys: map[uint64][]uint32{}, words: map[string]int{}}
}

// Add enters the anchors of one presenting symptom. Rules must come in
// ascending order.
func (b *Builder) Add(rule uint32, anchors []cond.Anchor) {
	for _, a := range anchors {
		if a.Kind != facts.KindText {
			b.enter(key(a.Kind, a.Value), rule)
			continue
		}
		b.texts = append(b.texts, textAnchor{rule, a.Words})
		for i, w := range a.Words {
			if !slices.Contains(a.Words[:i], w) {
				b.words[w]++
			}
		}
	}
}

// AddAlways enters a rule that has a presenting symptom without anchor.
func (b *Builder) AddAlways(rule uint32) {
	if n := len(b.always); n == 0 || b.always[n-1] != rule {
		b.always = append(b.always, rule)
	}
}

func (b *Builder) enter(k uint64, rule uint32) {
	if list := b.keys[k]; len(list) == 0 || list[len(list)-1] != rule {
		b.keys[k] = append(list, rule)
	}
}

// rarest is the word of a template that the fewest templates share; the longer,
// then the alphabetically first, among equals.
func (b *Builder) rarest(words []string) string {
	return slices.MinFunc(words, func(x, y string) int {
		return cmp.Or(cmp.Compare(b.words[x], b.words[y]), cmp.Compare(len(y), len(x)), cmp.Compare(x, y))
	})
}

// Bytes is the index as flat tables: counts, slots of an open hash table (key,
// first posting, number of postings), postings, and the rules without anchor.
func (b *Builder) Bytes() []byte {
	for _, t := range b.texts {
		k := key(facts.KindText, cond.WordHash(b.rarest(t.words)))
		b.keys[k] = append(b.keys[k], t.rule)
	}
	b.texts = nil
	sorted := make([]uint64, 0, len(b.keys))
	for k := range b.keys {
		sorted = append(sorted, k)
	}
	slices.Sort(sorted)
	size := 1 << bits.Len(uint(2*len(sorted))) // at most half full
	slots := make([]byte, size*slotSize)
	var postings []byte
	count := uint32(0)
	for _, k := range sorted {
		list := b.keys[k]
		slices.Sort(list)
		list = slices.Compact(list)
		at := int(k % uint64(size))
		for binary.LittleEndian.Uint32(slots[at*slotSize+12:]) != 0 {
			at = (at + 1) % size
		}
		slot := slots[at*slotSize:]
		binary.LittleEndian.PutUint64(slot, k)
		binary.LittleEndian.PutUint32(slot[8:], count)
		binary.LittleEndian.PutUint32(slot[12:], uint32(len(list)))
		for _, r := range list {
			postings = binary.LittleEndian.AppendUint32(postings, r)
		}
		count += uint32(len(list))
	}
	var out []byte
	out = binary.LittleEndian.AppendUint32(out, uint32(size))
	out = binary.LittleEndian.AppendUint32(out, count)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(b.always)))
	out = append(out, slots...)
	out = append(out, postings...)
	for _, r := range b.always {
		out = binary.LittleEndian.AppendUint32(out, r)
	}
	return out
}

const slotSize = 16

// key mixes kind and value; a collision costs a needless candidate, never a lost one.
func key(k facts.Kind, value uint64) uint64 {
	h := value * 0x9E3779B97F4A7C15
	for i := range len(k) {
		h = (h ^ uint64(k[i])) * 0x100000001B3
	}
	return h ^ h>>29
}

// Index is read in place from the bytes of a Builder.
type Index struct {
	size     int
	rules    int
	slots    []byte
	postings []byte
	always   []byte
}

var errDamaged = errors.New("index: the tables do not fit their counts")

// Open checks the tables and keeps data.
func Open(data []byte, rules int) (Index, error) {
	if len(data) < 12 {
		return Index{}, errDamaged
	}
	size, count, always := uint64(binary.LittleEndian.Uint32(data)), uint64(binary.LittleEndian.Uint32(data[4:])), uint64(binary.LittleEndian.Uint32(data[8:]))
	if size == 0 || uint64(len(data)) != 12+size*slotSize+4*count+4*always {
		return Index{}, errDamaged
	}
	x := Index{size: int(size), rules: rules, slots: data[12 : 12+size*slotSize]}
	rest := data[12+size*slotSize:]
	x.postings, x.always = rest[:4*count], rest[4*count:]
	free := false
	for i := range x.size {
		slot := x.slots[i*slotSize:]
		first, n := uint64(binary.LittleEndian.Uint32(slot[8:])), uint64(binary.LittleEndian.Uint32(slot[12:]))
		free = free || n == 0
		if first+n > count {
			return Index{}, errDamaged
		}
	}
	if !free { // a look-up ends at a free slot
		return Index{}, errDamaged
	}
	for _, list := range [][]byte{x.postings, x.always} {
		for i := 0; i < len(list); i += 4 {
			if uint64(binary.LittleEndian.Uint32(list[i:])) >= uint64(rules) {
				return Index{}, errDamaged
			}
		}
	}
	return x, nil
}

// Candidates lists the rules, ascending, that the facts may concern. What was
// found is kept in two bit sets, slots and rules, of a few kilobytes for 20,000
// rules: a word costs one probe of the table and no memory, each list of
// postings is walked once however often its word occurs, and the rules come out
// sorted.
func (x *Index) Candidates(list []facts.Fact) []int {
	visited, found := newBits(x.size), newBits(x.rules)
	for i := range list {
		cond.FactAnchors(&list[i], func(k facts.Kind, value uint64) {
			x.lookup(key(k, value), visited, found)
		})
	}
	for i := 0; i < len(x.always); i += 4 {
		found.set(binary.LittleEndian.Uint32(x.always[i:]))
	}
	return found.list()
}

func (x *Index) lookup(k uint64, visited, found bitSet) {
	for at := int(k % uint64(x.size)); ; at = (at + 1) % x.size {
		slot := x.slots[at*slotSize:]
		n := binary.LittleEndian.Uint32(slot[12:])
		if n == 0 {
			return
		}
		if binary.LittleEndian.Uint64(slot) != k {
			continue
		}
		if !visited.set(uint32(at)) {
			return
		}
		first := binary.LittleEndian.Uint32(slot[8:])
		for i := first; i < first+n; i++ {
			found.set(binary.LittleEndian.Uint32(x.postings[4*i:]))
		}
		return
	}
}

type bitSet []uint64

func newBits(n int) bitSet { return make(bitSet, (n+63)/64) }

// set adds i and reports whether it is new.
func (b bitSet) set(i uint32) bool {
	word, bit := &b[i/64], uint64(1)<<(i%64)
	fresh := *word&bit == 0
	*word |= bit
	return fresh
}

// list is the members, ascending.
func (b bitSet) list() []int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	out := make([]int, 0, n)
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			out = append(out, 64*i+bits.TrailingZeros64(word))
		}
	}
	return out
}
