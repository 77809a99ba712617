package redact

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// ipv4 looks at a word of digits with a dot behind it. It returns where to go on.
func (c *scan) ipv4(i, j int) int {
	end := run(c.s, j, func(b byte) bool { return isDigit(b) || b == '.' })
	whole := strings.TrimRight(c.s[i:end], ".")
	end = i + len(whole)
	if before := byteAt(c.s, i-1); !c.wordEdge(i) || before == '_' || before == '.' && isDigit(byteAt(c.s, i-2)) {
		return end
	}
	a, ok := parse4(whole)
	if !ok {
		return end
	}
	if b := byteAt(c.s, end); isWord(b) || b == '_' && isWord(byteAt(c.s, end+1)) {
		return end
	}
	if hasPrefixFold(c.s[end:], ".in-addr.arpa") {
		b := a.As4()
		back := netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]})
		if token, changed := c.r.ip(back); changed && !strings.HasPrefix(token, bracket) {
			t := netip.MustParseAddr(token).As4()
			c.replace(i, end, netip.AddrFrom4([4]byte{t[3], t[2], t[1], t[0]}).String())
		}
		return end
	}
	if c.isVersion(i, end) {
		c.version = end
		return end
	}
	if token, changed := c.r.ip(a); changed {
		c.replace(i, end, token)
	}
	return end
}

// parse4 reads a.b.c.d, also with each part filled up to three digits.
func parse4(s string) (netip.Addr, bool) {
	if len(s) < 7 || len(s) > 15 {
		return netip.Addr{}, false
	}
	var b [4]byte
	rest := s
	for k := range 4 {
		part, more, dot := strings.Cut(rest, ".")
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || dot != (k < 3) || len(part) > 1 && part[0] == '0' && len(s) != 15 {
			return netip.Addr{}, false
		}
		b[k] = byte(n)
		rest = more
	}
	return netip.AddrFrom4(b), true
}

// versionWords are the words behind which a.b.c.d is a version.
func versionWord(w string) bool {
	switch strings.ToLower(w) {
	case "v", "ver", "version", "versions", "fileversion", "productversion", "oldversion", "newversion", "assemblyversion",
		"build", "builds", "rev", "revision", "release", "rel", "firmware", "driver", "assembly", "oid", "section", "sp", "patch",
		"dll", "exe", "sys", "ocx", "upgrade", "update", "clientversion", "osversion", "hotfix", "edition", "kernel":
		return true
	}
	return false
}

func archive(ext string) bool {
	switch strings.ToLower(ext) {
	case "jar", "exe", "dll", "msi", "zip", "tar", "gz", "tgz", "rpm", "deb", "whl", "war", "so", "cab", "msu", "sys", "nupkg":
		return true
	}
	return false
}

// isVersion reports whether the text around a.b.c.d says that it is a version.
func (c *scan) isVersion(i, end int) bool {
	word, start := wordBefore(c.s, i, " \t:=(\"'[")
	if versionWord(word) || strings.HasSuffix(strings.ToLower(word), "version") {
		return true
	}
	if low := strings.ToLower(word); low == "is" || low == "number" || low == "no" || low == "of" {
		if before, _ := wordBefore(c.s, start, " \t."); versionWord(before) {
			return true
		}
	}
	if c.version > 0 && i-c.version <= 6 && c.version < i { // a list of versions
		switch strings.Trim(c.s[c.version:i], " ,-/()") {
		case "", "and", "or", "to":
			return strings.TrimSpace(c.s[c.version:i]) != "" && !strings.Contains(c.s[c.version:i], "\n")
		}
	}
	if byteAt(c.s, end) == '.' {
		if archive(c.s[end+1 : run(c.s, end+1, isWord)]) {
			return true
		}
	}
	return byteAt(c.s, end) == '-' && isAlpha(byteAt(c.s, end+1)) || byteAt(c.s, end) == '+' && isAlpha(byteAt(c.s, end+1))
}

// colons looks at text that may be an IPv6 or a MAC address from i on: hex
// digits with colons. Times have colons too, and are neither.
func (c *scan) colons(i int) int {
	s := c.s
	end, n, double, digit := i, 0, false, false
	for end < len(s) && end-i < 48 {
		b := s[end]
		switch {
		case b == ':':
			n++
			double = double || byteAt(s, end+1) == ':'
		case isDigit(b):
			digit = true
		case isHex(b):
		case b == '.' && isDigit(byteAt(s, end+1)):
		default:
			goto done
		}
		end++
	}
done:
	skip := end
	if n > 3 || isWord(byteAt(s, end)) {
		skip = run(s, i, isWord)
	}
	if before := byteAt(s, i-1); !c.wordEdge(i) || before == '_' || before == ':' {
		return skip
	}
	if b := byteAt(s, end); isWord(b) || b == '_' || b == '-' && isDigit(byteAt(s, end+1)) {
		return skip
	}
	if b := byteAt(s, end); b == '/' && byteAt(s, run(s, end+1, isDigit)) == '/' || byteAt(s, i-1) == '.' { // thread and date of cluster logs: b34::2005/08/01
		return skip
	}
	text := s[i:end]
	if strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "::") {
		text = text[:len(text)-1]
		n--
	}
	if n == 5 && len(text) == 17 {
		if c.mac(i, text, ':') {
			return i + len(text)
		}
	}
	if n < 7 && !double || n > 8 || !digit {
		return skip
	}
	a, err := netip.ParseAddr(text)
	if err != nil || len(text) < 4 {
		return skip
	}
	if token, changed := c.r.ip(a); changed {
		c.replace(i, i+len(text), token)
	}
	return i + len(text)
}

// dashes looks at a word of two hex digits with a dash behind it.
func (c *scan) dashes(i int) int {
	s := c.s
	end := i
	for end < len(s) && (isHex(s[end]) || s[end] == '-') && end-i < 24 {
		end++
	}
	if before := byteAt(s, i-1); end-i == 17 && !isWord(before) && before != '-' && before != '_' && before != '{' && !isWord(byteAt(s, end)) {
		c.mac(i, s[i:end], '-')
	}
	return i + 2
}

// ciscoMAC looks at a word of four hex digits with a dot behind it: 0011.2233.4455.
func (c *scan) ciscoMAC(i int) bool {
	s := c.s
	if i+14 > len(s) || s[i+9] != '.' || isWord(byteAt(s, i+14)) || byteAt(s, i-1) == '.' || byteAt(s, i+14) == '.' && isWord(byteAt(s, i+15)) {
		return false
	}
	return c.mac(i, s[i:i+14], '.')
}

// mac replaces text if it is a MAC address in that notation, and no time.
func (c *scan) mac(i int, text string, sep byte) bool {
	size := 2
	if sep == '.' {
		size = 4
	}
	for k := range len(text) {
		if k%(size+1) == size != (text[k] == sep) {
			return false
		}
	}
	plain := strings.ReplaceAll(text, string(sep), "")
	raw, err := hex.DecodeString(plain)
	if err != nil || len(raw) != 6 || c.r.off[KindMAC] || c.r.kept(text) {
		return false
	}
	if all(plain, isDigit) && (size == 4 || isStamp(plain)) {
		return false
	}
	b := [6]byte(raw)
	if b == [6]byte{} || b == [6]byte{255, 255, 255, 255, 255, 255} {
		return false
	}
	if b[0] == 0x02 && b[1] == 0 && b[2] == 0x5e {
		c.r.addrs.macOf[uint32(b[3])<<16|uint32(b[4])<<8|uint32(b[5])] = true
		return false
	}
	t := c.r.macToken(b)
	digits := hex.EncodeToString(t[:])
	if strings.ToUpper(plain) == plain && strings.ToLower(plain) != plain {
		digits = strings.ToUpper(digits)
	}
	var out strings.Builder
	for k := 0; k < len(digits); k += size {
		if k > 0 {
			out.WriteByte(sep)
		}
		out.WriteString(digits[k : k+size])
	}
	return c.replace(i, i+len(text), out.String())
}

// isStamp reports whether six pairs of digits may be a date with a time, in
// either order of day and year.
func isStamp(d string) bool {
	pair := func(k int) int { return int(d[2*k]-'0')*10 + int(d[2*k+1]-'0') }
	clock := pair(3) < 24 && pair(4) < 60 && pair(5) < 61
	month := pair(1) >= 1 && pair(1) <= 12 || pair(0) >= 1 && pair(0) <= 12
	return clock && month
}
