package redact

import "strings"

// longestLocal is how many bytes the part of an address before the @ has at most.
const longestLocal = 256

// email looks at an @ (or %40, \u0040) at i..next: an e-mail address, a
// principal (joe@CORP), or an account before a host (root@192.0.2.1).
func (c *scan) email(i, next int) int {
	s := c.s
	from := i
	for from > c.last && i-from < longestLocal && isLocal(s, from-1) {
		from--
	}
	if i-from == longestLocal { // what is before it is no name, and part of it would stay a name: all of it goes
		for from > c.last && isLocal(s, from-1) {
			from--
		}
	}
	for from < i && (s[from] == '.' || s[from] == '-' || s[from] == '\'' || s[from] == '=' || s[from] == '/') {
		from++
	}
	// %3Cjoe%40...: what an escape left in front of the local part
	if from >= 1 && s[from-1] == '%' && i-from > 2 && isHex(s[from]) && isHex(s[from+1]) {
		from += 2
	}
	end := next
	for end < len(s) && end-next < 255 && (isWord(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	for end > next && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	if from == i || end == next || hasPrefixFold(s[end:], "@redacted.invalid") { // what stands before that is a token, no domain
		return next
	}
	local, domain := s[from:i], s[next:end]
	whole := local + "@" + domain
	if c.r.kept(whole) {
		return end
	}
	if strings.EqualFold(domain, "redacted.invalid") && (numbered(local, "user") || strings.HasSuffix(local, "redacted.invalid")) {
		c.r.issued.met(whole)
		return end
	}
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	switch {
	case strings.Contains(domain, ".") && len(last) >= 2 && !isDigit(last[0]) && !strings.Contains(domain, ".."):
		if c.r.off[KindEmail] {
			return end
		}
		token := c.r.email(whole)
		if sign := s[i:next]; sign != "@" {
			token = strings.Replace(token, "@", sign, 1)
		}
		c.replace(from, end, token)
		return end
	case isAddress(domain) || isAlpha(domain[0]) && isAlpha(local[0]) && !strings.Contains(local, "/") && !strings.Contains(local, ".") && len(domain) > 2 && !hexCode(domain) && !strings.Contains(domain, "."):
		c.account1(from, i)
	}
	return next
}

// hexCode reports whether a word is hex as in the names of objects: Foo@1b2c3d.
func hexCode(s string) bool { return len(s) >= 5 && all(s, isHex) }

// isLocal reports whether a byte may be of the part of an address before the @.
func isLocal(s string, i int) bool {
	b := s[i]
	if isWord(b) {
		return true
	}
	switch b {
	case '.', '_', '-', '+', '\'', '=', '/', '#', '!', '~', '*':
		return b != '\'' && b != '=' && b != '/' || b == '\'' && i > 0 && isAlpha(s[i-1]) && i+1 < len(s) && isAlpha(s[i+1])
	case '%':
		return false
	}
	return false
}
