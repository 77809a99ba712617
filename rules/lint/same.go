package lint

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Same reports whether a rule that was mended does what it did, and still says what it
// said: its texts have the same letters, apart from numbers and signs, and it has the
// same references, each of them once.
func Same(was, is *rules.Rule) bool {
	x, err := json.Marshal(essence(was))
	if err != nil {
		return false
	}
	y, err := json.Marshal(essence(is))
	return err == nil && bytes.Equal(x, y)
}

func essence(r *rules.Rule) any {
	one := *r
	one.File, one.Title, one.Cause = "", lettersOf(r.Title), lettersOf(r.Cause)
	one.Refs = nil
	for _, ref := range r.Refs {
		if !slices.Contains(one.Refs, ref) {
			one.Refs = append(one.Refs, ref)
		}
	}
	one.Resolution.Steps = slices.Clone(r.Resolution.Steps)
	for i := range one.Resolution.Steps {
		step := &one.Resolution.Steps[i]
		step.Text = lettersOf(stepNumber().ReplaceAllString(step.Text, ""))
	}
	var asked []string
	one.Symptoms = slices.Clone(r.Symptoms)
	for i := range one.Symptoms {
		leavesOf(nil, &one.Symptoms[i].Condition, func(_ []any, c *cond.Condition) {
			if c.Ask != nil {
				asked = append(asked, lettersOf(c.Ask.Text), c.Ask.Key)
			}
		})
	}
	b, err := json.Marshal(one.Symptoms)
	if err != nil {
		return nil
	}
	var tree any
	if json.Unmarshal(b, &tree) != nil {
		return nil
	}
	one.Symptoms = nil
	var article rules.Article
	if r.Article != nil {
		article = *r.Article
		article.Symptoms, article.Notes = lettersOf(article.Symptoms), lettersOf(article.Notes)
	}
	return []any{one, withoutQuestions(tree), asked, article}
}

// withoutQuestions takes the texts of questions out of conditions in JSON.
func withoutQuestions(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if ask, ok := v["ask"].(map[string]any); ok {
			delete(ask, "text")
		}
		for _, below := range v {
			withoutQuestions(below)
		}
	case []any:
		for _, below := range v {
			withoutQuestions(below)
		}
	}
	return v
}

func lettersOf(s string) string { return keep(s, unicode.IsLetter) }
func digitsOf(s string) string  { return keep(s, unicode.IsDigit) }

func keep(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if want(r) {
			return r
		}
		return -1
	}, s)
}
