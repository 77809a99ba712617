package intake

import (
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// A passage is a paragraph or a log record.
type passage struct {
	lines  []textLine
	stamp  stamp
	log    bool
	before string // the paragraph above, which is the message of a code that stands alone
}

// passage makes facts of a piece of text: the text itself unless it is nothing
// but codes, the codes in it with the message that stands beside them, and the
// events that it mentions. It returns what a code below may take for its message.
func (p *parser) passage(ps passage) string {
	text := join(ps.lines)
	if !ps.log && p.waiting != nil && len(text) <= maxMessage {
		p.waiting[0].Code.Message = unwrap(text)
	}
	p.endWaiting()
	lineOf := func(offset int) facts.Origin {
		o := p.origin(ps.lines[min(strings.Count(text[:offset], "\n"), len(ps.lines)-1)].n)
		o.Time, o.Host = ps.stamp.time, ps.stamp.host
		return o
	}
	named := anchors(text[ps.stamp.end:])
	for i := range named {
		named[i].start += ps.stamp.end
		named[i].end += ps.stamp.end
	}
	if len(named) > maxCodes {
		named = named[:maxCodes]
		p.crowded = append(p.crowded, ps.lines[0].n)
	}
	matches, all := findCodes(text, ps.stamp.end, named)
	if !all {
		p.crowded = append(p.crowded, ps.lines[0].n)
	}
	alone := !ps.log && len(matches)+len(named) > 0 && onlyCodes(without(text, named), matches)
	if alone && (len(matches) == 0 || len(named) > 0 || !labelled(text, matches[0])) {
		ps.before = ""
	}
	messages := messagesBeside(text, ps.stamp.end, matches)
	var record []facts.Fact
	for i, m := range matches {
		if alone && messages[i] == "" {
			messages[i] = ps.before
		}
		record = append(record, facts.Fact{Kind: facts.KindCode, Origin: lineOf(m.Start), Code: codeFact(m.Code, messages[i])})
	}
	for _, a := range named {
		record = append(record, p.mention(text, a, lineOf(a.start))...)
	}
	if alone {
		p.emit(record...)
		return ""
	}
	record = append(record, facts.Fact{Kind: facts.KindText, Origin: lineOf(0), Text: &facts.Text{Value: trimText(text)}})
	if !ps.log && len(matches) == 1 && messages[0] == "" && announces(text) {
		p.waiting = record
	} else {
		p.emit(record...)
	}
	if len(text) > maxMessage || ps.log || strings.HasSuffix(text, ":") {
		return ""
	}
	return unwrap(text)
}

// without is text with blanks in place of the events that it names.
func without(text string, named []anchor) string {
	if len(named) == 0 {
		return text
	}
	b := []byte(text)
	for _, a := range named {
		for i := a.start; i < a.end; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

// announces reports whether text is "System error 53 has occurred.", whose
// message is the next paragraph.
func announces(text string) bool {
	return strings.HasSuffix(text, "has occurred.") && strings.HasPrefix(text, "System error")
}

// endWaiting emits the record whose code waited for its message.
func (p *parser) endWaiting() {
	if p.waiting != nil {
		p.emit(p.waiting...)
		p.waiting = nil
	}
}

// trimText takes blank space off the ends, but leaves the lines as they came.
func trimText(s string) string { return strings.TrimSpace(s) }

// labelled reports whether a code that stands alone says that it is one.
func labelled(text string, m errcode.Match) bool {
	return strings.IndexFunc(text[:m.Start], unicode.IsLetter) >= 0
}

// mention makes facts of the events that running text names together.
func (p *parser) mention(text string, a anchor, o facts.Origin) []facts.Fact {
	line, _, _ := strings.Cut(text[a.start:min(len(text), a.end+4*maxField)], "\n")
	ev := facts.Event{}
	if f, ok := p.parseFields(line, false); a.colon && ok {
		header := openEvent{fields: f.fields}
		ev = header.event()
		if o.Host == "" {
			o.Host = header.host()
		}
	} else if source, _ := sourcePhrase(text, a.end); source != "" {
		ev.Source = source
	}
	ev.Message = ""
	var events []facts.Fact
	for _, id := range a.ids {
		one := ev
		one.ID = id
		events = append(events, facts.Fact{Kind: facts.KindEvent, Origin: o, Event: &one})
	}
	return events
}

// findCodes finds the codes of text from an offset on, each once, without
// those that are event numbers. It says whether these are all.
func findCodes(text string, from int, named []anchor) (codes []errcode.Match, all bool) {
	found := errcode.Find(hideNames(without(text, named))[from:])
	kept := found[:0]
next:
	for _, m := range found {
		m.Start += from
		m.End += from
		for _, k := range kept {
			if k.Value == m.Value && k.Family == m.Family {
				continue next
			}
		}
		if len(kept) == maxCodes {
			return kept, false
		}
		kept = append(kept, m)
	}
	return kept, true
}

// hideNames changes the names of sources in text that Find takes for words which
// make the number behind them none of a code.
func hideNames(text string) string {
	return strings.ReplaceAll(text, "DNS Client Events", "DNS Client ......")
}

// maxCodes is how many different codes, and how many events, one record gives.
// One with more is a table or a dump; that it had more is said.
const maxCodes = 200

// codeFact is the fact of a code.
func codeFact(c errcode.Code, message string) *facts.Code {
	f := &facts.Code{
		Value: c.Value, Literal: c.Literal, Family: string(c.Family), Message: message, Params: c.Params,
	}
	for _, n := range c.Nested {
		f.Nested = append(f.Nested, *codeFact(n, ""))
	}
	return f
}
