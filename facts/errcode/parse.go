package errcode

import (
	"fmt"
	"strings"
)

// MaxLiteral is the longest string that Parse looks at.
const MaxLiteral = 256

// Parse reads s, which is exactly one code in any notation: hexadecimal with 0x,
// &H, a final h or eight plain digits, signed or unsigned decimal, the 8-4-8
// composite of Exchange, a STOP code, an HTTP or SMTP status, an enhanced mail
// status, a DNS RCODE or extended error, an errno, or a symbol. Words such as
// "Error", "System error", "error code:" and "ID no:" may stand before a number;
// an event number is no code.
//
// Eight plain digits are hexadecimal when one of them is a letter, or when they
// start with 0 or 8; other digits are decimal.
func Parse(s string) (Code, error) {
	if len(s) > MaxLiteral {
		return Code{}, fmt.Errorf("a code has at most %d characters, this has %d", MaxLiteral, len(s))
	}
	literal := strings.Trim(s, " \t\r\n")
	body := strip(literal)
	if body == "" {
		return Code{}, fmt.Errorf("no code in %q: want a number such as 0x80004005, -1018 or 997, or a name such as ERROR_IO_PENDING", s)
	}
	c, end := parseBody(body)
	if end == 0 || !parseRest(body[end:], c) {
		return Code{}, fmt.Errorf("%q is not a code: want hexadecimal (0xC00203E5, c00203e5, &H..., ...h), decimal (997, -1073609755), "+
			"8-4-8, STOP 0x7B, HTTP 503, SMTP 550, 5.7.1, rcode 3, EDE 6, errno 13, or a name such as ERROR_IO_PENDING", s)
	}
	c.Literal = literal
	return c, nil
}

// strip takes off quotes, brackets and the marks of a sentence around a code.
func strip(s string) string {
	for {
		was := s
		s = strings.TrimSpace(strings.TrimRight(s, ".,;:!"))
		s = strings.TrimLeft(s, "*")
		if n := len(s); n >= 2 {
			switch pair := s[:1] + s[n-1:]; pair {
			case `""`, "''", "``", "()", "[]", "<>", "{}":
				s = s[1 : n-1]
			}
		}
		if s == was {
			return s
		}
	}
}

// leadWords may stand before a number; with them it is still one code.
var leadWords = [...]string{
	"error", "errors", "err", "rc", "sc", "failed", "fails", "with", "system", "win32", "windows", "nt", "code", "number", "no", "status", "result", "return",
	"returned", "hresult", "hr", "ntstatus", "scode", "exit", "last", "reported", "jet", "ese", "winsock", "socket", "exception",
	"value", "run-time", "runtime", "the", "is", "was", "fatal", "net", "com", "native", "sense", "data", "word",
}

func parseBody(s string) (c Code, end int) {
	if isLetter(s[0]) {
		if c, end = phrase(s, 0, false); end != 0 {
			return c, end
		}
		word := wordEnd(s, 0, len(s))
		if c, ok := symbol(s[:word]); ok {
			return c, word
		}
	}
	if c, end = parseNumber(s, 0); end != 0 {
		return c, end
	}
	at := afterLead(s)
	if at == 0 || at >= len(s) {
		return Code{}, 0
	}
	if c, end = parseNumber(s, at); end != 0 {
		return c, end
	}
	word := wordEnd(s, at, len(s))
	if c, ok := symbol(s[at:word]); ok {
		return c, word
	}
	return Code{}, 0
}

// afterLead skips the words before a number and returns its place.
func afterLead(s string) int {
	const between = ":=#('\"[<."
	c := cursor{s, 0}
	if c.word("id") { // "ID no:", never "ID: 4058"
		if !c.gap(between) || !c.word("no") && !c.word("number") || !c.gap(between) {
			return 0
		}
		return c.i
	}
	for {
		before := c.i
		for _, w := range leadWords {
			at := c.i
			if c.word(w) {
				if c.gap(between) {
					break
				}
				c.i = at
			}
		}
		if c.i == before {
			return c.i
		}
	}
}

// parseNumber reads a number at s[i:] that is meant to be a code.
func parseNumber(s string, i int) (Code, int) {
	if c, end := scanComposite(s, i); end != 0 {
		return c, end
	}
	if s[i] == '#' && i+1 < len(s) {
		i++
	}
	if c, end := scanMail(s, i); end != 0 {
		return c, end
	}
	if c, end := scanEnhanced(s, i); end != 0 {
		return c, end
	}
	if c, end := scanReason(s, i); end != 0 {
		return c, end
	}
	v, end := scanHex(s, i)
	if end == 0 {
		v, end = scanSuffixed(s, i)
	}
	if end == 0 {
		v, end = plainEight(s, i)
	}
	if end == 0 {
		v, end = scanDecimal(s, i)
	}
	if end == 0 {
		return Code{}, 0
	}
	return nest(Code{Value: v, Literal: s[i:end]}), end
}

// plainEight reads eight plain digits as hexadecimal where that is what they
// are: c00203e5, 80070003, 00000005, but neither 12345678 nor a word of eight
// letters.
func plainEight(s string, i int) (uint32, int) {
	v, letter, end := scanEight(s, i)
	switch {
	case end == 0:
		return 0, 0
	case letter && strings.ContainsAny(s[i:end], "0123456789"), v == 0xDEADDEAD:
		return v, end
	case !letter && (s[i] == '0' || s[i] == '8'):
		return v, end
	}
	return 0, 0
}

// parseRest accepts what may follow a code that is written twice: quotes, the
// reason of an HTTP status, or the same or the nested value in parentheses.
func parseRest(rest string, c Code) bool {
	rest = strings.Trim(rest, " \t\r\n.,;:!?'\"`)]>")
	if rest == "" {
		return true
	}
	if e, ok := tableOf(c.Family).find(c.Value); ok && strings.EqualFold(strings.Trim(rest, "(-– "), e.name) {
		return true
	}
	inner, isParen := strings.CutPrefix(rest, "(")
	if inner2, isEqual := strings.CutPrefix(rest, "="); isEqual {
		inner, isParen = strings.TrimSpace(inner2), true
	}
	if !isParen || inner == "" {
		return false
	}
	again, end := parseNumber(inner, 0)
	if end == 0 {
		var ok bool
		if again, ok = symbol(inner); !ok {
			return false
		}
		end = len(inner)
	}
	if end != len(inner) {
		return false
	}
	if again.Value == c.Value {
		return true
	}
	for _, n := range c.Nested {
		if n.Value == again.Value {
			return true
		}
	}
	return false
}
