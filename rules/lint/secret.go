package lint

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/internal/redact"
	"github.com/kbtriage/kbtriage/internal/source"
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
			if kinds := secrets(text, personal); kinds != "" {
				s.say(s.at(path...), "the text seems to hold a %s; take it out, and out of the history as well", kinds)
			}
		})
		s.soughtFor(func(text string, path []any) {
			if kinds := secrets(text, personal); kinds != "" {
				s.say(s.at(path...), "what is looked for seems to hold a %s; take it out, and out of the history as well", kinds)
			}
		})
		for i, ref := range s.Refs {
			if u, err := url.Parse(ref.URL); err == nil && (u.User != nil || secrets(ref.URL, personal) != "") {
				s.say(s.at("refs", i), "the address seems to hold a password or token; take it out, and out of the history as well")
			}
		}
		s.comments(func(text string, at source.Position) {
			if kinds := secrets(text, personal); kinds != "" {
				s.say(at, "the comment seems to hold a %s; comments are shipped with the rule", kinds)
			}
		})
	}}
}

// sensitive reports whether anything in the texts of the rule looks like a secret or
// like personal data: one look at all of them, for both checks.
func (s *subject) sensitive() bool {
	if s.hidden == nil {
		var all strings.Builder
		add := func(text string, _ []any) { all.WriteString(text + "\n\n") }
		s.texts(add)
		s.soughtFor(add)
		for _, ref := range s.Refs {
			add(ref.URL, nil)
		}
		s.comments(func(text string, _ source.Position) { add(text, nil) })
		found := s.passes(all.String()) || inWords().MatchString(all.String()) || strings.Contains(all.String(), "@")
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

// comments calls f for each comment of the file.
func (s *subject) comments(f func(text string, at source.Position)) {
	n := 0
	for line := range strings.Lines(string(s.base.Text(s.File))) {
		n++
		before, comment, found := strings.Cut(line, "#")
		if found && (before == "" || strings.HasSuffix(before, " ")) {
			f(strings.TrimSpace(comment), source.Position{File: s.File, Line: n, Column: len([]rune(before)) + 1})
		}
	}
}

// secrets names the kinds of secrets in a text, but for those that are not looked for.
// A password that is a word of a sentence is none: "Reset the password: open ...".
func secrets(text string, off []string) string {
	kinds := sensitive(text, off)
	if kinds == "password" && plainWord().MatchString(text) && !inWords().MatchString(text) {
		return ""
	}
	if kinds == "" && inWords().MatchString(text) {
		return "password"
	}
	return kinds
}

var (
	// inWords finds a password that a sentence gives: letters with a digit and a sign.
	inWords = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\bpassword(?:\s+is)?[ :=]\s*["']?(?:[a-z]+\d+[!?$%&*+#@^]|[a-z]+[!?$%&*+#@^]+\w*\d|\d+[a-z]+[!?$%&*+#@^])`)
	})
	// plainWord finds a word behind the name of a secret that is one of a sentence.
	plainWord = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\bpass(?:word|phrase|wd)?\s*[:=]\s*[a-z]+(?:[\s.,;]|$)`)
	})
)

// testSecret finds the same in what tests give.
func testSecret() check {
	personal := []string{redact.KindIP, redact.KindMAC, redact.KindHost, redact.KindDomain, redact.KindUser, redact.KindEmail, redact.KindSID, redact.KindWord}
	return check{code: "secret", test: func(t *tested) {
		t.given(func(text string, path []any) {
			if kinds := secrets(text, personal); kinds != "" {
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
