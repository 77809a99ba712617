package intake

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

const (
	maxParagraphs = 12       // paragraphs of one description
	maxEvent      = 32 << 10 // bytes of one description, which is what an event log allows
)

// openEvent is an event that is being read: its number is known, more fields
// and its description may follow.
type openEvent struct {
	ids    []uint32
	line   int // of the number
	indent int // of its first line
	fields []field
	tails  []tail

	message   []textLine // of the description, with an empty line between paragraphs
	inMessage bool
	labelled  bool // the description has its label
	msgIndent int  // of its first line
	bytes     int
	breaks    int // blank lines in the description
	blank     bool
}

// take adds the fields of a line.
func (e *openEvent) take(l textLine, f fieldLine) {
	e.blank = false
	e.tails = append(e.tails, f.tails...)
	for _, x := range f.fields {
		if x.kind != fieldMessage {
			e.fields = append(e.fields, x)
			continue
		}
		e.inMessage, e.labelled = true, true
		for line := range strings.SplitSeq(x.value, "\n") {
			if line != "" {
				e.add(textLine{n: l.n, text: line})
				e.msgIndent = e.indent
			}
		}
	}
	if f.rest != "" {
		e.inMessage = true
		e.add(textLine{n: l.n, text: f.rest})
		e.msgIndent = e.indent
	}
}

// add adds a line to the description.
func (e *openEvent) add(l textLine) {
	if len(e.message) == 0 {
		e.msgIndent = indentOf(l.text)
	} else if e.blank {
		e.message = append(e.message, textLine{})
		e.breaks++
	}
	e.blank = false
	e.inMessage = true
	e.message = append(e.message, l)
	e.bytes += len(l.text) + 1
}

func (e *openEvent) blankLine() { e.blank = true }

// repeats reports whether the event has one of the fields already, or its number.
func (e *openEvent) repeats(f fieldLine) bool {
	for _, x := range f.fields {
		if x.kind == fieldID {
			return true
		}
		for _, have := range e.fields {
			if have.kind == x.kind && x.kind != fieldOther && x.kind != fieldUser {
				return true
			}
		}
		if x.kind == fieldMessage && len(e.message) > 0 {
			return true
		}
	}
	return false
}

// wraps reports whether the last value goes on in the next line: it ends in the
// middle of a name, as in "Initialization/", or of a word, as in "Termin-".
func (e *openEvent) wraps() bool {
	if len(e.fields) == 0 || len(e.message) > 0 || e.blank {
		return false
	}
	last := e.fields[len(e.fields)-1]
	return last.hyphen || strings.HasSuffix(last.value, "/")
}

// unwrap adds the line in which the last value goes on. A hyphen before a small
// letter divides a word, others are part of the name.
func (e *openEvent) unwrap(s string) {
	last := &e.fields[len(e.fields)-1]
	s = strings.TrimSpace(s)
	if last.hyphen && (s[0] < 'a' || s[0] > 'z') {
		last.value += "-"
	}
	last.hyphen = len(s) > 1 && strings.HasSuffix(s, "-") && isLetter(s[len(s)-2])
	if last.hyphen {
		s = s[:len(s)-1]
	}
	last.value += s
}

// describes reports whether l, which follows the fields, begins a description
// that has no label. In a paragraph of its own it does when there were fields
// beside the number; what looks like a heading or a code does not.
func (e *openEvent) describes(l textLine) bool {
	if len(e.message) > 0 || len(e.ids) > 1 || indentOf(l.text) < e.indent || codeLine(l.text) || rule(l.text) {
		return false
	}
	if !e.blank {
		return true
	}
	return len(e.fields) > 0 && len(strings.Fields(l.text)) > 2
}

// goesOn reports whether l belongs to the description still.
func (e *openEvent) goesOn(l textLine) bool {
	indent := indentOf(l.text)
	switch {
	case e.bytes+len(l.text) > maxEvent || rule(l.text):
		return false
	case len(e.message) == 0: // the label stood alone
		return indent >= e.indent || !e.blank
	case indent < min(e.indent, e.msgIndent):
		return false
	case !e.blank:
		return true
	case !e.labelled || e.breaks+1 >= maxParagraphs || codeLine(l.text):
		return false
	}
	return e.indent > 0 || e.viewer()
}

// viewer reports whether the event is a copy of what a viewer shows, which
// ends with the description; others write their own text below it.
func (e *openEvent) viewer() bool {
	return e.value(fieldHost) != "" || e.value(fieldLog) != "" || e.value(fieldDate) != ""
}

// codeLine reports whether s is a code on a line of its own.
func codeLine(s string) bool {
	if len(s) > 120 {
		return false
	}
	matches, _ := findCodes(s, 0, nil)
	return len(matches) > 0 && onlyCodes(s, matches)
}

// rule reports whether s is a drawn line, as under a heading.
func rule(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 3 && strings.Trim(s, "=-_*#") == ""
}

func indentOf(s string) int {
	n := 0
	for n < len(s) && (s[n] == ' ' || s[n] == '\t') {
		n++
	}
	return n
}

// number is the value of a number from 1 to 65535, else 0.
func number(s string) uint32 {
	n := uint32(0)
	for i := range len(s) {
		if !isDigit(s[i]) || i == 5 {
			return 0
		}
		n = n*10 + uint32(s[i]-'0')
	}
	if n > 1<<16-1 {
		return 0
	}
	return n
}

// value is that of the first field of a kind.
func (e *openEvent) value(kind fieldKind) string {
	for _, f := range e.fields {
		if f.kind == kind && f.value != "" {
			return f.value
		}
	}
	return ""
}

// event is the event without its number.
func (e *openEvent) event() facts.Event {
	return facts.Event{
		Source:   sourceName(e.value(fieldSource)),
		Log:      e.value(fieldLog),
		Category: category(e.value(fieldCategory)),
		Level:    e.value(fieldLevel),
		Message:  e.description(),
	}
}

// sourceName takes off what is no part of a name: remains of markup, brackets.
func sourceName(s string) string {
	if i := strings.IndexByte(s, '<'); i > 0 {
		s = s[:i]
	}
	if !strings.Contains(s, "(") {
		s = strings.TrimRight(s, ")")
	}
	return unwrap(strings.Trim(s, "\"'[]., "))
}

// saysSource gives the source that the description names beside the number of
// the event itself: "The description for Event ID ( 5003 ) in Source ( X ) ...".
func (e *openEvent) saysSource(message string) string {
	for _, a := range anchors(message) {
		if len(a.ids) == 1 && a.ids[0] == e.ids[0] {
			source, _ := sourcePhrase(message, a.end)
			return sourceName(source)
		}
	}
	return ""
}

func (e *openEvent) host() string {
	host := e.value(fieldHost)
	if strings.ContainsAny(host, " \t") || strings.EqualFold(host, "N/A") {
		return ""
	}
	return strings.TrimLeft(host, `\`)
}

func (e *openEvent) time() facts.Time {
	day, clock := e.value(fieldDate), e.value(fieldTime)
	if t := parseDateTime(day); !t.IsZero() || clock == "" {
		return t
	}
	return parseDateTime(day + " " + clock)
}

// description is the message, unwrapped: one line for each paragraph.
func (e *openEvent) description() string {
	var b strings.Builder
	for i, l := range e.message {
		words := unwrap(l.text)
		switch {
		case words == "":
			continue
		case b.Len() == 0:
		case e.message[i-1].text == "":
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(words)
	}
	return b.String()
}
