package sketch

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// FuzzFiles: whatever was seen and typed, rule and test are YAML that loads, with the
// texts as they were typed; only placeholders are mistakes.
func FuzzFiles(f *testing.F) {
	f.Add("The queue stands still", "yes", "error 0x80070005: Access is denied\n\nEvent ID: 4058\nSource: X\n")
	f.Add("\"quoted\": #x", "- a\n- b", "Cannot open <file> \\\\server\\share, code 5")
	f.Fuzz(func(t *testing.T, title, cause, seen string) {
		if !utf8.ValidString(title) || !utf8.ValidString(cause) || strings.TrimSpace(title) == "" || strings.TrimSpace(cause) == "" || strings.Contains(cause, "{{") {
			return
		}
		if strings.ContainsFunc(title+cause, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffe' || r == '\uffff' }) {
			return // no line that a person types
		}
		s := &Sketch{ID: "a/b", Title: title, Cause: cause, Steps: []string{"Restart it."}, Facts: intake.Text("t", seen)}
		if s.Facts = Observations(s.Facts); len(s.Facts) == 0 {
			return
		}
		rule, test := s.Files()
		r, msgs := rules.Parse("a/b.yaml", rule)
		if r == nil {
			t.Fatalf("%v\n%s", msgs, rule)
		}
		if r.Title != title || r.Cause != cause || len(r.Symptoms) != len(s.Facts) {
			t.Fatalf("%q, %q, %d symptoms of %d observations\n%s", r.Title, r.Cause, len(r.Symptoms), len(s.Facts), rule)
		}
		if file, msgs := tests.Parse("a/b.test.yaml", test); len(msgs) > 0 || len(file.Tests) != 1 {
			t.Fatalf("%v\n%s", msgs, test)
		}
	})
}

func TestObservations(t *testing.T) {
	list := Observations(intake.Text("t", "error 5\n\nerror 5 again: the printer <name> was not found\n\n"+strings.Repeat("long ", 100)+"\n\nok"))
	var got []string
	for _, f := range list {
		switch f.Kind {
		case facts.KindCode:
			got = append(got, "code "+literal(f.Code))
		case facts.KindText:
			got = append(got, "text")
		}
	}
	if s := strings.Join(got, ", "); strings.Count(s, "code 5") != 1 || strings.Count(s, "text") > 2 {
		t.Errorf("%s", s)
	}
}

// TestTemplate: a message of a log line matches the line of the next day as well.
func TestTemplate(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"Oct 12 08:14:22 db01 postgres[2211]: [3-1] FATAL: starting up after 88123 tries", `"[3-1] FATAL: starting up after <number> tries"`},
		{"2026/10/12 08:14:22 [error] 1234#1234: *5678 connect() failed (10.1.2.3)", `"connect() failed (<address>)"`},
		{"2026-03-02T08:15:00Z srv01 Srv: There is not enough space", "There is not enough space"},
		{"The service stopped with error 10061", "The service stopped with error 10061"},
		{"Access to C:\\Users\\kim\\plan.xlsx is denied", `"Access to <folder>\\plan.xlsx is denied"`},
		{"Nothing varies here", "Nothing varies here"},
	} {
		_, form, _, _ := symptom(facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: c.line}})
		if form != "text: "+c.want {
			t.Errorf("%s: %s", c.line, form)
		}
	}
}
