package overlap

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// shingled is the runs of three words of a rule's text, as hashes, ascending,
// none twice.
type shingled struct {
	rule int32
	set  []uint64
}

// mostLookedAt bounds the texts with a phrase in common that one text is compared
// with. They are those nearest in length. A base in which more than so many
// texts share their rarest phrases is made of one template.
const mostLookedAt = 1000

// shingles is the runs of three words of the text; none where it is too short to
// compare.
func shingles(text string) []uint64 {
	const prime = 0x9E3779B97F4A7C15
	var list []uint64
	var before, last uint64
	words := 0
	for w := range cond.Words(facts.Fold(text)) {
		h := cond.WordHash(w)
		if words++; words >= 3 {
			x := (before*prime + bits.RotateLeft64(last, 21)) * prime
			x = (x ^ x>>29 ^ h) * prime
			list = append(list, x^x>>32)
		}
		before, last = last, h
	}
	if words < fewestWords {
		return nil
	}
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
}

// similar is the Jaccard similarity of two sets, and whether it is 0.75 or more.
// It stops as soon as it cannot be.
func similar(x, y []uint64) (float64, bool) {
	sum := len(x) + len(y)
	need := (3*sum + 6) / 7 // in common: c/(sum-c) >= 3/4
	spare := min(len(x), len(y)) - need
	common, i, j := 0, 0, 0
	missX, missY := len(x)-need, len(y)-need
	if spare < 0 {
		return 0, false
	}
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j]:
			common++
			i++
			j++
		case x[i] < y[j]:
			i++
			if missX--; missX < 0 {
				return 0, false
			}
		default:
			j++
			if missY--; missY < 0 {
				return 0, false
			}
		}
	}
	return float64(common) / float64(sum-common), common >= need
}

// pairs calls f for pairs of rules with similar texts: of equal texts for the
// first and each other, of different ones for the first of each. It returns how
// many rules were not compared with all that look alike.
//
// Two sets of which three quarters are the same have one in common among the
// quarter of each that is rarest in the base. So only these are indexed, and few
// other rules have them.
func pairs(texts []shingled, f func(x, y int32, similarity float64)) (unchecked int) {
	slices.SortFunc(texts, func(x, y shingled) int {
		return cmp.Or(cmp.Compare(len(x.set), len(y.set)), slices.Compare(x.set, y.set), cmp.Compare(x.rule, y.rule))
	})
	var kinds []shingled // one of each text, the shortest first
	var equal []int      // how many rules have it
	for _, t := range texts {
		if n := len(kinds); n > 0 && slices.Equal(kinds[n-1].set, t.set) {
			f(kinds[n-1].rule, t.rule, 1)
			equal[n-1]++
			continue
		}
		kinds, equal = append(kinds, t), append(equal, 1)
	}
	rarity := newRarity(kinds)
	index := map[uint64][]int32{}
	looked := make([]int32, len(kinds)) // the last text, plus one, that was compared with this one
	var rare []uint64
	for n, t := range kinds {
		rare = rarity.first(rare[:0], t.set)
		left, short := mostLookedAt, false
		for _, s := range rare {
			list := index[s]
			for k := len(list) - 1; k >= 0; k-- {
				other := list[k]
				if 4*len(kinds[other].set) < 3*len(t.set) {
					break // the others are shorter still
				}
				if looked[other] == int32(n)+1 {
					continue
				}
				if left == 0 {
					short = true
					break
				}
				looked[other] = int32(n) + 1
				left--
				if similarity, ok := similar(kinds[other].set, t.set); ok {
					f(kinds[other].rule, t.rule, similarity)
				}
			}
			if short {
				break
			}
		}
		if short {
			unchecked += equal[n]
		}
		for _, s := range rare {
			index[s] = append(index[s], int32(n))
		}
	}
	return unchecked
}

// rarity orders shingles by how many texts have them. It counts by a part of the
// hash: any order gives the same pairs, and a better one only fewer comparisons.
type rarity struct {
	counts []uint32
	shift  int
}

func newRarity(texts []shingled) *rarity {
	all := 0
	for _, t := range texts {
		all += len(t.set)
	}
	size := min(bits.Len(uint(all))+1, 23)
	r := &rarity{counts: make([]uint32, 1<<size), shift: 64 - size}
	for _, t := range texts {
		for _, s := range t.set {
			r.counts[s>>r.shift]++
		}
	}
	return r
}

// first appends the rarest of the set: so many that two sets with three quarters
// in common share one of them.
func (r *rarity) first(list, set []uint64) []uint64 {
	list = append(list, set...)
	slices.SortFunc(list, func(x, y uint64) int {
		return cmp.Or(cmp.Compare(r.counts[x>>r.shift], r.counts[y>>r.shift]), cmp.Compare(x, y))
	})
	return list[:len(set)-(3*len(set)+3)/4+1]
}
