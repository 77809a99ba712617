package sigma

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// expressions are the alternatives of the detection as conditions of ours: one
// expression each, over one record, which the index can find it by.
func (x *rule) expressions() (list []rulefile.Condition) {
	if len(x.terms) == 0 {
		x.refuse(x.detection.node, "sigma.detection", "the detection asks for nothing", "")
		return nil
	}
	at := x.detection.node
	if len(x.detection.conditions) > 0 {
		at = x.detection.conditions[0]
	}
	for _, t := range x.terms {
		found, wrong := t.expressions(x.logsource.texts)
		if wrong != nil {
			x.refuse(at, wrong.check, wrong.text, wrong.hint)
			return nil
		}
		for _, e := range found {
			if c := (rulefile.Condition{Key: "when", Value: rulefile.Quote(e)}); !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
		if len(list) > mostTerms {
			x.refuse(at, "sigma.limits", fmt.Sprintf("the detection comes to more than %d alternatives", mostTerms), "divide the rule")
			return nil
		}
	}
	return list
}

// expressions writes one alternative. Where nothing in it can be found by the
// index, but each of several values of one test could, each is one of its own.
func (t term) expressions(texts bool) ([]string, *refusal) {
	e := t.expression(texts)
	if wrong := t.sound(e); wrong == nil {
		return []string{e}, nil
	} else if wrong.check != "sigma.anchor" {
		return nil, wrong
	}
	for i, one := range t {
		if one.negated || len(one.patterns) < 2 || len(one.patterns) > mostTerms {
			continue
		}
		var list []string
		for _, p := range one.patterns {
			single := *one
			single.patterns = []pattern{p}
			divided := slices.Clone(t)
			divided[i] = &single
			e := divided.expression(texts)
			if divided.sound(e) != nil {
				break
			}
			list = append(list, e)
		}
		if len(list) == len(one.patterns) {
			return list, nil
		}
	}
	return nil, &refusal{
		"sigma.anchor",
		"nothing that it asks for can be looked up: an event id, a Provider_Name, or a text with a whole word between two others",
		"the rule would be evaluated for every case; add one of these",
	}
}

// sound says why an expression would not do: it is too large, or the index cannot
// find it.
func (t term) sound(e string) *refusal {
	w, err := cond.NewWhen(e)
	if err != nil {
		return &refusal{"sigma.limits", "as an expression it is refused: " + err.Error(), "divide the rule"}
	}
	c := cond.Condition{When: w}
	var n cond.Needs
	c.Needs(&n)
	if _, found := c.Anchors(); !found || n.Unbounded {
		return &refusal{check: "sigma.anchor"}
	}
	return nil
}

// expression writes an alternative: there is a record for which all tests hold.
func (t term) expression(texts bool) string {
	var parts []string
	named := map[field]bool{}
	for _, one := range t {
		named[one.field] = named[one.field] || !one.negated
	}
	for _, one := range t {
		if one.negated && one.field != fieldID && !texts && !named[one.field] {
			// A record that does not name a field may have anything there.
			named[one.field] = true
			parts = append(parts, string(one.field)+` != ""`)
		}
		if s := one.expression(texts); !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	list := "events"
	if texts {
		list = "texts"
	}
	return "any(" + list + ", " + strings.Join(parts, " and ") + ")"
}

// expression writes one test.
func (t *test) expression(texts bool) string {
	var s string
	switch {
	case t.field == fieldID:
		s = t.number()
	default:
		f, lowered := string(t.field), "lower("+string(t.field)+")"
		if t.field == fieldMessage {
			if texts {
				f = "#"
			}
			lowered = f
		}
		s = t.text(f, lowered)
	}
	if t.negated {
		return "not (" + strings.TrimSuffix(strings.TrimPrefix(s, "("), ")") + ")"
	}
	return s
}

// number writes a test of the event id.
func (t *test) number() string {
	ids := slices.Clone(t.numbers)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch {
	case t.op != "":
		return ".id " + t.op + " " + number(ids[0])
	case len(ids) == 1:
		return ".id == " + number(ids[0])
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = number(id)
	}
	return ".id in [" + strings.Join(list, ", ") + "]"
}

// text writes a test of a text: any of its patterns.
func (t *test) text(f, lowered string) string {
	var whole, list []string
	seen := map[string]bool{}
	for i := range t.patterns {
		p := &t.patterns[i]
		if s, simple := p.literal(); simple && p.regex == "" {
			whole = append(whole, quoted(lower(s)))
			continue
		}
		if s := p.test(f, lowered); !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	slices.Sort(whole)
	switch whole = slices.Compact(whole); len(whole) {
	case 0:
	case 1:
		list = append(list, lowered+" == "+whole[0])
	default:
		list = append(list, lowered+" in ["+strings.Join(whole, ", ")+"]")
	}
	if len(list) == 1 {
		return list[0]
	}
	return "(" + strings.Join(list, " or ") + ")"
}
