package errcode

import "strings"

// scanStop reads the spellings of a STOP code: "STOP: 0x0000000A (p1, p2, p3, p4)",
// "Stop 0xA", "STOP 0A", "STOP C000021A", "bugcheck 0x7b", "BugCheck 7B, {p1, ...}",
// "Bug Check 0x7B: INACCESSIBLE_BOOT_DEVICE". In running text (strict) a short
// number without 0x counts only after a capital STOP, a colon, or a word such as
// error.
func scanStop(s string, i int, strict bool) (Code, int) {
	const between = ":='\"-#"
	c := cursor{s, i}
	clear := strings.HasPrefix(s[i:], "STOP")
	switch {
	case c.word("stop"):
	case c.word("bugcheck"), c.word("bugcheckcode"), c.word("bug") && c.gap("-") && c.word("check"):
		clear = true
	default:
		return Code{}, 0
	}
	from := c.i
	if !c.gap(between) {
		return Code{}, 0
	}
	clear = clear || strings.ContainsAny(s[from:c.i], ":=")
	if c.fillers(between, "error", "code", "message", "screen", "value", "was", "is", "on") > 0 {
		clear = true
	}
	v, end := scanHex(s, c.i)
	if end == 0 {
		if v, end = scanStopDigits(s, c.i, strict, clear); end == 0 {
			return Code{}, 0
		}
	}
	code := Code{Value: v, Family: Bugcheck}
	code.Params, end = scanParams(s, end)
	if name, to := scanStopName(s, end); to != 0 && name.value == v {
		end = to
		if code.Params == nil {
			code.Params, end = scanParams(s, end)
		}
	}
	code.Literal = s[i:end]
	if inner, ok := stopStatus(v, code.Params); ok {
		code.Nested = []Code{inner}
	}
	return code, end
}

// scanStopDigits reads the number of a STOP code that has no 0x.
func scanStopDigits(s string, i int, strict, clear bool) (uint32, int) {
	if s[min(i, len(s)-1)]|0x20 == 'x' { // "STOP x50"
		i++
	}
	v, end := hexRun(s, i)
	n := end - i
	if n == 0 || n > 8 || !endsAt(s, end) {
		return 0, 0
	}
	if strict && n != 8 {
		if !clear && s[i] != '0' && !mixed(s[i:end]) || n > 3 || !strings.ContainsAny(s[i:end], "0123456789") || n == 1 {
			return 0, 0
		}
		if end+1 < len(s) && (s[end] == '.' || s[end] == '-' || s[end] == '/' || s[end] == '%') && isWord(s[end+1]) {
			return 0, 0
		}
	}
	if strict && n == 8 && !clear && strings.IndexByte("0cC8", s[i]) < 0 {
		return 0, 0
	}
	return uint32(v), end
}

// mixed reports whether a short number has a digit and a capital letter: 7B, 21A.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "ABCDEF")
}

const maxParams = 8

// scanParams reads the parameters behind a STOP code: in parentheses, in the
// braces of the debugger, or as a plain list of 0x numbers.
func scanParams(s string, i int) (params []uint64, end int) {
	c := cursor{s, i}
	c.gap(",:")
	closing := byte(0)
	if c.i < len(s) {
		switch s[c.i] {
		case '(':
			closing = ')'
		case '{', '[':
			closing = s[c.i] + 2
			if s[c.i] == '[' {
				closing = ']'
			}
		}
	}
	if closing != 0 {
		c.i++
		c.gap("")
	}
	end = i
	for len(params) < maxParams && c.i < len(s) {
		v, to := scanHex64(s, c.i)
		if to == 0 && closing != 0 {
			if v, to = hexRun(s, c.i); to == c.i || !endsAt(s, to) {
				to = 0
			}
		}
		if to == 0 || closing == 0 && to-c.i < 10 {
			break
		}
		params, end = append(params, v), to
		c.i = to
		c.gap(",;")
	}
	if end > i && closing != 0 {
		c.i = end
		if c.gap(","); c.i < len(s) && s[c.i] == closing {
			end = c.i + 1
		}
	}
	return params, end
}

// scanStopName reads the symbol of a bugcheck behind its number.
func scanStopName(s string, i int) (entry, int) {
	c := cursor{s, i}
	if !c.gap(":-(,") {
		return entry{}, 0
	}
	end := wordEnd(s, c.i, 80)
	if end == c.i {
		return entry{}, 0
	}
	e, ok := tableOf(Bugcheck).named(s[c.i:end])
	if !ok {
		return entry{}, 0
	}
	if end < len(s) && s[end] == ')' && strings.IndexByte(s[i:c.i], '(') >= 0 {
		end++
	}
	return e, end
}

// stopStatus returns the NTSTATUS among the parameters of a STOP code: the first
// of 0x1E, 0x7E, 0x8E, 0x3B and 0xC000021A, the first or second of those that
// report a failed read or start. An address in its place is not one.
func stopStatus(v uint32, params []uint64) (Code, bool) {
	switch v &^ bitFromNT {
	case 0x1E, 0x3B, 0x7E, 0x8E, 0xC000021A, 0xC0000218, 0x77, 0x7A, 0x7B, 0x4C, 0x51, 0x69, 0x6B, 0x6D, 0x6F:
	default:
		return Code{}, false
	}
	for _, p := range params[:min(2, len(params))] {
		status, ok := fits(p)
		if !ok || status < 0x80000000 {
			continue
		}
		if _, known := tableOf(NTSTATUS).find(status); known {
			return Code{Value: status, Literal: hex(status), Family: NTSTATUS}, true
		}
	}
	return Code{}, false
}
