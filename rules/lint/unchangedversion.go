package lint

import (
	"bytes"
	"encoding/json"

	"github.com/kbtriage/kbtriage/rules"
)

// unchangedVersion finds rules that have changed since they were shipped, under the
// version that was.
func unchangedVersion() check {
	return check{code: "unchanged-version", base: func(w *whole) {
		w.since(func(was, is *rules.Rule) {
			if is.Version == was.Version && was.Status != rules.Draft && !sameRule(was, is) {
				w.say(w.document(is.File).At("version"), "the rule has changed, and its version is still %d", was.Version)
			}
		})
	}}
}

// since calls f for each rule that was there before and still is.
func (w *whole) since(f func(was, is *rules.Rule)) {
	if w.base.Before == nil {
		return
	}
	before := map[string]*rules.Rule{}
	for _, r := range w.base.Before.Rules {
		before[r.ID] = r
	}
	for _, r := range w.base.Rules.Rules {
		if was := before[r.ID]; was != nil {
			f(was, r)
		}
	}
}

// sameRule compares all that a rule says but its version.
func sameRule(a, b *rules.Rule) bool {
	one, two := *a, *b
	two.Version, two.File = one.Version, one.File
	x, err := json.Marshal(one)
	if err != nil {
		return false
	}
	y, err := json.Marshal(two)
	if err != nil || !bytes.Equal(x, y) {
		return false
	}
	x, _ = json.Marshal(a.Article)
	y, _ = json.Marshal(b.Article)
	return bytes.Equal(x, y)
}
