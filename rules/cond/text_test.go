package cond

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

func TestMatch(t *testing.T) {
	const imc = "The <service name> service could not be started because of error <code>."
	gap := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		template, text string
		want           bool
	}{
		{"Overlapped I/O operation is in progress", "Overlapped I/O operation is in progress.", true},
		{"Overlapped I/O operation is in progress.", "it said: overlapped i/o OPERATION is in progress; then it hung", true},
		{"Overlapped I/O operation is in progress", "Overlapped I/O\r\n    operation  is\tin\nprogress", true},
		{"overlapped   i/o\noperation", "Overlapped I/O operation", true},
		{"Overlapped I/O operation is in progress", "Overlapped I/O operation was in progress", false},
		{"“in progress”", `he said "in progress"`, true},

		// edges are word edges
		{"no such host", "no such hosts", false},
		{"no such host", "nono such host", false},
		{"no such host", "(no such host)", true},
		{"no such host", "no such hosts; no such host", true},
		{"(error 5000)", "x(error 5000)y", true}, // a bracket is an edge of its own
		{"host", "ghost host", true},
		{"fünf Fehler", "fünf fehlern", false},
		{"fünf Fehler", "zwölf-fünf fehler", true},

		// placeholders
		{imc, "The Net Logon service could not be started because of error 1326.", true},
		{imc, "the  service could not be started because of error", false}, // the blank in front of <code> is not there
		{imc, "the  service could not be started because of error x", false},
		{imc, "The X service could not be started because of error x", true},
		{imc, "The " + gap(200) + " service could not be started because of error 5", true},
		{imc, "The " + gap(201) + " service could not be started because of error 5", false},
		{"error <code>: denied", "error : denied", true},
		{"<name> cannot be resolved", "srv1 cannot be resolved", true},
		{"<name> cannot be resolved", gap(500) + " cannot be resolved", true},
		{"<name> cannot be resolved", "cannot be resolved", false},
		{"<name>cannot be resolved", "cannot be resolved", true},
		{"<name>host is down", "thathost is down", true},
		{"<name>host is down", gap(500) + "host is down", true},
		{"<name>host is down", gap(500) + "host is downed", false},
		{"error in <module>", "error in kernel32", true},
		{"error in<module>", "error into the dark", true},
		{"server <name> at <address> failed", "server a at b failed", true},
		{"server <name> at <address> failed", "server failed", false},
		{"file <a><b> lost", "file " + gap(400) + " lost", true},
		{"file <a><b> lost", "file " + gap(401) + " lost", false},

		// the nearest occurrence of a part is not always the right one
		{"alpha <x> beta <y> gamma", "alpha 1 beta " + gap(150) + " beta " + gap(150) + " gamma", true},
		{"alpha <x> beta <y> gamma", "alpha 1 beta " + gap(190) + " " + gap(190) + " gamma", false},
		{"alpha <x> beta", "alpha " + gap(250) + " alpha 1 beta", true},
		{"alpha <x> beta", "alpha 1 betas and beta", true},

		// not placeholders
		{"a < b and c > d", "a < b and c > d", true},
		{"a < b and c > d", "a x d", false},
		{"value <> null", "value <> null", true},
		{"value <3>", "value 77", true},
		{"list <a, b>", "list <a, b>", true},
	} {
		if got := template(c.template).Match(facts.Fold(c.text)); got != c.want {
			t.Errorf("%q in %.80q: %v", c.template, c.text, got)
		}
	}
}

func TestParseTemplateRefuses(t *testing.T) {
	for _, s := range []string{"", " ", "abc", "a b c", "<server name>", "the <x>", "... <x> !!! ()", "<a> <b> is", "\x00\ufeff"} {
		if tmpl, err := ParseTemplate(s); err == nil {
			t.Errorf("%q: accepted as %q", s, tmpl.parts)
		}
	}
	for _, s := range []string{"abcd", "12 34", "<x>ab<y>cd", "日本語文"} {
		tmpl, err := ParseTemplate(s)
		if err != nil || tmpl.String() != s {
			t.Errorf("%q: %q %v", s, tmpl, err)
		}
	}
}

func TestAnchorWords(t *testing.T) {
	for _, c := range []struct {
		template string
		want     []string
	}{
		{"Overlapped I/O operation", []string{"overlapped", "i", "o", "operation"}},
		{"the <service> service", []string{"the", "service"}},
		{"pre<x>fix is here", []string{"is", "here"}},
		{"error in<module>", []string{"error"}},
		{"abcd<x>", nil},
		{"<x>abcd<y>", nil},
		{"(abcd)<x>(efgh)", []string{"abcd", "efgh"}},
	} {
		if got := template(c.template).AnchorWords(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.template, got, c.want)
		}
	}
}

// pieces make templates and texts that meet often.
var pieces = []string{"abcd", "ab", "c", " ", " ", "-", ".", "é", "<x>", "<y z>", "\n", "D", "x"}

func randomText(t *rapid.T, label string, from []string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 0, 10).Draw(t, label), "")
}

// TestMatchOracle compares Match with a regular expression that says the same.
func TestMatchOracle(t *testing.T) {
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		source := randomText(t, "template", pieces)
		tmpl, err := ParseTemplate(source)
		if err != nil {
			return
		}
		around := strings.NewReplacer("<x>", rapid.SampledFrom([]string{"", "ab", " c abcd ", strings.Repeat("q ", 101)}).Draw(t, "x"), "<y z>", "abcd").Replace(source)
		folded := facts.Fold(randomText(t, "before", pieces) + around + randomText(t, "after", pieces))

		got := tmpl.Match(folded)
		if want := oracle(tmpl.parts).MatchString(folded); got != want {
			t.Fatalf("%q (parts %q) in %q: %v, the oracle says %v", source, tmpl.parts, folded, got, want)
		}
		if !got {
			return
		}
		matched++
		words := slices.Collect(Words(folded))
		for _, w := range tmpl.AnchorWords() {
			if !slices.Contains(words, w) {
				t.Fatalf("%q matches %q, which has no word %q", source, folded, w)
			}
		}
	})
	if matched < 10 {
		t.Errorf("only %d matches were tried", matched)
	}
}

// oracle is the template as a regular expression; word edges as in wordEdge.
func oracle(parts []string) *regexp.Regexp {
	begin, end := parts[0], parts[len(parts)-1]
	var b strings.Builder
	b.WriteString(`(?s)`)
	if r := []rune(begin); len(r) > 0 && isWordRune(r[0]) {
		b.WriteString(`(?:^|[^\p{L}\p{Nd}])`)
	}
	bytes := `(?:.{0,200})`
	for i, p := range parts {
		if i > 0 && (begin != "" || i > 1) {
			b.WriteString(bytes)
		}
		b.WriteString(regexp.QuoteMeta(p))
	}
	if r := []rune(end); len(r) > 0 && isWordRune(r[len(r)-1]) {
		b.WriteString(`(?:$|[^\p{L}\p{Nd}])`)
	}
	return regexp.MustCompile(b.String())
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"":                      nil,
		" - ":                   nil,
		"one":                   {"one"},
		"i/o error 0xc00203e5.": {"i", "o", "error", "0xc00203e5"},
		"fünf日本 x":              {"fünf日本", "x"},
		"a\ufffdb":              {"a", "b"},
	} {
		if got := slices.Collect(Words(in)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for w := range Words("stop at once") {
		if w == "stop" {
			break
		}
		t.Error("does not stop")
	}
}
