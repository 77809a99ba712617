package playground

import (
	"time"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/lint"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// lint says what rule and tests may hold and should not. What is found in neighbours
// is none of the author's business, unless it was not there before.
func (a *Answer) lint(p *Playground, q *Question, set *rules.Set, file *tests.File) {
	for _, m := range p.lint(q, set, file) {
		switch {
		case m.Check == "lint.file-name": // the page has no files, and gives the right name to what goes out of it
		case m.File == ruleFile:
			a.say(PaneRule, false, m)
		case m.File == testFile:
			a.say(PaneTests, false, m)
		case !p.known[m]:
			m.Position, m.Text = source.Position{Line: 1, Column: 1}, m.File+", beside this rule: "+m.Text
			a.say(PaneRule, false, m)
		}
	}
}

// lint is all that the package lint is asked for.
func (p *Playground) lint(q *Question, set *rules.Set, file *tests.File) []source.Message {
	texts := map[string]string{ruleFile: q.Rule, testFile: q.Tests}
	b := &lint.Base{Rules: set, Elsewhere: p.isNeighbour, Text: func(name string) []byte {
		if text, ok := texts[name]; ok {
			return []byte(text)
		}
		return nil
	}}
	if file != nil {
		b.Tests = []*tests.File{file}
	}
	if day, err := time.Parse(time.DateOnly, q.Today); err == nil {
		b.Today = day
	}
	var msgs []source.Message
	for _, f := range lint.Run(b) {
		msgs = append(msgs, f.Message)
	}
	return msgs
}
