// Package ruletest runs the tests of rules: it makes the case that a test gives,
// diagnoses it, and says what of the differential is not as expected. It says as well
// what of a rule no test touches, and which changes of a rule no test notices.
package ruletest

import (
	"fmt"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Failure is an expectation that does not hold.
type Failure struct {
	Position source.Position
	Test     string
	Text     string

	Path []any  `json:"-"` // of the expectation below the test: "expect", "rank"
	Got  string `json:"-"` // what would hold there, where one value does; or ""
}

// String is "file:line:col: test: text".
func (f Failure) String() string { return fmt.Sprintf("%s: %s: %s", f.Position, f.Test, f.Text) }

// Settings turns KEY=VALUE pairs into facts; the caller knows the keys that the
// loaded rules declare.
type Settings func(pairs []string) ([]facts.Fact, error)

// Options say how tests are run.
type Options struct {
	Settings Settings
	Render   func(*result.Differential) string // the text output, for tests that expect some; nil: they fail
}

// Outcome is what came of one test.
type Outcome struct {
	Test     *tests.Test
	Failures []Failure
	Case     *facts.Case          // what was given, with its findings; nil where it cannot be made
	Result   *result.Differential // nil where there is no case
}

// Run runs the tests of a file against a base that holds its rule.
func Run(base *engine.Base, f *tests.File, o Options) []Outcome {
	outcomes := make([]Outcome, len(f.Tests))
	for i := range f.Tests {
		t := &f.Tests[i]
		x := &outcomes[i]
		x.Test = t
		c, err := build(&t.Given, o.Settings)
		if err != nil {
			x.Failures = []Failure{{Position: t.Position, Test: t.Name, Text: fmt.Sprintf("given: %v", err)}}
			continue
		}
		x.Case = c
		x.Result = base.Diagnose(c, engine.Settings{Workers: 1})
		k := &checker{test: t, rule: f.Rule, d: x.Result, options: o}
		k.all()
		x.Failures = k.failures
	}
	return outcomes
}

// Failures gathers those of all outcomes.
func Failures(outcomes []Outcome) (list []Failure) {
	for _, x := range outcomes {
		list = append(list, x.Failures...)
	}
	return list
}
