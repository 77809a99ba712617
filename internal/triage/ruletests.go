package triage

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// TestOptions say which tests are run, and what else is looked at.
type TestOptions struct {
	Paths    []string // folders and files; the embedded base where there are none
	Base     BaseOptions
	Render   func(*result.Differential) string // the text output
	Coverage bool                              // what of the rules no test touches
	Mutate   bool                              // which changes of the rules no test notices
	GoodLogs []string                          // logs in which no rule of Paths may be reported
	Update   bool                              // write what is, where something else was expected
}

// TestResult is the outcome of rule tests.
type TestResult struct {
	Files    int                `json:"files"`
	Tests    int                `json:"tests"`
	Failures []ruletest.Failure `json:"failures"`
	Coverage []RuleCoverage     `json:"coverage,omitempty"`
	Mutation []RuleMutation     `json:"mutation,omitempty"`
	GoodLogs *GoodLogs          `json:"good_logs,omitempty"`
	Updated  []string           `json:"updated,omitempty"` // files whose expectations were written anew

	Suites []Suite `json:"-"`
}

// Suite is the outcomes of one file of tests.
type Suite struct {
	File     *tests.File
	Outcomes []ruletest.Outcome
}

// RuleCoverage is what of a rule its tests touch.
type RuleCoverage struct {
	Rule      string           `json:"rule"`
	Points    int              `json:"points"`
	Touched   int              `json:"touched"`
	Untouched []ruletest.Point `json:"untouched"`
	Symptoms  int              `json:"symptoms"` // of the points
	Seen      int              `json:"symptoms_touched"`
}

// RuleMutation is which changes of a rule its tests notice.
type RuleMutation struct {
	Rule      string   `json:"rule"`
	Mutants   int      `json:"mutants"`
	Noticed   int      `json:"noticed"`
	Survivors []string `json:"survivors"` // what the others change
}

// GoodLogs is what was reported in logs that hold none of the known errors.
type GoodLogs struct {
	Paths    []string `json:"paths"`
	Status   string   `json:"status"`  // complete, partial or failed
	Records  int64    `json:"records"` // that were looked at
	Reported []string `json:"reported"`
}

// Test runs the rule tests of the paths, or of the embedded base. The rules of the
// paths take the place of those with the same id among those that the options name.
func Test(ctx context.Context, o TestOptions) (*TestResult, error) {
	if o.Update && len(o.Paths) == 0 {
		return nil, &UsageError{"--update needs the path of files: the embedded base is a part of the program"}
	}
	b, err := loadTested(o)
	if err != nil {
		return nil, err
	}
	out := &TestResult{}
	for round := 0; ; round++ {
		out.Suites = b.run()
		out.Files, out.Tests, out.Failures = len(out.Suites), 0, []ruletest.Failure{}
		for _, s := range out.Suites {
			out.Tests += len(s.Outcomes)
			out.Failures = append(out.Failures, ruletest.Failures(s.Outcomes)...)
		}
		if !o.Update || round > 0 || len(out.Failures) == 0 {
			break
		}
		if out.Updated, err = b.update(out.Suites); err != nil {
			return nil, err
		}
	}
	if o.Coverage {
		out.Coverage = b.coverage(out.Suites)
	}
	if o.Mutate {
		if out.Mutation, err = b.mutation(ctx, out.Suites); err != nil {
			return nil, err
		}
	}
	if len(o.GoodLogs) > 0 {
		if out.GoodLogs, err = b.goodLogs(ctx, o.GoodLogs); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// testedBase is the rules under test with their neighbours.
type testedBase struct {
	set     *rules.Set
	own     map[string]*rules.Rule // under test
	files   []*tests.File
	weights engine.Weights
	base    *engine.Base
	options ruletest.Options
	paths   []string
}

func loadTested(o TestOptions) (*testedBase, error) {
	list, err := trees(o.Paths)
	if err != nil {
		return nil, err
	}
	o.Base.Overlays = nil // rules are tested as they are shipped
	set, err := LoadSet(o.Base)
	if err != nil {
		return nil, err
	}
	b := &testedBase{set: set, own: map[string]*rules.Rule{}, paths: o.Paths}
	var msgs []source.Message
	for _, t := range list {
		more, files, m := t.load()
		b.files = append(b.files, files...)
		msgs = append(msgs, m...)
		for _, r := range more.Rules {
			b.own[r.ID] = r
		}
		if len(o.Paths) > 0 { // its rules take the place of those with the same id
			set.Keep(func(r *rules.Rule) bool {
				return !slices.ContainsFunc(more.Rules, func(x *rules.Rule) bool { return x.ID == r.ID })
			})
			msgs = append(msgs, set.Add(more)...)
		}
	}
	msgs = append(msgs, strayTests(b.files, set, msgs)...)
	if len(msgs) > 0 {
		return nil, &RuleError{source.Sort(msgs)}
	}
	if b.weights, err = engine.ParseWeights(kb.Weights); err != nil {
		return nil, err
	}
	if b.base, err = engine.Compile(set, b.weights); err != nil {
		return nil, err
	}
	b.options = ruletest.Options{Render: o.Render, Settings: func(pairs []string) ([]facts.Fact, error) {
		return Settings(pairs, func() *rules.Set { return set }, "--set")
	}}
	return b, nil
}

// each does n pieces of work on all cores.
func each(n int, do func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < n; i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}

func (b *testedBase) run() []Suite {
	suites := make([]Suite, len(b.files))
	each(len(b.files), func(i int) { suites[i] = Suite{b.files[i], ruletest.Run(b.base, b.files[i], b.options)} })
	return suites
}

// coverage is told rule by rule, those without a test included.
func (b *testedBase) coverage(suites []Suite) []RuleCoverage {
	outcomes := map[string][]ruletest.Outcome{}
	for _, s := range suites {
		outcomes[s.File.Rule] = append(outcomes[s.File.Rule], s.Outcomes...)
	}
	list := []RuleCoverage{}
	for _, r := range b.set.Rules {
		if b.own[r.ID] == nil || r.Status == rules.Retired {
			continue
		}
		c := RuleCoverage{Rule: r.ID, Untouched: []ruletest.Point{}}
		for _, p := range ruletest.Cover(b.base, r, outcomes[r.ID]) {
			c.Points++
			if p.Kind == ruletest.SymptomPoint {
				c.Symptoms++
			}
			switch {
			case !p.Touched:
				c.Untouched = append(c.Untouched, p)
			case p.Kind == ruletest.SymptomPoint:
				c.Seen++
				fallthrough
			default:
				c.Touched++
			}
		}
		list = append(list, c)
	}
	return list
}

// mutation changes one rule after the other. Tests that fail as it is notice nothing,
// and neither do those that are not there.
func (b *testedBase) mutation(ctx context.Context, suites []Suite) ([]RuleMutation, error) {
	tested := map[string]bool{}
	for _, s := range suites {
		tested[s.File.Rule] = true
	}
	type work struct {
		file     *tests.File
		mutant   ruletest.Mutant
		into     int
		survives bool
		err      error
	}
	list := []RuleMutation{}
	var todo []work
	for _, s := range byRule(suites) {
		r := b.own[s.File.Rule]
		if r == nil {
			continue
		}
		mutants := ruletest.Mutants(r)
		if len(ruletest.Failures(s.Outcomes)) > 0 {
			list = append(list, RuleMutation{Rule: r.ID, Mutants: len(mutants), Survivors: []string{"whatever it is: its tests fail as it is"}})
			continue
		}
		for _, m := range mutants {
			todo = append(todo, work{file: s.File, mutant: m, into: len(list)})
		}
		list = append(list, RuleMutation{Rule: r.ID, Mutants: len(mutants), Survivors: []string{}})
	}
	for _, r := range b.set.Rules { // a rule without tests notices nothing
		if b.own[r.ID] != nil && !tested[r.ID] && r.Status != rules.Retired {
			list = append(list, RuleMutation{Rule: r.ID, Mutants: len(ruletest.Mutants(r)), Survivors: []string{"whatever it is: it has no tests"}})
		}
	}
	each(len(todo), func(i int) {
		if ctx.Err() == nil {
			todo[i].survives, todo[i].err = todo[i].mutant.Survives(b.set, b.weights, todo[i].file, b.options)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, w := range todo {
		switch {
		case w.err != nil:
			return nil, w.err
		case w.survives:
			list[w.into].Survivors = append(list[w.into].Survivors, w.mutant.What)
		default:
			list[w.into].Noticed++
		}
	}
	return list, nil
}

// byRule joins the files of tests that are for one rule.
func byRule(suites []Suite) (list []Suite) {
	at := map[string]int{}
	for _, s := range suites {
		i, had := at[s.File.Rule]
		if !had {
			at[s.File.Rule] = len(list)
			list = append(list, s)
			continue
		}
		file := *list[i].File
		file.Tests = slices.Concat(file.Tests, s.File.Tests)
		list[i] = Suite{&file, slices.Concat(list[i].Outcomes, s.Outcomes)}
	}
	return list
}

// goodLogs scans logs of which somebody knows that nothing is wrong.
func (b *testedBase) goodLogs(ctx context.Context, paths []string) (*GoodLogs, error) {
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return nil, &UsageError{"--good-logs: " + err.Error()}
		}
	}
	f, err := newKnowledge(b.base).Scan(ctx, &ScanRequest{Paths: paths, Gap: DefaultGap})
	if f == nil {
		return nil, err
	}
	g := &GoodLogs{Paths: paths, Status: f.Status, Records: f.Totals.Records, Reported: []string{}}
	for _, c := range f.Cases {
		for _, d := range c.Diagnoses {
			if b.own[d.Rule] == nil {
				continue
			}
			where := c.Case.Host
			if where == "" {
				where = "an unknown host"
			}
			line := fmt.Sprintf("%s on %s, with %.3g %%", d.Rule, where, 100*d.Probability)
			for _, e := range d.Evidence {
				if len(e.Facts) > 0 && e.State == "seen" {
					line += fmt.Sprintf(": %s: %s", e.Symptom, strings.TrimSpace(e.Facts[0].Text))
					break
				}
			}
			g.Reported = append(g.Reported, line)
		}
	}
	return g, nil
}
