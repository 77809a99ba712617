package lint

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
)

// sameTitle finds rules that a person cannot tell apart in a list.
func sameTitle() check {
	return check{code: "same-title", base: func(w *whole) {
		first := map[string]*rules.Rule{}
		for _, r := range w.base.Rules.Rules {
			title := facts.Fold(r.Title)
			if other := first[title]; other != nil {
				w.say(w.top(r), "the title is that of %s as well", other.ID)
				continue
			}
			first[title] = r
		}
	}}
}
