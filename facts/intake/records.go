package intake

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// maxParagraph is how many lines prose has at most: a longer stretch without
// blank lines is a log in a form that is not known, and is divided.
const maxParagraph = 40

// A parser divides the lines of one text into records and turns these into
// facts: a log line with its continuation, an event, a paragraph.
type parser struct {
	path    string
	lined   bool // facts carry the number of their line
	limits  Limits
	names   []fieldName
	emit    func(record ...facts.Fact) // codes and events, then the text that holds them
	records int
	crowded []int // lines of records with more codes or events than are taken

	log     []textLine // the log record that is being collected
	bytes   int        // of log or para
	para    []textLine // the lines of the paragraph so far that belong to no event
	before  string     // the paragraph that ended directly before this one
	xml     xmlBlock
	waiting []facts.Fact // a record whose first fact is a code, whose message may be the next paragraph

	quotation quotation

	open    *openEvent // the event that is being read
	pending []textLine // lines of fields that may begin an event, and blank lines among them
	held    []fieldLine
	blank   bool // the last line was blank
}

func newParser(path string, lined bool, limits Limits, emit func(...facts.Fact)) *parser {
	return &parser{path: path, lined: lined, limits: limits, names: fieldNames(), emit: emit, blank: true}
}

// plainLine takes the next line, without the marks of a quotation.
func (p *parser) plainLine(l textLine) {
	if p.xmlLine(l) {
		return
	}
	if l.text == "" {
		p.blankLine()
		return
	}
	if _, ok := parseStamp(l.text); ok && !p.quoted(l) {
		p.endAll()
		p.log, p.bytes = append(p.log, l), len(l.text)
		return
	}
	if len(p.log) > 0 {
		if indented(l.text) {
			if p.bytes+len(l.text) > p.limits.Record {
				p.endLog()
			}
			p.log, p.bytes = append(p.log, l), p.bytes+len(l.text)+1
			return
		}
		p.endLog()
	}
	p.eventLine(l)
	p.blank = false
}

// end closes what is still open at the end of the text.
func (p *parser) end() {
	p.endQuotation(true)
	p.endXML()
	p.endAll()
	p.endWaiting()
}

func (p *parser) endAll() {
	p.endLog()
	p.finishEvent()
	p.endParagraph()
	p.before = ""
}

func (p *parser) blankLine() {
	p.endLog()
	if len(p.para) > 0 {
		p.endParagraph()
	}
	if len(p.pending) > 0 {
		p.pending = append(p.pending, textLine{})
	}
	if p.open != nil {
		p.open.blankLine()
	}
	p.blank = true
}

// quoted reports whether a line that begins with a time belongs to the message
// of an event, which may print one: it is indented like it.
func (p *parser) quoted(l textLine) bool {
	return p.open != nil && p.open.inMessage && !p.blank && indented(l.text)
}

func indented(s string) bool { return s != "" && (s[0] == ' ' || s[0] == '\t') }

// prose adds a line to the paragraph.
func (p *parser) prose(l textLine) {
	if len(p.para) == 0 {
		p.bytes = 0
	}
	if len(p.para) >= maxParagraph || p.bytes+len(l.text) > p.limits.Record && len(p.para) > 0 {
		p.endParagraph()
		p.bytes = 0
	}
	p.para = append(p.para, l)
	p.bytes += len(l.text) + 1
}

// endParagraph makes facts of the paragraph.
func (p *parser) endParagraph() {
	if len(p.para) == 0 {
		return
	}
	lines := p.para
	p.para = nil
	p.records++
	p.before = p.passage(passage{lines: lines, before: p.before})
}

// endLog makes facts of the log record.
func (p *parser) endLog() {
	if len(p.log) == 0 {
		return
	}
	lines := p.log
	p.log = nil
	p.records++
	st, _ := parseStamp(lines[0].text)
	p.passage(passage{lines: lines, stamp: st, log: true})
	p.before = ""
}

// origin is that of a fact in line n of the text.
func (p *parser) origin(n int) facts.Origin {
	o := facts.Origin{Path: p.path}
	if p.lined {
		o.Line = n
	}
	return o
}

// join is text as it came.
func join(lines []textLine) string {
	if len(lines) == 1 {
		return lines[0].text
	}
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// unwrap is text on one line, with single blanks.
func unwrap(s string) string { return strings.Join(strings.Fields(s), " ") }
