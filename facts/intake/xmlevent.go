package intake

import (
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// xmlBlock collects the lines of an <Event> element.
type xmlBlock struct {
	lines []textLine
	bytes int
	loose bool // it does not begin with the element Event
}

// xmlLine takes a line that belongs to an event in XML: the element Event, or
// loose elements of one, which end where a line begins with something else.
func (p *parser) xmlLine(l textLine) bool {
	if len(p.xml.lines) == 0 {
		at := xmlBegin(l.text)
		if at < 0 {
			return false
		}
		p.xml.loose = !xmlOpen(l.text[at:])
		p.endLog()
		p.revert()
		p.endParagraph()
	} else if p.xml.loose && !strings.HasPrefix(strings.TrimLeft(l.text, " \t"), "<") {
		p.endXML()
		return false
	}
	p.xml.lines = append(p.xml.lines, l)
	p.xml.bytes += len(l.text) + 1
	if p.xmlEnds(l.text) || p.xml.bytes > maxEvent*4 || len(p.xml.lines) > 2000 {
		p.endXML()
	}
	return true
}

// xmlBegin is where an element of an event begins in s, or -1.
func xmlBegin(s string) int {
	for at := 0; ; at++ {
		next := strings.IndexByte(s[at:], '<')
		if next < 0 {
			return -1
		}
		at += next
		for _, tag := range []string{"<Event ", "<Event>", "<EventID>", "<EventID ", "<System>", "<Provider Name="} {
			if strings.HasPrefix(s[at:], tag) {
				return at
			}
		}
	}
}

// xmlEnds reports whether the last event that was begun is complete.
func (p *parser) xmlEnds(s string) bool {
	end := strings.LastIndex(s, "</Event>")
	if end < 0 {
		return false
	}
	return !strings.Contains(s[end:], "<Event ") && !strings.Contains(s[end:], "<Event>")
}

// endXML makes facts of the collected elements. What holds no event number is
// text after all.
func (p *parser) endXML() {
	lines := p.xml.lines
	p.xml = xmlBlock{}
	if len(lines) == 0 {
		return
	}
	text := join(lines)
	var rest []textLine // what is not part of a complete event
	for at := 0; at < len(text); {
		first := min(strings.Count(text[:at], "\n"), len(lines)-1)
		end := len(text)
		closed := strings.Index(text[at:], "</Event>")
		if closed >= 0 {
			end = at + closed + len("</Event>")
		}
		begin := at + max(0, xmlBegin(text[at:end]))
		line := lines[min(first+strings.Count(text[at:begin], "\n"), len(lines)-1)].n
		rest = appendLines(rest, text[at:begin], lines[first].n)
		if !p.xmlEvent(text[begin:end], line) || closed < 0 && xmlOpen(text[begin:end]) {
			rest = appendLines(rest, text[begin:end], line)
		}
		at = end
	}
	if len(rest) > 0 {
		p.finishEvent()
	}
	for _, l := range rest {
		p.prose(l)
	}
	p.endParagraph()
}

// xmlOpen reports whether s begins with the outer element of an event.
func xmlOpen(s string) bool {
	return strings.HasPrefix(s, "<Event ") || strings.HasPrefix(s, "<Event>")
}

// appendLines adds the lines of a piece of text that are not blank; the first
// has the number n.
func appendLines(lines []textLine, text string, n int) []textLine {
	for s := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(s) != "" {
			lines = append(lines, textLine{n: n, text: s})
		}
		n++
	}
	return lines
}

// xmlEvent makes a fact of one event. It knows just enough XML for what
// Windows writes: no DTD, no entities but the five and numbers.
func (p *parser) xmlEvent(s string, line int) bool {
	idText, _, ok := element(s, "EventID")
	id, err := strconv.ParseUint(strings.TrimSpace(idText), 10, 32)
	if !ok || err != nil {
		return false
	}
	ev := facts.Event{ID: uint32(id)}
	o := p.origin(line)
	if _, attrs, ok := element(s, "Provider"); ok {
		ev.Source = attribute(attrs, "Name")
	}
	ev.Log, _, _ = element(s, "Channel")
	o.Host, _, _ = element(s, "Computer")
	if _, attrs, ok := element(s, "TimeCreated"); ok {
		o.Time = parseDateTime(attribute(attrs, "SystemTime"))
	}
	levelText, _, _ := element(s, "Level")
	ev.Level = levelName(levelText)
	body := s
	if rendered, _, ok := element(s, "RenderingInfo"); ok {
		body = rendered
		if v, _, ok := element(rendered, "Level"); ok && v != "" {
			ev.Level = unescape(v)
		}
		if v, _, ok := element(rendered, "Task"); ok {
			ev.Category = category(unescape(v))
		}
	}
	ev.Source, ev.Log, o.Host = unescape(ev.Source), unescape(ev.Log), unescape(o.Host)
	message, _, ok := element(body, "Message")
	if !ok {
		message = eventData(s)
	}
	message = strings.TrimSpace(unescape(message))
	ev.Message = unwrap(strings.ToValidUTF8(message[:min(len(message), maxEvent)], ""))
	if p.sameEvent(ev) {
		p.open.fields = append([]field{{kind: fieldDate, value: o.Time.String()}}, p.open.fields...)
		p.open.fill(ev, o.Host)
		p.closeEvent()
		return true
	}
	p.closeEvent()
	p.endWaiting()
	p.records++
	p.emit(facts.Fact{Kind: facts.KindEvent, Origin: o, Event: &ev})
	p.messageCodes([]textLine{{n: line, text: ev.Message}}, o)
	return true
}

// sameEvent reports whether the open event, which a viewer shows as text, is
// the one that stands below it in XML.
func (p *parser) sameEvent(ev facts.Event) bool {
	e := p.open
	if e == nil || len(e.ids) != 1 || e.ids[0] != ev.ID {
		return false
	}
	if n := len(e.message); n > 0 && strings.EqualFold(strings.TrimSpace(e.message[n-1].text), "Event Xml:") {
		e.message = e.message[:n-1]
		return true
	}
	return false
}

// fill adds what only the XML says.
func (e *openEvent) fill(ev facts.Event, host string) {
	e.fields = append(e.fields, field{kind: fieldSource, value: ev.Source}, field{kind: fieldLog, value: ev.Log}, field{kind: fieldLevel, value: ev.Level}, field{kind: fieldHost, value: host})
	if len(e.message) == 0 && ev.Message != "" {
		e.add(textLine{n: e.line, text: ev.Message})
	}
}

// eventData is the values of an event that was written without its message.
func eventData(s string) string {
	var values []string
	for range 1000 {
		at := strings.Index(s, "<Data")
		if at < 0 {
			break
		}
		s = s[at:]
		v, _, ok := element(s, "Data")
		if ok && strings.TrimSpace(v) != "" {
			values = append(values, strings.TrimSpace(v))
		}
		s = s[len("<Data"):]
	}
	return strings.Join(values, "\n")
}

// element gives the content and the attributes of the first element of a name.
func element(s, name string) (content, attrs string, ok bool) {
	for {
		at := strings.Index(s, "<"+name)
		if at < 0 {
			return "", "", false
		}
		s = s[at+1+len(name):]
		if s == "" || strings.IndexByte(" \t\n/>", s[0]) < 0 {
			continue
		}
		end := strings.IndexByte(s, '>')
		if end < 0 {
			return "", "", false
		}
		attrs = s[:end]
		if strings.HasSuffix(attrs, "/") {
			return "", strings.TrimSuffix(attrs, "/"), true
		}
		content = s[end+1:]
		stop := strings.Index(content, "</"+name)
		if stop < 0 {
			return "", attrs, false
		}
		return content[:stop], attrs, true
	}
}

// attribute is the value of an attribute.
func attribute(attrs, name string) string {
	for {
		at := strings.Index(attrs, name+"=")
		if at < 0 {
			return ""
		}
		before := at == 0 || strings.IndexByte(" \t\n", attrs[at-1]) >= 0
		attrs = attrs[at+len(name)+1:]
		if attrs == "" || attrs[0] != '"' && attrs[0] != '\'' {
			return ""
		}
		end := strings.IndexByte(attrs[1:], attrs[0])
		if end < 0 {
			return ""
		}
		if before {
			return attrs[1 : 1+end]
		}
		attrs = attrs[end+2:]
	}
}

// unescape resolves the entities that XML has without a DTD.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '&')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		s = s[at:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		if r, ok := entity(s, end); ok {
			b.WriteRune(r)
			s = s[end+1:]
			continue
		}
		b.WriteByte('&')
		s = s[1:]
	}
}

func entity(s string, end int) (rune, bool) {
	if end < 2 {
		return 0, false
	}
	name := s[1:end]
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, number := strings.CutPrefix(name, "#")
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if !number || err != nil || n == 0 || n > 0x10ffff {
		return 0, false
	}
	return rune(n), true
}

// levelName is the name of a level in XML, where it is a number.
func levelName(s string) string {
	switch strings.TrimSpace(s) {
	case "1":
		return "Critical"
	case "2":
		return "Error"
	case "3":
		return "Warning"
	case "0", "4":
		return "Information"
	case "5":
		return "Verbose"
	}
	return strings.TrimSpace(s)
}
