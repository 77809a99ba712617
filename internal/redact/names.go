package redact

import (
	"net/netip"
	"strconv"
	"strings"
)

// labels map the parts of DNS names to tokens one by one. A zone stays the
// suffix of its names, and a short name stays the first label of the full one.
type labels struct {
	tokens map[string]string // by label, or by "label.tld" where that is not clear
	tld    map[string]string // the top level that a second-level label was met under
	last   map[string]int
	taken  map[string]bool
}

func newLabels() labels {
	return labels{tokens: make(map[string]string), tld: make(map[string]string), last: make(map[string]int), taken: make(map[string]bool)}
}

// topLevel reports whether a label says nothing about its owner. Names under
// others ("server.contoso") are replaced to their last label.
func topLevel(label string) bool {
	switch label {
	case "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "cloud", "online", "site", "tech", "app", "dev",
		"local", "lan", "internal", "intranet", "private", "home", "test", "example", "invalid", "localhost", "localdomain", "arpa", "onion":
		return true
	}
	return len(label) == 2 && all(label, isAlpha)
}

// token is the token of one label, and whether it is a new one.
func (t *labels) token(label, stem string) (token string, fresh bool) {
	if token, known := t.tokens[label]; known {
		return token, false
	}
	if numbered(label, "host") || numbered(label, "domain") {
		t.tokens[label], t.taken[label] = label, true
		return label, false
	}
	for token == "" || t.taken[token] {
		t.last[stem]++
		token = stem + strconv.Itoa(t.last[stem])
	}
	t.tokens[label], t.taken[token] = token, true
	return token, true
}

// dnsName is the token of a DNS name, of as many labels. The root, single top
// levels, "localhost" and labels of services ("_tcp") stay.
func (r *Redactor) dnsName(name string) string {
	if r.off[KindHost] || name == "" || name == "." || r.kept(strings.TrimSuffix(name, ".")) {
		return name
	}
	bare := strings.ToLower(strings.TrimSuffix(name, "."))
	dot := name[len(bare):]
	if bare == "localhost" || bare == "localhost.localdomain" {
		return name
	}
	if token, ok := r.reverseName(bare); ok {
		return token + dot
	}
	token, fresh := r.nameToken(bare, "host")
	if token != bare {
		r.count(KindHost, fresh)
	}
	return token + dot
}

// nameToken is the token of a name in lower case without a dot at its end. A
// name of one label gets the stem.
func (r *Redactor) nameToken(bare, single string) (token string, anyFresh bool) {
	parts := strings.Split(bare, ".")
	n := len(parts)
	known := topLevel(parts[n-1])
	for i := n - 1; i >= 0; i-- {
		label := parts[i]
		switch {
		case i == n-1 && known:
			parts[i] = "invalid"
		case label == "" || label == "*" || label[0] == '_':
		default:
			stem, key := "host", label
			switch {
			case n == 1:
				stem = single
			case i == n-1 || i == n-2 && known:
				stem = "domain"
			}
			if i == n-2 && known {
				key = r.labels.under(label, strings.ToLower(bare[strings.LastIndexByte(bare, '.')+1:]))
			}
			token, fresh := r.labels.token(key, stem)
			parts[i] = token
			anyFresh = anyFresh || fresh
		}
	}
	return strings.Join(parts, "."), anyFresh
}

// under is the key of a second-level label: corp.com and corp.net are two.
func (t *labels) under(label, tld string) string {
	have, ok := t.tld[label]
	if !ok {
		t.tld[label] = tld
		return label
	}
	if have == tld {
		return label
	}
	return label + "." + tld
}

// reverseName is the token of a name below in-addr.arpa or ip6.arpa: of the
// whole address, or of as much of its network as the name has.
func (r *Redactor) reverseName(bare string) (string, bool) {
	if bare == "arpa" || bare == "in-addr.arpa" || bare == "ip6.arpa" {
		return bare, true
	}
	if digits, ok := strings.CutSuffix(bare, ".in-addr.arpa"); ok {
		parts := strings.Split(digits, ".")
		if len(parts) > 4 {
			return "", false
		}
		text := ""
		for i := len(parts) - 1; i >= 0; i-- {
			text += parts[i] + "."
		}
		text = strings.TrimSuffix(text+strings.Repeat("1.", 4-len(parts)), ".")
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", false
		}
		if a = r.mapped(a); !a.Is4() {
			return "", false
		}
		b, out := a.As4(), ".in-addr.arpa"
		for i := range len(parts) {
			out = "." + strconv.Itoa(int(b[i])) + out
		}
		return out[1:], true
	}
	digits, ok := strings.CutSuffix(bare, ".ip6.arpa")
	nibbles := strings.Split(digits, ".")
	if !ok || len(nibbles) > 32 {
		return "", false
	}
	var b [16]byte
	for i := range nibbles {
		v, err := strconv.ParseUint(nibbles[len(nibbles)-1-i], 16, 4)
		if err != nil {
			return "", false
		}
		b[i/2] |= byte(v) << (4 - 4*(i%2))
	}
	b = r.mapped(netip.AddrFrom16(b)).As16()
	out := ".ip6.arpa"
	for i := range nibbles {
		out = "." + strconv.FormatUint(uint64(b[i/2]>>(4-4*(i%2))&15), 16) + out
	}
	return out[1:], true
}

// mapped is the token of an address as an address, or the address where it stays.
func (r *Redactor) mapped(a netip.Addr) netip.Addr {
	if token, changed := r.ip(a); changed {
		if t, err := netip.ParseAddr(token); err == nil {
			return t
		}
	}
	return a
}
