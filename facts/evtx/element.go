package evtx

import "bytes"

// openElement reads the beginning of an element: its id in templates, its size,
// its name, the size of its attributes if it has any.
func (c *compiler) openElement(attributes bool) *fault {
	if c.tag {
		return faultNesting
	}
	if c.depth > 0 {
		c.stack[c.depth-1].filled = true
		c.endRun(true)
	}
	size := 4
	if c.ids {
		size += 2
	}
	if f := c.skip(size); f != nil {
		return f
	}
	name, f := c.name()
	if f != nil {
		return f
	}
	if attributes {
		if f := c.skip(4); f != nil {
			return f
		}
	}
	if c.depth == maxElements {
		return faultElements
	}
	e := element{path: len(c.path)}
	from := c.here()
	c.p.text = appendUTF16(c.p.text, name)
	e.name = c.since(from)
	text := c.p.bytes(e.name)
	outer := c.depth == 0
	if c.depth > 0 {
		e.part = c.stack[c.depth-1].part
		outer = c.depth == 1 && len(c.path) == 0
	}
	if c.depth > 0 || string(text) != "Event" { // Event is the outer element of all
		if len(c.path) > 0 {
			c.path = append(c.path, '.')
		}
		c.path = append(c.path, text...)
	}
	switch {
	case outer && string(text) == "System":
		e.part = inSystem
		c.p.system = true
	case outer && string(text) == "RenderingInfo":
		e.part = inRendering
	case e.part == inRendering && string(c.path) == "RenderingInfo.Message":
		e.part = inMessage
	}
	c.stack[c.depth] = e
	c.depth++
	c.tag = true
	return nil
}

// attribute reads the name of an attribute; its value follows.
func (c *compiler) attribute() *fault {
	if !c.tag {
		return faultToken
	}
	c.endRun(false)
	name, f := c.name()
	if f != nil {
		return f
	}
	from := c.here()
	c.p.text = appendUTF16(c.p.text, name)
	c.attr = c.since(from)
	c.open = true
	return nil
}

// endRun makes a leaf of the text since the last tag or attribute. White space
// between elements is none.
func (c *compiler) endRun(child bool) {
	e := &c.stack[c.depth-1]
	parts := span{uint32(c.run), uint32(len(c.p.parts))}
	c.run = len(c.p.parts)
	blank := c.blank
	c.blank = true
	if c.open {
		c.open = false
		name := c.p.bytes(c.attr)
		switch {
		case bytes.HasPrefix(name, []byte("xmlns")): // names a namespace, and is no field
		case string(name) == "Name" && e.part == inData:
			e.naming = parts // the name of what the element holds
		default:
			e.filled = true
			c.leaf(e, parts, name)
		}
		return
	}
	if !parts.empty() && !c.tag && !(blank && (child || e.filled)) {
		e.filled = true
		c.leaf(e, parts, nil)
	}
}

// closeElement ends an element. One that says nothing but its name is a field
// without a value.
func (c *compiler) closeElement() {
	e := &c.stack[c.depth-1]
	switch {
	case e.filled:
	case e.naming.empty() || bytes.HasSuffix(c.p.bytes(e.name), []byte("Data")):
		c.leaf(e, span{}, nil)
	default: // its name is all that it says
		parts := e.naming
		e.naming = span{}
		c.leaf(e, parts, []byte("Name"))
	}
	c.path = c.path[:e.path]
	c.depth--
}

// leaf adds a leaf: an attribute of the element e, or text in it. Where the
// element has an attribute Name, that is what the text is called.
func (c *compiler) leaf(e *element, parts span, attr []byte) {
	p := c.p
	l := leaf{parts: parts, sub: -1, part: e.part}
	if parts.to == parts.from+1 {
		l.sub = p.parts[parts.from].sub
	}
	name := p.bytes(e.name)
	known := !e.naming.empty()
	for _, part := range p.parts[e.naming.from:e.naming.to] {
		known = known && part.sub < 0
	}
	if known {
		from := c.here()
		for _, part := range p.parts[e.naming.from:e.naming.to] {
			p.text = append(p.text, p.bytes(part.text)...)
		}
		name = p.bytes(c.since(from))
	} else if attr == nil {
		l.naming = e.naming
	}
	root := len(c.path) == 0 // Event itself
	from := c.here()
	if !root {
		if p.text = append(p.text, c.path[:e.path]...); e.path > 0 {
			p.text = append(p.text, '.')
		}
		p.text = append(p.text, name...)
	}
	if attr != nil {
		if !root {
			p.text = append(p.text, '.')
		}
		p.text = append(p.text, attr...)
	}
	l.path = c.since(from)
	if attr != nil || !root && (known || l.naming.empty() && string(name) != "Data") {
		from = c.here()
		p.text = append(p.text, name...)
		if attr != nil {
			p.text = append(append(p.text, '.'), attr...)
		}
		p.text = append(p.text, ": "...)
		l.label = c.since(from)
	}
	p.leaves = append(p.leaves, l)
	if l.part == inSystem {
		p.assign(p.bytes(l.path), len(p.leaves))
	} else {
		p.data = append(p.data, uint16(len(p.leaves)-1))
	}
	*c.left -= int(l.path.to-l.path.from) + int(l.label.to-l.label.from)
}
