package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/internal/redact"
	"github.com/kbtriage/kbtriage/rules"
)

// secret finds what must not be shipped: passwords, keys, tokens.
func secret() check {
	personal := []string{redact.KindIP, redact.KindMAC, redact.KindHost, redact.KindDomain, redact.KindUser, redact.KindEmail, redact.KindSID, redact.KindWord}
	return check{code: "secret", rule: func(s *subject) {
		if s.Status == rules.Imported {
			return // as published
		}
		s.texts(func(text string, path []any) {
			if kinds := sensitive(text, personal); kinds != "" {
				s.say(s.at(path...), "the text seems to hold a %s; take it out, and out of the history as well", kinds)
			}
		})
	}}
}

// testSecret finds the same in what tests give.
func testSecret() check {
	personal := []string{redact.KindIP, redact.KindMAC, redact.KindHost, redact.KindDomain, redact.KindUser, redact.KindEmail, redact.KindSID, redact.KindWord}
	return check{code: "secret", test: func(t *tested) {
		t.given(func(text string, path []any) {
			if kinds := sensitive(text, personal); kinds != "" {
				t.say(t.document(t.Path).At(path...), "the test seems to hold a %s; replace it by a made-up one that says so", kinds)
			}
		})
	}}
}

// given calls f for each text that a test is given.
func (t *tested) given(f func(text string, path []any)) {
	for i := range t.Tests {
		g := &t.Tests[i].Given
		at := []any{"tests", i, "given"}
		f(g.Text, below(at, "text"))
		for k, in := range g.Inputs {
			f(in, below(at, "inputs", k))
		}
		for _, pair := range g.Set {
			key, value, _ := strings.Cut(pair, "=")
			f(value, below(at, "set", key))
		}
	}
}

// sensitive names the kinds of secrets or personal data in a text, but for those that
// are not looked for.
func sensitive(text string, off []string) string {
	if len(text) < 6 {
		return ""
	}
	r, err := redact.New(redact.Options{Off: off})
	if err != nil {
		return ""
	}
	r.Text(text)
	var kinds []string
	for _, c := range r.Counts() {
		kinds = append(kinds, c.Kind)
	}
	return strings.Join(kinds, ", ")
}
