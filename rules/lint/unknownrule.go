package lint

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/rules"
)

// unknownRule finds rules that a test names and that are not there: what must not be
// listed never is, if its name is misspelt.
func unknownRule() check {
	return check{code: "unknown-rule", test: func(t *tested) {
		t.named(func(id string, path []any) {
			if id == "none" || t.exists(id) || t.base.Elsewhere != nil && t.base.Elsewhere(id) {
				return
			}
			t.say(t.document(t.Path).At(path...), "there is no rule %q among those that are checked", id)
		})
	}}
}

// named calls f for each rule that a test names in what it expects.
func (t *tested) named(f func(id string, path []any)) {
	for i := range t.Tests {
		e := &t.Tests[i].Expect
		at := []any{"tests", i, "expect"}
		if e.First != "" {
			f(e.First, below(at, "first"))
		}
		for k, id := range e.Absent {
			f(id, below(at, "absent", k))
		}
		if e.Also != "" {
			f(e.Also, below(at, "also"))
		}
	}
}

// exists reports whether there is a rule with the id.
func (t *tested) exists(id string) bool {
	_, found := slices.BinarySearchFunc(t.base.Rules.Rules, id, func(r *rules.Rule, id string) int { return strings.Compare(r.ID, id) })
	return found
}
