package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// reusedID finds ids that name another known error than they did: links and tickets
// lead to the wrong one then.
func reusedID() check {
	return check{code: "reused-id", base: func(w *whole) {
		w.since(func(was, is *rules.Rule) {
			if was.Status == rules.Retired && is.Status != rules.Retired {
				w.say(w.document(is.File).At("id"), "%s was retired; a new known error needs a new id", is.ID)
			}
		})
	}}
}
