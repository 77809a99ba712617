package ruletest

import (
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Kind is what a Point of a rule is.
type Kind string

// The kinds of points.
const (
	SymptomPoint   Kind = "symptom"   // a symptom, or a member of a group, is seen
	ConditionPoint Kind = "condition" // one of the alternatives within a symptom is seen by itself
	BranchPoint    Kind = "branch"    // an expression is true, or false; a proof is missing
	ExclusionPoint Kind = "exclusion" // the rule cannot hold, for one of its reasons
	TextPoint      Kind = "text"      // a placeholder is filled; a step is shown, or left out
)

// Point is something of a rule that a test can touch.
type Point struct {
	Kind    Kind   `json:"kind"`
	Name    string `json:"name"` // "io_pending", "io_pending: code 0xC00203E5", "applies_to 1: fixed in SP2"
	Touched bool   `json:"touched"`

	touches func(*seen) bool
}

// seen is one test as coverage sees it.
type seen struct {
	view   *cond.View
	listed *result.Diagnosis // the rule under test, or nil
}

// Cover lists the points of a rule, and which of them some of its tests touch.
func Cover(base *engine.Base, r *rules.Rule, outcomes []Outcome) []Point {
	points := pointsOf(r)
	for i := range outcomes {
		x := &outcomes[i]
		if x.Case == nil {
			continue
		}
		s := &seen{view: base.View(x.Case)}
		if k := slices.IndexFunc(x.Result.Diagnoses, func(d result.Diagnosis) bool { return d.Rule == r.ID }); k >= 0 {
			s.listed = &x.Result.Diagnoses[k]
		}
		for n := range points {
			if p := &points[n]; !p.Touched {
				p.Touched = p.touches(s)
			}
		}
	}
	return points
}

func pointsOf(r *rules.Rule) (points []Point) {
	add := func(kind Kind, name string, touches func(*seen) bool) {
		points = append(points, Point{Kind: kind, Name: name, touches: touches})
	}
	state := func(c cond.Condition, want cond.State) func(*seen) bool {
		return func(s *seen) bool { return c.Eval(s.view).State == want }
	}
	for i := range r.Symptoms {
		x := &r.Symptoms[i]
		add(SymptomPoint, x.Name, state(x.Condition, cond.Seen))
		if x.Proof {
			add(BranchPoint, x.Name+": missing", state(x.Condition, cond.Missing))
		}
		x.Condition.Leaves(func(member string, leaf *cond.Condition) {
			name := x.Name
			if member != "" {
				name += "." + member
				add(SymptomPoint, name, state(*leaf, cond.Seen))
			}
			ways := alternatives(leaf)
			for _, a := range ways {
				if len(ways) > 1 {
					add(ConditionPoint, name+": "+a.name, state(a.condition, cond.Seen))
				}
			}
			if leaf.When != nil {
				only := cond.Condition{Probe: leaf.Probe, When: leaf.When}
				add(BranchPoint, name+": when is true", state(only, cond.Seen))
				add(BranchPoint, name+": when is false", state(only, cond.Missing))
			}
		})
	}
	for i := range r.AppliesTo {
		a := &r.AppliesTo[i]
		for _, field := range []struct{ name, value string }{{facts.FieldVersion, versionOf(a)}, {facts.FieldOS, a.OS}, {facts.FieldRole, a.Role}} {
			if field.value == "" {
				continue
			}
			add(ExclusionPoint, fmt.Sprintf("applies_to %d: another %s than %s", i+1, field.name, field.value), func(s *seen) bool {
				return slices.ContainsFunc(a.Check(s.view), func(f cond.FieldState) bool { return f.Field == field.name && f.State == cond.Missing })
			})
		}
		if fixed, err := cond.ParseVersion(a.FixedIn); err == nil && a.FixedIn != "" {
			add(ExclusionPoint, fmt.Sprintf("applies_to %d: fixed in %s", i+1, a.FixedIn), func(s *seen) bool {
				return cond.NotFixed(s.view, fixed).State == cond.Missing
			})
		}
	}
	return append(points, textPoints(r)...)
}

func versionOf(a *rules.Applies) string {
	if a.Version == nil {
		return ""
	}
	return a.Version.String()
}

// alternative is one of several tests in a condition, any of which shows it.
type alternative struct {
	name      string
	condition cond.Condition
}

func alternatives(c *cond.Condition) (list []alternative) {
	for i := range c.Codes {
		list = append(list, alternative{"code " + c.Codes[i].Literal, cond.Condition{Codes: c.Codes[i : i+1]}})
	}
	if e := c.Event; e != nil {
		for _, id := range e.IDs {
			one := *e
			one.IDs = []uint32{id}
			list = append(list, alternative{fmt.Sprintf("event %d", id), cond.Condition{Event: &one}})
		}
		if len(e.IDs) == 0 {
			list = append(list, alternative{"event of " + e.Source, cond.Condition{Event: e}})
		}
	}
	for i := range c.Texts {
		list = append(list, alternative{fmt.Sprintf("text %q", c.Texts[i].String()), cond.Condition{Texts: c.Texts[i : i+1]}})
	}
	if c.Environment != nil {
		list = append(list, alternative{"environment", cond.Condition{Environment: c.Environment}})
	}
	if c.Correlate != nil {
		list = append(list, alternative{"correlate", cond.Condition{Correlate: c.Correlate}})
	}
	if c.When != nil {
		list = append(list, alternative{"when", cond.Condition{Probe: c.Probe, When: c.When}})
	}
	if c.Ask != nil {
		list = append(list, alternative{"ask", cond.Condition{Ask: c.Ask}})
	}
	return list
}

// textPoints are the placeholders of the texts, and the steps with a condition.
func textPoints(r *rules.Rule) (points []Point) {
	had := map[string]bool{}
	fill := func(text string) {
		pieces, err := rules.ParseTemplate(text)
		if err != nil {
			return
		}
		for _, p := range pieces {
			if len(p.Words) == 0 {
				continue
			}
			name := fmt.Sprintf("{{ %s }}", p.Words[0])
			if len(p.Words) > 1 {
				name = fmt.Sprintf("{{ %s %s }}", p.Words[0], p.Words[1])
			}
			if had[name] {
				continue
			}
			had[name] = true
			key, computed := p.Words[0], len(p.Words) > 1
			points = append(points, Point{Kind: TextPoint, Name: name, touches: func(s *seen) bool {
				if s.listed == nil {
					return false
				}
				if computed {
					return len(s.listed.Resolution.Derived) > 0
				}
				return !slices.ContainsFunc(s.listed.Resolution.Blanks, func(b result.Blank) bool { return b.Input == key })
			}})
		}
	}
	fill(r.Cause)
	for i, step := range r.Resolution.Steps {
		fill(step.Text)
		if step.If == "" {
			continue
		}
		_, c := r.Find(step.If)
		if c == nil {
			continue
		}
		for _, left := range []bool{false, true} {
			what := "shown"
			if left {
				what = "left out"
			}
			points = append(points, Point{Kind: TextPoint, Name: fmt.Sprintf("step %d: %s", i+1, what), touches: func(s *seen) bool {
				return s.listed != nil && (c.Eval(s.view).State == cond.Missing) == left
			}})
		}
	}
	return points
}
