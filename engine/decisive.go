package engine

import (
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/rules/cond"
)

// The evidence of the likeliest diagnoses is tried first; what the bounds leave
// out, far down the list, is not called decisive.
const (
	maxTrials = 200     // sets of facts that are taken away one by one
	maxRanked = 100_000 // diagnoses ranked again, over all trials
)

// decisiveFacts finds the lines of evidence without whose facts another
// diagnosis, or none, would be first. The keys are those of factSet.
func (b *Base) decisiveFacts(all []*assessment, v *cond.View, r *ranking) map[string]bool {
	decisive := map[string]bool{}
	first := r.first()
	trials := min(maxTrials, max(20, maxRanked/max(1, len(r.list))))
	tried := map[string]bool{}
	for _, a := range r.list {
		for _, e := range a.evidence {
			key := factSet(v, e.result.Facts)
			if len(e.result.Facts) == 0 || e.result.State == cond.Unknown || tried[key] || len(tried) == trials {
				continue
			}
			tried[key] = true
			reduced := b.without(all, v, e.result.Facts)
			if reduced.first() != first {
				decisive[key] = true
			}
		}
	}
	return decisive
}

// factSet names the observations that facts belong to.
func factSet(v *cond.View, list []int) string {
	groups := make([]int, 0, len(list))
	for _, f := range list {
		groups = append(groups, v.Group(f))
	}
	slices.Sort(groups)
	return fmt.Sprint(slices.Compact(groups))
}
