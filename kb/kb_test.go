package kb_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// load reads and compiles the embedded rules, and reads their tests.
func load(t *testing.T) (*rules.Set, *engine.Base, []*tests.File) {
	t.Helper()
	set, msgs := rules.Load(kb.Rules, "kb/")
	files, more := tests.Load(kb.Rules, "kb/")
	for _, m := range append(msgs, more...) {
		t.Error(m)
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		t.Fatal(err)
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		t.Fatal(err)
	}
	return set, base, files
}

func TestEmbeddedBaseCompiles(t *testing.T) {
	set, base, _ := load(t)
	if base.Len() != len(set.Rules) || base.Len() < 19 {
		t.Errorf("compiled %d of %d rules", base.Len(), len(set.Rules))
	}
}

func TestEmbeddedBaseIsClean(t *testing.T) {
	res, err := triage.Lint(triage.LintOptions{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range append(res.Broken, res.Messages...) {
		t.Error(m)
	}
}

// Each test of a rule is a subtest, kb/<product>/<name>.test.yaml/<test>.
func TestRules(t *testing.T) {
	set, base, files := load(t)
	settings := func(pairs []string) ([]facts.Fact, error) {
		return triage.Settings(pairs, func() *rules.Set { return set }, "--set")
	}
	for _, f := range files {
		t.Run(f.Path, func(t *testing.T) {
			for i := range f.Tests {
				one := &tests.File{Path: f.Path, Rule: f.Rule, Tests: f.Tests[i : i+1]}
				t.Run(f.Tests[i].Name, func(t *testing.T) {
					for _, failure := range ruletest.Failures(ruletest.Run(base, one, ruletest.Options{Settings: settings, Render: report.Whole})) {
						t.Error(failure)
					}
				})
			}
		})
	}
}

// TestRulesAreMutated: of the changes of a rule that a test should notice, nine in ten
// are noticed, rule by rule no less than seven in ten; and every symptom is touched.
func TestRulesAreMutated(t *testing.T) {
	r, err := triage.Test(t.Context(), triage.TestOptions{Render: report.Whole, Coverage: true, Mutate: true})
	if err != nil {
		t.Fatal(err)
	}
	all, noticed := 0, 0
	for _, m := range r.Mutation {
		all, noticed = all+m.Mutants, noticed+m.Noticed
		if 10*m.Noticed < 7*m.Mutants {
			t.Errorf("%s: %d of %d changes are noticed; not these: %q", m.Rule, m.Noticed, m.Mutants, m.Survivors)
		}
	}
	if len(r.Mutation) < 30 || all < 600 || 10*noticed < 9*all {
		t.Errorf("%d of %d changes of %d rules are noticed", noticed, all, len(r.Mutation))
	}
	for _, c := range r.Coverage {
		if c.Seen != c.Symptoms {
			t.Errorf("%s: %d of %d symptoms are touched: %v", c.Rule, c.Seen, c.Symptoms, c.Untouched)
		}
	}
}

// What the tests of a rule must show between them: every symptom seen, the
// cause confirmed, and the cause ruled out.
func TestRulesAreCovered(t *testing.T) {
	set, _, files := load(t)
	type shown struct {
		positive, nearMisses int
		verdicts             map[string]bool
		symptoms             map[string]bool // name and state
	}
	byRule := map[string]*shown{}
	for _, f := range files {
		if f.Path != "kb/"+f.Rule+".test.yaml" {
			t.Errorf("%s holds the tests of %s", f.Path, f.Rule)
		}
		s := &shown{verdicts: map[string]bool{}, symptoms: map[string]bool{}}
		byRule[f.Rule] = s
		names := map[string]bool{}
		for _, test := range f.Tests {
			if names[test.Name] {
				t.Errorf("%s: two tests are called %q", test.Position, test.Name)
			}
			names[test.Name] = true
			if test.NearMiss {
				s.nearMisses++
			} else {
				s.positive++
			}
			s.verdicts[test.Expect.Verdict] = true
			for name, state := range test.Expect.Symptoms {
				s.symptoms[name+" "+state] = true
			}
		}
	}
	for _, r := range set.Rules {
		if r.Status != rules.Stable {
			continue
		}
		s := byRule[r.ID]
		if s == nil {
			t.Errorf("%s has no tests", r.ID)
			continue
		}
		if s.positive == 0 || s.nearMisses == 0 {
			t.Errorf("%s has %d tests and %d near misses; it needs both", r.ID, s.positive, s.nearMisses)
		}
		proof, refutable := false, true
		for i := range r.Symptoms {
			symptom := &r.Symptoms[i]
			proof = proof || symptom.Proof
			if symptom.Proof {
				symptom.Condition.Leaves(func(_ string, leaf *cond.Condition) {
					// That a message is not there shows nothing: no reader says that it read all there is.
					refutable = refutable && (leaf.Ask != nil || leaf.Probe != nil || leaf.When != nil)
				})
			}
			if !s.symptoms[symptom.Name+" seen"] {
				t.Errorf("%s: no test expects that the symptom %s is seen", r.ID, symptom.Name)
			}
		}
		if proof && !s.verdicts["confirmed"] {
			t.Errorf("%s: no test confirms it", r.ID)
		}
		if proof && refutable && !s.verdicts["ruled_out"] {
			t.Errorf("%s: no test rules it out", r.ID)
		}
	}
	for id := range byRule {
		if !slices.ContainsFunc(set.Rules, func(r *rules.Rule) bool { return r.ID == id }) {
			t.Errorf("there are tests of %s, and no such rule", id)
		}
	}
}

var placeholder = regexp.MustCompile(`<[A-Za-z][A-Za-z0-9 _-]*>`)

// Every spelling that a rule lists is found where it is met: each code as it
// is written there, and each message alone, wrapped, and inside other text.
func TestEachSpellingIsFound(t *testing.T) {
	set, base, _ := load(t)
	for _, r := range set.Rules {
		for i := range r.Symptoms {
			s := &r.Symptoms[i]
			s.Condition.Leaves(func(_ string, leaf *cond.Condition) {
				var spellings []string
				for _, code := range leaf.Codes {
					spellings = append(spellings, code.Literal)
				}
				for _, text := range leaf.Texts {
					message := placeholder.ReplaceAllString(text.String(), "X1")
					spellings = append(spellings, message, strings.Replace(message, " ", "\n   ", 1), "The log says: "+message+", as before.")
				}
				for _, spelling := range spellings {
					c := &facts.Case{Facts: intake.Text("test", spelling)}
					derive.Findings(c)
					if got := state(base.Diagnose(c, engine.Settings{}), r.ID, s.Name); got != "seen" && !(s.Proof && got == "") {
						t.Errorf("%s: symptom %s is %q for %q", r.ID, s.Name, got, spelling)
					}
				}
			})
		}
	}
}

// state is that of a symptom, or "" where the rule is not listed.
func state(d *result.Differential, rule, symptom string) string {
	for _, x := range d.Diagnoses {
		for _, e := range x.Evidence {
			if x.Rule == rule && e.Symptom == symptom {
				return e.State
			}
		}
	}
	return ""
}

// The compiled base that is embedded is that of the files.
func TestCompiledBaseIsCurrent(t *testing.T) {
	_, base, _ := load(t)
	if !bytes.Equal(base.Bytes(), kb.Base) {
		t.Error("base.kbt is not what the rule files and weights give; run go generate ./kb")
	}
}
