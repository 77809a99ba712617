package lexicon

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Field is a part of an article: the more it weighs, the more its words say
// about the rule. Usual is how many words such a part has; in a longer one each
// says less.
type Field struct {
	Text   string
	Weight float64
	Usual  float64
}

// Builder gathers the words of rules.
type Builder struct {
	list  []posting
	rules int
	seen  map[uint64]float64
}

type posting struct {
	key    uint64
	rule   uint32
	weight uint8
}

// saturation is k of BM25: a word that stands in an article again and again counts
// at most twice as much as one that stands there once.
const saturation = 1.0

// full is the weight of a word as the index holds it, of 1.
const full = 127

// Add enters the words of a rule; rules must come in ascending order.
func (b *Builder) Add(rule uint32, fields []Field) {
	b.rules++
	if b.seen == nil {
		b.seen = map[uint64]float64{}
	}
	clear(b.seen)
	for _, f := range fields {
		list := words(f.Text)
		per := f.Weight / (0.5 + 0.5*math.Max(float64(len(list))/f.Usual, 0.25))
		for i, w := range list {
			if w == "" {
				continue
			}
			b.seen[key(w)] += per
			if i > 0 && list[i-1] != "" {
				b.seen[pairKey(list[i-1], w)] += per
			}
		}
	}
	for k, sum := range b.seen {
		weight := sum * (saturation + 1) / (sum + saturation) // up to 2
		b.list = append(b.list, posting{k, rule, uint8(min(math.Round(weight*full), 255))})
	}
}

// Bytes is the index as flat tables: the number of rules with words, of buckets,
// of entries and of list items; for each bucket its first entry; entries (32 bits
// of the key, then a posting, or with the top bit set where its list begins); lists
// (number of postings, postings). A posting is a rule and, in the low eight bits,
// the weight.
func (b *Builder) Bytes() []byte {
	if len(b.list) == 0 {
		return nil
	}
	slices.SortFunc(b.list, func(x, y posting) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.rule, y.rule)) })
	distinct := 0
	for i := range b.list {
		if i == 0 || b.list[i].key != b.list[i-1].key {
			distinct++
		}
	}
	buckets := 1 << bits.Len(uint(distinct/4))
	shift := 64 - bits.TrailingZeros(uint(buckets))
	heads := make([]uint32, buckets+1)
	entries := make([]byte, 0, 8*distinct)
	var lists []byte
	u32 := binary.LittleEndian.AppendUint32
	for i := 0; i < len(b.list); {
		j := i + 1
		for j < len(b.list) && b.list[j].key == b.list[i].key {
			j++
		}
		k := b.list[i].key
		heads[bucketOf(k, shift)+1]++
		entries = u32(entries, uint32(k))
		if j == i+1 {
			entries = u32(entries, b.list[i].rule<<8|uint32(b.list[i].weight))
		} else {
			entries = u32(entries, 1<<31|uint32(len(lists)/4))
			lists = u32(lists, uint32(j-i))
			for _, p := range b.list[i:j] {
				lists = u32(lists, p.rule<<8|uint32(p.weight))
			}
		}
		i = j
	}
	for i := range buckets {
		heads[i+1] += heads[i]
	}
	out := make([]byte, 0, headerSize+4*len(heads)+len(entries)+len(lists))
	for _, n := range []int{b.rules, buckets, distinct, len(lists) / 4} {
		out = u32(out, uint32(n))
	}
	for _, h := range heads {
		out = u32(out, h)
	}
	return append(append(out, entries...), lists...)
}

const headerSize = 16

func bucketOf(key uint64, shift int) uint64 {
	if shift == 64 {
		return 0
	}
	return key >> shift
}
