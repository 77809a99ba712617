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
		if s.Status == rules.Imported || !s.sensitive() {
			return // as published, or nothing of the kind
		}
		s.texts(func(text string, path []any) {
			if kinds := sensitive(text, personal); kinds != "" {
				s.say(s.at(path...), "the text seems to hold a %s; take it out, and out of the history as well", kinds)
			}
		})
	}}
}

// sensitive reports whether anything in the texts of the rule looks like a secret or
// like personal data: one look at all of them, for both checks.
func (s *subject) sensitive() bool {
	if s.hidden == nil {
		var all strings.Builder
		s.texts(func(text string, _ []any) { all.WriteString(text + "\n\n") })
		found := s.passes(all.String())
		s.hidden = &found
	}
	return *s.hidden
}

// passes reports whether the redactor of the worker finds something in a text.
func (p *place) passes(text string) bool {
	if p.sieve == nil {
		sieve, err := redact.New(redact.Options{})
		if err != nil {
			return true // then each text is looked at by itself
		}
		p.sieve = sieve
	}
	places := func() (n int) {
		for _, c := range p.sieve.Counts() {
			n += c.Places
		}
		return n
	}
	before := places()
	p.sieve.Text(text)
	return places() > before
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
		at := []any{"tests", t.Tests[i].Number, "given"}
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
