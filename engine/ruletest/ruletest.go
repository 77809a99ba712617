// Package ruletest runs the tests of rules: it makes the case that a test gives,
// diagnoses it, and says what of the differential is not as expected.
package ruletest

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Failure is an expectation that does not hold.
type Failure struct {
	Position source.Position
	Test     string
	Text     string
}

// String is "file:line:col: test: text".
func (f Failure) String() string { return fmt.Sprintf("%s: %s: %s", f.Position, f.Test, f.Text) }

// Settings turns KEY=VALUE pairs into facts; the caller knows the keys that the
// loaded rules declare.
type Settings func(pairs []string) ([]facts.Fact, error)

// Run runs the tests of a file against a base that holds its rule.
func Run(base *engine.Base, f *tests.File, settings Settings) []Failure {
	var failures []Failure
	for i := range f.Tests {
		t := &f.Tests[i]
		fail := func(format string, args ...any) {
			failures = append(failures, Failure{t.Position, t.Name, fmt.Sprintf(format, args...)})
		}
		c, err := build(&t.Given, settings)
		if err != nil {
			fail("given: %v", err)
			continue
		}
		check(t, f.Rule, base.Diagnose(c, engine.Settings{}), fail)
	}
	return failures
}

// build makes the case of a test.
func build(g *tests.Given, settings Settings) (*facts.Case, error) {
	c := &facts.Case{}
	for i, in := range g.Inputs {
		c.Facts = append(c.Facts, intake.Text(fmt.Sprintf("argument %d", i+1), in)...)
	}
	c.Facts = append(c.Facts, intake.Text("text", g.Text)...)
	set, err := settings(g.Set)
	if err != nil {
		return nil, err
	}
	c.Facts = append(c.Facts, set...)
	if len(g.Resolvers) > 0 {
		r := &facts.Resolvers{Source: "test", Search: g.Search}
		for _, list := range []struct {
			from []string
			to   *[]string
		}{{g.Resolvers, &r.Servers}, {g.Local, &r.Local}} {
			for _, s := range list.from {
				address, err := facts.ServerAddress(s)
				if err != nil {
					return nil, err
				}
				*list.to = append(*list.to, address)
			}
		}
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindResolvers, Origin: facts.Origin{Path: "test"}, Resolvers: r})
	}
	for i := range g.DNS {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindDNSAnswer, Origin: facts.Origin{Path: "dns " + g.DNS[i].Server}, DNSAnswer: &g.DNS[i]})
	}
	for _, log := range g.Covered {
		c.Coverage = append(c.Coverage, facts.Coverage{Kind: facts.KindEvent, Log: log})
	}
	derive.Findings(c)
	return c, nil
}

func check(t *tests.Test, rule string, d *result.Differential, fail func(string, ...any)) {
	e := &t.Expect
	for _, p := range d.Problems {
		fail("problem: %s", p.Text)
	}
	first := "none"
	if len(d.Diagnoses) > 0 && d.Diagnoses[0].Probability >= d.None {
		first = d.Diagnoses[0].Rule
	}
	if e.First != "" && first != e.First {
		fail("first is %s, expected %s", first, e.First)
	}
	if t.NearMiss && first == rule {
		fail("it is a near miss, but the rule leads")
	}
	listed := map[string]*result.Diagnosis{}
	for i := range d.Diagnoses {
		listed[d.Diagnoses[i].Rule] = &d.Diagnoses[i]
	}
	checkRule(t, listed[rule], d, rule, fail)
	for _, id := range e.Absent {
		if listed[id] != nil {
			fail("%s is listed and must not be", id)
		}
	}
	for _, want := range e.Findings {
		found := false
		for _, f := range d.Findings {
			found = found || fmt.Sprintf("%s %s %s", f.ID, f.Subject, f.State) == want
		}
		if !found {
			fail("there is no finding %q", want)
		}
	}
	if e.Next != "" && (len(d.Next) == 0 || d.Next[0].Check != e.Next) {
		got := "nothing"
		if len(d.Next) > 0 {
			got = d.Next[0].Check
		}
		fail("next is %s, expected %s", got, e.Next)
	}
	if e.Also != "" {
		found := false
		for _, a := range d.Also {
			found = found || a.Rule == e.Also
		}
		if !found {
			fail("%s is not in also", e.Also)
		}
	}
	for _, want := range e.Unexplained {
		found := false
		for _, u := range d.Unexplained {
			found = found || strings.Contains(u.Text, want)
		}
		if !found {
			fail("%q is not among the unexplained facts", want)
		}
	}
}

// checkRule checks what is expected of the rule under test itself.
func checkRule(t *tests.Test, x *result.Diagnosis, d *result.Differential, rule string, fail func(string, ...any)) {
	e := &t.Expect
	if e.Excluded != "" {
		for _, ex := range d.Excluded {
			if ex.Rule == rule && strings.Contains(ex.Reason, e.Excluded) {
				return
			}
		}
		fail("the rule is not excluded with %q", e.Excluded)
		return
	}
	needs := e.Rank > 0 || e.Verdict != "" || e.AtLeast != nil || e.AtMost != nil || len(e.Symptoms) > 0 || len(e.Derived) > 0
	if x == nil {
		if needs {
			fail("the rule is not listed")
		}
		return
	}
	if e.Rank > 0 && x.Rank != e.Rank {
		fail("rank is %d, expected %d", x.Rank, e.Rank)
	}
	if e.Verdict != "" && string(x.Verdict) != e.Verdict {
		fail("verdict is %s, expected %s", x.Verdict, e.Verdict)
	}
	if e.AtLeast != nil && x.Probability < *e.AtLeast {
		fail("probability is %.3f, expected at least %.3f", x.Probability, *e.AtLeast)
	}
	if e.AtMost != nil && x.Probability > *e.AtMost {
		fail("probability is %.3f, expected at most %.3f", x.Probability, *e.AtMost)
	}
	for name, want := range e.Symptoms {
		got := "no symptom of the rule"
		for _, ev := range x.Evidence {
			if ev.Symptom == name {
				got = ev.State
			}
		}
		if got != want {
			fail("symptom %s is %s, expected %s", name, got, want)
		}
	}
	steps := strings.Join(x.Resolution.Steps, "\n")
	for _, line := range e.Derived {
		if !strings.Contains(steps, line) {
			fail("the steps do not hold %q", line)
		}
	}
}
