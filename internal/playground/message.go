package playground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Pane is a part of the page that a person types into.
type Pane string

// The panes, in the order of their messages.
const (
	PaneRule  Pane = "rule"
	PaneTests Pane = "tests"
	PaneFacts Pane = "facts"
)

// The names that the rule and its tests have as files.
const (
	ruleFile = "rule.yaml"
	testFile = "rule.test.yaml"
)

// Message is something to say about a place in a pane.
type Message struct {
	Pane    Pane   `json:"pane"`
	Line    int    `json:"line"`   // from 1; 0 means the pane as a whole
	Column  int    `json:"column"` // in characters, from 1
	Refused bool   `json:"refused"`
	Check   string `json:"check"`
	Text    string `json:"text"`
	Hint    string `json:"hint"`
}

// mostMessages bounds the messages of a pane: a file of many thousands of mistakes is
// one mistake.
const mostMessages = 200

func (a *Answer) say(pane Pane, refused bool, list ...source.Message) {
	for _, m := range list {
		a.Messages = append(a.Messages, Message{
			Pane: pane, Line: m.Line, Column: m.Column, Refused: refused,
			Check: m.Check, Text: shorten(m.Text), Hint: shorten(m.Hint),
		})
	}
}

// read reads the rule and its tests; each is nil when it is not there or has
// mistakes.
func (a *Answer) read(q *Question) (*rules.Rule, *tests.File) {
	rule, msgs := rules.Parse(ruleFile, []byte(q.Rule))
	a.say(PaneRule, true, msgs...)
	if strings.TrimSpace(q.Tests) == "" {
		return rule, nil
	}
	file, msgs := tests.Parse(testFile, []byte(q.Tests))
	a.say(PaneTests, true, msgs...)
	if rule != nil && file != nil && file.Rule != rule.ID {
		a.say(PaneTests, true, source.Message{
			Position: source.Position{Line: 1, Column: 1}, Check: "test.rule",
			Text: fmt.Sprintf("the tests are for a rule %q; the one beside them is %q", file.Rule, rule.ID),
		})
		file = nil
	}
	return rule, file
}

// sort brings the messages into their order, and keeps the first of each pane.
func (a *Answer) sort() {
	sorted := []Message{}
	for _, pane := range [...]Pane{PaneRule, PaneTests, PaneFacts} {
		var list []Message
		for _, m := range a.Messages {
			if m.Pane == pane {
				list = append(list, m)
			}
		}
		slices.SortStableFunc(list, func(x, y Message) int {
			return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
		})
		if more := len(list) - mostMessages; more > 0 {
			list = append(list[:mostMessages], Message{
				Pane: pane, Check: "message.too-many", Text: fmt.Sprintf("%d more messages are not listed", more),
			})
		}
		sorted = append(sorted, list...)
	}
	a.Messages = sorted
}

// mostRunes is how much of one text an answer holds.
const mostRunes = 2000

// shorten is report.Clean of a text that may be long.
func shorten(s string) string {
	for i, seen := 0, 0; i < len(s); seen++ {
		if seen == mostRunes {
			return report.Clean(s[:i]) + "…"
		}
		i += runeLen(s[i:])
	}
	return report.Clean(s)
}
