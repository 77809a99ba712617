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
	keys   map[uint64][]posting
	texts  []textAnchor
	words  map[string]int // in how many templates a word occurs
	always []uint32
}

// posting is a rule under a key, with the rest of what the anchor asks of the
// fact as a Bloom filter: the other words of a template, the source of an event.
// Without it a log in the words of 20,000 rules brings up most of them, each to
// be decoded and evaluated for nothing.
type posting struct {
	rule uint32
	rest uint64
}

// traits is the bits of a hash in the filter. Two of 64 keep it selective for
// the lines and messages that cases consist of; for long passages it lets more through.
func traits(hash uint64) uint64 {
	mixed := hash * 0x9E3779B97F4A7C15
	return 1<<(mixed>>58) | 1<<(mixed>>52&63)
}

type textAnchor struct {
	rule  uint32
	words []string
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{keys: map[uint64][]posting{}, words: map[string]int{}}
}

// Add enters the anchors of one presenting symptom. Rules must come in
// ascending order.
func (b *Builder) Add(rule uint32, anchors []cond.Anchor) {
	for _, a := range anchors {
		if a.Kind != facts.KindText {
			p := posting{rule: rule}
			if a.Source != 0 {
				p.rest = traits(a.Source)
			}
			k := key(a.Kind, a.Value)
			b.keys[k] = append(b.keys[k], p)
			if a.Source != 0 {
				k := sourceKey(a.Value, a.Source)
				b.keys[k] = append(b.keys[k], posting{rule: rule})
			}
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

// rarest is the word of a template that the fewest templates share; the longer,
// then the alphabetically first, among equals.
func (b *Builder) rarest(words []string) string {
	return slices.MinFunc(words, func(x, y string) int {
		return cmp.Or(cmp.Compare(b.words[x], b.words[y]), cmp.Compare(len(y), len(x)), cmp.Compare(x, y))
	})
}

// Bytes is the index as flat tables: counts, slots of an open hash table (key,
// first posting, number of postings), postings (rule, rest), and the rules
// without anchor.
func (b *Builder) Bytes() []byte {
	for _, t := range b.texts {
		k := key(facts.KindText, cond.WordHash(b.rarest(t.words)))
		p := posting{rule: t.rule}
		for _, w := range t.words {
			p.rest |= traits(cond.WordHash(w))
		}
		b.keys[k] = append(b.keys[k], p)
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
		slices.SortFunc(list, func(x, y posting) int {
			return cmp.Or(cmp.Compare(x.rule, y.rule), cmp.Compare(x.rest, y.rest))
		})
		list = slices.Compact(list)
		at := int(k % uint64(size))
		for binary.LittleEndian.Uint32(slots[at*slotSize+12:]) != 0 {
			at = (at + 1) % size
		}
		slot := slots[at*slotSize:]
		binary.LittleEndian.PutUint64(slot, k)
		binary.LittleEndian.PutUint32(slot[8:], count)
		binary.LittleEndian.PutUint32(slot[12:], uint32(len(list)))
		for _, p := range list {
			postings = binary.LittleEndian.AppendUint32(postings, p.rule)
			postings = binary.LittleEndian.AppendUint64(postings, p.rest)
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

const (
	slotSize    = 16
	postingSize = 12
)

// key mixes kind and value; a collision costs a needless candidate, never a lost one.
func key(k facts.Kind, value uint64) uint64 {
	h := value * 0x9E3779B97F4A7C15
	for i := range len(k) {
		h = (h ^ uint64(k[i])) * 0x100000001B3
	}
	return h ^ h>>29
}

// sourceKey is that of an event together with its source. No fact is looked up by
// it; it tells how many rules there are.
func sourceKey(id, source uint64) uint64 { return key("event source", source^id*0xD6E8FEB86659FD93) }

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
	if size == 0 || uint64(len(data)) != 12+size*slotSize+postingSize*count+4*always {
		return Index{}, errDamaged
	}
	x := Index{size: int(size), rules: rules, slots: data[12 : 12+size*slotSize]}
	rest := data[12+size*slotSize:]
	x.postings, x.always = rest[:postingSize*count], rest[postingSize*count:]
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
	for i := 0; i < len(x.postings); i += postingSize {
		if uint64(binary.LittleEndian.Uint32(x.postings[i:])) >= uint64(rules) {
			return Index{}, errDamaged
		}
	}
	for i := 0; i < len(x.always); i += 4 {
		if uint64(binary.LittleEndian.Uint32(x.always[i:])) >= uint64(rules) {
			return Index{}, errDamaged
		}
	}
	return x, nil
}

// Candidates lists the rules, ascending, that the facts may concern. They are
// gathered in a bit set, 2.5 kilobytes for 20,000 rules, from which they come
// out sorted; a word that no template is filed under costs one probe of the
// table and no memory.
func (x *Index) Candidates(list []facts.Fact) []int {
	found := newBits(x.rules)
	var buffer [64]uint64
	for i := range list {
		keys, has := buffer[:0], uint64(0)
		cond.FactAnchors(&list[i], func(k facts.Kind, value uint64) {
			keys = append(keys, key(k, value))
			if k == facts.KindText || k == facts.KindEvent && value>>63 == 1 {
				has |= traits(value)
			}
		})
		if e := list[i].Event; e != nil && e.Source == "" {
			has = ^uint64(0) // it may be from any source
		}
		for _, k := range keys {
			x.lookup(k, has, found)
		}
	}
	for i := 0; i < len(x.always); i += 4 {
		found.set(binary.LittleEndian.Uint32(x.always[i:]))
	}
	return found.list()
}

// Named is how many rules name an event together with a source, by its hash.
func (x *Index) Named(id uint32, source uint64) int { return x.count(sourceKey(uint64(id), source)) }

// Count is how many rules are filed under a fact: a code, or an event by its
// number from whatever source.
func (x *Index) Count(k facts.Kind, value uint64) int { return x.count(key(k, value)) }

func (x *Index) count(want uint64) int {
	for at := int(want % uint64(x.size)); ; at = (at + 1) % x.size {
		slot := x.slots[at*slotSize:]
		n := int(binary.LittleEndian.Uint32(slot[12:]))
		if n == 0 || binary.LittleEndian.Uint64(slot) == want {
			return n
		}
	}
}

// lookup adds the rules under the key for which the fact has the rest as well.
func (x *Index) lookup(k, has uint64, found bitSet) {
	for at := int(k % uint64(x.size)); ; at = (at + 1) % x.size {
		slot := x.slots[at*slotSize:]
		n := int(binary.LittleEndian.Uint32(slot[12:]))
		if n == 0 {
			return
		}
		if binary.LittleEndian.Uint64(slot) != k {
			continue
		}
		first := int(binary.LittleEndian.Uint32(slot[8:]))
		for p := x.postings[first*postingSize : (first+n)*postingSize]; len(p) > 0; p = p[postingSize:] {
			if rest := binary.LittleEndian.Uint64(p[4:]); rest&^has == 0 {
				found.set(binary.LittleEndian.Uint32(p))
			}
		}
		return
	}
}

type bitSet []uint64

func newBits(n int) bitSet { return make(bitSet, (n+63)/64) }

func (b bitSet) set(i uint32) { b[i/64] |= 1 << (i % 64) }

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
