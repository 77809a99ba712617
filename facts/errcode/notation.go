package errcode

import "strings"

// cursor walks over a phrase such as "STOP: 0x0000000A (...)" or "SMTP 550".
// Everything that it skips is bounded, so that Find stays linear.
type cursor struct {
	s string
	i int
}

const maxGap = 32 // white space and punctuation between two parts of a phrase

// gap skips white space and the given bytes; it reports whether anything was
// there or the text is over.
func (c *cursor) gap(bytes string) bool {
	from := c.i
	for c.i < len(c.s) && c.i-from < maxGap && (isSpace(c.s[c.i]) || strings.IndexByte(bytes, c.s[c.i]) >= 0) {
		c.i++
	}
	return c.i > from
}

// word takes the given word, in any case, if it stands here as a whole.
func (c *cursor) word(w string) bool {
	if len(c.s)-c.i < len(w) || !strings.EqualFold(c.s[c.i:c.i+len(w)], w) || !endsAt(c.s, c.i+len(w)) {
		return false
	}
	c.i += len(w)
	return true
}

// fillers takes any number of the words, with their gaps, and counts them.
func (c *cursor) fillers(gap string, words ...string) (n int) {
	for again := true; again && n < 4; {
		again = false
		for _, w := range words {
			at := c.i
			if c.word(w) {
				if c.gap(gap) {
					again, n = true, n+1
					break
				}
				c.i = at
			}
		}
	}
	return n
}

// startsPhrase reports whether a word with this first letter and length may start
// a phrase; it spares most words the comparisons.
func startsPhrase(first byte, n int) bool {
	switch first | 0x20 {
	case 's', 'h': // stop, smtp, http
		return n == 4
	case 'b': // bug, bugcheck, bugcheckcode
		return n == 3 || n == 8 || n == 12
	case 'r': // rcode
		return n == 5
	case 'e': // ede, errno, extended
		return n == 3 || n == 5 || n == 8
	case 'o': // os
		return n == 2
	}
	return false
}

// phrase reads a code whose notation starts with a word at s[i:]. In running
// text (strict) a short number needs a bit more than in an argument.
func phrase(s string, i int, strict bool) (c Code, end int) {
	switch s[i] | 0x20 {
	case 's':
		if c, end = scanStop(s, i, strict); end == 0 {
			c, end = scanSMTP(s, i)
		}
	case 'b':
		c, end = scanStop(s, i, strict)
	case 'h':
		c, end = scanHTTP(s, i)
	case 'r':
		c, end = scanRCode(s, i)
	case 'e':
		if c, end = scanExtended(s, i); end == 0 {
			c, end = scanErrno(s, i)
		}
	case 'o':
		c, end = scanErrno(s, i)
	}
	return c, end
}

// scanHTTP reads "HTTP 503", "HTTP/1.1 404", "HTTP Error 403.4". The sub-status,
// which IIS adds, becomes the nested code.
func scanHTTP(s string, i int) (Code, int) {
	c := cursor{s, i}
	if !c.word("http") {
		return Code{}, 0
	}
	if strings.HasPrefix(s[c.i:], "/") && c.i+1 < len(s) && isDigit(s[c.i+1]) {
		_, c.i = scanSmall(s, c.i+1, 1)
		if c.i == 0 {
			return Code{}, 0
		}
		if c.i+1 < len(s) && s[c.i] == '.' && isDigit(s[c.i+1]) {
			c.i += 2
		}
	}
	if !c.gap(":-=(") {
		return Code{}, 0
	}
	c.fillers(":-=(", "error", "status", "response", "result", "code", "is", "was")
	v, end := scanSmall(s, c.i, 3)
	if end == 0 || v < 100 || v > 599 || end-c.i != 3 {
		return Code{}, 0
	}
	code := Code{Value: v, Family: HTTP}
	if end+1 < len(s) && s[end] == '.' && isDigit(s[end+1]) {
		sub, to := scanSmall(s, end+1, 2)
		if to == 0 {
			return Code{}, 0
		}
		code.Nested, end = []Code{{Value: sub, Literal: s[end+1 : to], Family: HTTP}}, to
	}
	if !endsAt(s, end) || end+1 < len(s) && s[end] == '.' && isDigit(s[end+1]) {
		return Code{}, 0
	}
	code.Literal = s[i:end]
	return code, end
}

// scanReason reads "404 Not Found": a status of HTTP with its own reason phrase.
func scanReason(s string, i int) (Code, int) {
	v, end := scanSmall(s, i, 3)
	if end-i != 3 || v < 400 {
		return Code{}, 0
	}
	e, ok := tableOf(HTTP).find(v)
	c := cursor{s, end}
	if !ok || !c.gap(")-:") || len(s)-c.i < len(e.name) || !strings.EqualFold(s[c.i:c.i+len(e.name)], e.name) || !endsAt(s, c.i+len(e.name)) {
		return Code{}, 0
	}
	end = c.i + len(e.name)
	return Code{Value: v, Literal: s[i:end], Family: HTTP}, end
}

// scanSMTP reads "SMTP 550", "SMTP error 550 5.7.1", "SMTP; 550 5.7.1".
func scanSMTP(s string, i int) (Code, int) {
	c := cursor{s, i}
	if !c.word("smtp") || !c.gap(":;-=(#") {
		return Code{}, 0
	}
	c.fillers(":;-=(#", "protocol", "error", "status", "reply", "response", "code", "is", "was")
	if code, end := scanMail(s, c.i); end != 0 {
		code.Literal = s[i:end]
		return code, end
	}
	if code, end := scanEnhanced(s, c.i); end != 0 {
		code.Literal = s[i:end]
		return code, end
	}
	v, end := scanSmall(s, c.i, 3)
	if end-c.i != 3 || v < 200 || v > 599 || !endsAt(s, end) {
		return Code{}, 0
	}
	return Code{Value: v, Literal: s[i:end], Family: SMTP}, end
}

// scanMail reads "550 5.7.1" (RFC 2034): a reply code and an enhanced code of the
// same class, which is the more exact one.
func scanMail(s string, i int) (Code, int) {
	v, end := scanSmall(s, i, 3)
	if end-i != 3 || v < 200 || v > 599 || end+1 >= len(s) || s[end] != ' ' && s[end] != '-' {
		return Code{}, 0
	}
	to := end + 1
	if s[to] == '#' {
		to++
	}
	code, stop := scanEnhanced(s, to)
	if stop == 0 || code.Value>>24 != v/100 {
		return Code{}, 0
	}
	code.Nested = []Code{{Value: v, Literal: s[i:end], Family: SMTP}}
	code.Literal = s[i:stop]
	return code, stop
}

// scanEnhanced reads "5.7.1" (RFC 3463): class 2, 4 or 5, subject, detail.
func scanEnhanced(s string, i int) (Code, int) {
	if i+4 >= len(s) || s[i] != '2' && s[i] != '4' && s[i] != '5' || s[i+1] != '.' {
		return Code{}, 0
	}
	subject, end := scanSmall(s, i+2, 3)
	if end == 0 || end+1 >= len(s) || s[end] != '.' {
		return Code{}, 0
	}
	detail, stop := scanSmall(s, end+1, 3)
	if stop == 0 || !endsAt(s, stop) || stop+1 < len(s) && s[stop] == '.' && isDigit(s[stop+1]) {
		return Code{}, 0
	}
	return Code{Value: EnhancedValue(uint32(s[i]-'0'), subject, detail), Literal: s[i:stop], Family: SMTPEnhanced}, stop
}

// scanRCode reads "rcode 3" and "RCODE: NXDOMAIN".
func scanRCode(s string, i int) (Code, int) {
	c := cursor{s, i}
	if !c.word("rcode") || !c.gap(":=(") {
		return Code{}, 0
	}
	c.fillers(":=(", "is", "was")
	if v, end := scanSmall(s, c.i, 4); end != 0 && v < 4096 && endsAt(s, end) {
		return Code{Value: v, Literal: s[i:end], Family: DNSRCode}, end
	}
	end := wordEnd(s, c.i, 16)
	if e, ok := tableOf(DNSRCode).named(s[c.i:end]); ok {
		return Code{Value: e.value, Literal: s[i:end], Family: DNSRCode}, end
	}
	return Code{}, 0
}

// scanExtended reads "EDE 6", "EDE: 22 (No Reachable Authority)", "Extended DNS
// Error 22".
func scanExtended(s string, i int) (Code, int) {
	c := cursor{s, i}
	switch {
	case c.word("ede"):
	case c.word("extended") && c.gap("") && c.word("dns") && c.gap("") && c.word("error"):
	default:
		return Code{}, 0
	}
	if !c.gap(":=(") {
		return Code{}, 0
	}
	c.fillers(":=(", "info-code", "code", "is", "was")
	v, end := scanSmall(s, c.i, 5)
	if end == 0 || v > 0xFFFF || !endsAt(s, end) {
		return Code{}, 0
	}
	if e, ok := tableOf(DNSExtended).find(v); ok { // its name may follow in parentheses
		n := cursor{s, end}
		n.gap(":(-")
		if n.i > end && n.word(e.name) {
			if end = n.i; end < len(s) && s[end] == ')' {
				end++
			}
		}
	}
	return Code{Value: v, Literal: s[i:end], Family: DNSExtended}, end
}

// scanErrno reads "errno 13", "[Errno 13]" (without its bracket), "os error 13"
// and the negated form of the kernel, "errno -13".
func scanErrno(s string, i int) (Code, int) {
	c := cursor{s, i}
	if !c.word("errno") && !(c.word("os") && c.gap("") && c.word("error")) {
		return Code{}, 0
	}
	if !c.gap(":=(#") {
		return Code{}, 0
	}
	c.fillers(":=(", "is", "was")
	if c.i < len(s) && s[c.i] == '-' {
		c.i++
	}
	v, end := scanSmall(s, c.i, 3)
	if end == 0 || v == 0 || !endsAt(s, end) {
		return Code{}, 0
	}
	return Code{Value: v, Literal: s[i:end], Family: Errno}, end
}

// wordEnd returns the end of the word at s[i:], looking at most n bytes far.
func wordEnd(s string, i, n int) int {
	from := i
	for i < len(s) && i-from < n && isWord(s[i]) {
		i++
	}
	return i
}
