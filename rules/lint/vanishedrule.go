package lint

import (
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// vanishedRule finds stable rules that are gone: an id is retired, and never given to
// another rule.
func vanishedRule() check {
	return check{code: "vanished-rule", base: func(w *whole) {
		if w.base.Before == nil || w.base.Part {
			return
		}
		there := map[string]bool{}
		for _, r := range w.base.Rules.Rules {
			there[r.ID] = true
		}
		for _, r := range w.base.Before.Rules {
			if !there[r.ID] && r.Status != rules.Draft {
				w.say(source.Position{File: r.File}, "%s was there and is gone; keep it with status: retired, so that its id is never given to another", r.ID)
			}
		}
	}}
}
