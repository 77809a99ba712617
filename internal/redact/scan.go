package redact

import "strings"

// scan is one pass over a text from left to right. What is in front of last is
// in out already; nothing is replaced twice in a pass.
type scan struct {
	r       *Redactor
	s       string
	out     []byte
	last    int
	version int // where the last a.b.c.d ended that was a version
}

// class sorts bytes for the fast loop.
const (
	plain   = iota // nothing starts here
	letter         // of a word
	digit          // of a word
	special        // looked at by itself
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		switch b := byte(c); {
		case isDigit(b):
			t[c] = digit
		case isWord(b):
			t[c] = letter
		}
	}
	for _, c := range []byte(`@\%$:[{`) {
		t[c] = special
	}
	return t
}()

// gate says which words are worth a closer look, by their first and last three
// bytes (five bits each, which folds the case). It lets through too much, never
// too little.
type gate struct {
	heads, tails [1 << 10]uint32
}

func triple(a, b, c byte) uint32 {
	return uint32(a&31)<<10 | uint32(b&31)<<5 | uint32(c&31)
}

func (g *gate) addHead(w string) {
	k := triple(w[0], w[1], w[2])
	g.heads[k>>5] |= 1 << (k & 31)
}

func (g *gate) addTail(w string) {
	k := triple(w[len(w)-3], w[len(w)-2], w[len(w)-1])
	g.tails[k>>5] |= 1 << (k & 31)
}

// addWord lets a learned word through. Words of one or two letters always pass.
func (g *gate) addWord(w string) {
	if len(w) >= 3 {
		g.addHead(w)
	}
}

func (g *gate) passes(s string, i, j int) bool {
	h := triple(s[i], s[i+1], s[i+2])
	t := triple(s[j-3], s[j-2], s[j-1])
	return g.heads[h>>5]&(1<<(h&31)) != 0 || g.tails[t>>5]&(1<<(t&31)) != 0
}

func (r *Redactor) scan(s string) string {
	c := scan{r: r, s: s}
	for i := 0; i < len(s); {
		switch class[s[i]] {
		case plain:
			i++
		case special:
			i = max(i+1, c.special(i))
		default:
			start, digits := i, 0
			for ; i < len(s); i++ {
				k := class[s[i]]
				if k-1 > 1 { // neither letter nor digit
					break
				}
				digits += int(k - 1)
			}
			if n := i - start; digits > 0 || n < 3 || n == 4 && i < len(s) && (s[i] == ':' || s[i] == '.') || n == 3 && i < len(s) && s[i] == ':' {
				if w := c.digits(start, i, digits); w > i {
					i = w
					continue
				}
			}
			if n := i - start; n < 3 || r.gate.passes(s, start, i) || n >= 16 && digits > 0 {
				i = max(i, c.word(start, i))
			}
		}
	}
	if c.last == 0 {
		return s
	}
	return string(append(c.out, s[c.last:]...))
}

// replace puts a token in the place of s[from:to], if nothing of it was replaced
// before.
func (c *scan) replace(from, to int, token string) bool {
	if from < c.last || from >= to || token == c.s[from:to] {
		return false
	}
	c.out = append(c.out, c.s[c.last:from]...)
	c.out = append(c.out, token...)
	c.last = to
	return true
}

// hide replaces s[from:to] by the token of a secret of the kind, and returns
// where to go on.
func (c *scan) hide(kind string, from, to int) int {
	if from >= c.last && from < to && !c.r.off[kind] && !insideToken(c.s, from, to) && !c.r.kept(c.s[from:to]) {
		c.replace(from, to, c.r.secret(kind, c.s[from:to]))
	}
	return to
}

// special looks at what starts with or stands around a byte that is no letter
// or digit. It returns where to go on.
func (c *scan) special(i int) int {
	s := c.s
	switch s[i] {
	case '@':
		return c.email(i, i+1)
	case '%':
		if hasPrefixFold(s[i:], "%40") {
			return c.email(i, i+3)
		}
		if isHex(byteAt(s, i+1)) && isHex(byteAt(s, i+2)) { // an escape: the next word starts behind it
			return i + 3
		}
	case '\\':
		if hasPrefixFold(s[i:], `\u0040`) {
			return c.email(i, i+6)
		}
		return c.backslash(i)
	case '$':
		return c.cryptHash(i)
	case ':':
		switch {
		case strings.HasPrefix(s[i:], "://"):
			return c.userInfo(i + 3)
		case strings.HasPrefix(s[i:], `:\/\/`): // JSON that escapes slashes
			return c.userInfo(i + 5)
		case byteAt(s, i+1) == ':':
			if !isWord(byteAt(s, i-1)) {
				return c.colons(i)
			}
		}
	case '[':
		if n := bracketed(s[i:]); n > 0 {
			c.r.issued.met(s[i : i+n])
			return i + n
		}
	case '{':
		return c.schemeHash(i)
	}
	return i + 1
}

// backslash looks at DOMAIN\user, and at the word behind an escaped line end.
func (c *scan) backslash(i int) int {
	k := runSlash(c.s, i)
	if byteAt(c.s, k) == 'u' && k+5 <= len(c.s) && all(c.s[k+1:k+5], isHex) { // \u0026
		return k + 5
	}
	before := c.last
	end := c.account(i)
	if c.last > before || end > k {
		return end
	}
	switch byteAt(c.s, k) {
	case 'n', 'r', 't':
		if j := run(c.s, k+1, isWord); j > k+2 {
			to := 0
			if isDigit(c.s[k+1]) {
				to = c.digits(k+1, j, count(c.s[k+1:j]))
			} else if j-k > 3 && c.r.gate.passes(c.s, k+1, j) {
				to = c.word(k+1, j)
			}
			if c.last > before {
				return to
			}
		}
	}
	return k
}

// wordEdge reports whether a word may start at i: no other byte of a word is
// before it, unless that is of an escape (%2F, \n).
func (c *scan) wordEdge(i int) bool {
	if !isWord(byteAt(c.s, i-1)) {
		return true
	}
	if i >= 6 && c.s[i-6] == '\\' && c.s[i-5] == 'u' && all(c.s[i-4:i], isHex) {
		return true
	}
	return byteAt(c.s, i-3) == '%' && isHex(c.s[i-1]) && isHex(c.s[i-2]) || byteAt(c.s, i-2) == '\\' && strings.IndexByte("nrt", c.s[i-1]) >= 0
}

// digits looks at words with digits in them, and at the shortest words: numbers,
// addresses, and hex with colons, dots or dashes. It returns where to go on.
func (c *scan) digits(i, j, digits int) int {
	s, n := c.s, j-i
	next := byteAt(s, j)
	switch {
	case next == '.' && digits == n && n <= 3:
		if isDigit(byteAt(s, j+1)) {
			return c.ipv4(i, j)
		}
	case next == '.' && n == 4 && byteAt(s, j+5) == '.' && all(s[i:j], isHex):
		if c.ciscoMAC(i) {
			return i + 14
		}
	case next == ':' && n <= 4 && all(s[i:j], isHex):
		return c.colons(i)
	case next == '-' && n == 2 && byteAt(s, j+3) == '-' && all(s[i:j], isHex):
		c.dashes(i)
	}
	switch {
	case digits == n && (n >= 14 && n <= 16 || n == 4 && (next == ' ' || next == '-')):
		return c.card(i, j)
	case n >= 4 && isUpper(s[i]) && isUpper(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+3]) && (n >= 15 || n == 4 && next == ' '):
		return c.iban(i, j)
	case n == 32 && next == ':' && all(s[i:j], isHex):
		return c.ntlmPair(i, j)
	}
	return 0
}

// word looks at a word that the gate let through.
func (c *scan) word(i, j int) int {
	if len(c.r.learned) > 0 {
		if end, ok := c.learnedAt(i, j); ok {
			return end
		}
	}
	if end := c.prefixed(i, j); end > 0 {
		return end
	}
	if end := c.commandLine(i, j); end > 0 {
		return end
	}
	return c.keyword(i, j)
}
