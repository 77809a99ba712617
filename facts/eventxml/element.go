package eventxml

import (
	"bytes"
	"unicode/utf8"
)

// parser takes one event apart. All that it finds are pieces of the buffer.
type parser struct {
	b     []byte
	base  int64 // of b in the input
	ended bool  // nothing is behind b

	at    int      // behind what was read
	names [][]byte // of the open elements
	run   int      // where the text behind the last tag begins
	stop  int      // where the last tag begins
	fault string   // why the event is broken, where it is
	more  bool     // more of the input is needed

	section section
	field   field  // of the open element, in System and RenderingInfo
	name    []byte // of the values in the open element
	event   event
	endings endings
}

// parse reads the event at the beginning of b. It says how many bytes it is
// long; with a fault, where that is, or with more, nothing.
func (p *parser) parse(b []byte, base int64, ended bool) int {
	p.b, p.base, p.ended = b, base, ended
	p.at, p.run, p.fault, p.more = 0, 0, "", false
	p.names, p.section, p.field, p.name = p.names[:0], none, noField, nil
	p.event.reset()
	for p.tag() {
		if len(p.names) == 0 {
			return p.at
		}
	}
	if p.fault != "" && len(p.names) > 0 { // what was begun is kept
		end := min(p.stop, maxEvent)
		for end < len(p.b) && end > p.run && !utf8.RuneStart(p.b[end]) {
			end--
		}
		p.text(end)
	}
	return max(p.at, len("<Event")) // not the same event again
}

// tag reads up to behind the next tag, and says whether it could.
func (p *parser) tag() bool {
	for {
		i := bytes.IndexByte(p.b[p.at:], '<')
		if i < 0 {
			p.at = len(p.b)
			p.stop = p.at
			return p.need("its end is missing")
		}
		p.at += i
		p.stop = p.at
		rest := p.b[p.at:]
		if p.at > maxEvent || len(rest) < len("</x>") || len(rest) < len("<![CDATA[") && !p.ended {
			return p.need("its end is missing")
		}
		switch rest[1] {
		case '/':
			return p.endTag()
		case '?', '!':
			m, ok := markupAt(rest)
			if !ok {
				return p.broken("it holds a declaration")
			}
			if !p.pass(m) {
				return false
			}
		default:
			return p.startTag()
		}
	}
}

func (p *parser) broken(fault string) bool {
	p.fault = fault
	return false
}

// need asks for more of the input, if there is any and it may be part of the
// event.
func (p *parser) need(fault string) bool {
	switch {
	case p.at > maxEvent || len(p.b) > maxEvent:
		p.at = min(p.at, maxEvent)
		return p.broken("it is longer than 1 MiB")
	case p.ended:
		return p.broken(fault)
	}
	p.more = true
	return false
}

// pass passes over a comment or the like, which is part of the text around it.
func (p *parser) pass(m markup) bool {
	from := p.at + len(m.begin())
	i := p.endings.find(p.b, p.base, from, m)
	switch {
	case i >= 0 && i <= maxEvent:
		p.at = i + len(m.end())
		return true
	case i < 0 && len(p.b) <= maxEvent && !p.ended:
		p.more = true
		return false
	}
	p.at = from
	return p.broken(`"` + m.end() + `" is missing`)
}

// startTag reads the tag at p.at.
func (p *parser) startTag() bool {
	begin := p.at
	i := begin + 1
	for i < len(p.b) && !endsName(p.b[i]) && p.b[i] != '<' {
		i++
	}
	name := p.b[begin+1 : i]
	for {
		if i == len(p.b) || i > maxEvent {
			p.at = i
			return p.need("a tag is not closed")
		}
		c := p.b[i]
		if c == '>' {
			break
		}
		if c == '<' {
			p.at = i
			return p.broken("a tag is not closed")
		}
		i++
		if c != '"' && c != '\'' {
			continue
		}
		n := bytes.IndexByte(p.b[i:], c)
		if n < 0 {
			n = len(p.b) - i
		}
		if open := bytes.IndexByte(p.b[i:i+n], '<'); open >= 0 {
			p.at = i + open
			return p.broken("the value of an attribute is not closed")
		}
		if i += n; i < len(p.b) {
			i++
		}
	}
	tag := p.b[begin+1 : i]
	if len(name) == 0 {
		return p.broken("a tag has no name")
	}
	if string(name) == "Event" && len(p.names) > 0 && (p.section != data || bytes.Contains(tag, []byte(schema))) {
		return p.broken("another event begins before its end")
	}
	if len(p.names) == maxDepth {
		return p.broken("its elements are deeper than 256")
	}
	p.text(begin)
	p.names = append(p.names, name)
	p.open(name, tag)
	p.at, p.run = i+1, i+1
	if tag[len(tag)-1] == '/' {
		p.close()
	}
	return true
}

// endTag reads the tag at p.at.
func (p *parser) endTag() bool {
	begin := p.at
	n := bytes.IndexByte(p.b[begin:min(len(p.b), maxEvent+1)], '>')
	if n < 0 {
		return p.need("a tag is not closed")
	}
	name := p.b[begin+2 : begin+n]
	open := p.names[len(p.names)-1]
	if !bytes.Equal(name, open) && !bytes.Equal(bytes.TrimRight(name, " \t\r\n"), open) {
		if next := bytes.IndexByte(name, '<'); next >= 0 {
			p.at += 2 + next
		}
		return p.broken("the element " + short(open) + " is not closed")
	}
	p.text(begin)
	p.at, p.run = begin+n+1, begin+n+1
	p.close()
	return true
}

// short is a name that fits into a message.
func short(name []byte) string {
	const most = 40
	if len(name) > most {
		return string(bytes.ToValidUTF8(name[:most], nil)) + "..."
	}
	return string(name)
}
