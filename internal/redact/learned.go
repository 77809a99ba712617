package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// learned are the known identities, by their first word in lower case, the
// longest first.
type learned map[string][]identity

type identity struct {
	kind string
	text string // in lower case; starts and ends with a letter or digit
}

// Learn makes known that a value is a host name, domain, account or a word to
// hide, so that it is replaced wherever it stands between word edges, in any
// letter case. A domain is replaced with the names below it. Values that would
// hide ordinary words (of one or two letters, numbers alone, "server", "mail",
// well-known accounts) are not looked for, except those of kind KindWord. Unknown
// kinds count as KindWord.
func (r *Redactor) Learn(kind, value string) {
	text := strings.ToLower(strings.TrimFunc(value, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }))
	if text == "" || r.kept(value) {
		return
	}
	switch kind {
	case KindHost, KindDomain:
		if _, isIP := parse4(text); isIP || ordinary(text) || kind == KindDomain && topLevel(text) {
			return
		}
		r.nameToken(text, kind)
		if short, _, ok := strings.Cut(text, "."); ok && kind == KindHost && !ordinary(short) {
			r.remember(KindHost, short)
		}
	case KindUser:
		if domain, name, ok := strings.Cut(text, `\`); ok {
			if name = strings.TrimLeft(name, `\`); !ordinary(name) && !wellKnown(name) {
				r.remember(KindUser, name)
			}
			if !ordinary(domain) && !wellKnown(domain) {
				r.remember(KindDomain, domain)
			}
			return
		}
		if ordinary(text) || wellKnown(text) {
			return
		}
	default:
		kind = KindWord
	}
	r.remember(kind, text)
}

func (r *Redactor) remember(kind, text string) {
	if r.off[kind] {
		return
	}
	first := text[:run(text, 0, isWord)]
	same := r.learned[first]
	if slices.ContainsFunc(same, func(x identity) bool { return x.text == text }) {
		return
	}
	same = append(same, identity{kind, text})
	slices.SortStableFunc(same, func(a, b identity) int { return len(b.text) - len(a.text) })
	r.learned[first] = same
	r.gate.addWord(first)
}

// ordinary reports whether a name is an ordinary word of logs and messages, so
// that replacing it everywhere would destroy what rules look for.
func ordinary(s string) bool {
	if utf8.RuneCountInString(s) < 3 || all(s, isDigit) {
		return true
	}
	switch s {
	case "localhost", "localhost.localdomain", "localdomain", "server", "client", "host", "node", "cluster", "exchange", "mail", "smtp", "imap", "pop3",
		"dns", "ns1", "ns2", "www", "web", "ftp", "sql", "database", "proxy", "gateway", "router", "switch", "printer", "windows", "linux", "unix",
		"kernel", "system", "service", "services", "event", "error", "warning", "information", "application", "security", "setup", "test",
		"user", "users", "account", "admin", "admins", "default", "local", "domain", "workgroup", "computer", "desktop", "laptop", "network",
		"internet", "backup", "store", "message", "file", "data", "none", "null", "unknown", "true", "false", "yes", "not", "and", "the", "for",
		"com", "net", "org", "example", "invalid", "internal", "intranet", "corp", "name", "names", "group", "log", "logs", "time", "code", "record", "zone":
		return true
	}
	return false
}

// wellKnown reports whether an account exists everywhere and names nobody.
func wellKnown(s string) bool {
	switch strings.ToLower(s) {
	case "system", "localsystem", "local service", "network service", "localservice", "networkservice", "anonymous", "anonymous logon", "anonymous_logon",
		"administrator", "administrators", "administratoren", "guest", "guests", "everyone", "authenticated users", "users", "power users", "creator owner",
		"nt authority", "authority", "builtin", "nt service", "service", "iis apppool", "window manager", "font driver host", "public", "default",
		"default user", "all users", "defaultaccount", "wdagutilityaccount", "interactive", "network", "batch", "dialup", "self",
		"root", "nobody", "daemon", "bin", "sys", "adm", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data", "backup", "list", "sshd",
		"git", "postgres", "mysql", "oracle", "redis", "ftp", "apache", "nginx", "named", "ntp", "cron", "operator", "halt", "shutdown", "systemd",
		"sa", "admin", "user", "local", "users$", "username", "domain", "test", "defaultuser0", "trustedinstaller", "domain admins", "domain users":
		return true
	}
	return false
}

// learnedAt replaces the longest known identity that starts with the word at
// i, and returns where to go on.
func (c *scan) learnedAt(i, j int) (end int, ok bool) {
	if !c.wordEdge(i) {
		return 0, false
	}
	for _, x := range c.r.learned[strings.ToLower(c.s[i:j])] {
		n := matchFold(c.s[i:], x.text)
		if n == 0 || isWord(byteAt(c.s, i+n)) || c.r.kept(c.s[i:i+n]) {
			continue
		}
		from, to := i, i+n
		switch x.kind {
		case KindHost, KindDomain:
			if x.kind == KindDomain && strings.Contains(x.text, ".") {
				from = c.hostBefore(from)
			}
			c.replace(from, to, c.r.dnsName(c.s[from:to]))
		case KindUser:
			c.replace(from, to, c.r.user(x.text))
		default:
			token, fresh := c.r.issued.token("secret", x.text, bracket+KindWord+"-", "]")
			c.r.count(KindWord, fresh)
			c.replace(from, to, token)
		}
		return to, true
	}
	return 0, false
}

// hostBefore is where the labels before a domain start.
func (c *scan) hostBefore(i int) int {
	from := i
	for from-1 > c.last && c.s[from-1] == '.' {
		k := from - 1
		for k > c.last && (isWord(c.s[k-1]) || c.s[k-1] == '-' || c.s[k-1] == '_') {
			k--
		}
		if k == from-1 {
			break
		}
		from = k
	}
	return from
}

// matchFold is the length of what s starts with that equals the text, which is
// in lower case, in any letter case; 0 if it does not.
func matchFold(s, text string) int {
	n := 0
	for _, want := range text {
		if n >= len(s) {
			return 0
		}
		have, size := utf8.DecodeRuneInString(s[n:])
		if have != want && unicode.ToLower(have) != want {
			return 0
		}
		n += size
	}
	return n
}
