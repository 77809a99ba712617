package redact

import (
	"net/netip"
	"strings"
)

// accountLabel replaces the account behind "user=", "Account Name:" or "for user".
func (c *scan) accountLabel(l label, i, j int) int {
	s := c.s
	at, quote, sep, ok := separator(s, j)
	if !ok {
		if l.word == "user" {
			return c.phrase(i, j)
		}
		return 0
	}
	if sep == ':' && at == j+1 && quote == "" && (byteAt(s, at) == '/' || byteAt(s, at) == ':') {
		return 0
	}
	if at < len(s) && isSpace(s[at]) || hasPrefixFold(s[at:], "n/a") || nextName(s, j, at) {
		return 0
	}
	end := accountEnd(s, at)
	switch {
	case quote != "":
		end = quotedEnd(s, at, quote)
	case sep == '>':
		if k := plainMarkup(s, at); k < len(s) {
			end = k
		}
		if k := strings.IndexByte(s[at:min(len(s), at+256)], '<'); k >= 0 {
			end = at + k
		}
	case sep == ':' && l.word == "name" || l.word == "username":
		end = fullName(s, at, end)
	}
	if sep == ':' && at > j+1 && quote == "" && byteAt(s, end) == ' ' && l.word != "name" && moreProse(s[end:]) {
		return 0
	}
	return c.account1(at, end)
}

// isAccount reports whether a byte is of an account name without quotes.
func isAccount(b byte) bool { return isName(b) || b == '\\' || b == '@' || b == '+' }

// accountEnd is where an account without quotes ends: also at an escaped line end.
func accountEnd(s string, at int) int {
	end := run(s, at, isAccount)
	for k := at; k+1 < end; k++ {
		if s[k] == '\\' && strings.IndexByte("nrt", s[k+1]) >= 0 && !isLower(byteAt(s, k+2)) {
			for k > at && s[k-1] == '\\' {
				k--
			}
			return k
		}
	}
	return end
}

// fullName is the end of "John Smith" where that fills the rest of the line.
func fullName(s string, at, end int) int {
	line := lineEnd(s, at)
	words := strings.Fields(s[at:line])
	if len(words) < 2 || len(words) > 4 || line-at > 60 {
		return end
	}
	for _, w := range words {
		if !isUpper(w[0]) && w[0] < 0x80 || strings.ContainsAny(w, `:=,;\/@`) {
			return end
		}
	}
	for line > at && isSpace(s[line-1]) {
		line--
	}
	return line
}

// account1 replaces s[at:end] if it is an account: DOMAIN\user or a name. An
// e-mail address is found at its @.
func (c *scan) account1(at, end int) int {
	s := c.s
	for end > at && (s[end-1] == '.' || s[end-1] == '-' || s[end-1] == '\\') {
		end--
	}
	if rest := s[end:]; hasPrefixFold(rest, "@") && !isAddressAhead(rest[1:]) || hasPrefixFold(rest, "%40") || hasPrefixFold(rest, `\u0040`) {
		return 0
	}
	v := s[at:end]
	if v == "" || c.r.off[KindUser] || len(v) > 256 || bracketed(v) > 0 || placeholder(v) || strings.ContainsAny(v, "@\r\n") || hasPrefixFold(v, "%40") {
		return 0
	}
	if k := strings.IndexByte(v, '\\'); k >= 0 {
		name := k + 1
		for name < len(v) && v[name] == '\\' {
			name++
		}
		if name >= len(v) || strings.ContainsAny(v[name:], `\/:`) || strings.ContainsAny(v[:k], `/:`) {
			return 0
		}
		return c.domainUser(at, at+k, at+name, end)
	}
	if wellKnown(v) || prose(v) || numbered(v, "user-") || c.r.kept(v) || all(v, isDigit) || strings.Contains(v, "/") {
		c.meet(v)
		return 0
	}
	if hasPrefixFold(v, "0x") || hasPrefixFold(v, "S-1-") || isAddress(v) || !strings.ContainsFunc(v, func(r rune) bool { return r >= 0x80 || r < 0x80 && isAlpha(byte(r)) }) {
		return 0
	}
	c.replace(at, end, c.r.user(v))
	return end
}

// isAddressAhead reports whether s starts like a host and not like the domain of
// an e-mail address, which is replaced with what is before its @.
func isAddressAhead(s string) bool {
	host := s[:run(s, 0, isName)]
	return isAddress(strings.TrimRight(host, ".")) || !strings.Contains(host, ".") || !isAlpha(byteAt(host, len(host)-1))
}

func isAddress(v string) bool {
	_, err := netip.ParseAddr(v)
	return err == nil
}

// meet marks the token of an account that stands in the text already.
func (c *scan) meet(v string) {
	if numbered(v, "user-") {
		c.r.issued.met(v)
	}
}

// domainUser replaces s[at:k]\s[name:end].
func (c *scan) domainUser(at, k, name, end int) int {
	s := c.s
	domain, user := s[at:k], s[name:end]
	if builtinDomain(s, at, domain) || c.r.kept(s[at:end]) {
		return end
	}
	if domain != "" && domain != "." && at >= c.last && !numbered(domain, "domain") && !c.r.off[KindDomain] && !c.r.kept(domain) {
		c.replace(at, k, c.r.netbios(domain))
	}
	switch {
	case wellKnown(user) || c.r.kept(user) || c.r.off[KindUser] || c.r.groups[strings.ToLower(user)]:
	case numbered(user, "user-"):
		c.meet(user)
	default:
		c.replace(name, end, c.r.user(user))
	}
	return end
}

// builtinDomain reports whether accounts of the domain are on every Windows:
// NT AUTHORITY, of which the last word is at hand, and its like.
func builtinDomain(s string, at int, domain string) bool {
	switch strings.ToLower(domain) {
	case "nt authority", "authority", "builtin", "nt service", "font driver host", "window manager", "iis apppool", "apppool":
		return true
	case "service":
		return hasPrefixFold(s[max(0, at-3):at], "nt ")
	case "manager":
		return hasPrefixFold(s[max(0, at-7):at], "window ")
	case "host":
		return hasPrefixFold(s[max(0, at-7):at], "driver ")
	}
	return false
}

// phrase replaces the account in "for user joe from", "invalid user joe".
func (c *scan) phrase(i, j int) int {
	s := c.s
	at := runBlank(s, j)
	if at == j || at >= len(s) {
		return 0
	}
	before, _ := wordBefore(s, i, " ")
	from, quote := skipQuote(s, at)
	if quote != "" {
		if end := quotedEnd(s, from, quote); end-from <= 64 && end < len(s) && !strings.ContainsAny(s[from:end], " :=") {
			return c.account1(from, end)
		}
		return 0
	}
	end := run(s, at, isAccount)
	for end > at && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	v := s[at:end]
	if notAccount(v) {
		return 0
	}
	follow, _, _ := strings.Cut(strings.TrimLeft(s[end:min(len(s), end+30)], " "), " ")
	marked := strings.ContainsAny(v, `\0123456789_$`) || strings.Contains(v, ".") && !strings.HasSuffix(v, ".")
	switch strings.ToLower(before) {
	case "for", "by", "invalid", "unknown", "illegal":
		if marked || follow == "" || strings.IndexByte(",.;:)([-", follow[0]) >= 0 || isSpace(byteAt(s, end)) && byteAt(s, end) != ' ' {
			return c.account1(at, end)
		}
		switch strings.TrimRight(strings.ToLower(follow), ",.:;") {
		case "from", "by", "on", "at", "was", "failed", "in", "with", "because", "due", "is", "uid":
			return c.account1(at, end)
		}
	default:
		switch strings.TrimRight(strings.ToLower(follow), ",.:;") {
		case "logged", "from", "connected", "disconnected", "authenticated":
			return c.account1(at, end)
		}
	}
	return 0
}

// notAccount reports whether the word behind "for user" goes on with the sentence.
func notAccount(v string) bool {
	switch strings.ToLower(v) {
	case "", "permissions", "permission", "account", "accounts", "authentication", "authorization", "input", "name", "names", "data", "mode", "interface", "profile", "profiles", "session", "sessions",
		"id", "ids", "group", "groups", "access", "logon", "login", "logins", "logoff", "interaction", "action", "actions", "request", "requests", "space", "defined", "application", "applications",
		"agent", "agents", "rights", "right", "who", "manager", "management", "mailbox", "mailboxes", "database", "object", "objects", "information", "info", "intervention", "level",
		"guide", "settings", "setting", "control", "credentials", "certificate", "directory", "directories", "process", "processes", "code", "program", "programs", "mapping", "context", "dn", "entry", "entries",
		"identity", "identification", "properties", "property", "class", "list", "lists", "preferences", "configuration", "logged", "connected", "error", "response", "commands", "command", "memory", "limit", "limits", "error.", "tries", "types", "messages", "message", "file", "files", "domain", "domains", "services", "service", "slice", "state", "only", "licenses", "license":
		return true
	}
	return prose(v)
}

// forUser replaces the account in "password for joe from 192.0.2.1", which may
// name an invalid user.
func (c *scan) forUser(j int) int {
	s := c.s
	if !strings.HasPrefix(s[j:], " for ") {
		return 0
	}
	at := j + len(" for ")
	if hasPrefixFold(s[at:], "invalid user ") || hasPrefixFold(s[at:], "illegal user ") || hasPrefixFold(s[at:], "user ") {
		return 0 // found at "user"
	}
	end := run(s, at, isAccount)
	if !strings.HasPrefix(s[end:], " from ") {
		return 0
	}
	return c.account1(at, end)
}

// sudo replaces the account in "sudo: joe : TTY=".
func (c *scan) sudo(j int) int {
	s := c.s
	if byteAt(s, j) == '[' {
		j = run(s, j+1, isDigit) + 1
	}
	if byteAt(s, j) != ':' {
		return 0
	}
	at := runBlank(s, j+1)
	end := run(s, at, isAccount)
	if !strings.HasPrefix(s[end:], " : ") {
		return 0
	}
	return c.account1(at, end)
}
