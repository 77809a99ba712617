package triage

import (
	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// TestResult is the outcome of rule tests.
type TestResult struct {
	Files    int                `json:"files"`
	Tests    int                `json:"tests"`
	Failures []ruletest.Failure `json:"failures"`
}

// Test runs the rule tests of the paths, or of the embedded base. The rules of
// the paths are added to those that the options name.
func Test(paths []string, o BaseOptions) (*TestResult, error) {
	list, err := trees(paths)
	if err != nil {
		return nil, err
	}
	set, err := LoadSet(o)
	if err != nil {
		return nil, err
	}
	var tests []*tests.File
	var msgs []source.Message
	for _, t := range list {
		more, files, m := t.load()
		tests = append(tests, files...)
		msgs = append(msgs, m...)
		if len(paths) > 0 { // its rules take the place of those with the same id
			own := map[string]bool{}
			for _, r := range more.Rules {
				own[r.ID] = true
			}
			set.Keep(func(r *rules.Rule) bool { return !own[r.ID] })
			msgs = append(msgs, set.Add(more)...)
		}
	}
	ids := map[string]bool{}
	for _, r := range set.Rules {
		ids[r.ID] = true
	}
	for _, f := range tests {
		if !ids[f.Rule] {
			msgs = append(msgs, noRule(f))
		}
	}
	if len(msgs) > 0 {
		return nil, &RuleError{source.Sort(msgs)}
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return nil, err
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		return nil, err
	}
	out := &TestResult{Failures: []ruletest.Failure{}}
	for _, f := range tests {
		out.Files++
		out.Tests += len(f.Tests)
		out.Failures = append(out.Failures, ruletest.Run(base, f, func(pairs []string) ([]facts.Fact, error) {
			return Settings(pairs, func() *rules.Set { return set }, "--set")
		})...)
	}
	return out, nil
}
