package lint

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// sameTitles finds rules that a person cannot tell apart in a list.
func sameTitles(set *rules.Set) []source.Message {
	var msgs []source.Message
	first := map[string]*rules.Rule{}
	for _, r := range set.Rules {
		title := facts.Fold(r.Title)
		if other := first[title]; other != nil {
			msgs = append(msgs, source.Message{
				Position: source.Position{File: r.File, Line: 1, Column: 1}, Check: "lint.same-title",
				Text: "the title is that of " + other.ID + " as well",
			})
			continue
		}
		first[title] = r
	}
	return msgs
}
