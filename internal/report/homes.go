package report

import "github.com/kbtriage/kbtriage/engine/result"

// homes says under which cause each case of a scan is shown: the one that leads
// it, as the timeline says, so that each case is shown once.
type homes struct {
	cause map[string]int // rule -> number of its cause, from 0
	cases [][]int        // of each cause; the last entry is for cases of no cause
	other [][]int        // of each cause: cases in which it is found beside another that leads
	of    []int          // case -> cause, or len(Causes)
}

func newHomes(f *result.Fleet) *homes {
	none := len(f.Causes)
	h := &homes{cause: map[string]int{}, cases: make([][]int, none+1), other: make([][]int, none+1), of: make([]int, len(f.Cases))}
	for i := none - 1; i >= 0; i-- {
		h.cause[f.Causes[i].Rule] = i
	}
	lead := make(map[string]string, len(f.Timeline))
	for i := range f.Timeline {
		m := &f.Timeline[i]
		lead[m.Host+"\x00"+m.Case] = m.Rule
	}
	for i := range f.Cases {
		d := &f.Cases[i]
		home, ok := h.cause[lead[d.Case.Host+"\x00"+d.Case.ID]]
		if !ok {
			home = none
		}
		for _, list := range [][]result.Diagnosis{d.Diagnoses, d.Also} {
			for j := range list {
				x := &list[j]
				c, known := h.cause[x.Rule]
				switch {
				case !known || x.Probability < 0.05 || x.Verdict == result.RuledOut: // not what a scan reports
				case home == none:
					home = c
				case c != home && (len(h.other[c]) == 0 || h.other[c][len(h.other[c])-1] != i):
					h.other[c] = append(h.other[c], i)
				}
			}
		}
		h.of[i] = home
		h.cases[home] = append(h.cases[home], i)
	}
	return h
}

// share is how many cases each cause may show so that there are at most most in
// all, but one of each cause.
func (h *homes) share(most int) int {
	total := func(share int) (n int) {
		for _, cases := range h.cases {
			n += min(len(cases), share)
		}
		return n
	}
	low, high := 1, max(1, len(h.of))
	for low < high {
		if middle := (low + high + 1) / 2; total(middle) <= most {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}
