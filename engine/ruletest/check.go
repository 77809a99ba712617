package ruletest

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// checker holds one differential against what a test expects.
type checker struct {
	test     *tests.Test
	rule     string
	d        *result.Differential
	options  Options
	failures []Failure
}

// fail takes note of an expectation that does not hold: the key under expect, and what
// would hold there, or "".
func (k *checker) fail(key, got, format string, args ...any) {
	f := Failure{Position: k.test.Position, Test: k.test.Name, Text: fmt.Sprintf(format, args...), Got: got}
	if key != "" {
		f.Path = []any{"expect"}
		for part := range strings.SplitSeq(key, "\x00") {
			f.Path = append(f.Path, part)
		}
	}
	k.failures = append(k.failures, f)
}

func (k *checker) all() {
	e, d := &k.test.Expect, k.d
	for _, p := range d.Problems {
		k.fail("", "", "problem: %s", p.Text)
	}
	first := "none"
	if len(d.Diagnoses) > 0 && d.Diagnoses[0].Probability >= d.None {
		first = d.Diagnoses[0].Rule
	}
	if e.First != "" && first != e.First {
		k.fail("first", first, "first is %s, expected %s", first, e.First)
	}
	if k.test.NearMiss && first == k.rule {
		k.fail("", "", "it is a near miss, but the rule leads")
	}
	listed := map[string]*result.Diagnosis{}
	for i := range d.Diagnoses {
		listed[d.Diagnoses[i].Rule] = &d.Diagnoses[i]
	}
	if e.Excluded != "" {
		k.excluded()
	} else {
		k.tested(listed[k.rule])
	}
	for _, id := range e.Absent {
		if listed[id] != nil {
			k.fail("", "", "%s is listed and must not be", id)
		}
	}
	for _, want := range e.Findings {
		if !slices.ContainsFunc(d.Findings, func(f facts.Finding) bool { return fmt.Sprintf("%s %s %s", f.ID, f.Subject, f.State) == want }) {
			k.fail("", "", "there is no finding %q", want)
		}
	}
	if e.Next != "" && (len(d.Next) == 0 || d.Next[0].Check != e.Next) {
		got := "nothing"
		if len(d.Next) > 0 {
			got = d.Next[0].Check
		}
		k.fail("next", strings.TrimPrefix(got, "nothing"), "next is %s, expected %s", got, e.Next)
	}
	if e.Also != "" && !slices.ContainsFunc(d.Also, func(a result.Diagnosis) bool { return a.Rule == e.Also }) {
		k.fail("", "", "%s is not in also", e.Also)
	}
	for _, want := range e.Unexplained {
		found := false
		for _, u := range d.Unexplained {
			found = found || strings.Contains(u.Text, want)
		}
		if !found {
			k.fail("", "", "%q is not among the unexplained facts", want)
		}
	}
	k.text()
}

// text checks what the text output holds, white space apart.
func (k *checker) text() {
	if len(k.test.Expect.Text) == 0 {
		return
	}
	if k.options.Render == nil {
		k.fail("", "", "text cannot be expected here: there is no output")
		return
	}
	out := strings.Join(strings.Fields(k.options.Render(k.d)), " ")
	for _, want := range k.test.Expect.Text {
		if !strings.Contains(out, strings.Join(strings.Fields(want), " ")) {
			k.fail("", "", "the text does not hold %q", want)
		}
	}
}

// excluded checks that the rule under test cannot hold, and why.
func (k *checker) excluded() {
	reason := ""
	for _, x := range k.d.Excluded {
		if x.Rule == k.rule {
			if strings.Contains(x.Reason, k.test.Expect.Excluded) {
				return
			}
			reason = x.Reason
		}
	}
	if reason != "" {
		k.fail("excluded", reason, "the rule is excluded with %q, expected %q", reason, k.test.Expect.Excluded)
		return
	}
	k.fail("", "", "the rule is not excluded with %q", k.test.Expect.Excluded)
}

// tested checks what is expected of the rule under test itself.
func (k *checker) tested(x *result.Diagnosis) {
	e := &k.test.Expect
	if x == nil {
		if e.Rank > 0 || e.Verdict != "" || e.AtLeast != nil || e.AtMost != nil || len(e.Symptoms) > 0 || len(e.Evidence) > 0 || len(e.Derived) > 0 {
			k.fail("", "", "the rule is not listed")
		}
		return
	}
	if e.Rank > 0 && x.Rank != e.Rank {
		k.fail("rank", fmt.Sprint(x.Rank), "rank is %d, expected %d", x.Rank, e.Rank)
	}
	if e.Verdict != "" && string(x.Verdict) != e.Verdict {
		k.fail("verdict", string(x.Verdict), "verdict is %s, expected %s", x.Verdict, e.Verdict)
	}
	if e.AtLeast != nil && x.Probability < *e.AtLeast {
		k.fail("at_least", fmt.Sprint(math.Floor(100*x.Probability)/100), "probability is %.3f, expected at least %.3f", x.Probability, *e.AtLeast)
	}
	if e.AtMost != nil && x.Probability > *e.AtMost {
		k.fail("at_most", fmt.Sprint(math.Ceil(100*x.Probability)/100), "probability is %.3f, expected at most %.3f", x.Probability, *e.AtMost)
	}
	evidence := map[string]*result.Evidence{}
	for i := range x.Evidence {
		evidence[x.Evidence[i].Symptom] = &x.Evidence[i]
	}
	for _, name := range slices.Sorted(maps.Keys(e.Symptoms)) {
		want := e.Symptoms[name]
		switch ev := evidence[name]; {
		case ev == nil:
			k.fail("", "", "symptom %s is no symptom of the rule, expected %s", name, want)
		case ev.State != want:
			k.fail("symptoms\x00"+name, ev.State, "symptom %s is %s, expected %s", name, ev.State, want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Evidence)) {
		want := e.Evidence[name]
		ev := evidence[name]
		if ev == nil || !slices.ContainsFunc(ev.Facts, func(f result.Fact) bool { return strings.Contains(f.Text, want) }) {
			k.fail("", "", "symptom %s does not rest on a fact with %q", name, want)
		}
	}
	steps := strings.Join(x.Resolution.Steps, "\n")
	for _, line := range e.Derived {
		if !strings.Contains(steps, line) {
			k.fail("", "", "the steps do not hold %q", line)
		}
	}
}
