package intake

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// A tail is what stands behind a value on its line and is no part of it: the
// "error 997 on NODE1" of "Source: MSExchangeIMC error 997 on NODE1".
type tail struct {
	n     int // of its line
	text  string
	codes []errcode.Match // in text
}

// bare reports whether the tail is nothing but codes.
func (t tail) bare() bool { return len(t.codes) > 0 && onlyCodes(t.text, t.codes) }

// lineCodes are the codes of a line, which are looked for when they are needed.
type lineCodes struct {
	s      string
	found  []errcode.Match
	looked bool
}

// in gives the codes in s[from:to], with their offsets there.
func (c *lineCodes) in(from, to int) []errcode.Match {
	if !c.looked {
		c.found, c.looked = errcode.Find(hideNames(without(c.s, anchors(c.s)))), true
	}
	var codes []errcode.Match
	first, _ := slices.BinarySearchFunc(c.found, from, func(m errcode.Match, from int) int { return m.Start - from })
	for _, m := range c.found[first:] {
		if m.End > to {
			break
		}
		m.Start, m.End = m.Start-from, m.End-from
		codes = append(codes, m)
	}
	return codes
}

// addTail keeps s[from:to], where s is the line of codes.
func (f *fieldLine) addTail(codes *lineCodes, from, to int) {
	const separators = " \t,;|-–—"
	to = from + len(strings.TrimRight(codes.s[from:to], separators))
	from = to - len(strings.TrimLeft(codes.s[from:to], separators+":."))
	if from < to {
		f.tails = append(f.tails, tail{text: codes.s[from:to], codes: codes.in(from, to)})
	}
}

// splitValue is the value of a field of s[from:to], and where its tail begins.
func splitValue(kind fieldKind, codes *lineCodes, from, to int) (value string, cut int) {
	v := codes.s[from:to]
	cut = to
	if strings.ContainsAny(v, " \t,;:([/=") && kind != fieldOther && kind != fieldID {
		cut = from + nameEnd(kind, v, codes.in(from, to))
	}
	value = strings.Trim(codes.s[from:cut], " \t,;|-–")
	if cut < to {
		value = strings.TrimRight(value, " \t,;|-–—:/=>([")
	}
	return value, cut
}

// isName reports whether the value is a name, which no sentence continues.
func (k fieldKind) isName() bool {
	return k == fieldSource || k == fieldLog || k == fieldCategory || k == fieldLevel
}

// nameEnd is where the name at the beginning of v ends: at a code or the words
// that announce it, at a comma or dash, at "(" with a code behind it. Other values
// end only where a code follows.
func nameEnd(kind fieldKind, v string, codes []errcode.Match) int {
	code := len(v)
	if len(codes) > 0 {
		code = codes[0].Start
	}
	end := code
	if code < len(v) {
		before, _ := cutLabel(v[:code])
		if end = len(before); end == 0 {
			end = code // "Type: Error 997"
		}
	}
	switch {
	case code == 0:
		return len(v)
	case kind == fieldDate || kind == fieldTime || !kind.isName() && code == len(v):
		return end
	}
	known := 0
	if kind == fieldSource {
		known = wordyName(v)
	}
	for j := max(known, 1); j < min(end, 2*maxField); j++ { // a longer one is no name
		if v[j] == '(' && isBlank(v[j-1]) {
			switch n := strings.IndexByte(v[j:min(len(v), j+2*maxField)], ')'); {
			case code < len(v) && (n < 0 || code < j+n):
				return j
			case n > 0:
				j += n
			}
			continue
		}
		if nameStops(v, j, code < len(v)) {
			return j
		}
	}
	return max(end, known)
}

// nameStops reports whether the name in v ends before v[j]. Where a code follows,
// what stands between them is a sentence, and more ends the name.
func nameStops(v string, j int, code bool) bool {
	blank := j+1 < len(v) && isBlank(v[j+1])
	switch c := v[j]; {
	case c == ';':
		return true
	case c == ',':
		return blank || code
	case c == ':' || c == '.':
		return blank && code
	case !isBlank(v[j-1]):
		return false
	case c == '-':
		return blank
	case strings.HasPrefix(v[j:], "–") || strings.HasPrefix(v[j:], "—"):
		j += len("–")
		return j < len(v) && isBlank(v[j])
	case c >= 'a' && c <= 'z' && code:
		return true
	case !isLetter(c):
		return false
	}
	k := j
	for k < len(v) && isLetter(v[k]) {
		k++
	}
	return errorWord(v[j:k]) && (v[j] >= 'a' || code || k < len(v) && v[k] == ':')
}

// errorWord reports whether w begins what is said about an error.
func errorWord(w string) bool {
	switch strings.ToLower(w) {
	case "error", "errors", "code", "codes", "status", "failed", "hresult":
		return true
	}
	return false
}

// wordyName is the length of the source at the beginning of v whose name holds
// such a word, else 0.
func wordyName(v string) int {
	for _, name := range []string{"Application Error", "System Error", "Windows Error Reporting"} {
		if rest, ok := strings.CutPrefix(v, name); ok && (rest == "" || !isWordByte(rest[0])) {
			return len(name)
		}
	}
	return 0
}

// nameBefore is the name that stands before the first code of v, or v if there is
// no code in it. It is "" where words stand between them.
func nameBefore(v string) string {
	codes := errcode.Find(v)
	if len(codes) == 0 {
		return v
	}
	end := nameEnd(fieldSource, v, codes)
	name := strings.TrimRight(v[:end], " ,;:-([")
	if before, _ := cutLabel(v[:codes[0].Start]); strings.TrimRight(before, " ,;:-([") != name {
		return ""
	}
	return name
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// behindNumber takes the text that begins at i, behind an event number, for a
// tail: up to the next field that has a name for its value, or to the end of the
// line if nothing else can be made of it.
func (p *parser) behindNumber(f *fieldLine, codes *lineCodes, a anchor, i int) (end int, ok bool) {
	s := codes.s
	end = p.valueEnd(s, i, false)
	found := codes.in(i, end)
	if len(found) == 0 {
		return i, false
	}
	if end < len(s) {
		name, _, ok := p.fieldAt(s, end, false)
		if !ok || !name.kind.isName() {
			return i, false
		}
	} else {
		word, _, _ := strings.Cut(s[i:], " ")
		announced := (a.colon || a.id) && onlyCodes(s[i:], found) || a.colon && errorWord(word)
		if len(f.fields) == 0 && !announced {
			return i, false
		}
		if try := *f; try.description(s, a) {
			return i, false
		}
	}
	f.addTail(codes, i, end)
	return end, true
}

// takeTails makes the tails of the event a part of its description, as far as
// they are text and it has no other; those that are not are facts of their own.
func (p *parser) takeTails(e *openEvent) (alone []tail) {
	var lines []textLine
	for _, t := range e.tails {
		if t.bare() || e.labelled || len(e.ids) > 1 {
			alone = append(alone, t)
			continue
		}
		lines = append(lines, textLine{n: t.n, text: t.text})
	}
	e.message = append(lines, e.message...)
	return alone
}

// tailFacts makes facts of a tail that is no part of a description.
func (p *parser) tailFacts(t tail, o facts.Origin) {
	if p.lined {
		o.Line = t.n
	}
	messages := messagesBeside(t.text, 0, t.codes)
	var record []facts.Fact
	for i, m := range t.codes[:min(len(t.codes), maxCodes)] {
		record = append(record, facts.Fact{Kind: facts.KindCode, Origin: o, Code: codeFact(m.Code, messages[i])})
	}
	if len(t.codes) > maxCodes {
		p.crowded = append(p.crowded, t.n)
	}
	if !t.bare() {
		record = append(record, facts.Fact{Kind: facts.KindText, Origin: o, Text: &facts.Text{Value: t.text}})
	}
	p.emit(record...)
}
