// Package overlap tells what a base of rules knows about itself: which rules
// share what they look for and what tells them apart, which are nearly the same
// rule, and which can never be told from another one.
//
// Find is pure: it reads a set of rules and keeps no state. Its result depends
// on the rules alone, not on their order. Rules that are retired never show up
// in a diagnosis, so they are left out.
package overlap

import (
	"cmp"
	"slices"

	"github.com/kbtriage/kbtriage/rules"
)

// Overlap is what the rules of a base have in common.
type Overlap struct {
	Rules      int          `json:"rules"`      // that were looked at
	Shared     []Shared     `json:"shared"`     // the most rules first
	Duplicates []Duplicates `json:"duplicates"` // the most rules first
	Same       []Same       `json:"same"`       // those with the most symptoms first, then those of the most rules
	Swallowed  []Swallowed  `json:"swallowed"`  // those with the most symptoms first, then those by the most rules
	Unchecked  int          `json:"unchecked"`  // rules whose text was not compared with all that look like it, as these are too many
}

// Rule is a rule by its id, and its title for a person.
type Rule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Find compares the rules of the set. The time it takes grows with their number
// and the length of their texts, not with the number of pairs.
func Find(set *rules.Set) *Overlap {
	b := read(set)
	dup := b.duplicates()
	return &Overlap{
		Rules:      len(b.rules),
		Shared:     b.shared(),
		Duplicates: dup.list,
		Same:       b.same(),
		Swallowed:  b.swallowed(dup.cluster),
		Unchecked:  dup.unchecked,
	}
}

// base is the rules, sorted by id and numbered in that order, with their symptoms
// as numbers. No rule has a symptom twice.
type base struct {
	rules    []*rules.Rule
	symptoms []Symptom
	of       [][]int32 // symptoms of each rule, ascending
	having   [][]int32 // rules with each symptom, ascending
	reads    []bool    // the rule also looks by itself at what is no Symptom
}

func read(set *rules.Set) *base {
	b := &base{}
	for _, r := range set.Rules {
		if r.Status != rules.Retired {
			b.rules = append(b.rules, r)
		}
	}
	slices.SortStableFunc(b.rules, func(x, y *rules.Rule) int { return cmp.Compare(x.ID, y.ID) })
	b.number()
	return b
}
