package redact

import (
	"strings"
)

// provider is a form of tokens that is known by how they start. Sources: the
// documentation of each provider about the formats of its tokens.
type provider struct {
	prefix string
	kind   string
	more   int             // bytes that have to follow, at least
	is     func(byte) bool // of which class
	exact  bool            // and no more of them
}

func isWordDash(c byte) bool    { return isAlpha(c) || isDigit(c) || c == '-' || c == '_' }
func isWordScore(c byte) bool   { return isAlpha(c) || isDigit(c) || c == '_' }
func isTokenByte(c byte) bool   { return isWordDash(c) || c == '.' }
func isUpperDigit(c byte) bool  { return isUpper(c) || isDigit(c) }
func isAlphaNum(c byte) bool    { return isAlpha(c) || isDigit(c) }
func isWebhookByte(c byte) bool { return isBase64(c) || c == '.' || c == '@' }

// providers start with at least three letters or digits, so that the gate can
// tell them by their head; the short ones are in shortProviders.
var providers = []provider{
	{"AKIA", kindCloudKey, 16, isUpperDigit, true},
	{"ASIA", kindCloudKey, 16, isUpperDigit, true},
	{"ABIA", kindCloudKey, 16, isUpperDigit, true},
	{"ACCA", kindCloudKey, 16, isUpperDigit, true},
	{"AROA", kindCloudKey, 16, isUpperDigit, true},
	{"AIDA", kindCloudKey, 16, isUpperDigit, true},
	{"AGPA", kindCloudKey, 16, isUpperDigit, true},
	{"ANPA", kindCloudKey, 16, isUpperDigit, true},
	{"AIza", kindCloudKey, 35, isWordDash, false},
	{"GOCSPX-", kindCloudKey, 20, isWordDash, false},
	{"ya29.", kindCloudKey, 20, isTokenByte, false},
	{"ghp_", kindAPIToken, 30, isAlphaNum, false},
	{"gho_", kindAPIToken, 30, isAlphaNum, false},
	{"ghu_", kindAPIToken, 30, isAlphaNum, false},
	{"ghs_", kindAPIToken, 30, isAlphaNum, false},
	{"ghr_", kindAPIToken, 30, isAlphaNum, false},
	{"github_pat_", kindAPIToken, 22, isWordScore, false},
	{"glpat-", kindAPIToken, 20, isTokenByte, false},
	{"gldt-", kindAPIToken, 20, isTokenByte, false},
	{"glrt-", kindAPIToken, 20, isTokenByte, false},
	{"glcbt-", kindAPIToken, 20, isTokenByte, false},
	{"GR1348941", kindAPIToken, 20, isWordDash, false},
	{"xoxa-", kindAPIToken, 10, isWordDash, false},
	{"xoxb-", kindAPIToken, 10, isWordDash, false},
	{"xoxe-", kindAPIToken, 10, isWordDash, false},
	{"xoxp-", kindAPIToken, 10, isWordDash, false},
	{"xoxr-", kindAPIToken, 10, isWordDash, false},
	{"xoxs-", kindAPIToken, 10, isWordDash, false},
	{"xapp-", kindAPIToken, 10, isWordDash, false},
	{"whsec_", kindAPIToken, 16, isBase64, false},
	{"npm_", kindAPIToken, 36, isAlphaNum, false},
	{"pypi-", kindAPIToken, 50, isWordDash, false},
	{"dop_v1_", kindAPIToken, 40, isHex, false},
	{"shpat_", kindAPIToken, 32, isHex, false},
	{"dckr_pat_", kindAPIToken, 20, isWordDash, false},
	{"hvs.", kindAPIToken, 20, isWordDash, false},
	{"dapi", kindAPIToken, 32, isHex, false},
	{"ATATT3", kindAPIToken, 40, isBase64, false},
	{"sq0atp-", kindAPIToken, 22, isWordDash, false},
	{"sq0csp-", kindAPIToken, 22, isWordDash, false},
	{"glsa_", kindAPIToken, 32, isWordScore, false},
	{"AGE-SECRET-KEY-", kindPrivateKey, 50, isUpperDigit, false},
	{"eyJ", kindJWT, 14, isTokenByte, false},
	{"hooks.slack.com/services/", kindWebhook, 20, isWebhookByte, false},
	{"hooks.slack.com/workflows/", kindWebhook, 20, isWebhookByte, false},
	{"webhook.office.com/webhookb2/", kindWebhook, 20, isWebhookByte, false},
	{"discord.com/api/webhooks/", kindWebhook, 20, isWebhookByte, false},
	{"AQAAANCMnd8BFdERjHoAwE", kindDPAPI, 20, isBase64, false},
	{"01000000d08c9ddf0115d1118c7a00c04fc297eb", kindDPAPI, 20, isHex, false},
	{"TlRMTVNTUAAB", kindTicket, 20, isBase64, false},
	{"TlRMTVNTUAAC", kindTicket, 20, isBase64, false},
	{"TlRMTVNTUAAD", kindTicket, 20, isBase64, false},
	{"YII", kindTicket, 80, isBase64, false},
	{"doI", kindTicket, 80, isBase64, false},
}

// byHead are the providers by their first byte, in both letter cases.
var byHead = func() (t [32][]provider) {
	for _, p := range providers {
		k := p.prefix[0] & 31
		t[k] = append(t[k], p)
	}
	return t
}()

// shortProviders have a first word of one or two letters, which always pass the gate.
var shortProviders = []provider{
	{"SG.", kindAPIToken, 40, isTokenByte, false},
	{"sk_live_", kindAPIToken, 16, isAlphaNum, false},
	{"sk_test_", kindAPIToken, 16, isAlphaNum, false},
	{"rk_live_", kindAPIToken, 16, isAlphaNum, false},
	{"rk_test_", kindAPIToken, 16, isAlphaNum, false},
	{"sk-", kindAPIToken, 20, isWordDash, false},
	{"hf_", kindAPIToken, 30, isAlphaNum, false},
}

// prefixed replaces a token that is known by its start. It returns where to go
// on, or 0.
func (c *scan) prefixed(i, j int) int {
	s := c.s
	if j-i < 3 {
		if j-i == 2 && (byteAt(s, j) == '_' || byteAt(s, j) == '-' || byteAt(s, j) == '.') {
			return c.provided(i, shortProviders)
		}
		return 0
	}
	if b := s[i]; j-i == 34 && b == 'S' && s[i+1] == 'K' && all(s[i+2:j], isHex) { // Twilio
		return c.hide(kindAPIToken, i, j)
	}
	switch {
	case s[i:j] == "BEGIN":
		return c.keyBlock(i)
	case s[i:j] == "PuTTY":
		return c.putty(i)
	}
	return c.provided(i, byHead[s[i]&31])
}

func (c *scan) provided(i int, list []provider) int {
	s := c.s
	for k := range list {
		p := &list[k]
		if s[i] != p.prefix[0] && s[i]|0x20 != p.prefix[0] || !hasPrefix(s[i:], p) {
			continue
		}
		end := run(s, i+len(p.prefix), p.is)
		for end > i && (s[end-1] == '.' || s[end-1] == '-') { // the end of a sentence
			end--
		}
		n := end - i - len(p.prefix)
		if n < p.more || p.exact && (n != p.more || isAlphaNum(byteAt(s, end))) {
			continue
		}
		if p.kind == kindJWT && !isJWT(s[i:end]) {
			continue
		}
		from := i
		if p.kind == kindWebhook {
			from = i + len(p.prefix)
		}
		return c.hide(p.kind, from, end)
	}
	return 0
}

// hasPrefix compares hex and host names in any letter case, and else exactly.
func hasPrefix(s string, p *provider) bool {
	if p.kind == kindWebhook || p.kind == kindDPAPI && p.prefix[0] == '0' {
		return hasPrefixFold(s, p.prefix)
	}
	return strings.HasPrefix(s, p.prefix)
}

// isJWT reports whether s is a header in base64, a dot and more.
func isJWT(s string) bool {
	head, rest, dot := strings.Cut(s, ".")
	return dot && len(head) >= 10 && len(rest) >= 4
}

// keyLength is how long a private key may be in armour.
const keyLength = 64 << 10

// keyBlock replaces a private key in PEM, OpenSSH or PGP armour. A block without
// an end is replaced to the end of what looks like its lines.
func (c *scan) keyBlock(i int) int {
	s := c.s
	line := s[i:min(len(s), i+100)]
	if k := strings.Index(line, "----"); k >= 0 {
		line = line[:k]
	}
	if !strings.Contains(line, "PRIVATE KEY") || byteAt(s, i-1) != '-' && byteAt(s, i-2) != '-' {
		return 0
	}
	from := i
	for from > c.last && (s[from-1] == '-' || s[from-1] == ' ' && byteAt(s, from-2) == '-') {
		from--
	}
	body := i + len(line)
	limit := min(len(s), body+keyLength)
	if k := strings.Index(s[body:limit], "BEGIN "); k >= 0 {
		limit = body + k // of the next block: this one has lost its end
	}
	if k := strings.Index(s[body:limit], "END "); k >= 0 {
		end := body + k
		if mark := strings.Index(s[end:min(len(s), end+100)], "PRIVATE KEY"); mark >= 0 {
			end += mark + len("PRIVATE KEY")
			if hasPrefixFold(s[end:], " block") {
				end += len(" block")
			}
			return c.hide(kindPrivateKey, from, runDashes(s, end))
		}
	}
	return c.hide(kindPrivateKey, from, keyLines(s, runDashes(s, body)))
}

// keyLines is the end of the lines from i on that are of a key: base64, or one of
// the headers that armour has. The lines may end in an escaped line end.
func keyLines(s string, i int) int {
	end := i
	for {
		at := nextLine(s, end)
		stop := run(s, at, isBase64)
		switch next := byteAt(s, stop); {
		case next == ':' && isHeader(s[at:stop]):
			stop = lineEnd(s, stop)
		case stop-at < 16 && (stop == at || s[stop-1] != '='), stop-at < 32 && next != 0 && next != '\r' && next != '\n' && next != '\\' && next != '"' && next != '\'':
			return end
		}
		end = stop
	}
}

// isHeader reports whether a name is of the headers of PEM (RFC 1421) or PGP.
func isHeader(name string) bool {
	switch name {
	case "Proc-Type", "DEK-Info", "Version", "Comment", "Hash", "Charset", "MessageID", "Subject":
		return true
	}
	return false
}

// runDashes skips the dashes that end a line of armour.
func runDashes(s string, i int) int {
	if strings.HasPrefix(s[i:], " ----") {
		i++
	}
	return run(s, i, func(b byte) bool { return b == '-' })
}

// putty replaces the private lines of a key file of PuTTY.
func (c *scan) putty(i int) int {
	s := c.s
	if !strings.HasPrefix(s[i:], "PuTTY-User-Key-File-") {
		return 0
	}
	k := strings.Index(s[i:min(len(s), i+8192)], "Private-Lines:")
	if k < 0 {
		return 0
	}
	from := nextLine(s, run(s, i+k+len("Private-Lines:"), func(b byte) bool { return b == ' ' || isDigit(b) }))
	end := keyLines(s, from)
	if k := nextLine(s, end); hasPrefixFold(s[k:], "private-mac: ") || hasPrefixFold(s[k:], "private-hash: ") {
		end = run(s, k+len("private-hash"), func(b byte) bool { return isHex(b) || b == ':' || b == ' ' })
	}
	return c.hide(kindPrivateKey, from, end)
}
