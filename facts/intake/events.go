package intake

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// maxPending is how many lines of fields wait for the number of their event.
const maxPending = 24

// eventLine takes a line that is neither blank nor a log line: it belongs to an
// event, or to a paragraph.
func (p *parser) eventLine(l textLine) {
	if separator(l.text) {
		p.finishEvent()
		return
	}
	inHeader := p.open != nil && !p.open.inMessage || len(p.pending) > 0
	f, isFields := p.parseFields(l.text, inHeader || bareHeader(l.text))
	for i := range f.tails {
		f.tails[i].n = l.n
	}
	switch {
	case isFields && len(f.ids) > 0:
		p.startEvent(l, f)
	case !isFields && p.continuesHeld(l):
		p.pending = append(p.pending, l)
		last := &p.held[len(p.held)-1]
		last.fields[len(last.fields)-1].value += "\n" + strings.TrimSpace(l.text)
	case p.open != nil && p.open.inMessage:
		p.messageLine(l, f, isFields)
	case p.open != nil:
		p.headerLine(l, f, isFields)
	case isFields:
		p.hold(l, f)
	default:
		p.revert()
		p.prose(l)
	}
}

// bareHeader reports whether s holds two columns, as the header that Event
// Viewer prints; then its fields need no colon.
func bareHeader(s string) bool {
	s = strings.TrimSpace(s)
	return strings.Contains(s, "   ") || strings.Contains(s, "\t")
}

// startEvent begins a new event with the fields that were held for it.
func (p *parser) startEvent(l textLine, f fieldLine) {
	held := p.held
	first := l
	if len(p.pending) > 0 {
		first = p.pending[0]
	}
	indent := indentOf(first.text)
	p.held, p.pending = nil, nil
	p.closeEvent()
	p.endParagraph()
	p.endWaiting()
	p.before = ""
	p.open = &openEvent{ids: f.ids, line: l.n, indent: indent}
	for _, h := range held {
		p.open.take(first, h)
	}
	p.open.take(l, f)
}

// hold keeps a line of fields until the number of their event comes.
func (p *parser) hold(l textLine, f fieldLine) {
	for _, x := range f.fields {
		if x.kind == fieldID && p.heldEvent(f, x.value) {
			f.ids = []uint32{number(x.value)}
			p.startEvent(l, f)
			return
		}
	}
	if p.heldID() && anyField(f, fieldSource, fieldLog, fieldLevel, fieldDate, fieldHost) {
		f.ids = p.takeHeldID()
		p.startEvent(l, f)
		return
	}
	if len(p.pending) >= maxPending {
		p.revert()
	}
	if len(p.pending) == 0 && f.has(fieldMessage) && !strings.Contains(l.text, " :") {
		p.prose(l) // a description without an event
		return
	}
	p.pending = append(p.pending, l)
	p.held = append(p.held, f)
}

// heldEvent reports whether "Id : 4058" is the number of an event: other fields
// of PowerShell's list stand beside it.
func (p *parser) heldEvent(f fieldLine, id string) bool {
	if number(id) == 0 {
		return false
	}
	for _, h := range append(p.held, f) {
		if anyField(h, fieldSource, fieldLog, fieldLevel, fieldDate, fieldHost) {
			return true
		}
	}
	return false
}

func (p *parser) heldID() bool {
	for _, h := range p.held {
		for _, x := range h.fields {
			if x.kind == fieldID && number(x.value) != 0 {
				return true
			}
		}
	}
	return false
}

func (p *parser) takeHeldID() []uint32 {
	for _, h := range p.held {
		for _, x := range h.fields {
			if n := number(x.value); x.kind == fieldID && n != 0 {
				return []uint32{n}
			}
		}
	}
	return nil
}

func anyField(f fieldLine, kinds ...fieldKind) bool {
	for _, k := range kinds {
		if f.has(k) {
			return true
		}
	}
	return false
}

// listStyle reports whether s is a line of PowerShell's lists, which pad the
// names of the fields: "Index   : 77".
func listStyle(s string) bool {
	i := strings.IndexByte(s, ':')
	return i > 0 && s[i-1] == ' '
}

// separator reports whether s is the line that wevtutil puts before each event.
func separator(s string) bool {
	s, ok := strings.CutPrefix(s, "Event[")
	s, end := strings.CutSuffix(s, "]:")
	return ok && end && s != "" && strings.Trim(s, "0123456789") == ""
}

// finishEvent closes the open event, or gives back the lines that wait for one.
func (p *parser) finishEvent() {
	if p.open != nil && !p.open.inMessage {
		p.closeEvent()
	}
	p.revert()
	p.closeEvent()
}

// continuesHeld reports whether l goes on with a message that PowerShell
// printed before the other fields: it is indented to the column of the values.
func (p *parser) continuesHeld(l textLine) bool {
	if len(p.held) == 0 || len(p.pending) >= maxPending || p.blank || indentOf(l.text) < 8 {
		return false
	}
	last := p.held[len(p.held)-1].fields
	return last[len(last)-1].kind == fieldMessage
}

// revert gives the held lines back: they were no part of an event.
func (p *parser) revert() {
	lines := p.pending
	p.pending, p.held = nil, nil
	for _, l := range lines {
		switch {
		case p.open != nil && l.text == "":
			p.open.blankLine()
		case p.open != nil:
			p.open.add(l)
		case l.text == "":
			p.endParagraph()
		default:
			p.prose(l)
		}
	}
}

// headerLine takes a line while the event's fields are being read.
func (p *parser) headerLine(l textLine, f fieldLine, isFields bool) {
	e := p.open
	switch {
	case isFields && len(p.pending) == 0 && !e.repeats(f):
		e.take(l, f)
	case isFields: // the fields of the next event, or of something else
		p.hold(l, f)
	case e.wraps():
		e.unwrap(l.text)
	case len(p.pending) > 0 || !e.describes(l):
		p.closeEvent()
		p.revert()
		p.prose(l)
	default:
		e.inMessage = true
		e.add(l)
	}
}

// messageLine takes a line while the description is being read.
func (p *parser) messageLine(l textLine, f fieldLine, isFields bool) {
	e := p.open
	if isFields && f.indent <= e.indent && (!f.has(fieldOther) || listStyle(l.text)) {
		if len(p.pending) == 0 && !e.repeats(f) && !f.has(fieldMessage) {
			e.fields = append(e.fields, f.fields...)
			e.tails = append(e.tails, f.tails...)
			return
		}
		if e.repeats(f) || len(p.pending) > 0 {
			p.hold(l, f)
			return
		}
	}
	if len(p.pending) > 0 {
		p.revert()
		e = p.open
	}
	if e == nil || !e.goesOn(l) {
		p.closeEvent()
		p.prose(l)
		return
	}
	e.add(l)
}

// closeEvent makes facts of the open event.
func (p *parser) closeEvent() {
	e := p.open
	if e == nil {
		return
	}
	p.open = nil
	p.records++
	o := p.origin(e.line)
	o.Time, o.Host = e.time(), e.host()
	tails := p.takeTails(e)
	ev := e.event()
	if ev.Source == "" {
		ev.Source = e.saysSource(ev.Message)
	}
	message := e.message
	if len(e.ids) > 1 { // whose description it is, is not known
		ev.Message = ""
		if len(message) > 0 {
			p.passage(passage{lines: message})
		}
		message = nil
	}
	for _, t := range tails {
		p.tailFacts(t, o)
	}
	for _, id := range e.ids {
		one := ev
		one.ID = id
		p.emit(facts.Fact{Kind: facts.KindEvent, Origin: o, Event: &one})
	}
	p.before = p.messageCodes(message, o)
}

// messageCodes makes facts of the codes in the description of an event.
func (p *parser) messageCodes(lines []textLine, o facts.Origin) string {
	if len(lines) == 0 {
		return ""
	}
	text := join(lines)
	matches, all := findCodes(text, 0, anchors(text))
	if !all {
		p.crowded = append(p.crowded, o.Line)
	}
	messages := messagesBeside(text, 0, matches)
	for i, m := range matches {
		at := o
		if p.lined {
			if n := lines[min(strings.Count(text[:m.Start], "\n"), len(lines)-1)].n; n > 0 {
				at.Line = n
			}
		}
		p.emit(facts.Fact{Kind: facts.KindCode, Origin: at, Code: codeFact(m.Code, messages[i])})
	}
	if len(text) > maxMessage || len(matches) > 0 {
		return ""
	}
	return unwrap(text)
}
