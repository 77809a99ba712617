package rulefile

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/rules"
)

// TestFile: whatever texts a rule has, its file loads and has them, but for what
// Plain takes away; the same rule gives the same bytes, and a change shows.
func TestFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a: \n\t#-|>'\"{}[]\\*&!%@`?,é\u2028\u0085"))))
		draw := func(name string) string { return text.Draw(t, name) }
		words := []string{}
		for _, s := range []string{draw("word"), draw("word"), "plain"} {
			if strings.TrimSpace(s) != "" {
				words = append(words, s)
			}
		}
		r := Rule{
			ID: "test/x", Title: "T" + draw("title"), Symptom: "detection", Suggests: 3, Expected: 4,
			Conditions: []Condition{{"when", Quote(`any(events, .id == 4 and .message contains "say \"hi\"")`)}},
			Cause:      "C" + draw("cause"), Steps: []string{"S" + draw("step"), "two"}, Symptoms: draw("symptoms"), Notes: "N" + draw("notes"),
			Words: words, Part: "rule 1-2", Flags: []string{"F" + draw("flag")},
		}
		if rapid.Bool().Draw(t, "second") {
			r.Conditions = append(r.Conditions, Condition{"correlate", "{events: [{id: [4]}], at_least: 2, within: 5m}"})
			r.Refs = []string{"https://wiki.corp.example/a?b=c#d"}
			r.Products = []Product{{"Acme: Queue", ">=3 <4"}, {"#x", ""}}
		}
		path := "p" + draw("path")
		file := r.File(path, DigestOf([]byte("data")))
		if again := r.File(path, DigestOf([]byte("data"))); !bytes.Equal(file, again) {
			t.Fatalf("%s\nis the second time\n%s", file, again)
		}
		rule, msgs := rules.Parse("x.yaml", file)
		if len(msgs) > 0 {
			t.Fatalf("%s\n%v", file, msgs)
		}
		for _, c := range []struct{ name, got, want string }{
			{"cause", rule.Cause, Plain(r.Cause)},
			{"step", rule.Resolution.Steps[0].Text, Plain(r.Steps[0])},
			{"symptoms", rule.Article.Symptoms, Plain(r.Symptoms)},
			{"notes", rule.Article.Notes, Plain(r.Notes)},
		} {
			if strings.TrimSpace(c.got) != strings.TrimSpace(c.want) {
				t.Fatalf("%s: %q, want %q\n%s", c.name, c.got, c.want, file)
			}
		}
		if Edited(file) || !Edited(append(bytes.Clone(file), '#')) || Digest(file) != DigestOf([]byte("data")) {
			t.Fatalf("edited or not:\n%s", file)
		}
		if got := Source(file); strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r > '~' }) == false && got != path {
			t.Fatalf("made of %q, says %q", path, got)
		}
	})
}

func TestSlug(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Service Installed (Remote)", "service-installed-remote"},
		{"CRE-2030-0001", "cre-2030-0001"},
		{"--", ""},
		{"日本", ""},
		{"a日b", "a-b"},
		{strings.Repeat("x", 200), strings.Repeat("x", 80)},
	} {
		if got := Slug(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
