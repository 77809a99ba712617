package triage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// FromCase is a test that was made of a real case.
type FromCase struct {
	Rule string
	Text []byte // the test, as an element of the list of a file of tests
	File string // the file that it was added to, or ""

	Leads bool // the rule comes first in the case; where it does not, its test fails until it does, or is a near miss
}

// leads reports whether the rule comes first, before none of the known errors.
func leads(d *result.Differential, rule string) bool {
	return len(d.Diagnoses) > 0 && d.Diagnoses[0].Rule == rule && d.Diagnoses[0].Probability >= d.None
}

// TestFromCase makes a test of a saved case: what was given, redacted, and what is
// diagnosed now, for a person to review. It is a test of the rule that is named, else of
// the one that comes first. A rule that is named and does not lead is expected to, so that
// the test fails until it does; with nearMiss the case is one that looks alike and is none.
// Where a file of tests of that rule is among the paths, the
// test is added to it.
func TestFromCase(ctx context.Context, o TestOptions, file, rule string, nearMiss bool) (*FromCase, error) {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return nil, &UsageError{fmt.Sprintf("--from %s: there is no such file; expected a case that was saved with --save", file)}
	}
	b, err := loadTested(o)
	if err != nil {
		return nil, err
	}
	c, err := (&intake.Reader{}).Read(ctx, []string{file})
	if err != nil {
		return nil, err
	}
	redactor, err := NewRedactor(RedactOptions{On: true})
	if err != nil {
		return nil, err
	}
	redacted := redactor.Case(c)
	d := b.base.Diagnose(concluded(redacted), engine.Settings{})
	if rule == "" && len(d.Diagnoses) > 0 {
		rule = d.Diagnoses[0].Rule
	}
	if rule == "" {
		return nil, &UsageError{"no rule is listed for " + file + "; name the one that the test is for with --rule"}
	}
	if _, ok := b.base.Find(rule); !ok {
		return nil, &UsageError{fmt.Sprintf("there is no rule %q", rule)}
	}
	name := redactor.Text(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	for _, f := range b.files {
		if f.Rule == rule && slices.ContainsFunc(f.Tests, func(t tests.Test) bool { return t.Name == "as in "+name }) {
			return nil, &UsageError{fmt.Sprintf("%s has a test %q already", f.Path, "as in "+name)}
		}
	}
	out := &FromCase{Rule: rule, Text: b.testOf("as in "+name, rule, redacted, d, nearMiss)}
	out.Leads = leads(d, rule)
	whole := append([]byte("rule: "+rule+"\ntests:\n"), out.Text...)
	made, msgs := tests.Parse(name+".test.yaml", whole)
	if len(msgs) > 0 {
		return nil, &RuleError{msgs}
	}
	if failed := ruletest.Failures(ruletest.Run(b.base, made, b.options)); len(failed) > 0 && (out.Leads || nearMiss) {
		return nil, fmt.Errorf("the case cannot be written as a test: %s", failed[0])
	}
	for _, f := range b.files {
		if f.Rule != rule || len(b.paths) == 0 {
			continue
		}
		data, err := os.ReadFile(filepath.FromSlash(f.Path))
		if err != nil {
			return nil, &UsageError{err.Error()}
		}
		text := append(bytes.TrimRight(data, "\n"), append([]byte("\n\n"), indented(out.Text, data)...)...)
		if _, msgs := tests.Parse(f.Path, text); len(msgs) > 0 {
			return nil, &RuleError{msgs}
		}
		if bytes.Contains(data, []byte("\r\n")) {
			text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		}
		if err := replaceFile(filepath.FromSlash(f.Path), text); err != nil {
			return nil, err
		}
		out.File = f.Path
		break
	}
	return out, nil
}

// indented is a test with the indentation that the tests of a file have.
func indented(test, file []byte) []byte {
	at := rules.NewDocument("", file).At("tests", 0)
	if at.Column == 5 || at.Column < 3 {
		return test
	}
	shift := strings.Repeat(" ", at.Column-3)
	var b bytes.Buffer
	for line := range strings.Lines(string(test)) {
		b.WriteString(shift + strings.TrimPrefix(line, "  "))
	}
	return b.Bytes()
}

// testOf writes a case and what is diagnosed of it as a test.
func (b *testedBase) testOf(name, rule string, c *facts.Case, d *result.Differential, nearMiss bool) []byte {
	var t bytes.Buffer
	quoted := func(v any) string {
		var q bytes.Buffer
		e := json.NewEncoder(&q)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // text and facts always have a form
		return strings.TrimSpace(q.String())
	}
	fmt.Fprintf(&t, "  - name: %s\n", quoted(name))
	x := slices.IndexFunc(d.Diagnoses, func(x result.Diagnosis) bool { return x.Rule == rule })
	first := leads(d, rule)
	if !first && nearMiss {
		t.WriteString("    near_miss: true\n")
	}
	t.WriteString("    given:\n")
	var inputs, raw []string
	set := map[string]string{}
	var keys []string
	for _, f := range c.Facts {
		key, value := "", ""
		switch {
		case f.Environment != nil && f.Environment.Field != facts.FieldRole && !f.Environment.Not:
			key, value = f.Environment.Field, f.Environment.Value
		case f.Input != nil:
			key, value = f.Input.Name, f.Input.Value
		case f.Answer != nil:
			key, value = f.Answer.Question, map[facts.State]string{facts.True: "yes", facts.False: "no"}[f.Answer.State]
		}
		if _, taken := set[key]; key != "" && !taken && b.sets(key, value, f) {
			set[key], keys = value, append(keys, key)
			continue
		}
		if text := asInput(f); text != "" {
			inputs = append(inputs, quoted(text))
			continue
		}
		f.Origin.Path, f.Origin.Line = "", 0
		raw = append(raw, quoted(f))
	}
	list := func(key string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(&t, "      %s:\n", key)
			for _, i := range items {
				fmt.Fprintf(&t, "        - %s\n", i)
			}
		}
	}
	list("inputs", inputs)
	if len(keys) > 0 {
		t.WriteString("      set:\n")
		for _, k := range keys {
			fmt.Fprintf(&t, "        %s: %s\n", quoted(k), quoted(set[k]))
		}
	}
	list("facts", raw)
	var covered []string
	for _, k := range c.Coverage {
		if k.Kind == facts.KindEvent && k.Log != "" && k.From.IsZero() && !slices.Contains(covered, quoted(k.Log)) {
			covered = append(covered, quoted(k.Log))
		}
	}
	list("covered", covered)
	t.WriteString("    expect:\n")
	switch {
	case first:
		fmt.Fprintf(&t, "      rank: 1\n      verdict: %s\n", d.Diagnoses[x].Verdict)
	case !nearMiss:
		t.WriteString("      rank: 1 # it does not come first yet\n")
	case len(d.Diagnoses) > 0 && d.Diagnoses[0].Probability >= d.None:
		fmt.Fprintf(&t, "      first: %s\n", d.Diagnoses[0].Rule)
	default:
		t.WriteString("      first: none\n")
	}
	if x >= 0 && first {
		if p := math.Floor(90*d.Diagnoses[x].Probability) / 100; p > 0 {
			fmt.Fprintf(&t, "      at_least: %g\n", p)
		}
		t.WriteString("      symptoms:\n")
		for _, e := range d.Diagnoses[x].Evidence {
			if r, ok := b.base.Find(rule); ok {
				if s, _ := r.Find(e.Symptom); s != nil {
					fmt.Fprintf(&t, "        %s: %s\n", e.Symptom, e.State)
				}
			}
		}
	}
	return t.Bytes()
}

// sets reports whether KEY=VALUE gives the fact.
func (b *testedBase) sets(key, value string, f facts.Fact) bool {
	list, err := b.options.Settings([]string{key + "=" + value})
	return err == nil && len(list) == 1 && sameFact(list[0], f)
}

// asInput is what a person would type for the fact, or "" where nothing gives just it.
func asInput(f facts.Fact) string {
	text := ""
	switch {
	case f.Origin.Host != "" || !f.Origin.Time.IsZero():
		return ""
	case f.Code != nil:
		text = f.Code.Literal
	case f.Event != nil:
		text = fmt.Sprintf("Event ID: %d", f.Event.ID)
		if f.Event.Source != "" {
			text += " Source: " + f.Event.Source
		}
	case f.Text != nil:
		text = f.Text.Value
	}
	if text == "" {
		return ""
	}
	if list := intake.Text("argument 1", text); len(list) == 1 && sameFact(list[0], f) {
		return text
	}
	return ""
}

// sameFact compares facts wherever they are from.
func sameFact(a, b facts.Fact) bool {
	a.Origin, b.Origin = facts.Origin{}, facts.Origin{}
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}
