package playground

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kbtriage/kbtriage/internal/report"
)

func newPlayground(t testing.TB) *Playground {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each testdata/*.txtar is what a person types and what there is to say about it.
// KBTRIAGE_UPDATE=1 writes the answers anew; read the difference.
func TestAnswers(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	p := newPlayground(t)
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			q := Question{Neighbours: strings.HasPrefix(string(archive.Comment), "neighbours:")}
			want := ""
			kept := archive.Files[:0]
			for _, f := range archive.Files {
				to := map[string]*string{"rule": &q.Rule, "tests": &q.Tests, "facts": &q.Facts, "answer": &want}[f.Name]
				if to == nil {
					t.Fatalf("there is no pane %q", f.Name)
				}
				*to = string(f.Data)
				if f.Name != "answer" {
					kept = append(kept, f)
				}
			}
			a, err := p.Answer(&q)
			if err != nil {
				t.Fatal(err)
			}
			got := told(a)
			if got == want {
				return
			}
			if os.Getenv("KBTRIAGE_UPDATE") == "" {
				t.Fatalf("the answer is another one; KBTRIAGE_UPDATE=1 writes it anew:\n%s", cmp.Diff(want, got))
			}
			archive.Files = append(kept, txtar.File{Name: "answer", Data: []byte(got)})
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// told is an answer as lines that a person can read, without what is printed.
func told(a *Answer) string {
	var b bytes.Buffer
	for _, m := range a.Messages {
		mark := "advice"
		if m.Refused {
			mark = "refused"
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s", m.Pane, m.Line, m.Column, mark, m.Text)
		if m.Hint != "" {
			fmt.Fprintf(&b, "; %s", m.Hint)
		}
		fmt.Fprintf(&b, " [%s]\n", m.Check)
	}
	for _, x := range a.Tests {
		fmt.Fprintf(&b, "test %d %q near miss %v: %q\n", x.Line, x.Name, x.NearMiss, x.Failures)
	}
	fmt.Fprintf(&b, "rule %q of %d, replaces %v\n", a.Rule, a.Loaded, a.Replaces)
	if a.Account != nil {
		fmt.Fprintf(&b, "account: %s\n", a.Account.Summary)
		for _, s := range a.Account.Symptoms {
			fmt.Fprintf(&b, "  line %d %s, proof %v: %s %s: %s (%s/%s)\n", s.Line, s.Symptom, s.Proof, s.State, s.Bits, s.Why, s.IfSeen, s.IfNot)
		}
	}
	if r := a.Ranking; r != nil {
		fmt.Fprintf(&b, "ranking, %s:\n", r.Status)
		for _, row := range r.Rows {
			own := ""
			if row.Own {
				own = ", own"
			}
			fmt.Fprintf(&b, "  %s: %s %s%s\n", row.Rule, row.Percent, row.Verdict, own)
		}
		fmt.Fprintf(&b, "  none %s, more %d, trouble %q\n", r.None, r.More, r.Trouble)
	}
	return b.String()
}

// No text of an answer has a character that a page would not show as it is, whatever
// was typed, and an answer stays within bounds.
func checkClean(t *testing.T, a *Answer) {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 8<<20 {
		t.Errorf("an answer of %d bytes", len(text))
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if report.CleanText(v) != v {
				t.Errorf("not clean: %.300q", v)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(value)
	for _, m := range a.Messages {
		if strings.TrimFunc(m.Text, unicode.IsSpace) == "" || m.Check == "" {
			t.Errorf("a message that says nothing: %+v", m)
		}
	}
}

func TestHostile(t *testing.T) {
	p := newPlayground(t)
	rule := readFile(t, "page/samples/printer/rule.yaml")
	for name, q := range map[string]Question{
		"directions in all panes": {Rule: strings.ReplaceAll(rule, "printer", "\u202ep\u2066r\u200fi"), Tests: "rule: \u202e\ntests: []\n", Facts: "\u202e0x0000011b\u2069 \u00ad"},
		"controls":                {Rule: rule + "# \x00\x1b[2J\n", Tests: "\x07", Facts: "\x1b]0;x\x07 \x00 \x9b31m 0x0000011b"},
		"markup":                  {Rule: strings.ReplaceAll(rule, "printer", "<script>alert(1)</script>"), Facts: "</script><img src=x onerror=alert(1)> 0x0000011b"},
		"broken UTF-8":            {Rule: rule + "# \xff\xfe\n", Tests: "\xff", Facts: "\xff\xfe0x0000011b\xc0"},
		"large facts":             {Rule: rule, Facts: strings.Repeat("error 0x0000011b in line\n", 300000)},
		"one long line":           {Rule: rule, Facts: strings.Repeat("0x0000011b é ", 500000)},
		"many settings":           {Rule: rule, Facts: strings.Repeat("--set a=b\n", 3000)},
		"large rule":              {Rule: strings.Repeat("- x\n", 2<<20)},
		"many mistakes":           {Rule: rule + strings.Repeat("wrong: 1\n", 5000)},
		"many tests":              {Rule: rule, Tests: "rule: print/rpc-privacy\ntests:\n" + strings.Repeat("  - {name: a, given: {inputs: [x]}, expect: {first: \"<b>\\u202e\"}}\n", 800)},
		"many hidden lines":       {Rule: rule, Facts: strings.Repeat("\u200b\n", 5000)},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := p.Answer(&q)
			if err != nil {
				t.Fatal(err)
			}
			checkClean(t, a)
			if len(a.Messages) > 3*(mostMessages+1) {
				t.Errorf("%d messages", len(a.Messages))
			}
			said := func(check string) bool {
				return slices.ContainsFunc(a.Messages, func(m Message) bool { return m.Check == check })
			}
			if name == "many tests" && (len(a.Tests) != mostTests || !said("test.too-many") || !said("message.too-many")) {
				t.Errorf("%d tests were run, %d messages", len(a.Tests), len(a.Messages))
			}
			if name == "large facts" && (!said("facts.too-large") || a.Ranking.Rows[0].Rule != "print/rpc-privacy") {
				t.Errorf("facts beyond the bound: %+v", a.Messages)
			}
		})
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func FuzzAnswer(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		part := map[string]string{}
		for _, x := range archive.Files {
			part[x.Name] = string(x.Data)
		}
		f.Add(part["rule"], part["tests"], part["facts"])
	}
	p := newPlayground(f)
	f.Fuzz(func(t *testing.T, rule, tests, facts string) {
		a, err := p.Answer(&Question{Rule: rule, Tests: tests, Facts: facts})
		if err != nil {
			t.Fatal(err)
		}
		checkClean(t, a)
	})
}
