package redact

import "strings"

// separator is where the value of a label that ends at j starts, behind quotes,
// blanks, a colon, an equals sign and the like: password=x, "password" : "x",
// \"password\":\"x\", password%3Dx, <password>x, key="password" value="x".
// quote is what ends the value, "" where it has no quotes; sep is the sign.
func separator(s string, j int) (at int, quote string, sep byte, ok bool) {
	p, closed := skipQuote(s, j)
	if closed == "" && (byteAt(s, p) == ']' || byteAt(s, p) == ')') {
		p++
	}
	p = runBlank(s, p)
	if closed != "" { // a pair of name and value
		q := p
		if byteAt(s, q) == ',' {
			q = runBlank(s, q+1)
		}
		if k, _ := skipQuote(s, q); hasPrefixFold(s[k:], "value") {
			p, _ = skipQuote(s, k+len("value"))
			p = runBlank(s, p)
		}
	}
	switch b := byteAt(s, p); {
	case b == ':' || b == '=':
		sep = b
		for p++; byteAt(s, p) == '=' || byteAt(s, p) == '>'; p++ {
		}
		if escaped(s, p, "003e") {
			p = runSlash(s, p) + len("u003e")
		}
	case b == '>' && (closed != "" || byteAt(s, j) == '>') && strings.Contains(s[p:min(len(s), p+256)], "</"):
		sep = '>'
		p++
	case hasPrefixFold(s[p:], "%3d"):
		sep = '='
		p += 3
	case hasPrefixFold(s[p:], "%3a"):
		sep = ':'
		p += 3
	case hasPrefixFold(s[p:], `\u003d`):
		sep = '='
		p += 6
	case escaped(s, p, "003e") && strings.Contains(s[p:min(len(s), p+256)], "/"): // JSON that escapes markup
		sep = '>'
		p = runSlash(s, p) + len("u003e")
	default:
		return 0, "", 0, false
	}
	p = runGap(s, p)
	if hasPrefixFold(s[p:], "%22") {
		return p + 3, "%22", sep, true
	}
	p, quote = skipQuote(s, p)
	return p, quote, sep, p < len(s)
}

// runBlank skips the blanks of one line, at most 40.
func runBlank(s string, i int) int {
	for n := 0; n < 40 && i < len(s) && isBlank(s[i]); n++ {
		i++
	}
	return i
}

// runGap skips blanks and tabs that are escaped.
func runGap(s string, i int) int {
	for {
		i = runBlank(s, i)
		k := runSlash(s, i)
		if k == i || k-i > 4 || byteAt(s, k) != 't' {
			return i
		}
		i = k + 1
	}
}

func runSlash(s string, i int) int { return run(s, i, func(b byte) bool { return b == '\\' }) }

// escaped reports whether \u and the code stand at i, with one backslash or more.
func escaped(s string, i int, code string) bool {
	k := runSlash(s, i)
	return k > i && byteAt(s, k) == 'u' && hasPrefixFold(s[k+1:], code)
}

// nextLine skips line ends, also those that are escaped.
func nextLine(s string, i int) int {
	for i < len(s) {
		k := runSlash(s, i)
		switch b := byteAt(s, k); {
		case k > i && (b == 'n' || b == 'r'):
			i = k + 1
		case k == i && isSpace(b):
			i++
		default:
			return i
		}
	}
	return i
}

// skipQuote skips a quote with the backslashes before it, and returns it.
func skipQuote(s string, i int) (int, string) {
	k := i
	for k < len(s) && s[k] == '\\' && k-i < 8 {
		k++
	}
	switch byteAt(s, k) {
	case '"', '\'', '`':
		return k + 1, s[i : k+1]
	case '&':
		if hasPrefixFold(s[k:], "&quot;") {
			return k + 6, s[i : k+6]
		}
	}
	return i, ""
}

// quotedEnd is where a value that was opened by the quote ends: at the same
// quote behind as many backslashes. Without one it ends with the line.
func quotedEnd(s string, at int, quote string) int {
	mark := strings.TrimLeft(quote, `\`)
	depth := len(quote) - len(mark)
	limit := min(lineEnd(s, at), at+4096)
	for p := at; p < limit; {
		k := strings.Index(s[p:limit], mark)
		if k < 0 {
			break
		}
		p += k
		n := 0
		for p-n > at && s[p-n-1] == '\\' {
			n++
		}
		if n <= depth {
			return p - n
		}
		p += len(mark)
	}
	return limit
}

// plainEnd is where a secret without quotes ends. Passwords hold punctuation:
// a comma, semicolon or ampersand ends one only where something new follows.
func plainEnd(s string, at int) int {
	if byteAt(s, at) == '{' {
		if k := strings.IndexByte(s[at:lineEnd(s, at)], '}'); k > 0 {
			return at + k + 1
		}
	}
	limit := min(len(s), at+4096)
	p := at
loop:
	for p < limit {
		switch s[p] {
		case ' ', '\t', '\r', '\n', '"', '<', '>', '|', '`', 0:
			break loop
		case '\'':
			break loop
		case '\\':
			if k := runSlash(s, p); byteAt(s, k) == '"' || byteAt(s, k) == '\'' || escaped(s, p, "0026") || escaped(s, p, "003c") || escaped(s, p, "0022") {
				break loop
			}
			if q := byteAt(s, p+1); q == '"' || q == '\'' || (q == 'n' || q == 'r' || q == 't') && !isLower(byteAt(s, p+2)) {
				break loop
			}
		case '%':
			if hasPrefixFold(s[p:], "%26") || hasPrefixFold(s[p:], "%22") || hasPrefixFold(s[p:], "%20") {
				break loop
			}
		case ',', ';', '&':
			if newItem(s, p+1) {
				break loop
			}
		}
		p++
	}
	for p > at && p < len(s)+1 {
		b := s[p-1]
		if b == '.' || b == ',' || b == ';' || b == ':' || closes(s[at:p-1], b) {
			p--
			continue
		}
		break
	}
	return p
}

// newItem reports whether behind a separator comes the end, a blank, a quote or
// the next name with its value.
func newItem(s string, p int) bool {
	if p >= len(s) || isSpace(s[p]) || s[p] == '"' || s[p] == '\'' || s[p] == '\\' || s[p] == '}' || s[p] == ')' {
		return true
	}
	q := p
	for q < len(s) && q-p < 40 && (isName(s[q]) || s[q] == ' ') {
		q++
	}
	return q > p && (byteAt(s, q) == '=' || byteAt(s, q) == ':')
}

// closes reports whether b closes what was opened before the value.
func closes(value string, b byte) bool {
	switch b {
	case ')':
		return !strings.Contains(value, "(")
	case ']':
		return !strings.Contains(value, "[")
	case '}':
		return !strings.Contains(value, "{")
	}
	return false
}

// nextName reports whether a blank and the next name with its value stand where
// the value should be: "logname= uid=0".
func nextName(s string, j, at int) bool {
	end := run(s, at, isWordDash)
	return isBlank(byteAt(s, at-1)) && byteAt(s, j) == '=' && byteAt(s, end) == '=' && end > at && end+1 < len(s) && byteAt(s, end+1) != '='
}

// placeholder reports whether a value says that there is none, or hides it already.
func placeholder(v string) bool {
	if strings.Trim(v, "*.xX-?_#•") == "" {
		return true
	}
	switch strings.ToLower(strings.Trim(v, "<>()[]{}$%\"' ")) {
	case "", "null", "nil", "none", "n/a", "na", "true", "false", "yes", "no", "on", "off", "hidden", "redacted", "masked", "removed", "filtered",
		"unknown", "empty", "not set", "unset", "undefined", "required", "optional", "password", "passwd", "secret", "token", "user", "username":
		return true
	}
	return false
}

// prose reports whether what follows "password:" in a sentence is about a
// password and not one.
func prose(v string) bool {
	switch strings.ToLower(strings.TrimRight(v, ".,;:!")) {
	case "is", "was", "has", "had", "not", "the", "a", "an", "are", "and", "or", "to", "for", "of", "in", "on", "at", "by", "with", "from", "must", "may", "can", "cannot",
		"incorrect", "invalid", "wrong", "expired", "missing", "failed", "failure", "bad", "authentication", "changed", "changes", "reset", "prompt", "this", "that",
		"if", "you", "your", "please", "enter", "type", "when", "unable", "error", "access", "denied", "error code", "does", "do", "will", "it", "no", "use", "using", "unexpected",
		"names", "name", "strings", "minimum", "maximum", "length", "value", "string", "text", "field", "specifies", "change", "characters":
		return true
	}
	return false
}

// random reports whether a text looks like a key rather than like a word or a
// number: long enough, of letters and digits mixed.
func random(v string) bool {
	if len(v) < 8 || strings.HasPrefix(v, "0x") || strings.HasPrefix(v, "0X") {
		return false
	}
	var digits, upper, lower, changes int
	for i := range len(v) {
		switch b := v[i]; {
		case isDigit(b):
			digits++
			if i > 0 && isAlpha(v[i-1]) {
				changes++
			}
		case isUpper(b):
			upper++
			if i > 0 && isLower(v[i-1]) {
				changes++
			}
		case isLower(b):
			lower++
		}
	}
	return digits > 0 && upper+lower > 0 && (changes > 1 || len(v) >= 16 && !strings.ContainsAny(v, "./ ")) || upper > 1 && lower > 1 && changes > 2 && len(v) >= 16
}
