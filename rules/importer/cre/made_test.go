package cre

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
	"github.com/kbtriage/kbtriage/rules/lint"
)

// TestMade: the rules of testdata/made are those that were looked at;
// KBTRIAGE_UPDATE=1 writes them anew.
func TestMade(t *testing.T) {
	data, err := os.ReadFile("testdata/made/queue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f := Import("queue.yaml", data)
	if len(f.Drafts) != 3 || len(f.Messages) > 0 {
		t.Fatal(f.Messages)
	}
	for _, d := range f.Drafts {
		golden := filepath.Join("testdata", "made", strings.ReplaceAll(d.ID, "/", "-")+".golden")
		if os.Getenv("KBTRIAGE_UPDATE") != "" {
			if err := os.WriteFile(golden, d.YAML, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != string(d.YAML) {
			t.Errorf("%s is another one (%v); run with KBTRIAGE_UPDATE=1 and look at the difference. It is:\n%s", golden, err, d.YAML)
		}
	}
}

func fires(t interface {
	Helper()
	Fatal(args ...any)
}, yaml []byte, texts []string,
) bool {
	t.Helper()
	rule, msgs := rules.Parse("made", yaml)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	k := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindText}}}
	for i, s := range texts {
		k.Facts = append(k.Facts, facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: s}, Origin: facts.Origin{Path: "f", Line: i + 1}})
	}
	k.Sort()
	r := rule.Symptoms[0].Condition.Eval(cond.NewView(k))
	if r.Err != nil || r.State == cond.Unknown {
		t.Fatal(r)
	}
	return r.State == cond.Seen
}

// TestSame: a rule is seen if and only if a text holds the value, or the
// expression matches it, both without regard to case and white space.
func TestSame(t *testing.T) {
	texts := []string{
		"Journal: cannot extend file, no space", "journal:  CANNOT extend\nfile, no space left", "Peer a.b has gone away now", "peer has gone away",
		"it lost the quorum after 17ms", "lost the quorum after a while", "<name> of the node: 5%", "xJournal: cannot extend file, no spaces", "",
	}
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.SampledFrom([]string{
			"value: 'Journal: cannot extend file, no space'", "value: 'the quorum after'", "value: '<name> of the node'", "regex: 'Peer \\S+ has gone away'",
			"regex: 'peer (.+) has gone away|lost the quorum after \\d+ms'", "regex: '(cannot extend file|of the node: \\d%)'", "regex: 'it lost the [pq]uorum [AF]{2}ter'",
		}).Draw(t, "entry")
		f := Import("x.yaml", []byte("rules:\n  - cre: {id: CRE-1, title: T}\n    rule: {set: {event: {source: cre.log.x}, match: [{"+entry+"}]}}\n"))
		if len(f.Drafts) != 1 {
			t.Fatal(entry, f.Messages)
		}
		given := rapid.SliceOfN(rapid.SampledFrom(texts), 0, 3).Draw(t, "texts")
		kind, text, _ := strings.Cut(strings.TrimSuffix(entry, "'"), ": '")
		want := false
		for _, s := range given {
			s = strings.Join(strings.Fields(s), " ")
			want = want || kind == "value" && strings.Contains(strings.ToLower(s), strings.ToLower(text)) || kind == "regex" && regexp.MustCompile("(?i)"+text).MatchString(s)
		}
		if got := fires(t, f.Drafts[0].YAML, given); got != want {
			t.Fatalf("%s on %q: %v, want %v\n%s", entry, given, got, want, f.Drafts[0].YAML)
		}
		if want {
			seen++
		}
	})
	if seen == 0 {
		t.Error("no rule was seen")
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		version, want string
		ok            bool
	}{
		{"", "", true},
		{"*", "", true},
		{"3.9.x", ">=3.9 <3.10", true},
		{"3.x", ">=3 <4", true},
		{"v3.*", ">=3 <4", true},
		{"1.2.3", "=1.2.3", true},
		{">= 1.7.0", ">=1.7.0", true},
		{">=1.0, <2.0", ">=1.0, <2.0", true},
		{"<=v1.28", "<=1.28", true},
		{"^2", "", false},
		{"~> 1.2", "", false},
		{"1.2 - 1.4", "", false},
		{"> 2.0 < 1.0", "", false},
		{"99999999999.x", "", false},
		{"latest", "", false},
		{"<1.0 || >2.0", "", false},
	} {
		if got, ok := versions(c.version); got != c.want || ok != c.ok {
			t.Errorf("%q: %q %v, want %q %v", c.version, got, ok, c.want, c.ok)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a paragraph", "One\nline.\n", []string{"One\nline."}},
		{"two paragraphs", "One.\n\nTwo.", []string{"One.", "Two."}},
		{"a list", "- one\n- two\n  more\n", []string{"one", "two\n  more"}},
		{"numbers", "1. one\n2) two\n   - a part\n", []string{"one", "two\n   - a part"}},
		{"a heading", "Now:\n- one\n\nThen:\n- two", []string{"Now:", "one", "Then:", "two"}},
		{"a listing", "- run\n  ```\n- x\n\ny\n  ```\n- next", []string{"run\n  ```\n- x\n\ny\n  ```", "next"}},
		{"nothing", "\n \n", nil},
	} {
		if got := steps(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzImport: any bytes give rules that load and are clean, or messages; every
// rule of the file is counted once; no word of a mitigation is lost.
func FuzzImport(f *testing.F) {
	for _, data := range refusedFiles(f) {
		f.Add(data)
	}
	data, err := os.ReadFile("testdata/made/queue.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		Is(data)
		r := Import("f.yaml", data)
		if len(r.Drafts)+r.Refused != r.Rules || r.Refused > 0 && len(r.Messages) == 0 {
			t.Fatalf("%d drafts, %d refused of %d, %v", len(r.Drafts), r.Refused, r.Rules, r.Messages)
		}
		set := &rules.Set{}
		for _, d := range r.Drafts {
			rule, msgs := rules.Parse("made", d.YAML)
			if len(msgs) > 0 || rule.ID != d.ID || rulefile.Edited(d.YAML) {
				t.Fatalf("%s\n%v", d.YAML, msgs)
			}
			set.Rules = append(set.Rules, rule)
		}
		for _, m := range lint.Run(&lint.Base{Rules: set, Text: func(string) []byte { return nil }}) {
			if m.Check != "lint.same-title" {
				t.Fatal(m)
			}
		}
		for _, m := range r.Messages {
			source.Snippet(data, m.Position)
		}
		letters := func(s string) string {
			return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') }), "")
		}
		if text := string(data); letters(strings.Join(steps(text), " ")) != letters(text) {
			t.Fatalf("%q", steps(text))
		}
	})
}
