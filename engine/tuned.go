package engine

import (
	"fmt"

	"github.com/kbtriage/kbtriage/rules/cond"
)

// except excludes the rule where an overlay of the site says so: always, or because
// the condition of an exception is seen. One that is unknown does not act, and one
// that fails is a problem of the result. Other classes of symptoms are in the
// symptoms already.
func (a *assessment) except(v *cond.View) {
	for i := range a.rule.Tuned {
		t := &a.rule.Tuned[i]
		reason := t.String()
		if t.Except != nil {
			r := t.Except.Eval(v)
			if r.Err != nil {
				a.errs = append(a.errs, fmt.Errorf("the exception of the overlay %s: %w", t.By, r.Err))
			}
			a.touched = append(a.touched, r.Facts...)
			t.Except.Leaves(func(_ string, leaf *cond.Condition) { a.timed = a.timed || leaf.Correlate != nil })
			if r.State != cond.Seen {
				continue
			}
			reason += " (" + r.Why + ")"
		} else if !t.Off {
			continue
		}
		if a.excluded != "" {
			a.excluded += "; "
		}
		a.excluded += reason
	}
}
