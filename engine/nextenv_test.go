package engine

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules"
)

// environmentRules are rules that share a code and differ in where they can occur.
func environmentRules(t *rapid.T) *rules.Set {
	set := &rules.Set{}
	for i := range rapid.IntRange(2, 6).Draw(t, "rules") {
		fields := []string{}
		for _, f := range []struct {
			key    string
			values []string
		}{
			{"product", []string{"", "Mail Server", "Print Server", "Web Server"}},
			{"version", []string{"", "'>=5.5 <6'", "'5.0'", "'>=4.0 <5.0'"}},
			{"os", []string{"", "Windows 2000", "Linux"}},
			{"role", []string{"", "cluster node"}},
			{"fixed_in", []string{"", "5.5 SP2"}},
		} {
			if v := rapid.SampledFrom(f.values).Draw(t, f.key); v != "" {
				fields = append(fields, f.key+": "+v)
			}
		}
		applies := ""
		if len(fields) > 0 {
			applies = "applies_to: [{" + strings.Join(fields, ", ") + "}]\n"
		}
		r, msgs := rules.Parse("x.yaml", []byte(fmt.Sprintf("schema: 1\nid: made/r%d\ntitle: T%d\nstatus: stable\n%ssymptoms:\n  code: {code: \"0xC0DE0001\", suggests: %d, expected: 4}\ncause: C.\nresolution: {kind: none}\n",
			i, i, applies, rapid.IntRange(3, 5).Draw(t, "suggests"))))
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		set.Rules = append(set.Rules, r)
	}
	return set
}

// TestForecastsComeTrue: what a check says that a product, a version, a system or a
// role would change is what the diagnosis with it gives.
func TestForecastsComeTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, environmentRules(t))
		with := func(env *facts.Environment) *result.Differential {
			c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("t", "0xC0DE0001")}
			if env != nil {
				c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindEnvironment, Environment: env})
			}
			return b.Diagnose(c, Settings{})
		}
		for _, check := range with(nil).Next {
			field, role, _ := strings.Cut(check.Check, ":")
			switch field {
			case facts.FieldProduct, facts.FieldVersion, facts.FieldOS:
				for _, line := range check.IfYes {
					value, told, _ := strings.Cut(line, ": ")
					comesTrue(t, told, with(&facts.Environment{Field: field, Value: value}), check.Check+"="+value)
				}
			case facts.FieldRole:
				for _, told := range check.IfYes {
					comesTrue(t, told, with(&facts.Environment{Field: field, Value: "cluster node"}), role)
				}
				for _, told := range check.IfNo {
					comesTrue(t, told, with(&facts.Environment{Field: field, Value: "cluster node", Not: true}), "no "+role)
				}
			}
		}
	})
}

// comesTrue holds "rule 14 % -> 92 %" against a diagnosis.
func comesTrue(t *rapid.T, told string, d *result.Differential, answer string) {
	at := strings.LastIndex(told, " % -> ")
	var before, after float64
	start := strings.LastIndexByte(told[:at], ' ')
	if _, err := fmt.Sscanf(told[start+1:], "%f %% -> %f %%", &before, &after); err != nil {
		t.Fatalf("%q: %v", told, err)
	}
	p := 0.0
	switch id := told[:start]; id {
	case noneOfThese:
		p = d.None
	default:
		for _, x := range d.Diagnoses {
			if x.Rule == id {
				p = x.Probability
			}
		}
	}
	if math.Abs(100*p-after) > 1.5 {
		t.Fatalf("%s: %q, and it is %.1f %%", answer, told, 100*p)
	}
}
