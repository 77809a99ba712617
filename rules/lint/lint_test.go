package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

func docs(t testing.TB) []Doc {
	t.Helper()
	list, err := Docs()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// loaded is an example: its files, as they load.
func loaded(t testing.TB, d *Doc, files []File) (*Base, []source.Message) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range files {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	set, msgs := rules.Load(fsys, "")
	list, more := tests.Load(fsys, "")
	msgs = append(msgs, more...)
	for _, f := range list {
		if !slices.ContainsFunc(set.Rules, func(r *rules.Rule) bool { return r.ID == f.Rule }) && d.Code == "test.rule" {
			msgs = append(msgs, source.Message{Position: source.Position{File: f.Path, Line: 1, Column: 1}, Check: "test.rule"})
		}
	}
	b := &Base{Rules: set, Tests: list, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Text: func(name string) []byte {
		if f := fsys[name]; f != nil {
			return f.Data
		}
		return nil
	}, Taken: func(id string) bool { return id == "host/spool-full" }}
	if d.Today != "" {
		today, err := time.Parse(time.DateOnly, d.Today)
		if err != nil {
			t.Fatal(err)
		}
		b.Today = today
	}
	if len(d.Before) > 0 {
		before := fstest.MapFS{}
		for _, f := range d.Before {
			before[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
		}
		was, wrong := rules.Load(before, "before/")
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		b.Before = was
	}
	return b, msgs
}

// TestExamples: each bad example causes its message and no other, each good one none.
func TestExamples(t *testing.T) {
	for _, d := range docs(t) {
		t.Run(d.Code, func(t *testing.T) {
			if len(d.Bad) == 0 || len(d.Good) == 0 || d.Title == "" || d.Fix == "" || d.Why == "" {
				t.Fatal("a description needs a title, a fix, a why, a bad and a good example")
			}
			b, msgs := loaded(t, &d, d.Bad)
			if !d.Refusal() {
				for _, f := range Run(b) {
					msgs = append(msgs, f.Message)
				}
			}
			if len(msgs) == 0 {
				t.Error("the bad example causes no message")
			}
			for _, m := range msgs {
				if m.Check != d.Code {
					t.Errorf("the bad example causes %s", m)
				}
				if m.Line == 0 && d.Code != "lint.vanished-rule" {
					t.Errorf("%s has no place", m)
				}
			}
			b, msgs = loaded(t, &d, d.Good)
			for _, f := range Run(b) {
				msgs = append(msgs, f.Message)
			}
			for _, m := range msgs {
				t.Errorf("the good example causes %s", m)
			}
		})
	}
}

// TestEveryCheckHasADescription, and each description a check.
func TestEveryCheckHasADescription(t *testing.T) {
	var described []string
	for _, d := range docs(t) {
		if !d.Refusal() {
			described = append(described, strings.TrimPrefix(d.Code, prefix))
		}
	}
	have := names()
	if !slices.Equal(described, have) {
		t.Errorf("described: %q\nchecks: %q", described, have)
	}
	if len(have) < 35 {
		t.Errorf("%d checks", len(have))
	}
}

// TestFixes: what can be mended is, the result is clean, says the same, and keeps its
// comments.
func TestFixes(t *testing.T) {
	for _, d := range docs(t) {
		if d.Refusal() {
			continue
		}
		t.Run(d.Code, func(t *testing.T) {
			b, _ := loaded(t, &d, d.Bad)
			texts := map[string]string{}
			for _, f := range d.Bad {
				texts[f.Name] = f.Text
			}
			fixable := false
			for _, f := range Run(b) {
				fixable = fixable || f.Fixable
			}
			if fixable != (len(d.Fixed) > 0) {
				t.Fatalf("the bad example can be mended: %v; its description has %d files that are", fixable, len(d.Fixed))
			}
			if !fixable {
				return
			}
			for round := 0; round < 4; round++ {
				edits := map[string][]Edit{}
				for _, f := range Run(b) {
					for _, e := range f.Edits {
						edits[e.File] = append(edits[e.File], e)
					}
				}
				var files []File
				for name, text := range texts {
					texts[name] = string(Apply([]byte(text), edits[name]))
					files = append(files, File{name, texts[name]})
				}
				b, _ = loaded(t, &d, files)
			}
			for _, f := range d.Fixed {
				if texts[f.Name] != f.Text {
					t.Errorf("%s is\n%s\nwant\n%s", f.Name, texts[f.Name], f.Text)
				}
			}
			for _, f := range Run(b) {
				t.Errorf("afterwards: %s", f.Message)
			}
			was, _ := loaded(t, &d, d.Bad)
			for i, r := range b.Rules.Rules {
				if !Same(was.Rules.Rules[i], r) {
					t.Errorf("%s says another thing", r.ID)
				}
				if x, y := behaviour(t, was.Rules.Rules[i]), behaviour(t, r); !bytes.Equal(x, y) {
					t.Errorf("%s behaves in another way:\n%s\n%s", r.ID, x, y)
				}
			}
		})
	}
}

// behaviour is all of a rule that decides when it is listed, and with how many bits.
func behaviour(t *testing.T, r *rules.Rule) []byte {
	t.Helper()
	one := *r
	one.Title, one.Cause, one.File, one.Refs = "", "", "", nil
	one.Resolution.Steps = nil
	for i := range one.Symptoms {
		one.Symptoms[i].Position = source.Position{}
		if a := one.Symptoms[i].Condition.Ask; a != nil {
			a.Text = strings.TrimRight(a.Text, "?. ")
		}
	}
	b, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFixesKeepComments: edits change no line but their own.
func TestFixesKeepComments(t *testing.T) {
	text := `# what this is about
schema: 1
id: a/b # the id
title: A title. # with a stop
status: draft
refs:
  - {kb: Q1} # the first
  # between
  - {kb: Q1} # the second
  - kb: Q2
symptoms:
  s: {code: 0x80070005, ask: 'Is it so', suggests: 3, expected: 3} # folded
cause: Nobody knows.
resolution:
  steps:
    - 1) Do it. # now
    - "2. Do it again."
`
	want := `# what this is about
schema: 1
id: a/b # the id
title: A title # with a stop
status: draft
refs:
  - {kb: Q1} # the first
  # between
  - kb: Q2
symptoms:
  s: {code: 0x80070005, ask: 'Is it so?', suggests: 3, expected: 3} # folded
cause: Nobody knows.
resolution:
  steps:
    - Do it. # now
    - "Do it again."
`
	d := &Doc{Code: "lint.x"}
	b, msgs := loaded(t, d, []File{{"b.yaml", text}})
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	var edits []Edit
	for _, f := range Run(b) {
		edits = append(edits, f.Edits...)
	}
	if got := string(Apply([]byte(text), edits)); got != want {
		t.Errorf("got\n%s", got)
	}
}

// TestImportedRulesMayLackWhatAnAuthorWrites: what an article says is not for lint.
func TestImportedRulesMayLackWhatAnAuthorWrites(t *testing.T) {
	d := &Doc{Code: "lint.x"}
	b, msgs := loaded(t, d, []File{{"q1.yaml", `schema: 1
id: imported/q900001
title: A title that ends with a full stop.
status: imported
refs: [{kb: Q900001}]
symptoms: {s: {code: 5, suggests: 5, expected: 3}}
resolution: {steps: ["Note:", "1. password=Secret99! is the default."]}
`}})
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	for _, f := range Run(b) {
		t.Error(f.Message)
	}
}

// TestOrderOfFilesDoesNotMatter: the same findings whatever worker meets a rule first.
func TestOrderOfFilesDoesNotMatter(t *testing.T) {
	var files []File
	for _, d := range docs(t) {
		if d.Refusal() || len(d.Before) > 0 {
			continue
		}
		for _, f := range d.Bad {
			files = append(files, File{d.Code + "/" + f.Name, strings.ReplaceAll(f.Text, "print/", strings.TrimPrefix(d.Code, prefix)+"/")})
		}
	}
	d := &Doc{Code: "lint.x"}
	b, msgs := loaded(t, d, files)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	first := Run(b)
	for range 5 {
		again := Run(b)
		if len(again) != len(first) {
			t.Fatalf("%d findings, then %d", len(first), len(again))
		}
		for i := range again {
			if again[i].Message != first[i].Message {
				t.Fatalf("%s, then %s", first[i].Message, again[i].Message)
			}
		}
	}
}

func TestSuppressions(t *testing.T) {
	rule := `schema: 1
id: a/b
title: A title%s
status: draft
symptoms: {s: {code: 0x80070005, suggests: 3, expected: 3}}
cause: Nobody knows. # and lint:ignore stands at the begin of a comment only
resolution: {steps: [Do it.]}
%s
`
	for _, c := range []struct{ stop, comment, want string }{
		{".", "", "title-full-stop"},
		{".", "# lint:ignore title-full-stop until 2026-11-22: the last day counts", ""},
		{".", "# lint:ignore lint.title-full-stop until 2026-11-23: with the prefix", ""},
		{".", "# lint:ignore title-full-stop until 2026-11-21: too late", "title-full-stop expired-suppression"},
		{"", "# lint:ignore title-full-stop until 2027-01-01: nothing there", "unused-suppression"},
		{".", "# lint:ignore title-full-stop until 2027-01-01:", "title-full-stop suppression"},
		{".", "# lint:ignore title-fullstop until 2027-01-01: misspelt", "title-full-stop suppression"},
		{".", "# lint:ignore title-full-stop until 2027-02-30: no such day", "title-full-stop suppression"},
		{".", "# lint:ignore title-full-stop: for ever", "title-full-stop suppression"},
	} {
		b, msgs := loaded(t, &Doc{Code: "lint.x"}, []File{{"b.yaml", strings.TrimRight(fmt.Sprintf(rule, c.stop, c.comment), "\n") + "\n"}})
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		var got []string
		for _, f := range Run(b) {
			got = append(got, strings.TrimPrefix(f.Check, prefix))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.comment, got, c.want)
		}
	}
}

// TestEveryRefusalIsDescribed: each reason for which a file cannot be loaded has a page.
func TestEveryRefusalIsDescribed(t *testing.T) {
	have := map[string]bool{
		"yaml.size": true, "rule.more": true, // of files too large to be examples
		"file.read": true, // of files that cannot be read
	}
	for _, d := range docs(t) {
		have[d.Code] = true
	}
	id := regexp.MustCompile(`"((?:rule|yaml|test)\.[a-z-]+)"`)
	found := 0
	for _, pattern := range []string{"../*.go", "../tests/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range id.FindAllStringSubmatch(string(data), -1) {
				found++
				if !have[m[1]] {
					t.Errorf("%s: %s has no description in checks", file, m[1])
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d ids found", found)
	}
}

// TestFixesThatAreRefused: what cannot be mended safely stays as it is.
func TestFixesThatAreRefused(t *testing.T) {
	rule := func(middle string) string {
		return "schema: 1\nid: a/b\ntitle: A title\nstatus: draft\n" + middle +
			"symptoms: {s: {code: 0x80070005, suggests: 3, expected: 3}}\ncause: Nobody knows.\nresolution:\n  steps:\n    - Do it.\n"
	}
	for _, c := range []struct {
		name, text, check string
		edits             bool
	}{
		{"a reference over two lines", rule("refs:\n  - url: https://a.org/x\n  - url: >-\n      https://a.org/x\n"), "repeated-reference", false},
		{"a repeated reference", rule("refs:\n  - url: https://a.org/x\n  - url: https://a.org/x\n"), "repeated-reference", true},
		{"another line end", rule("# a\u2028# b\nrefs:\n  - kb: Q1\n  - kb: Q1\n"), "repeated-reference", false},
		{"an abbreviation", strings.Replace(rule(""), "A title", "The printer of Acme Inc.", 1), "title-full-stop", false},
		{"joiners", strings.Replace(rule(""), "Do it.", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 1), "invisible-character", false},
	} {
		b, msgs := loaded(t, &Doc{Code: "lint.x"}, []File{{"b.yaml", c.text}})
		if len(msgs) > 0 {
			t.Fatalf("%s: %v", c.name, msgs)
		}
		edits := false
		for _, f := range Run(b) {
			edits = edits || f.Check == prefix+c.check && len(f.Edits) > 0
		}
		if edits != c.edits {
			t.Errorf("%s: edits %v", c.name, edits)
		}
	}
	// What an edit would change the meaning of.
	was, _ := rules.Parse("b.yaml", []byte(rule("")))
	for _, other := range []string{
		strings.Replace(rule(""), "Do it.", "Do.", 1), strings.Replace(rule(""), "0x80070005", "0x80070006", 1),
		strings.Replace(rule(""), "Nobody", "Somebody", 1), rule("refs: [{kb: Q1}]\n"), strings.Replace(rule(""), "suggests: 3", "suggests: 4", 1),
	} {
		is, msgs := rules.Parse("b.yaml", []byte(other))
		if is == nil {
			t.Fatal(msgs)
		}
		if Same(was, is) {
			t.Errorf("the same: %s", other)
		}
	}
}

// TestSuppressionsAreComments: what only looks like one is text.
func TestSuppressionsAreComments(t *testing.T) {
	head := "schema: 1\nid: a/b\nstatus: draft\nsymptoms: {s: {code: 0x80070005, suggests: 3, expected: 3}}\nresolution: {steps: [Do it.]}\n"
	for _, c := range []struct{ text, want string }{
		{"title: A title.\ncause: |\n  Write\n  # lint:ignore title-full-stop until 2099-01-01: example\n  above it.\n", "title-full-stop"},
		{"title: \"A # lint:ignore title-full-stop until 2099-01-01: title.\"\ncause: Nobody knows.\n", "title-full-stop"},
		{"title: The C# service stops. # lint:ignore title-full-stop until 2099-01-01: its name\ncause: Nobody knows.\n", ""},
		{"\ufefftitle: A title.\n# lint:ignore title-full-stop until 2099-01-01: with a mark of byte order\ncause: Nobody knows.\n", ""},
		{"title: A title.\n# lint: ignore title-full-stop until 2099-01-01: a blank too many\ncause: Nobody knows.\n", "title-full-stop suppression"},
		{"title: A title.\n# lint:disable title-full-stop\ncause: Nobody knows.\n", "title-full-stop suppression"},
	} {
		b, msgs := loaded(t, &Doc{Code: "lint.x"}, []File{{"b.yaml", c.text + head}})
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		var got []string
		for _, f := range Run(b) {
			if f.Check != "lint.unformatted" {
				got = append(got, strings.TrimPrefix(f.Check, prefix))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
