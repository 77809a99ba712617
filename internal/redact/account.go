package redact

import (
	"net/netip"
	"strconv"
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
	end := run(s, at, isAccount)
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

// account looks at a backslash: CORP\joe, CORP\\joe.
func (c *scan) account(i int) int {
	s := c.s
	at := i
	for at > 0 && i-at < 40 && (isWord(s[at-1]) || s[at-1] == '-' || s[at-1] == '_') {
		at--
	}
	name := i
	for name < len(s) && s[name] == '\\' && name-i < 8 {
		name++
	}
	domain := s[at:i]
	if len(domain) < 2 || !netbiosName(domain) {
		return name
	}
	switch byteAt(s, at-1) {
	case '\\', '/', ':', '%', '.', '$', '}':
		return name
	}
	end := run(s, name, isName)
	for end > name && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	user := s[name:end]
	switch b := byteAt(s, end); {
	case user == "" || len(user) > 64 || all(user, isDigit) || pathWord(user) || b == '\\' || b == '/' || b == ':' && byteAt(s, end+1) == '\\' || b == '*':
		return end
	case name-i == 1 && strings.IndexByte("nrt", user[0]) >= 0 && (len(user) == 1 || !isLower(user[1])): // an escaped line end
		return name
	}
	if dot := strings.LastIndexByte(user, '.'); dot >= 0 && fileEnd(user[dot+1:]) {
		return end
	}
	return c.domainUser(at, i, name, end)
}

// pathWord reports whether a word behind a backslash is of paths and of the
// registry.
func pathWord(s string) bool {
	switch strings.ToLower(s) {
	case "software", "system", "system32", "currentversion", "current", "currentcontrolset", "microsoft", "classes", "bin", "data", "temp", "tools", "drivers",
		"sample", "samples", "controls", "control", "services", "parameters", "setup", "include", "lib", "english", "directory", "folder", "subdirectory", "windows", "program", "policies":
		return true
	}
	return false
}

// netbiosName reports whether a word before a backslash may be a domain: in
// capitals, and none of the roots of paths and of the registry.
func netbiosName(s string) bool {
	if len(s) > 15 || !isUpper(s[0]) || strings.HasPrefix(s, "S-1-") {
		return false
	}
	for i := range len(s) {
		if isLower(s[i]) {
			return false
		}
	}
	switch s {
	case "HKLM", "HKCU", "HKCR", "HKU", "HKCC", "SYSTEM", "SYSTEM32", "SOFTWARE", "SAM", "SECURITY", "HARDWARE", "WINDOWS", "WINNT", "BIN", "TEMP", "TMP",
		"MSSQL", "EXCHSRVR", "DRIVERS", "CONTROL", "SETUP", "DATA", "LOG", "LOGS", "IDENTITIES", "PROGRA", "INETPUB", "I386", "ALPHA", "MSOFFICE",
		"REGISTRY", "USER", "MACHINE", "DEVICE", "GLOBALROOT", "UNC", "DOS", "NT", "SDK", "MSDEV", "MDB", "HTML", "X86", "WINNT35", "SAMPLES", "HOME", "VFP", "TOOLS", "EXPORT", "FOLDERS", "MAILDATA", "MAILSLOT", "PROGRAMS", "FILES", "ENGLISH", "GLB", "FFC", "PROGRAMDATA", "OFFICE", "CDROM", "SMS", "SITE", "INSTALL", "SUPPORT", "DEFAULT", "PIPE", "IPC", "RPC", "CLASSES", "NETLOGON", "SYSVOL", "SHARE", "PATH", "FILE", "DIR", "FOLDER":
		return false
	}
	return true
}

// fileEnd reports whether a name ends like a file.
func fileEnd(ext string) bool {
	switch strings.ToLower(ext) {
	case "exe", "dll", "sys", "log", "txt", "ini", "inf", "bat", "cmd", "com", "cpl", "drv", "ocx", "dat", "db", "edb", "stm", "evt", "evtx", "xml", "cfg", "conf", "mdb", "hlp", "doc", "htm", "html", "vbs", "ps1", "msi", "tmp", "bak", "pdb", "mof", "reg", "ttf", "vxd", "386", "mif", "pst", "ldf", "mdf", "sql", "asp", "aspx", "job", "lnk", "zip", "cab", "dmp", "h", "c", "cpp", "cs":
		return true
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

// homeFolder replaces the account in C:\Users\joe\ and /home/joe/.
func (c *scan) homeFolder(i, j int) int {
	s := c.s
	word := strings.ToLower(s[i:j])
	before, sep := pathBreak(s, i)
	after, next := pathStep(s, j)
	if sep == "" || after == "" || c.r.off[KindUser] {
		return 0
	}
	switch word {
	case "settings":
		if !strings.HasSuffix(strings.ToLower(s[max(0, i-len("documents and ")):i]), "documents and ") {
			return 0
		}
	case "home":
		if isName(byteAt(s, before-1)) || sep == `\` {
			return 0
		}
	case "profiles":
		if root := strings.ToLower(s[max(0, before-5):before]); root != "winnt" {
			return 0
		}
	default:
		if b := byteAt(s, before-1); b != ':' && (isName(b) || b == '%') && !strings.EqualFold(s[max(0, before-3):before], "%3A") && !dollarDrive(s, before) {
			return 0
		}
	}
	end := next
	for end < len(s) && end-next < 64 && strings.IndexByte("\\/\r\n\t\"'<>|:*?;,%&)]}`", s[end]) < 0 {
		end++
	}
	if sp := strings.IndexByte(s[next:end], ' '); sp >= 0 { // a blank is of the name only where the path goes on
		if b := byteAt(s, end); b != '\\' && b != '/' || strings.Contains(s[next+sp+1:end], " ") && !strings.EqualFold(s[next:end], "all users") || isUpperDriveAhead(s, end) {
			end = next + sp
		}
	}
	for end > next && s[end-1] == '.' {
		end--
	}
	v := s[next:end]
	if v == "" || wellKnown(v) || numbered(v, "user-") || bracketed(v) > 0 || c.r.kept(v) {
		c.meet(v)
		return 0
	}
	c.replace(next, end, c.r.user(v))
	return end
}

func isUpperDriveAhead(s string, end int) bool { return byteAt(s, end-1) == ':' }

// dollarDrive reports whether a path goes on behind the share of a drive: \\server\c$.
func dollarDrive(s string, i int) bool { return byteAt(s, i-1) == '$' && isAlpha(byteAt(s, i-2)) }

// pathBreak is where the separator of paths starts that ends at i ("Documents
// and " may stand between), and the separator, "" where there is none.
func pathBreak(s string, i int) (start int, sep string) {
	const documents = "documents and "
	if i >= len(documents) && strings.EqualFold(s[i-len(documents):i], documents) {
		i -= len(documents)
	}
	switch {
	case byteAt(s, i-1) == '\\':
		for i > 0 && s[i-1] == '\\' {
			i--
		}
		return i, `\`
	case byteAt(s, i-1) == '/':
		if i--; byteAt(s, i-1) == '\\' {
			i--
		}
		return i, "/"
	case i >= 3 && (strings.EqualFold(s[i-3:i], "%5c") || strings.EqualFold(s[i-3:i], "%2f")):
		return i - 3, s[i-3 : i]
	}
	return i, ""
}

// pathStep is the separator of paths at i, and what is behind it.
func pathStep(s string, i int) (sep string, next int) {
	k := run(s, i, func(b byte) bool { return b == '\\' })
	switch {
	case byteAt(s, k) == '/':
		return "/", k + 1
	case k > i:
		return `\`, k
	case hasPrefixFold(s[i:], "%5c") || hasPrefixFold(s[i:], "%2f"):
		return s[i : i+3], i + 3
	}
	return "", i
}

// sid replaces S-1-5-21-a-b-c-rid. RIDs below 1000 are well known and stay.
func (c *scan) sid(i int) int {
	s := c.s
	if !hasPrefixFold(s[i:], "S-1-5-21-") || isWord(byteAt(s, i-1)) || c.r.off[KindSID] {
		return 0
	}
	start := i + len("S-1-5-21-")
	end := run(s, start, func(b byte) bool { return isDigit(b) || b == '-' })
	for end > start && s[end-1] == '-' {
		end--
	}
	parts := strings.SplitN(s[start:end], "-", 6)
	if len(parts) < 3 || len(parts) > 4 || c.r.kept(s[i:end]) {
		return end
	}
	if parts[0] == "0" && parts[1] == "0" {
		c.r.issued.met("S-1-5-21-0-0-" + parts[2])
		if len(parts) == 4 {
			c.r.issued.met("S-1-5-21-0-0-" + parts[2] + "-" + parts[3])
		}
		return end
	}
	token, fresh := c.r.issued.token("sid", strings.Join(parts[:3], "-"), "S-1-5-21-0-0-", "")
	if len(parts) == 4 {
		if rid, err := strconv.ParseUint(parts[3], 10, 32); err == nil && rid < 1000 {
			token += "-" + parts[3]
		} else {
			token, fresh = c.r.issued.token("sid", strings.Join(parts, "-"), token+"-100", "")
		}
	}
	c.r.count(KindSID, fresh)
	c.replace(i, end, token)
	return end
}
