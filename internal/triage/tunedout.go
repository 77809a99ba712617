package triage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/rules"
)

// tunedOut lists the rules that overlays of the site kept out of the cases of a
// scan, with the entry that did so: what is not reported because of them is not
// silent.
func (f *fleet) tunedOut(diagnosed []*result.Differential) []result.TunedOut {
	if len(f.k.Sources.Overlays) == 0 {
		return nil
	}
	count := map[result.TunedOut]int{}
	for _, d := range diagnosed {
		if d == nil {
			continue
		}
		for i := range d.Excluded {
			x := &d.Excluded[i]
			r, known := f.k.Base.Find(x.Rule)
			if !known {
				continue
			}
			k := slices.IndexFunc(r.Tuned, func(t rules.Tuning) bool { return strings.Contains(x.Reason, t.String()) })
			if k >= 0 {
				count[result.TunedOut{Rule: r.ID, Title: r.Title, Reason: r.Tuned[k].String()}]++
			}
		}
	}
	list := []result.TunedOut{}
	for x, n := range count {
		x.Cases, x.Reason = n, f.q.Redact.Text(x.Reason)
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b result.TunedOut) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
