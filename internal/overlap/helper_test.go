package overlap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

// rule is a rule file: its symptoms one a line, such as "code: 0x80070005", and
// its article's text.
type rule struct {
	id, title, cause, article string
	symptoms                  []string
	status                    rules.Status
}

func (r rule) yaml() string {
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	var b strings.Builder
	fmt.Fprintf(&b, "schema: 1\nid: %s\nversion: 1\ntitle: %q\nstatus: %s\nrefs: [{kb: Q1}]\n",
		r.id, or(r.title, "Rule "+r.id), or(string(r.status), "imported"))
	if len(r.symptoms) > 0 {
		b.WriteString("symptoms:\n")
	}
	for i, s := range r.symptoms {
		fmt.Fprintf(&b, "  s%d: {%s, suggests: 3, expected: 3}\n", i, s)
	}
	fmt.Fprintf(&b, "cause: %q\nresolution: {kind: fix, steps: [Wait.]}\n", or(r.cause, "Because of "+r.id+"."))
	if r.article != "" {
		fmt.Fprintf(&b, "article: {symptoms: %q}\n", r.article)
	}
	return b.String()
}

// set parses the rules.
func set(t testing.TB, list ...rule) *rules.Set {
	t.Helper()
	s := &rules.Set{}
	for _, r := range list {
		text := r.yaml()
		parsed, msgs := rules.Parse(r.id+".yaml", []byte(text))
		if len(msgs) > 0 {
			t.Fatalf("%v\n%s", msgs, text)
		}
		s.Rules = append(s.Rules, parsed)
	}
	return s
}

// ids joins the ids of rules.
func ids(list []Rule) string {
	var s []string
	for _, r := range list {
		s = append(s, r.ID)
	}
	return strings.Join(s, " ")
}

func symptoms(list []Symptom) string {
	var s []string
	for _, x := range list {
		s = append(s, x.String())
	}
	return strings.Join(s, ", ")
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
