// Package playground answers the page for rule authors: a rule, its tests and the
// facts of a case as text become messages, the outcome of the tests and the
// differential. It is a pure function of its input, does no I/O, and runs the same
// natively and in a browser (see the package wasm).
//
// Every text of an answer went through report.Clean: a page may show it as text
// without a look at it.
package playground

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/given"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Playground holds what every question needs: the embedded base and its weights.
type Playground struct {
	weights    engine.Weights
	neighbours []*rules.Rule           // of the embedded base
	known      map[source.Message]bool // what lint says of them
}

// New opens the embedded base. An error is a defect of the program.
func New() (*Playground, error) {
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return nil, fmt.Errorf("playground: weights: %w", err)
	}
	base, err := engine.Open(kb.Base)
	if err != nil {
		return nil, fmt.Errorf("playground: embedded base: %w", err)
	}
	p := &Playground{weights: weights}
	for i := range base.Len() {
		r, err := base.Whole(i)
		if err != nil {
			return nil, fmt.Errorf("playground: embedded base: %w", err)
		}
		p.neighbours = append(p.neighbours, r)
	}
	p.known = map[source.Message]bool{}
	for _, m := range p.lint(&Question{}, &rules.Set{Rules: slices.Clone(p.neighbours)}, nil) {
		p.known[m] = true
	}
	return p, nil
}

// Question is what the page holds.
type Question struct {
	Rule       string `json:"rule"`       // the YAML of one rule
	Tests      string `json:"tests"`      // the YAML of its tests; blank means none
	Facts      string `json:"facts"`      // as pasted; a line that begins with --set holds settings
	Neighbours bool   `json:"neighbours"` // rank among the rules of the embedded base
	Columns    int    `json:"columns"`    // width of Ranking.Printed; 0 means 100
	Today      string `json:"today"`      // YYYY-MM-DD, since nothing here knows a clock; suppressions of lints end by it
}

// Answer is what there is to say about it.
type Answer struct {
	Messages []Message `json:"messages"` // in the order of the panes and their lines
	Rule     string    `json:"rule"`     // the id, or "" where the rule cannot be loaded
	Replaces bool      `json:"replaces"` // the rule takes the place of an embedded one
	Loaded   int       `json:"loaded"`   // rules that it was ranked among, itself included
	Account  *Account  `json:"account"`  // the rule held against the facts; nil where it cannot be loaded
	Ranking  *Ranking  `json:"ranking"`  // nil where the rule cannot be loaded
	Tests    []Test    `json:"tests"`
}

// Answer answers. What is wrong with the input is in the messages; the error is a
// defect of the program.
func (p *Playground) Answer(q *Question) (*Answer, error) {
	a := &Answer{Messages: []Message{}, Tests: []Test{}}
	rule, file := a.read(q)
	settings, pasted := a.readFacts(q.Facts)
	if rule != nil {
		a.Rule = rule.ID
	}
	set := &rules.Set{}
	if q.Neighbours {
		set.Rules = slices.DeleteFunc(slices.Clone(p.neighbours), func(r *rules.Rule) bool { return r.ID == a.Rule })
		a.Replaces = len(set.Rules) < len(p.neighbours)
	}
	if rule != nil {
		set.Add(&rules.Set{Rules: []*rules.Rule{rule}}) // which keeps them in order; no id is there twice
	}
	if rule != nil {
		a.lint(p, q, set, file)
	}
	a.hidden(q)
	if rule != nil && rule.Status != rules.Retired { // without it nobody knows its keys
		base, err := engine.Compile(set, p.weights)
		if err != nil {
			return nil, fmt.Errorf("playground: %w", err)
		}
		c, err := gather(base, pasted, a.settings(settings, set))
		if err != nil {
			return nil, fmt.Errorf("playground: %w", err)
		}
		a.Loaded = base.Len()
		a.diagnose(base, rule, c, q.Columns)
		a.test(base, set, file)
	}
	a.sort()
	return a, nil
}

// mostTests is how many tests are run with each answer.
const mostTests = 500

// isNeighbour reports whether a rule of the embedded base has the id.
func (p *Playground) isNeighbour(id string) bool {
	return slices.ContainsFunc(p.neighbours, func(r *rules.Rule) bool { return r.ID == id })
}

// test runs the tests of the rule.
func (a *Answer) test(base *engine.Base, set *rules.Set, file *tests.File) {
	if file == nil || file.Rule != a.Rule {
		return
	}
	if more := len(file.Tests) - mostTests; more > 0 {
		a.say(PaneTests, false, source.Message{
			Check: "test.too-many", Text: fmt.Sprintf("the first %d tests are run in this page, and not the %d behind them", mostTests, more), Hint: "kbtriage rules test runs them all",
		})
	}
	options := ruletest.Options{Render: report.Whole, Settings: func(pairs []string) ([]facts.Fact, error) {
		return given.Facts(pairs, func() *rules.Set { return set }, "--set")
	}}
	for _, t := range file.Tests[:min(len(file.Tests), mostTests)] {
		one := &tests.File{Path: file.Path, Rule: file.Rule, Tests: []tests.Test{t}}
		out := Test{Name: shorten(t.Name), Line: t.Position.Line, NearMiss: t.NearMiss, Failures: []string{}}
		for _, f := range ruletest.Failures(ruletest.Run(base, one, options)) {
			out.Failures = append(out.Failures, shorten(f.Text))
		}
		a.Tests = append(a.Tests, out)
	}
}

// Test is the outcome of one test.
type Test struct {
	Name     string   `json:"name"`
	Line     int      `json:"line"` // in the pane of the tests
	NearMiss bool     `json:"near_miss"`
	Failures []string `json:"failures"` // expectations that do not hold
}

// JSON answers a Question in JSON with an Answer in JSON. A question that cannot be
// decoded is an error, as is a defect of the program.
func (p *Playground) JSON(question string) (string, error) {
	var q Question
	if err := json.Unmarshal([]byte(question), &q); err != nil {
		return "", fmt.Errorf("playground: question: %w", err)
	}
	a, err := p.Answer(&q)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("playground: answer: %w", err)
	}
	return string(text), nil
}
