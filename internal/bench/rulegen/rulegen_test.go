package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

const letter = `DOCUMENT:Q900001  01-JAN-2000  [example]
TITLE   :An example
======================================================================
-------------------------------------------------------------------------------
The information in this article applies to:

 - Microsoft Example Server, version 5.5 SP3, on platform(s):
    - the operating system: Microsoft Windows 2000
 - Microsoft Example Client versions 2.0, 1.2
 - Example Tool
-------------------------------------------------------------------------------

SYMPTOMS
========

When you start the "Example Server" service, it may stop, and "this message,
which is wrapped" may appear:

   Overlapped replica is in progress.

   ID no: 0xc00203e5

 - An item of a list that goes on
   in a second line

The log shows:

   Event ID: 0108
   Source: EXMPL97
   Type: Information
   Description:
   The replica is <ready> for 0xC00203E5.

   Event ID: 132
   Description: Unable to read the header.

CAUSE
=====

   This is no symptom at all

======================================================================
Keywords          : none
`

func TestArticle(t *testing.T) {
	a := parseArticle(strings.ReplaceAll(letter, "\n", "\r\n"))
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"products", a.products, []string{"Microsoft Example Server, version 5.5 SP3, on platform(s):", "Microsoft Example Client versions 2.0, 1.2", "Example Tool"}},
		{"messages", a.messages(), []string{"Example Server", "this message, which is wrapped", "Overlapped replica is in progress", "Unable to read the header"}},
		{"shown", a.shown(), []string{"Overlapped replica is in progress", "ID no: 0xc00203e5", "Event ID: 0108", "Source: EXMPL97", "Type: Information", "Description:", "Event ID: 132", "Description: Unable to read the header"}},
		{"codes", a.codes(), []string{"0xC00203E5"}},
		{"events", a.events(), []event{{"108", "EXMPL97"}, {"132", ""}}},
	} {
		if fmt.Sprintf("%q", test.got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}

func TestProduct(t *testing.T) {
	for line, want := range map[string][2]string{
		"Microsoft Exchange Server, version 5.5 SP3, on platform(s):": {"Exchange Server", "5.5 SP3"},
		"Microsoft Exchange Server, versions 4.0, 5.0, 5.5":           {"Exchange Server", ""},
		"Microsoft Systems Management Server versions 2.0, 1.2":       {"Systems Management Server", ""},
		"Microsoft Windows 95":                                              {"Windows 95", ""},
		"Microsoft MS-DOS operating system versions 6.0":                    {"MS-DOS operating system", "6.0"},
		"Microsoft Word 97 for Windows":                                     {"Word 97 for Windows", ""},
		"Microsoft SQL Server, version 7.0":                                 {"SQL Server", "7.0"},
		"Microsoft Age of Empires Expansion: The Rise of Rome, version 1.0": {"Age of Empires Expansion: The Rise of Rome", "1.0"},
		"": {"", ""},
	} {
		if name, version := product(line); name != want[0] || version != want[1] {
			t.Errorf("%q: %q, %q", line, name, version)
		}
	}
}

func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"  The  disk\tis full. ":     "The disk is full",
		"0x80040115":                 "0x80040115",
		"too few":                    "",
		"a <name> is missing":        "",
		"--------- -- -":             "",
		"caf\xc3\xa9 is closed now":  "",
		strings.Repeat("long ", 40):  "",
		strings.Repeat("x", longest): strings.Repeat("x", longest),
	} {
		if got := literal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzArticle(f *testing.F) {
	f.Add(letter)
	f.Fuzz(func(t *testing.T, text string) {
		a := parseArticle(text)
		for _, m := range append(a.messages(), a.shown()...) {
			if literal(m) != m {
				t.Fatalf("%q is no literal", m)
			}
		}
		for _, c := range a.codes() {
			if len(c) != 10 || !strings.Contains(strings.ToUpper(text), strings.ToUpper(c)) {
				t.Fatalf("code %q", c)
			}
		}
		for _, e := range a.events() {
			if e.id == "" || len(e.id) > 5 {
				t.Fatalf("event %v", e)
			}
		}
		a.number = "Q1"
		if text, ok := importedYAML(&a); ok {
			load(t, "q1.yaml", text)
		}
	})
}

// load reads a rule as the program does, which must have no word to say.
func load(t *testing.T, name, text string) {
	t.Helper()
	_, messages := rules.Parse(name, []byte(text))
	if len(messages) > 0 {
		t.Fatalf("%v in\n%s", messages, text)
	}
}

// Counting literals in lines is held against the plain way.
func TestDropCommon(t *testing.T) {
	list := []string{"disk full", "The DISK full", "is in use", "nowhere at all"}
	lines := []string{"the disk full, disk FULL", "a Disk Full", "it is in use", "", "short"}
	for most := range 4 {
		var want []string
		for _, text := range list {
			n := 0
			for _, line := range lines {
				if strings.Contains(strings.ToLower(line), strings.ToLower(text)) {
					n++
				}
			}
			if n <= most {
				want = append(want, text)
			}
		}
		if got := dropCommon(list, lines, most); !slices.Equal(got, want) {
			t.Errorf("at most %d: %q, want %q", most, got, want)
		}
	}
}

func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = string(text)
	}
	return all
}

// Everything from made-up messages: the rules load, the stream holds what its
// ledger says, and the same options give the same bytes.
func TestWithoutData(t *testing.T) {
	folder := t.TempDir()
	o := options{out: filepath.Join(folder, "literals.txt"), n: 300, seed: 1, events: 1000, maxLines: 8, join: "all"}
	if err := writeLiterals(o); err != nil {
		t.Fatal(err)
	}
	literals, err := readLines(o.out, -1)
	if err != nil || len(literals) != 300 {
		t.Fatalf("%d literals, %v", len(literals), err)
	}
	for _, text := range literals {
		if literal(text) != text {
			t.Errorf("%q", text)
		}
	}
	o.literals, o.out = o.out, filepath.Join(folder, "rules")
	if err := writeTextRules(o); err != nil {
		t.Fatal(err)
	}
	made := files(t, o.out)
	if len(made) != 300 {
		t.Errorf("%d rules", len(made))
	}
	for name, text := range made {
		load(t, name, text)
	}
	var first string
	for _, join := range []string{"all", "when"} {
		o.out, o.join = filepath.Join(folder, join), join
		if err := writeEvents(o); err != nil {
			t.Fatal(err)
		}
		for name, text := range files(t, filepath.Join(o.out, "rules")) {
			load(t, name, text)
		}
		stream, err := readLines(filepath.Join(o.out, "events", "events.jsonl"), -1)
		if err != nil || len(stream) != 1000 {
			t.Fatalf("%d events, %v", len(stream), err)
		}
		if text := strings.Join(stream, "\n"); first == "" {
			first = text
		} else if first != text {
			t.Error("the events depend on the form of the rules")
		}
		checkLedger(t, o.out, stream)
	}
}

func checkLedger(t *testing.T, folder string, stream []string) {
	t.Helper()
	lines, err := readLines(filepath.Join(folder, "rules.jsonl"), -1)
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := readLines(filepath.Join(folder, "ledger.jsonl"), -1)
	if err != nil || len(ledger) < 5 || len(ledger) > 50 {
		t.Fatalf("%d lines of ledger, %v", len(ledger), err)
	}
	decode := func(line string, v any) {
		if err := json.Unmarshal([]byte(line), v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	for _, line := range ledger {
		var entry struct{ Line, Rule int }
		decode(line, &entry)
		var rule eventRule
		decode(lines[entry.Rule-1], &rule)
		var e beat
		decode(stream[entry.Line-1], &e)
		if e.Winlog.EventID != fmt.Sprint(rule.ID) || e.Winlog.ProviderName != rule.Source || !strings.Contains(e.Message, rule.Literal) || rule.Rule != entry.Rule {
			t.Errorf("line %d: %+v is none of rule %+v", entry.Line, e, rule)
		}
	}
}

func TestImported(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "900"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"Q900001": letter, "Q900002": "no article", "Q900003": strings.ReplaceAll(letter, "SYMPTOMS", "SUMMARY")} {
		if err := os.WriteFile(filepath.Join(folder, "900", name+".TXT"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := options{articles: folder, out: filepath.Join(folder, "rules"), n: 10, seed: 1}
	if err := writeImported(o); err != nil {
		t.Fatal(err)
	}
	made := files(t, o.out)
	if len(made) != 1 {
		t.Fatalf("%d rules", len(made))
	}
	text := made["q900001.yaml"]
	load(t, "q900001.yaml", text)
	for _, want := range []string{`version: "5.5 SP3"`, `product: "Example Client"}`, `code: [0xC00203E5]`, `event: {id: 108, source: "EXMPL97"}`, `event: {id: 132}`, `text: "this message, which is wrapped"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "no symptom") || strings.Contains(text, "When you start") {
		t.Error("more than facts")
	}
}
