package errcode

import "strings"

// Match is a code in a text, with its byte offsets there.
type Match struct {
	Code
	Start, End int
}

// Find returns all codes in running text, in order of their position, without
// overlaps. What is a code is decided by its form and by what stands before it:
// GUIDs, addresses, register dumps, dates, IP addresses, versions, sizes and
// event numbers are none, and a number on its own is one only where it fills its
// line. The parameters of a STOP code belong to it.
//
// The time is linear in the length of the text.
func Find(text string) []Match {
	f := finder{s: text, lastEnd: -1, lineTo: -1}
	for f.i < len(text) {
		switch c := text[f.i]; {
		case c == '\n':
			f.i++
			f.lineFrom = f.i
		case isDigit(c):
			f.digits()
		case isWord(c):
			f.word()
		case c == '-':
			f.minus()
		case c == '&':
			f.ampersand()
		default:
			f.i++
		}
	}
	return f.found
}

// finder is the state of one Find. At i, a token starts or nothing does.
type finder struct {
	s        string
	i        int
	lineFrom int // where the line of i starts
	lineTo   int // end of the line for which dump holds, -1 at first
	dump     bool
	lastEnd  int // end of the last match, -1 at first
	list     bool
	found    []Match
}

// add records a code and goes on behind it.
func (f *finder) add(c Code, start, end int) {
	c.Literal = f.s[start:end]
	f.found = append(f.found, Match{Code: c, Start: start, End: end})
	if n := strings.LastIndexByte(c.Literal, '\n'); n >= 0 {
		f.lineFrom = start + n + 1
	}
	f.i, f.lastEnd = end, end
}

// follows reports whether only a sign that joins two spellings of one code
// stands between the last match and start: "-1018 (0xFFFFFC06)", "8004 = -21...".
func (f *finder) follows(start int) bool {
	if f.lastEnd < 0 || start-f.lastEnd > 4 || start == f.lastEnd {
		return false
	}
	between := strings.TrimSpace(f.s[f.lastEnd:start])
	return between == "(" || between == "=" || between == "[" || between == "/" && start-f.lastEnd > 1
}

// continues reports whether start goes on a list of codes: "error 5 or 32",
// "errors 5, 32, and 64".
func (f *finder) continues(start int) bool {
	if f.lastEnd < 0 || start-f.lastEnd > 6 || start == f.lastEnd {
		return false
	}
	switch strings.TrimSpace(f.s[f.lastEnd:start]) {
	case "or", ", or", "and", ", and":
		return true
	case ",":
		return f.list
	}
	return false
}

// wholeLine reports whether s[start:end] is all that its line holds.
func (f *finder) wholeLine(start, end int) bool {
	for i := start; i > f.lineFrom; i-- {
		if c := f.s[i-1]; c != ' ' && c != '\t' {
			return false
		}
	}
	for ; end < len(f.s) && f.s[end] != '\n'; end++ {
		if c := f.s[end]; c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// inDump reports whether the line of i is a dump: three or more bare groups of
// eight digits. Each line is read once.
func (f *finder) inDump() bool {
	if f.i < f.lineTo {
		return f.dump
	}
	f.lineTo = len(f.s)
	if n := strings.IndexByte(f.s[f.i:], '\n'); n >= 0 {
		f.lineTo = f.i + n + 1
	}
	groups := 0
	for i := f.lineFrom; i < f.lineTo && groups < 3; {
		if !isWord(f.s[i]) {
			i++
			continue
		}
		end := i
		for end < f.lineTo && isWord(f.s[end]) {
			end++
		}
		if end-i == 8 {
			if _, _, to := scanEight(f.s, i); to == end {
				groups++
			}
		}
		i = end
	}
	f.dump = groups >= 3
	return f.dump
}

// word handles a token that starts with a letter.
func (f *finder) word() {
	start := f.i
	end := start
	for end < len(f.s) && isWord(f.s[end]) {
		end++
	}
	f.i = end
	n := end - start
	if startsPhrase(f.s[start], n) {
		if c, to := phrase(f.s, start, true); to != 0 {
			f.add(c, start, to)
			return
		}
	}
	if n == 8 {
		if _, _, to := scanEight(f.s, start); to == end {
			f.eight(start)
			return
		}
	}
	if n == 9 {
		if v, to := scanSuffixed(f.s, start); to == end && before(f.s, start, wideNumber) != refused {
			f.add(nest(Code{Value: v}), start, end)
			return
		}
	}
	if n >= 3 && n <= 100 && f.s[start] <= 'Z' {
		if c, ok := symbolInText(f.s[start:end]); ok {
			f.add(c, start, end)
			return
		}
		if f.s[start:end] == "REFUSED" && endsWithWord(f.s, start, "status") {
			f.add(Code{Value: 5, Family: DNSRCode}, start, end)
			return
		}
	}
	if end < len(f.s) && f.s[end] == ':' {
		f.skipColons(start, end)
	}
}

// ampersand handles &H80004005.
func (f *finder) ampersand() {
	if _, end := scanHex(f.s, f.i); end != 0 {
		f.hex(f.i)
		return
	}
	f.i++
}

// minus handles a signed decimal: -1018, -2147467259.
func (f *finder) minus() {
	start := f.i
	f.i++
	if start > 0 && (isWord(f.s[start-1]) || f.s[start-1] == '-' || f.s[start-1] == '.') || f.i >= len(f.s) || !isDigit(f.s[f.i]) {
		return
	}
	v, end := scanDecimal(f.s, start)
	if end == 0 || f.glued(end) {
		f.i = wordEnd(f.s, f.i, 16)
		return
	}
	ctx := before(f.s, start, wideNumber)
	if ctx == direct && int32(v) > -1<<20 {
		ctx = max(near, before(f.s, start, smallNumber))
	}
	isHRESULT := int32(v) < -1000000000 && (ctx == near || likelyHRESULT(v))
	isJET := int32(v) <= -100 && tableKnows(JET, v)
	if ctx == direct || f.follows(start) || ctx != refused && f.continues(start) || ctx != refused && (isHRESULT || isJET && (ctx == near || f.twice(end, v) || f.continues(start) || f.wholeLine(start, end))) {
		f.list = ctx != unclear
		f.add(nest(Code{Value: v}), start, end)
		return
	}
	f.i = end
}

// likelyHRESULT reports whether a value needs no words around it: it has a symbol,
// or a facility with a name.
func likelyHRESULT(v uint32) bool {
	if _, ok := tableOf(HRESULT).find(v); ok {
		return true
	}
	return v>>28 == 8 && hresultFacility(v) != 0 && hresultFacilityName(hresultFacility(v)) != "" || isExchange55(v)
}

// twice reports whether the same value follows in hexadecimal, behind "(", "="
// or white space.
func (f *finder) twice(end int, v uint32) bool {
	c := cursor{f.s, end}
	c.gap("(=,")
	again, to := scanHex(f.s, c.i)
	return to != 0 && again == v
}

// glued reports whether something goes on behind a number that makes it another
// thing: 5.5, 12/31/99, 10:30, 404-1, 1,000.
func (f *finder) glued(end int) bool {
	if end+1 >= len(f.s) {
		return false
	}
	switch f.s[end] {
	case '.', '/', '-', ',', ':', '\\':
		return isDigit(f.s[end+1]) || f.s[end] == '-' && isWord(f.s[end+1])
	}
	return false
}
