package intake

import "strings"

// A quotation collects the lines at the beginning of a paragraph that begin with
// "> ". If all lines of the paragraph do, it is quoted from a mail, and the marks
// are no part of it.
type quotation struct {
	lines []textLine
	bytes int
	sure  bool // there were so many lines that the others are not waited for
	plain bool // the paragraph is not quoted
}

// line takes the next line of the text.
func (p *parser) line(l textLine) {
	q := &p.quotation
	text, marked := unquote(l.text)
	switch {
	case l.text == "" || marked && text == "" && !q.plain:
		p.endQuotation(true)
		q.plain = false
		l.text = ""
	case q.plain:
	case !marked || len(p.xml.lines) > 0 && !q.sure:
		p.endQuotation(false)
		q.plain = !strings.HasSuffix(l.text, ":") // "Bob wrote:"
	case q.sure:
		l.text = text
	default:
		q.lines, q.bytes = append(q.lines, l), q.bytes+len(l.text)
		if len(q.lines) >= maxParagraph || q.bytes > p.limits.Record {
			p.endQuotation(true)
			q.sure = true
		}
		return
	}
	p.plainLine(l)
}

// endQuotation hands on the collected lines, without their marks if they are quoted.
func (p *parser) endQuotation(quoted bool) {
	lines := p.quotation.lines
	p.quotation = quotation{}
	for _, l := range lines {
		if quoted {
			l.text, _ = unquote(l.text)
		}
		p.plainLine(l)
	}
}

// unquote takes the marks of a quoted line off, however deep: "> > text".
func unquote(s string) (text string, ok bool) {
	text = s
	for strings.HasPrefix(text, ">") {
		text, ok = strings.TrimPrefix(text[1:], " "), true
	}
	if !ok || text == "" {
		return "", ok
	}
	if before := s[len(s)-len(text)-1]; before != ' ' && text[0] != '\t' { // ">text"
		return s, false
	}
	return text, true
}
