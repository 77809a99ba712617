package redact

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// header replaces the credentials of "Authorization: Scheme credentials", and
// leaves the scheme.
func (c *scan) header(j int) int {
	s := c.s
	at, quote, _, ok := separator(s, j)
	if !ok {
		return 0
	}
	end := lineEnd(s, at)
	word := run(s, at, isWordDash)
	if quote != "" {
		end = quotedEnd(s, at, quote)
	} else if !parameters(s[at:word]) {
		for _, stop := range []string{`\r\n`, `\n`, `" `, `' `, `",`, `',`, `'`} { // inside of a quoted command or JSON
			if k := strings.Index(s[at:end], stop); k >= 0 {
				end = at + k
			}
		}
		if open := byteAt(s, quoteBefore(s, j)); open == '"' {
			if k := closing(s[at:end], open); k >= 0 {
				end = at + k
			}
		}
	}
	for end > at && (isSpace(s[end-1]) || s[end-1] == '"' && quote == "") {
		end--
	}
	switch strings.ToLower(s[at:word]) {
	case "bearer", "basic", "digest", "negotiate", "ntlm", "token", "apikey", "aws4-hmac-sha256", "sharedkey", "sharedkeylite", "oauth", "hawk":
		at = runBlank(s, word)
	default:
		if end-at < 8 || !random(s[at:min(end, plainEnd(s, at))]) {
			return 0
		}
	}
	if at >= end || bracketed(s[at:]) > 0 || placeholder(s[at:end]) {
		return at
	}
	if end-at >= longest-64 { // a ticket that is longer than a line may be
		end = run(s, end, isBase64)
	}
	return c.hide(kindAuth, at, end)
}

// parameters reports whether the credentials of a scheme are names with values.
func parameters(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "digest", "oauth", "hawk", "aws4-hmac-sha256":
		return true
	}
	return false
}

// quoteBefore is where the quote stands that was opened right before the word
// that ends at j, or -1.
func quoteBefore(s string, j int) int {
	for k := j - 1; k >= 0 && j-k < 40; k-- {
		if s[k] == '"' || s[k] == '\'' {
			return k
		}
		if !isWord(s[k]) && s[k] != '-' {
			break
		}
	}
	return -1
}

// closing is where a quote stands that no backslash precedes, or -1.
func closing(s string, quote byte) int {
	for k := range len(s) {
		if s[k] == quote && (k == 0 || s[k-1] != '\\') {
			return k
		}
	}
	return -1
}

// scheme replaces what follows "Bearer" or "Basic" where it looks like credentials.
func (c *scan) scheme(i, j int) int {
	s := c.s
	at := runBlank(s, j)
	if hasPrefixFold(s[j:], "%20") {
		at = j + 3
	}
	end := run(s, at, func(b byte) bool { return isBase64(b) || b == '.' || b == '~' })
	for end > at && s[end-1] == '.' {
		end--
	}
	v := s[at:end]
	if at == j || len(v) < 8 {
		return 0
	}
	if strings.EqualFold(s[i:j], "basic") {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil || !strings.Contains(string(raw), ":") || strings.ContainsFunc(string(raw), func(r rune) bool { return r < ' ' || r == utf8.RuneError }) {
			return 0
		}
	} else if !random(v) && (len(v) < 20 || all(v, isLower)) {
		return 0
	}
	return c.hide(kindAuth, at, end)
}

// cookie replaces all of a Cookie header, and the value of a Set-Cookie header.
func (c *scan) cookie(i, j int) int {
	s := c.s
	at, quote, sep, ok := separator(s, j)
	if !ok || sep != ':' && quote == "" {
		return 0
	}
	end := lineEnd(s, at)
	if quote != "" {
		end = quotedEnd(s, at, quote)
	} else if k := closing(s[at:end], '"'); k >= 0 && byteAt(s, quoteBefore(s, j)) == '"' {
		end = at + k
	}
	for end > at && isSpace(s[end-1]) {
		end--
	}
	eq := strings.IndexByte(s[at:end], '=')
	if eq < 0 {
		return 0
	}
	if before, _ := wordBefore(s, i, "-"); strings.EqualFold(before, "set") {
		at += eq + 1
		if k := strings.IndexByte(s[at:end], ';'); k >= 0 {
			end = at + k
		}
	}
	if bracketed(s[at:]) > 0 || placeholder(s[at:end]) {
		return at
	}
	return c.hide(kindCookie, at, end)
}

// community replaces the community of SNMP: "snmp-server community x RO",
// "rocommunity x", "community=x".
func (c *scan) community(l label, i, j int) int {
	s := c.s
	if _, _, _, ok := separator(s, j); ok {
		l.form = strong
		return c.secretLabel(l, i, j)
	}
	line := strings.ToLower(s[lineStart(s, i):i])
	if j-i == len("community") && !strings.HasSuffix(line, "snmp-server ") && !strings.HasSuffix(line, "snmp ") {
		return 0
	}
	at := runBlank(s, j)
	from, quote := skipQuote(s, at)
	end := plainEnd(s, from)
	if quote != "" {
		end = quotedEnd(s, from, quote)
	}
	if at == j || from >= end || bracketed(s[from:]) > 0 || prose(s[from:end]) || placeholder(s[from:end]) {
		return 0
	}
	return c.hide(kindCommunity, from, end)
}

// smtpAuth replaces what follows AUTH PLAIN and its like.
func (c *scan) smtpAuth(j int) int {
	s := c.s
	at := runBlank(s, j)
	word := run(s, at, isWordDash)
	switch s[at:word] {
	case "PLAIN", "LOGIN", "NTLM", "CRAM-MD5", "XOAUTH2", "DIGEST-MD5", "GSSAPI":
		from := runBlank(s, word)
		end := run(s, from, isBase64)
		if end-from >= 4 && (random(s[from:end]) || strings.ContainsAny(s[from:end], "0123456789+/=")) && from > word {
			switch s[from:end] {
			case "CRAM-MD5", "XOAUTH2", "DIGEST-MD5": // what a server offers
				return 0
			}
			return c.hide(kindSMTPAuth, from, end)
		}
	}
	return 0
}

// smtpPrompt replaces the line behind "334 UGFzc3dvcmQ6": what was answered.
func (c *scan) smtpPrompt(i, j int) int {
	s := c.s
	before := byteAt(s, i-1)
	if byteAt(s, j) != ' ' || !c.wordEdge(i) || before == '.' || before == '-' || before == '_' {
		return 0
	}
	prompt := s[j+1 : run(s, j+1, isBase64)]
	raw, err := base64.StdEncoding.DecodeString(prompt)
	if low := strings.ToLower(string(raw)); err != nil || !strings.HasPrefix(low, "user") && !strings.HasPrefix(low, "pass") {
		return 0
	}
	from := nextLine(s, j+1+len(prompt))
	if word := run(s, from, isWord); byteAt(s, word) == ':' || byteAt(s, word) == '>' { // "C: ", "client> "
		from = runBlank(s, word+1)
	}
	end := run(s, from, isBase64)
	if end-from < 4 {
		return 0
	}
	return c.hide(kindSMTPAuth, from, end)
}
