package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// inputCollision finds inputs of one name and of different kinds: those of two rules
// with the same name are one.
func inputCollision() check {
	type declared struct {
		rule *rules.Rule
		in   rules.Input
	}
	return check{code: "input-collision", base: func(w *whole) {
		first := map[string]declared{}
		for _, r := range w.base.Rules.Rules {
			for _, in := range r.Inputs {
				other, taken := first[in.Name]
				switch {
				case !taken:
					first[in.Name] = declared{r, in}
				case other.in.Kind != in.Kind:
					w.say(w.document(r.File).KeyAt("inputs", in.Name), "%s has an input %s as well, and it is of kind %s there", other.rule.ID, in.Name, other.in.Kind)
				}
			}
		}
	}}
}
