package evtx

import (
	"bytes"
	"encoding/binary"
)

// compiler turns binary XML into a program. It has a loop and a stack of its
// own: how deep the elements are is up to the file.
type compiler struct {
	chunk []byte
	pos   int
	end   int
	start int  // where the piece begins
	ids   bool // elements carry a dependency id: so it is in templates
	p     *program
	left  *int // bytes of templates that may yet be looked at

	stack [maxElements]element
	depth int
	path  []byte
	run   int  // the first part of the run of text that is open
	attr  span // in text: the name of the attribute that is open
	tag   bool // within a start tag
	open  bool // an attribute is open
	blank bool // the run is nothing but constant white space
}

type element struct {
	name   span // in text
	path   int  // length of the path of its parent
	naming span // in parts: the value of its attribute Name
	part   section
	filled bool // something of it became a leaf, or has its own
}

// compile reads the piece of binary XML at pos into p and returns where it
// ends.
func (c *compiler) compile(chunk []byte, pos, end int, ids bool, p *program, left *int) (int, *fault) {
	c.chunk, c.pos, c.end, c.start, c.ids, c.p, c.left = chunk, pos, end, pos, ids, p, left
	c.depth, c.path, c.run, c.tag, c.open, c.blank = 0, c.path[:0], 0, false, false, true
	for {
		if c.pos >= c.end {
			if c.depth == 0 && len(p.leaves) > 0 {
				return c.pos, nil // the end token is missing, and nothing else
			}
			return 0, faultEnd
		}
		token := c.chunk[c.pos]
		c.pos++
		if token == tokenEnd {
			if c.depth > 0 {
				return 0, faultNesting
			}
			return c.pos, nil
		}
		if f := c.token(token); f != nil {
			return 0, f
		}
		if kind := token &^ tokenMore; c.depth == 0 && !ids && (kind == tokenCloseEmpty || kind == tokenCloseElement) {
			return c.pos, nil // one element, where it is no template
		}
	}
}

// token reads what belongs to a token.
func (c *compiler) token(token byte) *fault {
	kind := token &^ tokenMore
	if c.depth == 0 && kind != tokenOpen && kind != tokenFragment && kind != tokenPITarget && kind != tokenPIData {
		return faultToken
	}
	switch kind {
	case tokenFragment:
		return c.skip(3)
	case tokenOpen:
		return c.openElement(token&tokenMore != 0)
	case tokenAttribute:
		return c.attribute()
	case tokenCloseStart:
		if !c.tag {
			return faultNesting
		}
		c.endRun(false)
		c.tag = false
		return nil
	case tokenCloseEmpty, tokenCloseElement:
		if (kind == tokenCloseEmpty) != c.tag {
			return faultNesting
		}
		c.endRun(false)
		c.tag = false
		c.closeElement()
		return nil
	case tokenPITarget:
		_, f := c.name()
		return f
	case tokenPIData:
		_, f := c.counted()
		return f
	}
	if c.tag && !c.open {
		return faultToken
	}
	return c.content(kind)
}

// content reads a piece of text.
func (c *compiler) content(kind byte) *fault {
	switch kind {
	case tokenValue:
		return c.constant()
	case tokenCDATA:
		text, f := c.counted()
		if f == nil {
			c.addUTF16(text)
		}
		return f
	case tokenCharRef:
		if c.pos+2 > c.end {
			return faultEnd
		}
		c.addUTF16(c.chunk[c.pos : c.pos+2])
		c.pos += 2
		return nil
	case tokenEntityRef:
		name, f := c.name()
		if f == nil {
			from := c.here()
			c.p.text = appendEntity(c.p.text, name)
			c.add(from)
		}
		return f
	case tokenNormal, tokenOptional:
		if c.pos+3 > c.end {
			return faultEnd
		}
		sub := binary.LittleEndian.Uint16(c.chunk[c.pos:])
		c.pos += 3
		c.blank = false
		c.p.parts = append(c.p.parts, part{sub: int32(sub), optional: kind == tokenOptional})
		return nil
	}
	return faultToken
}

func (c *compiler) skip(n int) *fault {
	if c.pos+n > c.end {
		return faultEnd
	}
	c.pos += n
	return nil
}

// charge takes from what may be looked at in the chunk.
func (c *compiler) charge(n int) *fault {
	if *c.left -= n; *c.left < 0 {
		return faultCompile
	}
	return nil
}

// name reads the reference to a name, and the name behind it if that is where
// it is kept.
func (c *compiler) name() ([]byte, *fault) {
	if c.pos+4 > c.end {
		return nil, faultEnd
	}
	to := int(binary.LittleEndian.Uint32(c.chunk[c.pos:]))
	ref := nameRef{at: uint32(c.pos - c.start)}
	c.pos += 4
	name, end, ok := nameAt(c.chunk, to)
	if !ok {
		return nil, faultName
	}
	if to == c.pos {
		if end > c.end {
			return nil, faultEnd
		}
		ref.inline, c.pos = true, end
	} else if c.ids {
		at := uint32(len(c.p.names))
		c.p.names = append(c.p.names, name...)
		ref.name = span{at, uint32(len(c.p.names))}
	}
	if c.ids { // only templates are met again
		c.p.refs = append(c.p.refs, ref)
	}
	return name, c.charge(16 + len(name))
}

// counted reads text behind its number of characters.
func (c *compiler) counted() ([]byte, *fault) {
	if c.pos+2 > c.end {
		return nil, faultEnd
	}
	n := 2 * int(binary.LittleEndian.Uint16(c.chunk[c.pos:]))
	c.pos += 2
	text := c.chunk[c.pos:]
	return text[:min(n, len(text))], c.skip(n)
}

// constant reads a value that is the same for all events. The format knows
// strings only; values of fixed size are taken as they are.
func (c *compiler) constant() *fault {
	if c.pos >= c.end {
		return faultEnd
	}
	kind := c.chunk[c.pos]
	c.pos++
	if kind == typeString {
		text, f := c.counted()
		if f == nil {
			c.addUTF16(text)
		}
		return f
	}
	n := width(kind)
	if n == 0 {
		return faultToken
	}
	from := c.pos
	if f := c.skip(n); f != nil {
		return f
	}
	begin := c.here()
	c.p.text = appendValue(c.p.text, kind, c.chunk[from:from+n], maxBinary)
	c.add(begin)
	return nil
}

// here is where the text of the program ends.
func (c *compiler) here() uint32 { return uint32(len(c.p.text)) }

// since is the text from there on.
func (c *compiler) since(from uint32) span { return span{from, c.here()} }

// addUTF16 adds constant text to the run.
func (c *compiler) addUTF16(text []byte) {
	from := c.here()
	c.p.text = appendUTF16(c.p.text, text)
	c.add(from)
}

// add adds what was appended to the text of the program to the run.
func (c *compiler) add(from uint32) {
	s := c.since(from)
	c.blank = c.blank && len(bytes.TrimSpace(c.p.bytes(s))) == 0
	c.p.parts = append(c.p.parts, part{sub: -1, text: s})
}

// appendEntity resolves the entities that XML has without a DTD.
func appendEntity(dst, name []byte) []byte {
	from := len(dst)
	dst = appendUTF16(append(dst, '&'), name)
	switch string(dst[from+1:]) {
	case "lt":
		return append(dst[:from], '<')
	case "gt":
		return append(dst[:from], '>')
	case "amp":
		return append(dst[:from], '&')
	case "quot":
		return append(dst[:from], '"')
	case "apos":
		return append(dst[:from], '\'')
	}
	return append(dst, ';')
}
