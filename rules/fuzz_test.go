package rules

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/internal/source"
)

// FuzzParse: any bytes give a rule or messages, never a panic; messages are in order and
// point into the file; a rule survives JSON.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.yaml", "testdata/good/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	for _, s := range []string{
		"", "\n", "#", "---", "---\n---", "...", "%YAML 1.1\n---\na: b", "null", "~", "[]", "{}", "a: b: c", "? [a]\n: b", "? a", "<<: {id: a/b}",
		"\ufeff", "\xff\xfe", "\x00", "a\rb: c\rd: e", "a\u2028b: c\u2029d\u0085: e", "!!binary aGk=", "!!map {schema: !!int 1}", "&a [*a]", "*a", "a: &x 1\nb: *x",
		strings.Repeat("[", 20_000), strings.Repeat("{a: ", 3_000), strings.Repeat("- ", 15_000) + "x", strings.Repeat("? ", 12_000), strings.Repeat("(", 9_000),
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
		"symptoms: {s: {when: \"" + strings.Repeat("(", 5_000_000/1000) + "\"}}",
		"symptoms: {s: {correlate: {events: [{}], within: 9999999999h}}}",
		"symptoms: {s: {probe: {dns: {names: [{a: b}, [c], ~x]}}, when: dns.update}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, msgs := Parse("f.yaml", data)
		if (r == nil) != (len(msgs) > 0) {
			t.Fatalf("rule %v with messages %v", r, msgs)
		}
		if !slices.IsSortedFunc(msgs, func(a, b source.Message) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		}) {
			t.Errorf("not in order: %v", msgs)
		}
		lines := yamlLines(string(data))
		for _, m := range msgs {
			if m.Line == len(lines)+1 && m.Column == 1 {
				continue // just behind a last line without line end
			}
			switch {
			case m.File != "f.yaml" || m.Check == "" || m.Text == "":
				t.Errorf("%+v", m)
			case m.Line < 0 || m.Line > len(lines), (m.Line == 0) != (m.Column == 0):
				t.Errorf("%s: there are %d lines", m, len(lines))
			case m.Line > 0 && utf8.Valid(data) && m.Column > utf8.RuneCountInString(lines[m.Line-1])+2:
				t.Errorf("%s: the line has %d characters", m, utf8.RuneCountInString(lines[m.Line-1]))
			}
		}
		if r == nil {
			return
		}
		form, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again Rule
		if err := json.Unmarshal(form, &again); err != nil {
			t.Fatalf("%v\n%s", err, form)
		}
		if more, err := json.Marshal(&again); err != nil || string(more) != string(form) {
			t.Fatalf("%v\n%s\n%s", err, form, more)
		}
	})
}

// yamlLines splits at everything that YAML takes for the end of a line.
func yamlLines(s string) []string {
	s = strings.TrimPrefix(s, "\ufeff")
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s), "\n")
}
