package engine

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Sources of events are known from the rules, and people name them in any way:
// "MSExchangeMTA 2187", "application log shows msexchangemta (2187)". Where a text
// names a source and a number that some rule has together, that is the event.

// The bounds of what is looked for.
const (
	mostNamedText   = 2000 // bytes of a text: what is longer is no short mention
	mostSourceWords = 6
)

// named is the case with the events that its texts name by a source that rules know
// and a number, and that no reader has taken for one.
func (b *Base) named(c *facts.Case) *facts.Case {
	if b.lexicon == nil {
		return c
	}
	have := map[uint32]bool{}
	for _, f := range c.Facts {
		if f.Kind == facts.KindEvent && f.Event.Source != "" {
			have[f.Event.ID] = true
		}
	}
	var found []facts.Fact
	for _, f := range c.Facts {
		if f.Kind != facts.KindText || len(f.Text.Value) > mostNamedText {
			continue
		}
		b.namedIn(f.Text.Value, func(id uint32, source string) {
			if !have[id] {
				have[id] = true
				found = append(found, facts.Fact{Kind: facts.KindEvent, Origin: f.Origin, Event: &facts.Event{ID: id, Source: source}})
			}
		})
	}
	if len(found) == 0 {
		return c
	}
	more := *c
	more.Facts = append(slices.Clone(c.Facts), found...)
	more.Sort()
	return &more
}

// namedIn yields the events of a text.
func (b *Base) namedIn(text string, yield func(id uint32, source string)) {
	var words []string
	var numbers []uint32
	for w := range cond.Words(facts.Fold(text)) {
		words = append(words, w)
		if v, ok := decimalOf([]byte(w)); ok && v > 0 && v < 1<<16 && len(numbers) < 16 {
			numbers = append(numbers, v)
		}
	}
	if len(numbers) == 0 {
		return
	}
	for i := range words {
		for n := min(mostSourceWords, len(words)-i); n > 0; n-- {
			name := facts.FoldName(strings.Join(words[i:i+n], ""))
			if len(name) < 3 || strings.Trim(name, "0123456789") == "" {
				continue
			}
			hash := cond.SourceHash(name)
			for _, id := range numbers {
				if b.index.Named(id, hash) > 0 {
					yield(id, strings.Join(words[i:i+n], " "))
				}
			}
		}
	}
}
