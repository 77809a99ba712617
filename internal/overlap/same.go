package overlap

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
)

// Same is rules that come up in exactly the same cases, as far as their symptoms tell:
// the same codes, events and messages, for the same environments, with the same proofs.
// One of them is too many, or they contradict one another.
type Same struct {
	Symptoms []Symptom `json:"symptoms"`
	Rules    []Rule    `json:"rules"`    // by id
	Conflict bool      `json:"conflict"` // their causes are not the same
}

// same lists the rules with exactly the same symptoms that nothing else tells apart.
// Those that look by themselves at more than codes, events and messages do not count.
func (b *base) same() []Same {
	kinds, _ := b.kinds()
	list := []Same{}
	for n := range kinds {
		if len(kinds[n].rules) < 2 {
			continue
		}
		alike := map[string][]int32{}
		for _, i := range kinds[n].rules {
			if !b.reads[i] {
				besides := besidesSymptoms(b.rules[i])
				alike[besides] = append(alike[besides], i)
			}
		}
		for _, members := range alike {
			if len(members) < 2 {
				continue
			}
			s := Same{Symptoms: b.listed(kinds[n].symptoms)}
			causes := map[string]bool{}
			for _, i := range members {
				r := b.rules[i]
				s.Rules = append(s.Rules, Rule{r.ID, r.Title})
				causes[facts.Fold(r.Cause)] = true
			}
			s.Conflict = len(causes) > 1
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(x, y Same) int {
		return cmp.Or(cmp.Compare(len(y.Symptoms), len(x.Symptoms)), cmp.Compare(len(y.Rules), len(x.Rules)), cmp.Compare(x.Rules[0].ID, y.Rules[0].ID))
	})
	return list
}

// besidesSymptoms is what else decides where a rule holds: its environments and its
// proofs, whatever they are called.
func besidesSymptoms(r *rules.Rule) string {
	var parts []any
	for _, a := range r.AppliesTo {
		parts = append(parts, a)
	}
	proofs := slices.Sorted(maps.Keys(proofsOf(r)))
	b, err := json.Marshal([]any{parts, proofs})
	if err != nil {
		return r.ID
	}
	return string(b)
}

// proofsOf is the proofs of a rule by what they look for.
func proofsOf(r *rules.Rule) map[string]string {
	proofs := map[string]string{}
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		if !s.Proof {
			continue
		}
		c := s.Condition
		if c.Ask != nil { // the key is that of the rule where it has none of its own
			ask := *c.Ask
			ask.Key = ""
			c.Ask = &ask
		}
		b, err := json.Marshal(c)
		if err != nil {
			b = []byte(r.ID + s.Name)
		}
		proofs[string(b)] = s.Name
	}
	return proofs
}

// proofsBeside lists the proofs of a rule that another one does not have.
func proofsBeside(r, other *rules.Rule) []string {
	have := proofsOf(other)
	names := []string{}
	for what, name := range proofsOf(r) {
		if _, shared := have[what]; !shared {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Neighbour is a rule that looks for something that another one looks for as well.
type Neighbour struct {
	ID     string    `json:"id"`
	Title  string    `json:"title"`
	Shared []Symptom `json:"shared"`
	Own    []Symptom `json:"own"`    // of the rule that was asked about, and not of the neighbour: seen, they speak for it
	Others []Symptom `json:"others"` // of the neighbour alone

	OwnProofs    []string `json:"own_proofs"`    // names of the proofs that the neighbour does not have
	OthersProofs []string `json:"others_proofs"` // names of those that it alone has
}

// Neighbours lists the rules that share symptoms with one of the set, those that share
// the most first.
func Neighbours(set *rules.Set, id string) []Neighbour {
	b := read(set)
	at, found := slices.BinarySearchFunc(b.rules, id, func(r *rules.Rule, id string) int { return cmp.Compare(r.ID, id) })
	list := []Neighbour{}
	if !found {
		return list
	}
	shared := map[int32]int{}
	for _, s := range b.of[at] {
		for _, i := range b.having[s] {
			if int(i) != at {
				shared[i]++
			}
		}
	}
	for i := range shared {
		var n Neighbour
		n.ID, n.Title = b.rules[i].ID, b.rules[i].Title
		n.Shared, n.Own, n.Others = []Symptom{}, []Symptom{}, []Symptom{}
		var both, own, others []int32
		for _, s := range b.of[at] {
			if _, has := slices.BinarySearch(b.of[i], s); has {
				both = append(both, s)
			} else {
				own = append(own, s)
			}
		}
		for _, s := range b.of[i] {
			if _, has := slices.BinarySearch(b.of[at], s); !has {
				others = append(others, s)
			}
		}
		n.Shared, n.Own, n.Others = b.listed(both), b.listed(own), b.listed(others)
		n.OwnProofs, n.OthersProofs = proofsBeside(b.rules[at], b.rules[i]), proofsBeside(b.rules[i], b.rules[at])
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y Neighbour) int {
		return cmp.Or(cmp.Compare(len(y.Shared), len(x.Shared)), cmp.Compare(len(x.Others), len(y.Others)), cmp.Compare(x.ID, y.ID))
	})
	return list
}
