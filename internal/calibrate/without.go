package main

import (
	"slices"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/rules"
)

// without gives the tickets the list that a base makes which never had the rules
// that are right, and what counts neither way: their words, codes and events are
// not counted either. The base is compiled anew for each of so many groups of
// tickets.
func without(b *engine.Base, list []*ticket, known []outcome, groups int) error {
	all := make([]*rules.Rule, b.Len())
	for i := range all {
		r, err := b.Whole(i)
		if err != nil {
			return err
		}
		all[i] = r
	}
	for g := range groups {
		gone := map[string]bool{}
		var tickets []*ticket
		var at []int
		for i := g; i < len(list); i += groups {
			tickets, at = append(tickets, list[i]), append(at, i)
			for _, ref := range slices.Concat(list[i].Relevant, list[i].Ignore) {
				gone[ref] = true
			}
		}
		set := &rules.Set{Rules: slices.DeleteFunc(slices.Clone(all), func(r *rules.Rule) bool {
			return slices.ContainsFunc(r.Refs, func(ref rules.Ref) bool { return gone[ref.String()] })
		})}
		less, err := engine.Compile(set, b.Weights())
		if err != nil {
			return err
		}
		for k, o := range outcomes(less, tickets) {
			known[at[k]].rest = o.rest
		}
	}
	return nil
}
