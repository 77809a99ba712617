// Package overlay is what a site changes of rules without touching them: a rule is
// off, a rule is excluded where something is seen, a symptom has another class. Each
// entry says why, and when it ends.
package overlay

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Overlay is the entries of one file, in its order.
type Overlay struct{ Entries []Entry }

// Entry is one change of one rule.
type Entry struct {
	Rule string
	rules.Tuning

	at, symptomAt source.Position
}

// Parse reads the file of an overlay strictly, with all messages at once.
func Parse(file string, data []byte) (*Overlay, []source.Message) {
	o := &Overlay{}
	msgs := rules.Strict(file, data, func(r *rules.Reader, root *yaml.Node) {
		var version int
		r.Mapping(root, "an overlay",
			rules.Key{Name: "overlay", Required: true, Read: r.Number(&version, 1, 1)},
			rules.Key{Name: "entries", Required: true, Read: func(n *yaml.Node) {
				r.List(n, func(n *yaml.Node) { o.Entries = append(o.Entries, readEntry(r, n)) })
			}})
	})
	if len(msgs) > 0 {
		return nil, msgs
	}
	return o, nil
}

func readEntry(r *rules.Reader, n *yaml.Node) Entry {
	e := Entry{at: r.At(n)}
	var except, symptom *yaml.Node
	r.Mapping(n, "an entry",
		rules.Key{Name: "rule", Required: true, Read: func(n *yaml.Node) { e.at = r.At(n); r.Text(&e.Rule)(n) }},
		rules.Key{Name: "off", Read: func(n *yaml.Node) {
			if r.Flag(&e.Off)(n); n.Value == "false" {
				r.Say(n, "overlay.entry", "off: false says nothing; leave the entry out")
			}
		}},
		rules.Key{Name: "except", Read: func(n *yaml.Node) { except = n }},
		rules.Key{Name: "symptom", Read: func(n *yaml.Node) { symptom = n; r.Text(&e.Symptom)(n) }},
		rules.Key{Name: "suggests", Read: r.Number(&e.Suggests, 1, 5)},
		rules.Key{Name: "expected", Read: r.Number(&e.Expected, 1, 5)},
		rules.Key{Name: "reason", Required: true, Read: r.Text(&e.Reason)},
		rules.Key{Name: "expires", Required: true, Read: func(n *yaml.Node) {
			r.Text(&e.Expires)(n)
			if e.Expires != "" && !IsDay(e.Expires) {
				r.Say(n, "overlay.expires", fmt.Sprintf("%q is no day; expected year, month and day, such as 2027-03-01", e.Expires))
			}
		}})
	e.By = fmt.Sprintf("%s:%d", e.at.File, e.at.Line)
	if n.Kind != yaml.MappingNode {
		return e
	}
	changes := 0
	if e.Off {
		changes++
	}
	if symptom != nil {
		changes++
		e.symptomAt = r.At(symptom)
	}
	if except != nil {
		changes++
		c := r.Condition(except, e.Rule+".except")
		c.Leaves(func(_ string, leaf *cond.Condition) {
			if leaf.Probe != nil {
				r.Say(except, "overlay.probe", "an exception asks no server; a when may read the findings of the case (dns.missing and so on)")
			}
		})
		e.Except = &c
	}
	switch classes := e.Suggests + e.Expected; {
	case changes != 1:
		r.Say(n, "overlay.entry", "an entry is one change: off: true, except with a condition, or symptom with suggests or expected")
	case symptom != nil && classes == 0:
		r.Say(n, "overlay.entry", "symptom needs the class that it shall have: suggests, expected, or both")
	case symptom == nil && classes != 0:
		r.Say(n, "overlay.entry", "suggests and expected need the symptom that they are of")
	}
	return e
}

// IsDay reports whether a text is a day, such as 2027-03-01.
func IsDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// Apply changes the rules of a set. The rules themselves stay as they are: those
// that change are copied. today, such as 2026-11-22, is the day by which entries
// have ended; they do not act, and expired names them. Messages are about entries
// that name what is not there, or change one thing twice; nothing is changed then.
func Apply(set *rules.Set, overlays []*Overlay, today string) (expired, msgs []source.Message) {
	numbers := map[string]int{}
	ids := make([]string, len(set.Rules))
	for i, r := range set.Rules {
		ids[i], numbers[r.ID] = r.ID, i
	}
	changed := slices.Clone(set.Rules)
	taken := map[string]Entry{}
	say := func(at source.Position, check, hint, format string, args ...any) {
		msgs = append(msgs, source.Message{Position: at, Check: check, Text: fmt.Sprintf(format, args...), Hint: hint})
	}
	for _, o := range overlays {
		for _, e := range o.Entries {
			if e.Expires <= today {
				expired = append(expired, source.Message{Position: e.at, Check: "overlay.expired", Text: fmt.Sprintf("the entry for %s ended on %s and does not act any more", e.Rule, e.Expires)})
				continue
			}
			i, known := numbers[e.Rule]
			if !known {
				say(e.at, "overlay.rule", source.DidYouMean(e.Rule, ids), "there is no rule %q", e.Rule)
				continue
			}
			rule := *changed[i]
			rule.Tuned = slices.Clone(rule.Tuned)
			if e.Symptom != "" {
				rule.Symptoms = slices.Clone(rule.Symptoms)
				k := slices.IndexFunc(rule.Symptoms, func(s rules.Symptom) bool { return s.Name == e.Symptom })
				if k < 0 {
					say(e.symptomAt, "overlay.symptom", source.DidYouMean(e.Symptom, symptoms(&rule)), "%s has no symptom %q", e.Rule, e.Symptom)
					continue
				}
				s := &rule.Symptoms[k]
				if e.Suggests != 0 {
					e.WasSuggests, s.Suggests = s.Suggests, e.Suggests
				}
				if e.Expected != 0 {
					e.WasExpected, s.Expected = s.Expected, e.Expected
				}
			}
			twice := false
			for _, what := range e.changes() {
				if first, there := taken[what]; there {
					say(e.at, "overlay.twice", "", "%s changes what the entry at %s changes already", e.Rule, first.By)
					twice = true
				}
				taken[what] = e
			}
			if !twice {
				rule.Tuned = append(rule.Tuned, e.Tuning)
				changed[i] = &rule
			}
		}
	}
	if len(msgs) > 0 {
		return source.Sort(expired), source.Sort(msgs)
	}
	set.Rules = changed
	return source.Sort(expired), nil
}

// changes names what an entry changes, where only one entry may.
func (e *Entry) changes() []string {
	var list []string
	if e.Off {
		list = append(list, e.Rule+" off")
	}
	if e.Suggests != 0 {
		list = append(list, e.Rule+" suggests "+e.Symptom)
	}
	if e.Expected != 0 {
		list = append(list, e.Rule+" expected "+e.Symptom)
	}
	return list
}

func symptoms(r *rules.Rule) []string {
	var list []string
	for i := range r.Symptoms {
		list = append(list, r.Symptoms[i].Name)
	}
	slices.SortFunc(list, cmp.Compare[string])
	return list
}
