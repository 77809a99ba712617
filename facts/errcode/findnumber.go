package errcode

import "strings"

// digits handles a token that starts with a digit.
func (f *finder) digits() {
	s, start := f.s, f.i
	if start+1 < len(s) && s[start] == '0' && s[start+1]|0x20 == 'x' {
		f.hex(start)
		return
	}
	end := start
	for end < len(s) && isWord(s[end]) {
		end++
	}
	f.i = end
	if end < len(s) && s[end] == '.' && end+1 < len(s) && isDigit(s[end+1]) {
		f.dotted(start)
		return
	}
	if end-start == 3 && (s[start] == '4' || s[start] == '5' || s[start] == '2') && f.reply(start, end) {
		return
	}
	if end < len(s) && s[end] == ':' && f.skipColons(start, end) {
		return
	}
	if end-start == 8 {
		if _, _, to := scanEight(s, start); to == end {
			f.eight(start)
			return
		}
	}
	if v, to := scanSuffixed(s, start); to == end {
		if before(s, start, kindOf(v)) == direct {
			f.add(nest(Code{Value: v}), start, end)
		}
		return
	}
	if v, to := scanDecimal(s, start); to == end {
		f.decimal(start, end, v)
	}
}

// skipColons skips an IPv6 address, a time, or an address such as 0137:3037f1db,
// of which s[start:end] is the first part.
func (f *finder) skipColons(start, end int) bool {
	s := f.s
	if v, to := hexRun(s, start); to != end || v>>32 != 0 {
		return false
	}
	colons := 0
	for end < len(s) && s[end] == ':' {
		_, to := hexRun(s, end+1)
		if to == end+1 && to < len(s) && s[to] == ':' && colons == 0 { // "::"
			end, colons = to, colons+1
			continue
		}
		if to == end+1 || !endsAt(s, to) {
			break
		}
		end, colons = to, colons+1
	}
	if colons == 0 {
		return false
	}
	f.i = end
	return true
}

// dotted handles numbers with dots: an enhanced mail status in its context; IP
// addresses, versions and everything else are skipped.
func (f *finder) dotted(start int) {
	s := f.s
	end := start
	for end < len(s) && (isDigit(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) {
		end++
	}
	c, to := scanEnhanced(s, start)
	f.i = max(end, wordEnd(s, end, len(s)))
	if to == end && c.Value>>12&0xFFF <= 7 && f.mailContext(start) {
		f.add(c, start, end)
	}
}

// mailContext reports whether an enhanced status may stand at start: after # or
// the words that a mail system puts before it.
func (f *finder) mailContext(start int) bool {
	s := f.s
	if start > 0 && s[start-1] == '#' || start == 0 && len(s) < 32 || f.wholeLine(start, start+5) {
		return true
	}
	for _, w := range []string{"status", "dsn", "ndr", "smtp", "error", "code", "diagnostic"} {
		if endsWithWord(s, start, w) {
			return true
		}
	}
	return false
}

// reply handles three digits that are the reply of a server: "550 5.7.1",
// "404 Not Found", and "550 " at the start of a line that speaks of mail.
func (f *finder) reply(start, end int) bool {
	s := f.s
	if start > 0 && s[start-1] == '.' {
		return false
	}
	if c, to := scanMail(s, start); to != 0 {
		f.add(c, start, to)
		return true
	}
	if c, to := scanReason(s, start); to != 0 {
		f.add(c, start, to)
		return true
	}
	if s[start] == '2' || start != f.lineFrom || end >= len(s) || s[end] != ' ' && s[end] != '-' {
		return false
	}
	line := s[end:min(len(s), end+80)]
	if n := strings.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	for _, w := range []string{"relay", "mailbox", "recipient", "sender", "mail", "smtp", "SMTP", "Relay", "Recipient", "Mailbox"} {
		if strings.Contains(line, w) {
			v, _ := scanSmall(s, start, 3)
			f.add(Code{Value: v, Family: SMTP}, start, end)
			return true
		}
	}
	return false
}

// hex handles a number with 0x.
func (f *finder) hex(start int) {
	s := f.s
	v, end := scanHex(s, start)
	if end == 0 {
		f.i = wordEnd(s, start, len(s))
		return
	}
	f.i = end
	if end+1 < len(s) && s[end] == ':' && (s[end+1] == '0' || isDigit(s[end+1])) || start > 0 && (s[start-1] == ':' || s[start-1] == '-' || s[start-1] == '+') && start > 1 && isWord(s[start-2]) && isDigit(s[start-2]) {
		return // a segmented address, a range, an offset
	}
	switch ctx := before(s, start, kindOf(v)); {
	case ctx == refused:
		return
	case ctx == direct, f.follows(start), v>>31 == 1 && f.wholeLine(start, end), len(s) <= MaxLiteral && len(strings.TrimSpace(s)) == end-start:
	case f.hexRow(start, end):
		return
	case ctx == near, f.continues(start):
	case v>>28 == 8 || v>>28 == 0xC || v>>16 == 0xFFFF && v != 0xFFFFFFFF:
	default:
		return
	}
	f.list = true
	f.add(nest(Code{Value: v}), start, end)
}

// kindOf tells a value of 32 bits from a shorter one.
func kindOf(v uint32) numberKind {
	if v>>31 == 1 {
		return wideNumber
	}
	return shortHex
}

// hexRow reports whether another 0x number of eight digits stands directly before
// or behind: a row of them without an error word is a dump.
func (f *finder) hexRow(start, end int) bool {
	s := f.s
	if end+2 < len(s) && s[end] == ' ' && s[end+1] == '0' && s[end+2]|0x20 == 'x' {
		return true
	}
	return start > 11 && s[start-1] == ' ' && s[start-11] == '0' && s[start-10]|0x20 == 'x' && isWord(s[start-2])
}

// eight handles eight hexadecimal digits without 0x.
func (f *finder) eight(start int) {
	s := f.s
	if end := isGUID(s, start); end != 0 {
		f.i = end
		return
	}
	if c, end := scanComposite(s, start); end != 0 && strings.IndexByte("0cC8", s[start]) >= 0 && before(s, start, wideNumber) != refused {
		f.add(c, start, end)
		return
	}
	v, letter, end := scanEight(s, start)
	f.i = end
	if v == 0 || end < len(s) && s[end] == '-' && end+1 < len(s) && isWord(s[end+1]) {
		return
	}
	if start > 0 && (s[start-1] == ':' || s[start-1] == '-' || s[start-1] == '+' || s[start-1] == '.') && start > 1 && isWord(s[start-2]) && !isLetterBefore(s, start-2) {
		return // 0137:3037f1db, a range, an offset
	}
	if letter && v != 0xDEADDEAD && !strings.ContainsAny(s[start:end], "0123456789") {
		return // a word of eight letters
	}
	first := s[start] | 0x20
	codeLike := first == '8' || first == 'c' || first == '0'
	ctx := before(s, start, wideNumber)
	row := f.inDump()
	ok := false
	switch {
	case ctx == refused:
	case f.follows(start):
		ok = true
	case ctx == direct:
		ok = letter && (!row || codeLike) || !letter && (first == '8' || first == '0')
		if !ok && !letter && before(s, start, smallNumber) == direct && !f.glued(end) {
			v, _ = scanDecimal(s, start)
			f.add(nest(Code{Value: v}), start, end)
			return
		}
	case row:
	case ctx == near:
		ok = first == '8' || first == 'c' && letter
	case f.quoted(start, end), errorFollows(s, end):
		ok = first == '8' || first == 'c' && letter
	default:
		ok = codeLike && f.wholeLine(start, end) && (letter || first == '8' || first == '0')
	}
	if ok {
		f.add(nest(Code{Value: v}), start, end)
	}
}

// isLetterBefore reports whether the word that ends at s[i] holds a letter that
// is no hexadecimal digit: "code:80070005" is no address.
func isLetterBefore(s string, i int) bool {
	for n := 0; i >= 0 && n < 16 && isWord(s[i]); n++ {
		if _, ok := hexDigit(s[i]); !ok {
			return true
		}
		i--
	}
	return false
}

func (f *finder) quoted(start, end int) bool {
	if start == 0 || end >= len(f.s) {
		return false
	}
	switch open := f.s[start-1]; open {
	case '\'', '"':
		return f.s[end] == open
	}
	return false
}

// decimal handles an unsigned decimal number s[start:end].
func (f *finder) decimal(start, end int, v uint32) {
	s := f.s
	if v == 0 || f.glued(end) {
		return
	}
	if start > 0 {
		switch s[start-1] {
		case '.', '/', '\\', '-', '+', '$', '@', '%', ',', '_', '&':
			return
		case '(':
			if end < len(s) && s[end] == ')' && f.errnoText(start-1, v) {
				f.add(Code{Value: v, Family: Errno}, start, end)
				return
			}
		}
	}
	if countedThing(s, end) || v >= 1e6 && v < 1<<31 && !likelyStatus(v) {
		return
	}
	if f.follows(start) && s[f.lastEnd:start] != "/" {
		f.add(nest(Code{Value: v}), start, end)
		return
	}
	if v >= 1<<31 {
		ctx := before(s, start, wideNumber)
		if ctx == direct || ctx == near || ctx == unclear && likelyHRESULT(v) && (f.wholeLine(start, end) || tableKnows(HRESULT, v)) {
			f.add(nest(Code{Value: v}), start, end)
		}
		return
	}
	if (v/100 == 2 || v/100 == 3) && strings.Contains(s[max(0, start-40):start], "HTTP") {
		return // the success of a request
	}
	ctx := before(s, start, smallNumber)
	if ctx == direct || ctx != refused && f.continues(start) && f.found[len(f.found)-1].Literal[0] != 'x' {
		if ctx == direct {
			f.list = true
		}
		f.add(nest(Code{Value: v}), start, end)
	}
}

// likelyStatus reports whether a large number is an informational status and no
// time stamp or counter.
func likelyStatus(v uint32) bool {
	_, ok := tableOf(NTSTATUS).find(v)
	return ok
}

// errnoText reports whether the text of errno v ends before the parenthesis at i:
// "Connection refused (111)".
func (f *finder) errnoText(i int, v uint32) bool {
	e, ok := tableOf(Errno).find(v)
	if !ok || i < len(e.text)+1 || f.s[i-1] != ' ' {
		return false
	}
	return strings.EqualFold(f.s[i-1-len(e.text):i-1], e.text)
}
