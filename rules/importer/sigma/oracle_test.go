package sigma

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts"
)

// The oracle says for one record what a Sigma detection says of it, from the YAML
// as any program would read it, in three values: what a record does not name is
// unknown. It shares nothing with the importer.

type truth int

const (
	no truth = iota
	perhaps
	yes
)

func flip(t truth) truth { return yes - t }

func anyOf(list []truth) truth {
	t := no
	for _, x := range list {
		t = max(t, x)
	}
	return t
}

func allOf(list []truth) truth {
	t := yes
	for _, x := range list {
		t = min(t, x)
	}
	return t
}

func isTrue(b bool) truth {
	if b {
		return yes
	}
	return no
}

// record is what a detection reads of one.
type record struct {
	id                   uint32
	source, log, message string
	text                 bool
}

type sample struct {
	Title     string
	Logsource struct{ Product, Service string }
	Detection map[string]any
}

// says is the detection for one record.
func says(t testing.TB, data string, r record) truth {
	t.Helper()
	var s sample
	if err := yaml.Unmarshal([]byte(data), &s); err != nil {
		t.Fatal(err)
	}
	source := yes
	switch {
	case s.Logsource.Product != "windows":
		source = isTrue(r.text)
	case r.text:
		source = no
	case s.Logsource.Service == "system":
		source = named(r.log, strings.EqualFold(r.log, "System"))
	case s.Logsource.Service == "security":
		source = named(r.log, strings.EqualFold(r.log, "Security"))
	}
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(fmt.Sprint(s.Detection["condition"])))
	got, rest := sayOr(s.Detection, words, r)
	if len(rest) > 0 {
		t.Fatalf("%q is left of the condition", rest)
	}
	return min(source, got)
}

func named(value string, holds bool) truth {
	if value == "" {
		return perhaps
	}
	return isTrue(holds)
}

func sayOr(d map[string]any, w []string, r record) (truth, []string) {
	t, w := sayAnd(d, w, r)
	for len(w) > 0 && w[0] == "or" {
		var u truth
		u, w = sayAnd(d, w[1:], r)
		t = max(t, u)
	}
	return t, w
}

func sayAnd(d map[string]any, w []string, r record) (truth, []string) {
	t, w := sayNot(d, w, r)
	for len(w) > 0 && w[0] == "and" {
		var u truth
		u, w = sayNot(d, w[1:], r)
		t = min(t, u)
	}
	return t, w
}

func sayNot(d map[string]any, w []string, r record) (truth, []string) {
	switch {
	case w[0] == "not":
		t, w := sayNot(d, w[1:], r)
		return flip(t), w
	case w[0] == "(":
		t, w := sayOr(d, w[1:], r)
		return t, w[1:]
	case len(w) > 2 && w[1] == "of":
		var list []truth
		for name, value := range d {
			fits := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(w[2]), `\*`, ".*") + "$").MatchString(name)
			if w[2] == "them" {
				fits = !strings.HasPrefix(name, "_")
			}
			if name != "condition" && fits {
				list = append(list, saySearch(value, r))
			}
		}
		if w[0] == "all" {
			return allOf(list), w[3:]
		}
		return anyOf(list), w[3:]
	}
	return saySearch(d[w[0]], r), w[1:]
}

func saySearch(value any, r record) truth {
	var list []truth
	switch v := value.(type) {
	case map[string]any:
		for key, values := range v {
			list = append(list, sayItem(key, values, r))
		}
		return allOf(list)
	case []any:
		for _, x := range v {
			list = append(list, saySearch(x, r))
		}
		return anyOf(list)
	}
	return sayItem("", value, r)
}

func sayItem(key string, value any, r record) truth {
	parts := strings.Split(key, "|")
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	has := func(mod string) bool { return strings.Contains(key+"|", "|"+mod+"|") }
	var list []truth
	for _, v := range values {
		list = append(list, sayValue(parts, fmt.Sprint(v), r, has))
	}
	t := anyOf(list)
	if has("all") {
		t = allOf(list)
	}
	if has("neq") {
		t = flip(t)
	}
	return t
}

func sayValue(parts []string, v string, r record, has func(string) bool) truth {
	if parts[0] == "EventID" {
		var n uint32
		fmt.Sscan(v, &n)
		switch {
		case has("lt"):
			return isTrue(r.id < n)
		case has("lte"):
			return isTrue(r.id <= n)
		case has("gt"):
			return isTrue(r.id > n)
		case has("gte"):
			return isTrue(r.id >= n)
		}
		return isTrue(r.id == n)
	}
	text := map[string]string{"": facts.Fold(r.message), "Message": facts.Fold(r.message), "Provider_Name": r.source, "Channel": r.log}[parts[0]]
	if has("re") {
		flags := ""
		for _, f := range []string{"i", "m", "s"} {
			if has(f) {
				flags += f
			}
		}
		if flags != "" {
			v = "(?" + flags + ")" + v
		}
		return named(text, regexp.MustCompile(v).MatchString(text))
	}
	forms := [][]rune{[]rune(v)}
	if has("base64") {
		forms = [][]rune{[]rune(base64.StdEncoding.EncodeToString([]byte(v)))}
	}
	t := no
	for _, f := range forms {
		before := parts[0] == "" || has("contains") || has("endswith")
		behind := parts[0] == "" || has("contains") || has("startswith")
		folded := []rune(strings.ToLower(text))
		for from := range len(folded) + 1 {
			for to := from; to <= len(folded); to++ {
				if (before || from == 0) && (behind || to == len(folded)) && like([]rune(strings.ToLower(string(f))), folded[from:to], has("windash")) {
					t = yes
				}
			}
		}
	}
	return named(text, t == yes)
}

// like reports whether a text has the form of a value with wildcards.
func like(v, s []rune, windash bool) bool {
	if len(v) == 0 {
		return len(s) == 0
	}
	switch {
	case v[0] == '\\' && len(v) > 1 && strings.ContainsRune(`\*?`, v[1]):
		return len(s) > 0 && s[0] == v[1] && like(v[2:], s[1:], windash)
	case v[0] == '*':
		for i := range len(s) + 1 {
			if like(v[1:], s[i:], windash) {
				return true
			}
		}
		return false
	case len(s) == 0:
		return false
	case v[0] == '?':
		return like(v[1:], s[1:], windash)
	case windash && strings.ContainsRune("-/–—―", v[0]):
		return strings.ContainsRune("-/–—―", s[0]) && like(v[1:], s[1:], windash)
	}
	return v[0] == s[0] && like(v[1:], s[1:], windash)
}

// TestOracle: the oracle itself, where the specification says what must come.
func TestOracle(t *testing.T) {
	for _, c := range []struct {
		value, text string
		want        bool
	}{
		{"a*c", "abbc", true},
		{"a*c", "ac", true},
		{"a?c", "ac", false},
		{"a?c", "abc", true},
		{`a\*c`, "a*c", true},
		{`a\*c`, "abc", false},
		{`a\\*c`, `a\bbc`, true},
		{`a\\\*c`, `a\*c`, true},
		{`a\b`, `a\b`, true},
		{`a\\b`, `a\b`, true},
		{`a\\\\b`, `a\\b`, true},
	} {
		if got := like([]rune(c.value), []rune(c.text), false); got != c.want {
			t.Errorf("%s on %s: %v", c.value, c.text, got)
		}
	}
}
