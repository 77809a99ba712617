package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// lowerVersion finds rules whose version has become a lower one.
func lowerVersion() check {
	return check{code: "lower-version", base: func(w *whole) {
		w.since(func(was, is *rules.Rule) {
			if is.Version < was.Version {
				w.say(w.document(is.File).At("version"), "the version was %d already; a lower one is taken for an older rule", was.Version)
			}
		})
	}}
}
