package sigma

import (
	"testing"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
	"github.com/kbtriage/kbtriage/rules/lint"
)

// FuzzImport: any bytes give rules that load and are clean, or messages that
// point into the file; every rule of the file is counted once; the same bytes
// give the same rules.
func FuzzImport(f *testing.F) {
	for _, data := range refusedFiles(f) {
		f.Add(data)
	}
	for _, data := range samples() {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Is(data)
		r, again := Import("f.yml", data), Import("f.yml", data)
		if len(r.Drafts)+r.Parts+r.Refused != r.Rules || r.Refused > 0 && len(r.Messages) == 0 {
			t.Fatalf("%d drafts, %d parts, %d refused of %d, %v", len(r.Drafts), r.Parts, r.Refused, r.Rules, r.Messages)
		}
		set := &rules.Set{}
		for i, d := range r.Drafts {
			if string(again.Drafts[i].YAML) != string(d.YAML) || rulefile.Edited(d.YAML) {
				t.Fatalf("another one, or edited:\n%s", d.YAML)
			}
			rule, msgs := rules.Parse("made", d.YAML)
			if len(msgs) > 0 || rule.ID != d.ID {
				t.Fatalf("%s\n%v", d.YAML, msgs)
			}
			set.Rules = append(set.Rules, rule)
		}
		for _, m := range lint.Run(&lint.Base{Rules: set, Text: func(string) []byte { return nil }}) {
			switch m.Check {
			case "lint.same-title": // two rules of a file may have one title
			case "lint.never-true", "lint.always-true", "lint.idle-part": // the original may contradict itself
			default:
				t.Fatal(m)
			}
		}
		lines := 1
		for _, c := range data {
			if c == '\n' || c == '\r' {
				lines++
			}
		}
		for _, m := range r.Messages {
			if m.Line < 0 || m.Line > lines+1 || m.Text == "" || m.Check == "" {
				t.Fatalf("%s in a file of %d lines", m, lines)
			}
			source.Snippet(data, m.Position)
		}
	})
}
