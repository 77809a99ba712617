package redact

import (
	"crypto/sha256"
	"strconv"
	"strings"
)

const bracket = "[redacted:"

// issued are the tokens of a case other than those for addresses and names.
// Values are kept as hashes: a key block costs no more than a word, and no
// secret stays in memory longer than the text that it came from.
type issued struct {
	byValue map[[sha256.Size]byte]string
	last    map[string]int  // number of the last token, by its stem
	tokens  map[string]bool // all that are given out or were met in a text
}

func newIssued() issued {
	return issued{byValue: make(map[[sha256.Size]byte]string), last: make(map[string]int), tokens: make(map[string]bool)}
}

// token is the token of a value: stem, number, end. The space keeps values
// apart that look alike and are not the same: a domain and an account.
func (t *issued) token(space, value, stem, end string) (token string, fresh bool) {
	key := sha256.Sum256([]byte(space + "\x00" + value))
	if have, ok := t.byValue[key]; ok {
		return have, false
	}
	for token == "" || t.tokens[token] {
		t.last[stem]++
		token = stem + strconv.Itoa(t.last[stem]) + end
	}
	t.tokens[token] = true
	t.byValue[key] = token
	return token, true
}

// met marks a token that stands in a text already, so that no other value gets it.
func (t *issued) met(token string) { t.tokens[token] = true }

// secret is the token for a secret: the same in every kind of place, named after
// the first.
func (r *Redactor) secret(kind, value string) string {
	token, fresh := r.issued.token("secret", value, bracket+kind+"-", "]")
	r.count(kind, fresh)
	return token
}

// user is the token of an account, without its domain.
func (r *Redactor) user(name string) string {
	token, fresh := r.issued.token("user", strings.ToLower(name), "user-", "")
	r.count(KindUser, fresh)
	return token
}

// netbios is the token of the domain in DOMAIN\user: that of the same label in
// a DNS name.
func (r *Redactor) netbios(name string) string {
	token, fresh := r.labels.token(strings.ToLower(name), "domain")
	r.count(KindDomain, fresh)
	return token
}

func (r *Redactor) email(address string) string {
	token, fresh := r.issued.token("email", strings.ToLower(address), "user", "@redacted.invalid")
	r.count(KindEmail, fresh)
	return token
}

// bracketed is the length of the token in brackets that s starts with, or 0.
func bracketed(s string) int {
	if !strings.HasPrefix(s, bracket) {
		return 0
	}
	for i := len(bracket); i < len(s) && i < len(bracket)+64; i++ {
		switch c := s[i]; {
		case c == ']':
			return i + 1
		case c != '-' && !isDigit(c) && (c < 'a' || c > 'z'):
			return 0
		}
	}
	return 0
}

// numbered reports whether s is the stem and a number: user-12.
func numbered(s, stem string) bool {
	digits, ok := strings.CutPrefix(s, stem)
	if !ok || digits == "" || len(digits) > 9 || digits[0] == '0' {
		return false
	}
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return false
		}
	}
	return true
}

// insideToken reports whether s[from:to] is a token in brackets or part of one.
func insideToken(s string, from, to int) bool {
	back := max(0, from-64)
	start := strings.LastIndex(s[back:min(len(s), from+len(bracket))], bracket) + back
	if start < back || start > from {
		return false
	}
	n := bracketed(s[start:])
	return n > 0 && to <= start+n
}
