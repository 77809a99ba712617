package redact

import "strings"

// userInfo looks at what is behind "://": user:password@host.
func (c *scan) userInfo(at int) int {
	s := c.s
	if strings.IndexByte(s[at:min(len(s), at+1024)], '@') < 0 {
		return at
	}
	end := at
	for end < len(s) && end-at < 1024 && strings.IndexByte(" \t\r\n\"'<>`|", s[end]) < 0 {
		end++
	}
	authority := end
	if k := strings.IndexAny(s[at:end], "/?#"); k >= 0 {
		authority = at + k
	}
	mark := strings.LastIndexByte(s[at:authority], '@')
	if mark < 0 { // a password with a slash in it
		colon := strings.IndexByte(s[at:authority], ':')
		mark = strings.LastIndexByte(s[at:end], '@')
		if colon < 0 || mark < 0 || colon > mark || bracketed(s[at+colon+1:]) > 0 || all(s[at+colon+1:authority], isDigit) {
			return at
		}
	}
	mark += at
	user, password, hasPassword := strings.Cut(s[at:mark], ":")
	if user != "" && bracketed(user) == 0 && !strings.ContainsAny(user, "/?#") {
		c.account1(at, at+len(user))
	}
	if !hasPassword {
		return mark + 1
	}
	from := at + len(user) + 1
	if password == "" || placeholder(password) {
		return mark + 1
	}
	c.hide(kindPassword, from, mark)
	return mark + 1
}

// cryptHash replaces the hash of a password as crypt(3) writes it, and those of
// Kerberos tickets as cracking programs write them.
func (c *scan) cryptHash(i int) int {
	s := c.s
	if before := byteAt(s, i-1); isAlphaNum(before) {
		return i + 1
	}
	id := run(s, i+1, isAlphaNum)
	if byteAt(s, id) != '$' || id-i < 2 {
		return i + 1
	}
	switch s[i+1 : id] {
	case "1", "2", "2a", "2b", "2x", "2y", "3", "5", "6", "7", "y", "gy", "md5", "sha1", "apr1", "8", "9", "14":
	case "argon2i", "argon2d", "argon2id", "scrypt", "krb5tgs", "krb5asrep", "krb5pa", "DCC2", "NT", "P", "H", "S":
	default:
		return i + 1
	}
	end := run(s, id, func(b byte) bool {
		return isBase64(b) || b == '$' || b == '.' || b == ',' || b == '*' || b == '@' || b == '#'
	})
	for end > id && (s[end-1] == '.' || s[end-1] == ',') {
		end--
	}
	if end-id < 12 {
		return i + 1
	}
	kind := kindHash
	if strings.HasPrefix(s[i+1:], "krb5") {
		kind = kindTicket
	}
	return c.hide(kind, i, end)
}

// schemeHash replaces {SSHA}... and its like, as directories hold them.
func (c *scan) schemeHash(i int) int {
	s := c.s
	end := run(s, i+1, func(b byte) bool { return isAlphaNum(b) || b == '-' })
	if byteAt(s, end) != '}' || end-i < 4 || end-i > 20 {
		return i + 1
	}
	switch strings.ToUpper(s[i+1 : end]) {
	case "SSHA", "SHA", "SMD5", "MD5", "SSHA256", "SSHA512", "SHA256", "SHA512", "CRYPT", "PBKDF2", "ARGON2", "BCRYPT", "NTLM":
		to := run(s, end+1, func(b byte) bool { return isBase64(b) || b == '$' || b == '.' })
		if to-end > 12 {
			return c.hide(kindHash, end+1, to)
		}
	}
	return i + 1
}

// ntlmPair replaces LM:NT, 32 hex digits each, and the account before them in
// the form of pwdump: joe:1001:LM:NT:::
func (c *scan) ntlmPair(i, j int) int {
	s := c.s
	end := run(s, j+1, isHex)
	if end-j-1 != 32 || isWord(byteAt(s, end)) || isWord(byteAt(s, i-1)) {
		return 0
	}
	if byteAt(s, i-1) == ':' {
		rid := i - 1
		for rid > 0 && isDigit(s[rid-1]) {
			rid--
		}
		if rid < i-1 && byteAt(s, rid-1) == ':' {
			from := rid - 1
			for from > c.last && isAccount(s[from-1]) {
				from--
			}
			if from >= c.last && from < rid-1 {
				c.account1(from, rid-1)
			}
		}
	}
	return c.hide(kindHash, i, end)
}
