package triage

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/internal/given"
)

// savedCases diagnoses the saved cases among the inputs, each as it is: someone
// described a problem in it, so that nothing is there by chance.
func (f *fleet) savedCases(out *result.Fleet) {
	for i := range f.all.cases {
		saved := &f.all.cases[i]
		h := f.host(f.hostOfCase(saved))
		saved.Case.Facts = append(given.Override(saved.Case.Facts, f.settings), f.settings...)
		d := f.k.Conclude(f.q.Redact.Case(saved.Case), engine.Settings{Workers: 1})
		d.Case.Host = h.Host.Host
		d.Problems = caseProblems(d)
		trim(d, f.q.Top)
		if len(d.Problems) > 0 {
			out.Problems = append(out.Problems, d.Problems...)
		}
		h.Sessions++
		if len(reported(d)) == 0 {
			continue
		}
		h.Cases++
		f.q.Redact.differential(d)
		out.Cases = append(out.Cases, *d)
	}
	slices.SortStableFunc(out.Cases, func(a, b result.Differential) int { return cmp.Compare(a.Case.Host, b.Case.Host) })
}

// hostOfCase is the host of a saved case: the one that its facts name, else what
// its file is called.
func (f *fleet) hostOfCase(c *scan.Case) (name, known string) {
	if name, known = f.hosts.of(c.Case.Host(), c.Path); name != "" {
		return name, known
	}
	base := filepath.Base(c.Path)
	return strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base))), fromPath
}
