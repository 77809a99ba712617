package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

func tunedRule(tuned ...rules.Tuning) *rules.Rule {
	return &rules.Rule{
		ID: "a/one", Version: 1, Title: "one", Status: rules.Stable, Cause: "c", File: "a",
		Symptoms: []rules.Symptom{{Name: "event", Suggests: 5, Expected: 5, Condition: cond.Condition{Event: &cond.Event{IDs: []uint32{1}}}}},
		Tuned:    tuned,
	}
}

func events(ids ...uint32) *facts.Case {
	c := &facts.Case{}
	for i, id := range ids {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindEvent, Origin: facts.Origin{Path: "x", Line: i + 1}, Event: &facts.Event{ID: id}})
	}
	return c
}

// A rule that is off, or whose exception is seen, is excluded with the reason, and
// only where it had evidence; an exception that is not seen does nothing.
func TestExcept(t *testing.T) {
	fails, err := cond.NewWhen(`int(events[0].message) > 0`)
	if err != nil {
		t.Fatal(err)
	}
	off := rules.Tuning{Off: true, Reason: "not ours", Expires: "2027-03-01", By: "o.yaml:3"}
	except := rules.Tuning{Except: &cond.Condition{Event: &cond.Event{IDs: []uint32{2}}}, Reason: "the backup", Expires: "2027-03-01", By: "o.yaml:4"}
	broken := rules.Tuning{Except: &cond.Condition{When: fails}, Reason: "x", Expires: "2027-03-01", By: "o.yaml:5"}
	for _, x := range []struct {
		name             string
		tuned            rules.Tuning
		c                *facts.Case
		listed, excluded int
		problem          bool
	}{
		{"off", off, events(1), 0, 1, false},
		{"off, and nothing of it seen", off, events(3), 0, 0, false},
		{"the exception is seen", except, events(1, 2), 0, 1, false},
		{"the exception is not seen", except, events(1), 1, 0, false},
		{"the exception alone is seen", except, events(2), 0, 0, false},
		{"the exception fails", broken, events(1), 1, 0, true},
	} {
		d := compile(t, &rules.Set{Rules: []*rules.Rule{tunedRule(x.tuned)}}).Diagnose(x.c, Settings{})
		if len(d.Diagnoses) != x.listed || len(d.Excluded) != x.excluded || (len(d.Problems) > 0) != x.problem {
			t.Errorf("%s: %d listed, %d excluded, problems %v", x.name, len(d.Diagnoses), len(d.Excluded), d.Problems)
		}
		for _, e := range d.Excluded {
			if !strings.HasPrefix(e.Reason, x.tuned.String()) {
				t.Errorf("%s: %q", x.name, e.Reason)
			}
		}
		for _, y := range d.Diagnoses {
			if len(y.Tuned) != 1 {
				t.Errorf("%s: the diagnosis does not say that the rule was tuned", x.name)
			}
		}
	}
}

// What overlays changed survives the compiled form: a base that is opened gives what
// the rules give that were compiled.
func TestTunedInBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compiled := compile(t, randomSet(t))
		opened, err := Open(compiled.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		c := randomCase(t)
		if diff := cmp.Diff(string(asJSON(t, compiled.Diagnose(clone(c), Settings{}))), string(asJSON(t, opened.Diagnose(c, Settings{})))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A rule that is off changes what the others are as if it were not there, and an
// exception that no fact can show changes nothing.
func TestOffIsNotThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := randomSet(t)
		for _, r := range set.Rules {
			r.Tuned = nil
		}
		c := randomCase(t)
		without := compile(t, &rules.Set{Rules: set.Rules[1:]}).Diagnose(clone(c), Settings{})
		off := *set.Rules[0]
		off.Tuned = []rules.Tuning{{Off: true, Reason: "r", Expires: "2030-01-01", By: "o:1"}}
		with := compile(t, &rules.Set{Rules: append([]*rules.Rule{&off}, set.Rules[1:]...)}).Diagnose(clone(c), Settings{})
		if diff := cmp.Diff(string(asJSON(t, without.Diagnoses)), string(asJSON(t, with.Diagnoses))); diff != "" || without.None != with.None {
			t.Fatal(diff)
		}
		plain := compile(t, set).Diagnose(clone(c), Settings{})
		idle := *set.Rules[0]
		idle.Tuned = []rules.Tuning{{Except: &cond.Condition{Event: &cond.Event{IDs: []uint32{999999}}}, Reason: "r", Expires: "2030-01-01", By: "o:1"}}
		after := compile(t, &rules.Set{Rules: append([]*rules.Rule{&idle}, set.Rules[1:]...)}).Diagnose(c, Settings{})
		for i := range after.Diagnoses {
			after.Diagnoses[i].Tuned = nil
		}
		if diff := cmp.Diff(string(asJSON(t, plain.Diagnoses)), string(asJSON(t, after.Diagnoses))); diff != "" {
			t.Fatal(diff)
		}
	})
}
