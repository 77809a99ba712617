package lint

import (
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// misspeltProduct finds names of products that are one slip away from one that several
// other rules have.
func misspeltProduct() check {
	return check{code: "misspelt-product", base: func(w *whole) {
		used := map[string]int{}
		each := func(f func(r *rules.Rule, i int, product string)) {
			for _, r := range w.base.Rules.Rules {
				for i, a := range r.AppliesTo {
					if a.Product != "" {
						f(r, i, a.Product)
					}
				}
			}
		}
		each(func(_ *rules.Rule, _ int, product string) { used[product]++ })
		var common []string
		for product, n := range used {
			if n >= 3 {
				common = append(common, product)
			}
		}
		each(func(r *rules.Rule, i int, product string) {
			if used[product] > 1 || !authored.covers(r.Status) {
				return
			}
			near, ok := source.Nearest(product, common)
			if ok && lettersOf(near) != lettersOf(product) && source.Edits(product, near) <= 2 && digitsOf(near) == digitsOf(product) {
				w.say(w.document(r.File).At("applies_to", i, "product"), "no other rule is for %q, and %d are for %q", product, used[near], near)
			}
		})
	}}
}
