package engine

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// remedy fills the cause and the steps of a rule with the facts of the case.
// What nobody gave stays a named blank, with the question for it.
func (t *telling) remedy(a *assessment) (cause string, res result.Resolution) {
	f := &filling{telling: t, rule: a.rule}
	cause = f.fill(a.rule.Cause)
	res = result.Resolution{Kind: string(a.rule.Resolution.Kind), Steps: []string{}, Derived: []string{}, Blanks: []result.Blank{}, Verify: []string{}}
	for _, step := range a.rule.Resolution.Steps {
		if step.If != "" {
			if _, c := a.rule.Find(step.If); c != nil && c.Eval(t.view).State == cond.Missing {
				continue
			}
		}
		text := f.fill(step.Text)
		if step.Way != "" {
			if n := len(res.Ways); n > 0 && res.Ways[n-1].Name == step.Way {
				res.Ways[n-1].Last++
			} else {
				res.Ways = append(res.Ways, result.Way{Name: step.Way, First: len(res.Steps) + 1, Last: len(res.Steps) + 1})
				text = step.Way + ": " + text
			}
		}
		res.Steps = append(res.Steps, text)
	}
	res.Derived = append(res.Derived, f.derived...)
	res.Blanks = append(res.Blanks, f.blanks...)
	res.Verify = append(res.Verify, f.verify()...)
	return cause, res
}

// filling is one rule's texts being filled.
type filling struct {
	*telling
	rule    *rules.Rule
	derived []string
	blanks  []result.Blank
}

func (f *filling) fill(text string) string {
	pieces, err := rules.ParseTemplate(text)
	if err != nil {
		return text // refused when the rule was loaded
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case len(p.Words) == 0:
			b.WriteString(p.Text)
		case p.Words[0] == "dns_records":
			f.block(&b, f.records(p.Words[1]))
		case p.Words[0] == "nsupdate":
			f.block(&b, f.nsupdate(p.Words[1]))
		case p.Words[0] == "resolver_order":
			f.block(&b, f.order(p.Words[1]))
		default:
			b.WriteString(f.value(p.Words[0]))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// block writes computed lines under their mark, indented. Lines with a blank
// are no result of the case; they stand under another mark.
func (f *filling) block(b *strings.Builder, lines []string) {
	if len(lines) == 0 {
		b.WriteString("(nothing: none is missing)")
		return
	}
	whole := !slices.ContainsFunc(lines, hasBlank)
	if whole {
		b.WriteString("\n    " + result.DerivedMark)
	} else {
		b.WriteString("\n    " + result.BlankMark)
	}
	for _, l := range lines {
		b.WriteString("\n    " + l)
		if whole && !slices.Contains(f.derived, l) {
			f.derived = append(f.derived, l)
		}
	}
	b.WriteString("\n")
}

// hasBlank reports whether a computed line has something to fill in: a word in
// brackets that is no IPv6 address.
func hasBlank(line string) bool {
	_, rest, found := strings.Cut(line, "[")
	for found {
		inside, after, closed := strings.Cut(rest, "]")
		if !closed || !strings.Contains(inside, ":") {
			return true
		}
		_, rest, found = strings.Cut(after, "[")
	}
	return false
}

// bare is value for a record or a script: a blank stands there as its name alone.
func (f *filling) bare(key string) string {
	v := f.value(key)
	if strings.HasPrefix(v, "[") {
		return "[" + key + "]"
	}
	return v
}

// value is an input or a field of the environment, or a named blank.
func (f *filling) value(key string) string {
	for _, field := range []string{facts.FieldProduct, facts.FieldVersion, facts.FieldOS} {
		if key != field {
			continue
		}
		for _, x := range f.c.Facts {
			if x.Kind == facts.KindEnvironment && x.Environment.Field == field && !x.Environment.Not {
				return clean(x.Environment.Value)
			}
		}
		return f.blank(key, "the "+field)
	}
	if v, ok := f.c.Input(key); ok {
		return clean(v)
	}
	for _, in := range f.rule.Inputs {
		for _, ask := range in.Ask {
			if ask.Key == key {
				return f.blank(key, ask.Text)
			}
		}
	}
	return f.blank(key, key)
}

// clean keeps a value that ends up in a command or a record on one line.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func (f *filling) blank(key, ask string) string {
	b := result.Blank{Input: key, Ask: ask}
	if !slices.Contains(f.blanks, b) {
		f.blanks = append(f.blanks, b)
	}
	return "[" + key + ": " + ask + "]"
}
