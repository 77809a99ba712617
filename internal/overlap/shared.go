package overlap

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// The bounds of what is listed of rules that share a symptom.
const (
	mostCompared = 200 // rules; more are counted, but not told apart
	mostNamed    = 10  // of the rules that are not told apart
	mostOwn      = 8   // symptoms of a rule's own
)

// Shared is rules with symptoms in common. Symptoms that the same rules have are
// listed together.
type Shared struct {
	Symptoms []Symptom `json:"symptoms"`
	Count    int       `json:"count"`    // of the rules
	Compared bool      `json:"compared"` // false where they are too many: then only the first are listed, and not what tells them apart
	Rules    []Apart   `json:"rules"`
}

// Apart is one of several rules and what tells it from the others. Where it has
// neither symptoms nor words, nothing does.
type Apart struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Symptoms []Symptom `json:"symptoms"` // that none of the others has, the first 8
	More     int       `json:"more"`     // such symptoms that are not listed
	Words    []Word    `json:"words"`    // where there are no such symptoms: words that not all of the others have, at most 3
}

// Word is a word of the title or the symptoms of a rule.
type Word struct {
	Word   string `json:"word"`
	Others int    `json:"others"` // of the other rules that have it
}

// Nothing reports that nothing tells the rule from the others.
func (a *Apart) Nothing() bool { return len(a.Symptoms) == 0 && len(a.Words) == 0 }

// shared lists the groups of rules that have symptoms in common.
func (b *base) shared() []Shared {
	list := []Shared{}
	words := newWordings(b)
	for _, g := range b.groups() {
		members := b.having[g[0]]
		s := Shared{Symptoms: b.listed(g), Count: len(members), Compared: len(members) <= mostCompared}
		if s.Compared {
			s.Rules = b.apart(members, words)
		} else {
			for _, i := range members[:mostNamed] {
				s.Rules = append(s.Rules, Apart{ID: b.rules[i].ID, Title: b.rules[i].Title, Symptoms: []Symptom{}, Words: []Word{}})
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(x, y Shared) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), compare(x.Symptoms[0], y.Symptoms[0]))
	})
	return list
}

// groups is the symptoms that several rules have; those of the same rules are one group.
func (b *base) groups() [][]int32 {
	var groups [][]int32
	number := map[string]int{} // of the group of the rules
	var name []byte
	for n, members := range b.having {
		if len(members) < 2 {
			continue
		}
		name = name[:0]
		for _, i := range members {
			name = binary.LittleEndian.AppendUint32(name, uint32(i))
		}
		g, ok := number[string(name)]
		if !ok {
			g = len(groups)
			number[string(name)] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], int32(n))
	}
	return groups
}

// apart says of each of the rules what tells it from the others.
func (b *base) apart(members []int32, words *wordings) []Apart {
	list := make([]Apart, 0, len(members))
	have := map[int32]int{}
	for _, i := range members {
		for _, n := range b.of[i] {
			have[n]++
		}
	}
	var counted map[int32]int // how many of the rules have a word; counted when first needed
	for _, i := range members {
		var own []int32
		for _, n := range b.of[i] {
			if have[n] == 1 {
				own = append(own, n)
			}
		}
		a := Apart{ID: b.rules[i].ID, Title: b.rules[i].Title, Symptoms: b.listed(own), Words: []Word{}}
		if len(own) > mostOwn {
			a.Symptoms, a.More = slices.Clip(a.Symptoms[:mostOwn]), len(own)-mostOwn
		}
		if len(own) == 0 {
			if counted == nil {
				counted = words.count(members)
			}
			a.Words = words.telling(i, counted, len(members))
		}
		list = append(list, a)
	}
	return list
}
