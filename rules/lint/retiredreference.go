package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// retiredReference finds retired rules that a test still waits for, or that a text
// still sends its reader to.
func retiredReference() check {
	return check{code: "retired-reference", base: func(w *whole) {
		retired := map[string]bool{}
		for _, r := range w.base.Rules.Rules {
			if r.Status == rules.Retired {
				retired[r.ID] = true
			}
		}
		if len(retired) == 0 {
			return
		}
		for _, r := range w.base.Rules.Rules {
			if !authored.covers(r.Status) {
				continue
			}
			s := &subject{place: w.place, Rule: r}
			s.texts(func(text string, path []any) {
				for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n,;:()\"'", c) }) {
					if id := strings.TrimRight(word, "."); retired[id] {
						s.say(s.at(path...), "%s is retired; say what to do instead", id)
					}
				}
			})
		}
		for _, f := range w.base.Tests {
			t := &tested{place: w.place, File: f}
			for i := range f.Tests {
				e := &f.Tests[i].Expect
				if retired[e.First] {
					t.say(t.document(f.Path).At("tests", i, "expect", "first"), "%s is retired and never listed", e.First)
				}
				if retired[e.Also] {
					t.say(t.document(f.Path).At("tests", i, "expect", "also"), "%s is retired and never listed", e.Also)
				}
			}
		}
	}}
}

// texts calls f for each text of the rule that a person reads, with its place.
func (s *subject) texts(f func(text string, path []any)) {
	f(s.Title, []any{"title"})
	f(s.Cause, []any{"cause"})
	s.steps(f)
	for _, in := range s.Inputs {
		for _, a := range in.Ask {
			path := []any{"inputs", in.Name, "ask"}
			if _, part, ok := strings.Cut(a.Key, "."); ok && in.Kind == rules.Endpoint {
				path = append(path, part)
			}
			f(a.Text, path)
		}
	}
	s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
		if c.Ask != nil {
			f(c.Ask.Text, below(path, "ask"))
		}
	})
	if s.Article != nil {
		f(s.Article.Symptoms, []any{"article", "symptoms"})
		f(s.Article.Notes, []any{"article", "notes"})
	}
}
