package ruletest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Mutant is a rule with one thing changed.
type Mutant struct {
	What string // "drops the symptom io_pending"
	rule *rules.Rule
}

// Mutants changes a rule in each way that a test should notice: a symptom, a member of a
// group or an alternative is gone; a code or an event is another one; a message is
// shorter; a range of versions is wider, or gone; a condition is the opposite; a proof
// proves nothing.
func Mutants(r *rules.Rule) (list []Mutant) {
	add := func(what string, change func(*rules.Rule) bool) {
		m := copied(r)
		if m != nil && change(m) && usable(m) {
			list = append(list, Mutant{what, m})
		}
	}
	for i := range r.Symptoms {
		name := r.Symptoms[i].Name
		what := "symptom"
		if r.Symptoms[i].Proof {
			what = "proof"
			add("takes the proof "+name+" for a symptom", func(m *rules.Rule) bool { m.Symptoms[i].Proof = false; return true })
		}
		add("drops the "+what+" "+name, func(m *rules.Rule) bool { m.Symptoms = slices.Delete(m.Symptoms, i, i+1); return true })
		groups(&r.Symptoms[i].Condition, nil, func(at []int, all bool, members []cond.Member) {
			for k := range members {
				if len(members) > 1 {
					add(fmt.Sprintf("drops the member %s of %s", members[k].Name, name), func(m *rules.Rule) bool {
						into := memberList(&m.Symptoms[i].Condition, at, all)
						*into = slices.Delete(*into, k, k+1)
						return true
					})
				}
			}
		})
		leaves(&r.Symptoms[i].Condition, nil, func(at []int, leaf *cond.Condition) {
			for _, c := range changes(leaf) {
				add(fmt.Sprintf("%s: %s", name, c.what), func(m *rules.Rule) bool { return c.change(leafAt(&m.Symptoms[i].Condition, at)) })
			}
		})
	}
	for i := range r.AppliesTo {
		a := &r.AppliesTo[i]
		if a.Version != nil {
			add(fmt.Sprintf("applies_to %d: any version", i+1), func(m *rules.Rule) bool { m.AppliesTo[i].Version = nil; return true })
		}
		if a.FixedIn != "" {
			add(fmt.Sprintf("applies_to %d: never fixed", i+1), func(m *rules.Rule) bool { m.AppliesTo[i].FixedIn = ""; return true })
		}
		if a.OS != "" {
			add(fmt.Sprintf("applies_to %d: any os", i+1), func(m *rules.Rule) bool { m.AppliesTo[i].OS = ""; return true })
		}
		if a.Role != "" {
			add(fmt.Sprintf("applies_to %d: any role", i+1), func(m *rules.Rule) bool { m.AppliesTo[i].Role = ""; return true })
		}
	}
	return list
}

// copied is a rule that shares nothing with r but its article.
func copied(r *rules.Rule) *rules.Rule {
	data, err := json.Marshal(r)
	if err != nil {
		return nil
	}
	m := &rules.Rule{}
	if json.Unmarshal(data, m) != nil {
		return nil
	}
	m.Article = r.Article
	return m
}

// usable reports whether a rule could be loaded: it can come up, and its conditions are
// sound.
func usable(r *rules.Rule) bool {
	if len(r.Presenting()) == 0 && (r.Article == nil || r.Article.Symptoms == "") {
		return false
	}
	sound := true
	for i := range r.Symptoms {
		r.Symptoms[i].Condition.Leaves(func(_ string, c *cond.Condition) {
			if c.When != nil {
				_, err := cond.NewWhen(c.When.String())
				sound = sound && err == nil
			}
		})
	}
	return sound
}

// change is one way to alter a condition that holds no others.
type change struct {
	what   string
	change func(*cond.Condition) bool
}

func changes(leaf *cond.Condition) (list []change) {
	several := len(alternatives(leaf)) > 1
	for i, code := range leaf.Codes {
		if several {
			list = append(list, change{"drops the code " + code.Literal, func(c *cond.Condition) bool { c.Codes = slices.Delete(c.Codes, i, i+1); return true }})
		}
		list = append(list, change{"another code than " + code.Literal, func(c *cond.Condition) bool {
			other, err := errcode.Parse(fmt.Sprintf("0x%08X", code.Value^0x5A5))
			other.Family = code.Family
			c.Codes[i] = cond.Code{Code: other}
			return err == nil
		}})
	}
	if e := leaf.Event; e != nil {
		if several {
			list = append(list, change{"drops the event", func(c *cond.Condition) bool { c.Event = nil; return true }})
		}
		for i, id := range e.IDs {
			list = append(list, change{fmt.Sprintf("another event than %d", id), func(c *cond.Condition) bool { c.Event.IDs[i] = id ^ 0x155; return true }})
		}
	}
	for i, t := range leaf.Texts {
		if several {
			list = append(list, change{fmt.Sprintf("drops the text %q", t.String()), func(c *cond.Condition) bool { c.Texts = slices.Delete(c.Texts, i, i+1); return true }})
		}
		list = append(list, change{fmt.Sprintf("another text than %q", t.String()), func(c *cond.Condition) bool {
			other, err := cond.ParseTemplate(t.String() + " qqzzq")
			c.Texts[i] = cond.Text{Template: other}
			return err == nil
		}})
	}
	if leaf.Ask != nil {
		if several {
			list = append(list, change{"drops the question", func(c *cond.Condition) bool { c.Ask = nil; return true }})
		}
		list = append(list, change{"the other answer", func(c *cond.Condition) bool { c.Ask.SeenIf = !c.Ask.SeenIf; return true }})
	}
	if e := leaf.Environment; e != nil {
		if e.Version != nil && (e.Product != "" || e.OS != "" || e.Role != "") {
			list = append(list, change{"any version", func(c *cond.Condition) bool { c.Environment.Version = nil; return true }})
		}
		if several {
			list = append(list, change{"drops the environment", func(c *cond.Condition) bool { c.Environment = nil; return true }})
		}
	}
	if k := leaf.Correlate; k != nil {
		if several {
			list = append(list, change{"drops the correlation", func(c *cond.Condition) bool { c.Correlate = nil; return true }})
		}
		if k.AtLeast > 1 {
			list = append(list, change{"once is enough", func(c *cond.Condition) bool { c.Correlate.AtLeast = 0; return true }})
		}
		if k.Within > 0 {
			list = append(list, change{"within any time", func(c *cond.Condition) bool { c.Correlate.Within = 0; return true }})
		}
		if k.Ordered {
			list = append(list, change{"in any order", func(c *cond.Condition) bool { c.Correlate.Ordered = false; return true }})
		}
		if k.Without != nil {
			list = append(list, change{"with what must not be there", func(c *cond.Condition) bool { c.Correlate.Without = nil; return true }})
		}
	}
	if w := leaf.When; w != nil {
		when := func(what, source string) {
			list = append(list, change{what, func(c *cond.Condition) bool {
				other, err := cond.NewWhen(source)
				c.When = other
				return err == nil
			}})
		}
		when("the opposite condition", "not ("+w.String()+")")
		for _, part := range w.Parts() {
			when("the condition without "+part.Part, part.Without)
		}
		if several && leaf.Probe == nil {
			list = append(list, change{"drops the condition", func(c *cond.Condition) bool { c.When = nil; return true }})
		}
	}
	return list
}

// groups calls f for each group of members, with its path of positions; leaves calls it
// for each condition that holds no others.
func groups(c *cond.Condition, at []int, f func(at []int, all bool, members []cond.Member)) {
	for _, all := range []bool{true, false} {
		members := c.Any
		if all {
			members = c.All
		}
		if len(members) == 0 {
			continue
		}
		f(slices.Clone(at), all, members)
		for i := range members {
			groups(&members[i].Condition, append(slices.Clone(at), i), f)
		}
	}
}

func leaves(c *cond.Condition, at []int, f func(at []int, leaf *cond.Condition)) {
	members := slices.Concat(c.All, c.Any) // one of them is empty
	if len(members) == 0 {
		f(slices.Clone(at), c)
		return
	}
	for i := range members {
		leaves(&members[i].Condition, append(slices.Clone(at), i), f)
	}
}

func leafAt(c *cond.Condition, at []int) *cond.Condition {
	for _, i := range at {
		if len(c.All) > 0 {
			c = &c.All[i].Condition
		} else {
			c = &c.Any[i].Condition
		}
	}
	return c
}

func memberList(c *cond.Condition, at []int, all bool) *[]cond.Member {
	c = leafAt(c, at)
	if all {
		return &c.All
	}
	return &c.Any
}

// Survives reports whether no test of the file notices that the rule is the mutant.
// set holds the rule and its neighbours.
func (m *Mutant) Survives(set *rules.Set, weights engine.Weights, f *tests.File, o Options) (bool, error) {
	changed := &rules.Set{Rules: slices.Clone(set.Rules)}
	i, found := slices.BinarySearchFunc(changed.Rules, m.rule.ID, func(r *rules.Rule, id string) int { return strings.Compare(r.ID, id) })
	if !found {
		return false, fmt.Errorf("the rule %s is not among those of the base", m.rule.ID)
	}
	changed.Rules[i] = m.rule
	base, err := engine.Compile(changed, weights)
	if err != nil {
		return false, fmt.Errorf("%s %s: %w", m.rule.ID, m.What, err)
	}
	for n := range f.Tests {
		one := &tests.File{Path: f.Path, Rule: f.Rule, Tests: f.Tests[n : n+1]}
		if len(Failures(Run(base, one, o))) > 0 {
			return false, nil
		}
	}
	return true, nil
}
