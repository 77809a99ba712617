package redact

import "strings"

// form says how the value of a label is read and when it is believed.
type form uint8

const (
	noForm     form = iota
	strong          // a password: anything behind a separator that is no prose
	keyed           // a key or token: behind "=" or in quotes, else only if it looks random
	session         // an id of a session: only if it looks random
	account         // an account name
	header          // credentials of an Authorization header
	scheme          // credentials behind "Bearer" or "Basic"
	cookie          // Cookie and Set-Cookie
	community       // SNMP
	phone           //
	ssn             //
	smtpAuth        // AUTH PLAIN ...
	smtpPrompt      // 334 ...
	homeFolder      // the folder that holds the folders of users
	sid             // S-1-5-21-...
	sudo            // sudo: joe : TTY=...
	method          // "publickey for joe from"
)

// label is what a word, or the end of a word, may announce.
type label struct {
	word  string
	whole bool // the word alone, not as the end of another
	form  form
	kind  string
}

// labels that words announce; the longer ones first where one ends in another.
var keywords = []label{
	{"publickeytoken", true, noForm, ""},
	{"password", false, strong, kindPassword},
	{"passwords", true, noForm, ""},
	{"passwd", false, strong, kindPassword},
	{"passwort", false, strong, kindPassword},
	{"kennwort", false, strong, kindPassword},
	{"passphrase", false, strong, kindPassword},
	{"passcode", false, strong, kindPassword},
	{"pwd", true, strong, kindPassword},
	{"pass", true, strong, kindPassword},
	{"dbpass", true, strong, kindPassword},
	{"userpass", true, strong, kindPassword},
	{"requirepass", true, strong, kindPassword},
	{"masterauth", true, strong, kindPassword},
	{"storepass", true, strong, kindPassword},
	{"keypass", true, strong, kindPassword},
	{"credential", false, strong, kindSecret},
	{"secret", false, strong, kindSecret},
	{"psk", false, strong, kindKey},
	{"token", false, keyed, kindToken},
	{"apikey", false, keyed, kindKey},
	{"accesskey", false, keyed, kindKey},
	{"secretkey", false, keyed, kindKey},
	{"privatekey", false, keyed, kindKey},
	{"accountkey", false, keyed, kindCloudKey},
	{"sharedkey", false, keyed, kindKey},
	{"storagekey", false, keyed, kindCloudKey},
	{"authkey", false, keyed, kindKey},
	{"encryptionkey", false, keyed, kindKey},
	{"masterkey", false, keyed, kindKey},
	{"licensekey", false, keyed, kindKey},
	{"productkey", false, keyed, kindKey},
	{"accesskeyid", false, keyed, kindCloudKey},
	{"auth", true, keyed, kindAuth},
	{"sig", true, keyed, kindCloudKey},
	{"identitytoken", true, keyed, kindToken},
	{"phpsessid", true, session, kindSession},
	{"jsessionid", true, session, kindSession},
	{"sessionid", false, session, kindSession},
	{"sessid", false, session, kindSession},
	{"sid", true, session, kindSession},
	{"authorization", false, header, kindAuth},
	{"bearer", true, scheme, kindAuth},
	{"basic", true, scheme, kindAuth},
	{"cookie", true, cookie, kindCookie},
	{"community", false, community, kindCommunity},
	{"username", false, account, KindUser},
	{"samaccountname", true, account, KindUser},
	{"userprincipalname", true, account, KindUser},
	{"user", true, account, KindUser},
	{"users", true, homeFolder, KindUser},
	{"home", true, homeFolder, KindUser},
	{"settings", true, homeFolder, KindUser},
	{"profiles", true, homeFolder, KindUser},
	{"ruser", true, account, KindUser},
	{"suser", true, account, KindUser},
	{"duser", true, account, KindUser},
	{"login", true, account, KindUser},
	{"logname", true, account, KindUser},
	{"acct", true, account, KindUser},
	{"account", true, account, KindUser},
	{"uid", true, account, KindUser},
	{"userid", true, account, KindUser},
	{"phone", true, phone, kindPhone},
	{"telephone", true, phone, kindPhone},
	{"tel", true, phone, kindPhone},
	{"mobile", true, phone, kindPhone},
	{"cell", true, phone, kindPhone},
	{"fax", true, phone, kindPhone},
	{"ssn", true, ssn, kindSSN},
	{"334", true, smtpPrompt, kindSMTPAuth},
	{"sudo", true, sudo, KindUser},
	{"publickey", true, method, KindUser},
	{"pam", true, method, KindUser},
	{"s", true, sid, KindSID},
}

// second are labels of two words, by the last one; the first one is joined by a
// blank, a dash, an underscore or a dot.
func second(last, first string) label {
	l := label{word: last}
	switch last {
	case "key":
		switch first {
		case "api", "access", "secret", "private", "account", "shared", "storage", "auth", "encryption", "master", "license", "product", "signing", "service", "subscription", "security":
			l.form, l.kind = keyed, kindKey
		}
	case "id":
		switch first {
		case "session":
			l.form, l.kind = session, kindSession
		case "key":
			l.form, l.kind = keyed, kindKey
		}
	case "phrase":
		if first == "pass" {
			l.form, l.kind = strong, kindPassword
		}
	case "content":
		if first == "key" {
			l.form, l.kind = strong, kindKey
		}
	case "string", "name":
		switch first {
		case "community":
			l.form, l.kind = strong, kindCommunity
		case "account", "user", "logon", "login", "display", "full":
			l.form, l.kind = account, KindUser
		case "key":
			if last == "string" {
				l.form, l.kind = strong, kindKey
			}
		}
	case "number":
		switch first {
		case "phone", "telephone", "mobile", "fax":
			l.form, l.kind = phone, kindPhone
		case "security":
			l.form, l.kind = ssn, kindSSN
		}
	}
	return l
}

var seconds = []string{"key", "id", "phrase", "content", "string", "name", "number"}

// byTail are the keywords by their last three bytes, so that a word is compared
// with few of them.
var byTail = func() map[uint32][]label {
	m := make(map[uint32][]label)
	for _, k := range keywords {
		if len(k.word) >= 3 {
			t := triple(k.word[len(k.word)-3], k.word[len(k.word)-2], k.word[len(k.word)-1])
			m[t] = append(m[t], k)
		}
	}
	return m
}()

func builtinGate() gate {
	var g gate
	for _, p := range providers {
		g.addHead(p.prefix)
	}
	g.addHead("BEGIN")
	g.addHead("PuTTY")
	g.addHead("aspsessionid")
	for _, k := range keywords {
		if len(k.word) >= 3 {
			g.addTail(k.word)
		}
	}
	for _, w := range append(seconds, commands...) {
		if len(w) >= 3 {
			g.addTail(w)
		}
	}
	return g
}

// keyword looks at a word that may be a label with its value behind it. It
// returns where to go on, or 0.
func (c *scan) keyword(i, j int) int {
	l := c.label(i, j)
	switch l.form {
	case noForm:
		return 0
	case account:
		return c.accountLabel(l, i, j)
	case homeFolder:
		return c.homeFolder(i, j)
	case sid:
		return c.sid(i)
	case header:
		return c.header(j)
	case scheme:
		return c.scheme(i, j)
	case cookie:
		return c.cookie(i, j)
	case community:
		return c.community(l, i, j)
	case smtpAuth:
		return c.smtpAuth(j)
	case smtpPrompt:
		return c.smtpPrompt(i, j)
	case phone, ssn:
		return c.numberLabel(l, j)
	case sudo:
		return c.sudo(j)
	case method:
		return c.forUser(j)
	}
	return c.secretLabel(l, i, j)
}

// label is what the word announces, alone or with the word before it.
func (c *scan) label(i, j int) label {
	n := j - i
	if n > 40 {
		return label{}
	}
	var buf [40]byte
	for k := range n {
		b := c.s[i+k]
		if isUpper(b) {
			b |= 0x20
		}
		buf[k] = b
	}
	w := buf[:n]
	switch n {
	case 1:
		if w[0] == 's' && byteAt(c.s, j) == '-' {
			return label{form: sid, kind: KindSID}
		}
		return label{}
	case 2:
		if string(w) == "id" || string(w) == "pw" {
			break
		}
		return label{}
	}
	if n >= 3 {
		for _, k := range byTail[triple(w[n-3], w[n-2], w[n-1])] {
			if len(k.word) == n && k.word == string(w) || !k.whole && n > len(k.word) && k.word == string(w[n-len(k.word):]) {
				if k.word == "auth" && c.s[i:j] == "AUTH" && byteAt(c.s, j) == ' ' {
					k.form = smtpAuth
				}
				if k.word == "sig" && byteAt(c.s, i-1) != '?' && byteAt(c.s, i-1) != '&' && byteAt(c.s, i-1) != ';' && !(i >= 5 && c.s[i-5:i] == "u0026") {
					return label{}
				}
				return k
			}
		}
	}
	if n > 12 && string(w[:12]) == "aspsessionid" {
		return label{word: "aspsessionid", form: session, kind: kindSession}
	}
	for _, last := range seconds {
		if string(w) == last {
			first, _ := wordBefore(c.s, i, " _-.")
			return second(last, strings.ToLower(first))
		}
		if n > len(last) && last != "id" && string(w[n-len(last):]) == last { // accountName
			if l := second(last, string(w[:n-len(last)])); l.form != noForm {
				return l
			}
		}
	}
	return label{}
}

// secretLabel replaces the value of a password, key, token or session id.
func (c *scan) secretLabel(l label, i, j int) int {
	s := c.s
	at, quote, sep, ok := separator(s, j)
	if !ok {
		if l.kind == kindPassword {
			if end := c.forUser(j); end > 0 {
				return end
			}
		}
		return c.blankValue(l, i, j)
	}
	if bracketed(s[at:]) > 0 {
		return at // looked at there
	}
	end := plainEnd(s, at)
	if quote != "" {
		if end = quotedEnd(s, at, quote); !strings.HasPrefix(s[end:], quote) { // it is never closed
			end = plainEnd(s, at)
		}
	} else if sep == '>' { // <password>x</password>
		if k := strings.IndexByte(s[at:min(len(s), at+4096)], '<'); k >= 0 {
			end = min(at+k, plainMarkup(s, at))
		}
	}
	if end <= at || nextName(s, j, at) {
		return 0
	}
	if to := c.byForm(at); to > 0 {
		return to
	}
	v := s[at:end]
	direct := quote != "" || sep != ':' || at == j+1
	switch {
	case placeholder(v), hasPrefixFold(v, "S-1-"):
		return 0
	case hasPrefixFold(v, "0x") && l.form != strong:
		return 0
	case l.form == strong:
		if quote == "" && prose(v) || l.word == "pwd" && v[0] == '/' || (l.word == "pass" || l.kind == kindSecret && sep == ':') && all(v, isDigit) && len(v) < 4 {
			return 0
		}
		if !direct && sep == ':' && byteAt(s, end) == ' ' && !random(v) && moreProse(s[end:]) {
			return 0
		}
	case l.form == session:
		if !random(v) && (len(v) < 16 || !all(v, isAlphaNum)) {
			return 0
		}
	case l.form == keyed:
		if l.word == "auth" && (quote == "" || len(v) < 8 || !all(v, isBase64)) {
			return 0
		}
		if !direct && !random(v) || len(v) < 4 || prose(v) || quote == "" && (strings.ContainsAny(v, "({") || strings.Contains(v, "::")) {
			return 0
		}
	}
	return c.hide(l.kind, at, end)
}

// plainMarkup is where an escaped tag starts behind a value, or the end.
func plainMarkup(s string, at int) int {
	if k := strings.Index(s[at:min(len(s), at+4096)], "u003c"); k >= 0 {
		for k > 0 && s[at+k-1] == '\\' {
			k--
		}
		return at + k
	}
	return len(s)
}

// byForm replaces a value that is known by its form, whatever label it has. It
// returns where to go on, or 0.
func (c *scan) byForm(at int) int {
	s := c.s
	if strings.HasPrefix(s[at:], "-----BEGIN ") {
		return c.keyBlock(at + len("-----"))
	}
	if byteAt(s, at) == '$' {
		if end := c.cryptHash(at); end > at+1 {
			return end
		}
	}
	if end := run(s, at, isWord); end-at >= 2 {
		return c.prefixed(at, end)
	}
	return 0
}

// moreProse reports whether a sentence goes on: two more words in small letters.
func moreProse(s string) bool {
	f := strings.Fields(s[:min(len(s), 40)])
	return len(f) > 2 && all(f[0], isLower) && all(f[1], isLower)
}

// blankValue replaces a secret that follows its label behind blanks: on command
// lines (--password x) and in the configuration of network devices.
func (c *scan) blankValue(l label, i, j int) int {
	s := c.s
	at := runBlank(s, j)
	if at == j || at >= len(s) || isSpace(s[at]) {
		return 0
	}
	if to := c.byForm(at); to > 0 {
		return to
	}
	option := false
	for k := i - 1; k >= 0 && i-k < 30; k-- {
		if s[k] == '-' || s[k] == '/' {
			option = k == 0 || isSpace(s[k-1]) || s[k-1] == '-' || s[k-1] == '"' || s[k-1] == '\''
			if option {
				break
			}
		} else if !isWord(s[k]) && s[k] != '_' {
			break
		}
	}
	from, quote := skipQuote(s, at)
	end := plainEnd(s, from)
	if quote != "" {
		end = quotedEnd(s, from, quote)
	}
	v := s[from:end]
	if option {
		if v == "" || v[0] == '-' || v[0] == '/' && len(v) < 3 || placeholder(v) || bracketed(s[from:]) > 0 {
			return 0
		}
		return c.hide(l.kind, from, end)
	}
	// password 7 094F471A1A0A, enable secret 5 $1$..., key 7 ...
	if quote == "" && len(v) == 1 && isDigit(v[0]) && l.form != session {
		from = runBlank(s, end)
		if to := plainEnd(s, from); to-from >= 4 && bracketed(s[from:]) == 0 && s[from] != '$' && (random(s[from:to]) || all(s[from:to], isHex) || v == "0" && l.form == strong) {
			return c.hide(l.kind, from, to)
		}
		return 0
	}
	if before, _ := wordBefore(s, i, " "); strings.EqualFold(before, "enable") || strings.EqualFold(before, "wpa") || l.word == "requirepass" || l.word == "masterauth" {
		if v != "" && !prose(v) && !placeholder(v) && bracketed(s[from:]) == 0 && !(len(v) == 5 && strings.EqualFold(v, "level")) && (end == lineEnd(s, end) || strings.IndexByte("\"'\\])", s[end]) >= 0) {
			return c.hide(l.kind, from, end)
		}
	}
	if l.word == "key" || l.kind == kindKey {
		if random(v) && len(v) >= 20 {
			return c.hide(l.kind, from, end)
		}
	}
	return 0
}
