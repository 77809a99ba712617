package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

func compile(t interface{ Fatal(...any) }, set *rules.Set) *Base {
	b, err := Compile(set, randomWeights())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func clone(c *facts.Case) *facts.Case {
	out := *c
	out.Facts = slices.Clone(c.Facts)
	return &out
}

// everything lists all rules, as the plain loop without an index looks at them.
func everything(b *Base) []int {
	all := make([]int, b.Len())
	for i := range all {
		all[i] = i
	}
	return all
}

func asJSON(t interface{ Fatal(...any) }, v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The index finds the same as the loop over all rules.
func TestIndexAgainstPlainLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		c := randomCase(t)
		indexed := b.Diagnose(clone(c), Settings{})
		c.Sort()
		plain := b.diagnose(c, Settings{}, everything(b))
		if diff := cmp.Diff(string(asJSON(t, plain)), string(asJSON(t, indexed))); diff != "" {
			t.Fatalf("plain loop and index differ:\n%s", diff)
		}
	})
}

// Probabilities and none add up to 1, and the bits say how they came about.
func TestProbabilitiesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := compile(t, randomSet(t)).Diagnose(randomCase(t), Settings{})
		sum := d.None
		for _, x := range d.Diagnoses {
			sum += x.Probability
			bits := 0.0
			for _, e := range x.Evidence {
				bits += e.Bits
				if e.State == "unknown" && e.Bits != 0 {
					t.Fatalf("%s: unknown evidence %s has %v bits", x.Rule, e.Symptom, e.Bits)
				}
			}
			if math.Abs(bits-x.Bits) > 1e-6 {
				t.Fatalf("%s: bits %v, evidence adds up to %v", x.Rule, x.Bits, bits)
			}
			if got := math.Log2(x.Probability / d.None); math.Abs(got-(x.PriorBits+x.Bits)) > 1e-6 {
				t.Fatalf("%s: log2(p/none) = %v, prior and bits %v", x.Rule, got, x.PriorBits+x.Bits)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Fatalf("probabilities add up to %v", sum)
		}
	})
}

// The order of facts and the number of workers change nothing.
func TestSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		c := randomCase(t)
		shuffled := clone(c)
		shuffled.Facts = rapid.Permutation(shuffled.Facts).Draw(t, "order")
		one := asJSON(t, b.Diagnose(clone(c), Settings{Workers: 1}))
		many := asJSON(t, b.Diagnose(shuffled, Settings{Workers: 5}))
		if !bytes.Equal(one, many) {
			t.Fatalf("results differ:\n%s\n%s", one, many)
		}
	})
}

// An opened base gives what the compiled one does.
func TestOpenedBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		opened, err := Open(bytes.Clone(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		c := randomCase(t)
		if !bytes.Equal(asJSON(t, b.Diagnose(clone(c), Settings{})), asJSON(t, opened.Diagnose(clone(c), Settings{}))) {
			t.Fatal("the opened base gives another result")
		}
	})
}

// A rule that no fact concerns changes nothing but the count of rules.
func TestUnrelatedRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := randomSet(t)
		c := randomCase(t)
		before := compile(t, set).Diagnose(clone(c), Settings{})
		unrelated := &rules.Rule{ID: "zzz/unrelated", Version: 1, Title: "unrelated", Status: rules.Stable, Cause: "c", File: "u.yaml", Symptoms: []rules.Symptom{{
			Name: "s", Suggests: 5, Expected: 5, Condition: cond.Condition{Event: &cond.Event{IDs: []uint32{999999}}},
		}}}
		after := compile(t, &rules.Set{Rules: append(slices.Clone(set.Rules), unrelated)}).Diagnose(clone(c), Settings{})
		after.Rules = before.Rules
		if diff := cmp.Diff(string(asJSON(t, before)), string(asJSON(t, after))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A "don't know" changes neither probabilities nor evidence.
func TestUnknownChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		c := randomCase(t)
		c.Facts = slices.DeleteFunc(c.Facts, func(f facts.Fact) bool { return f.Kind == facts.KindAnswer })
		before := b.Diagnose(clone(c), Settings{})
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindAnswer, Origin: facts.Origin{Path: "answer"}, Answer: &facts.Answer{Question: "question.1", State: facts.Unknown}})
		after := b.Diagnose(c, Settings{})
		if diff := cmp.Diff(string(asJSON(t, before.Diagnoses)), string(asJSON(t, after.Diagnoses))); diff != "" || before.None != after.None {
			t.Fatal(diff)
		}
	})
}

// Evidence is decisive exactly when taking its facts away changes the first
// place. The facts are taken out of the case itself, not out of a view.
func TestDecisive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		c := randomCase(t)
		c.Sort()
		d := b.Diagnose(clone(c), Settings{})
		view := cond.NewView(c)
		for _, x := range d.Diagnoses {
			for _, e := range x.Evidence {
				if e.State == "unknown" || len(e.Facts) == 0 || len(e.Facts) == maxCited {
					continue
				}
				groups := map[int]bool{}
				for i := range c.Facts {
					if slices.ContainsFunc(e.Facts, func(f result.Fact) bool {
						return f.Line == c.Facts[i].Origin.Line && f.Kind == c.Facts[i].Kind && f.Text == c.Facts[i].String()
					}) {
						groups[view.Group(i)] = true
					}
				}
				reduced := &facts.Case{Coverage: c.Coverage}
				for i := range c.Facts {
					if !groups[view.Group(i)] {
						reduced.Facts = append(reduced.Facts, c.Facts[i])
					}
				}
				changed := leader(b.Diagnose(reduced, Settings{})) != leader(d)
				if changed != e.Decisive {
					t.Fatalf("%s %s: decisive %v, but without its facts the first place changes: %v", x.Rule, e.Symptom, e.Decisive, changed)
				}
			}
		}
	})
}

func leader(d *result.Differential) string {
	if len(d.Diagnoses) == 0 || d.None > d.Diagnoses[0].Probability {
		return "none"
	}
	return d.Diagnoses[0].Rule
}

// Checks are ordered by gain over cost, and never promise more than the
// uncertainty that there is.
func TestNextOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := compile(t, randomSet(t)).Diagnose(randomCase(t), Settings{})
		last := math.Inf(1)
		for _, n := range d.Next {
			if r := n.GainBits / n.Cost; r > last+1e-9 {
				t.Fatalf("%s stands too low", n.Check)
			} else {
				last = r
			}
			if n.GainBits > math.Log2(float64(len(d.Diagnoses)+1))+1e-9 {
				t.Fatalf("%s promises %v bits", n.Check, n.GainBits)
			}
		}
	})
}

// Two unrelated known errors in one case: the second is in also.
func TestAlso(t *testing.T) {
	rule := func(id string, events ...uint32) *rules.Rule {
		r := &rules.Rule{ID: id, Version: 1, Title: id, Status: rules.Stable, Cause: "c", File: id}
		for i, e := range events {
			r.Symptoms = append(r.Symptoms, rules.Symptom{Name: fmt.Sprintf("s%d", i), Suggests: 4 + i%2, Expected: 5, Condition: cond.Condition{Event: &cond.Event{IDs: []uint32{e}}}})
		}
		return r
	}
	b := compile(t, &rules.Set{Rules: []*rules.Rule{rule("a/one", 1, 2), rule("b/two", 3, 4)}})
	c := &facts.Case{}
	for i := range uint32(4) {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindEvent, Origin: facts.Origin{Path: "x", Line: int(i)}, Event: &facts.Event{ID: i + 1}})
	}
	d := b.Diagnose(c, Settings{})
	if len(d.Also) != 1 || d.Also[0].Rule == d.Diagnoses[0].Rule || d.Also[0].Probability < 0.9 {
		t.Errorf("also: %+v", d.Also)
	}
	if len(d.Unexplained) != 0 {
		t.Errorf("unexplained: %+v", d.Unexplained)
	}
}

// One answer that denies two symptoms of a rule counts once, as the stronger.
func TestDeniedOnce(t *testing.T) {
	ask := func(name string, expected int) rules.Symptom {
		return rules.Symptom{Name: name, Suggests: 3, Expected: expected, Condition: cond.Condition{Ask: &cond.Ask{Text: "?", Key: "same", SeenIf: true}}}
	}
	rule := &rules.Rule{ID: "a/one", Version: 1, Title: "one", Status: rules.Stable, Cause: "c", File: "a", Symptoms: []rules.Symptom{
		{Name: "event", Suggests: 5, Expected: 5, Condition: cond.Condition{Event: &cond.Event{IDs: []uint32{1}}}}, ask("weak", 2), ask("strong", 5),
	}}
	d := compile(t, &rules.Set{Rules: []*rules.Rule{rule}}).Diagnose(&facts.Case{Facts: []facts.Fact{
		{Kind: facts.KindEvent, Event: &facts.Event{ID: 1}},
		{Kind: facts.KindAnswer, Answer: &facts.Answer{Question: "same", State: facts.False}},
	}}, Settings{})
	e := d.Diagnoses[0].Evidence
	if e[1].State != "missing" || e[1].Bits != 0 || e[2].State != "missing" || e[2].Bits >= 0 {
		t.Errorf("%+v", e)
	}
}

// TestNumber: every rule of a base is found by its id, and nothing else is.
func TestNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		for i := range b.Len() {
			r, err := b.Rule(i)
			if err != nil {
				t.Fatal(err)
			}
			if n, ok := b.Number(r.ID); !ok || n != i {
				t.Fatalf("%s is rule %d, found as %d, %v", r.ID, i, n, ok)
			}
			if _, ok := b.Find(r.ID + "x"); ok {
				t.Fatalf("%sx was found", r.ID)
			}
		}
	})
}
