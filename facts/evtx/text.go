package evtx

import "github.com/kbtriage/kbtriage/facts/record"

// decode fills the message of the record in hand: the values outside of System
// that are not empty, one a line, as "name: value" where they have names; or
// the message alone, where the sender of a forwarded event added it.
func (d *Decoder) decode(r *record.Record) {
	if d.top.prog == nil {
		return
	}
	d.message = span{}
	from := len(d.out)
	d.walk()
	r.Message = d.out[from:]
	if n := len(r.Message); n > 0 && r.Message[n-1] == '\n' {
		r.Message = r.Message[:n-1]
	}
	if !d.message.empty() {
		r.Message = d.out[d.message.from:d.message.to]
	}
}

// Fields calls yield for each attribute and each element with text of the
// record that a Sink has in hand, in the order of the log, until it returns
// false: names such as "System.Provider.Name", "EventData.TargetUserName" and
// "UserData.Operation.Code". An element of an array comes by itself. The slices
// are valid until yield returns.
func (d *Decoder) Fields(yield func(name, value []byte) bool) {
	if d.top.prog == nil {
		return
	}
	d.yield = yield
	d.path = d.path[:0]
	from := len(d.out) // the message, if it was asked for, stays
	d.walk()
	d.out = d.out[:from]
	d.yield = nil
}

// walk goes over the record in hand.
func (d *Decoder) walk() {
	d.work = min(maxText, d.chunkWork)
	before := d.work
	d.stopped = false
	base := len(d.values)
	d.each(d.top, 0)
	for in, pos := d.top, d.rest; !d.stopped && in.prog != nil && pos < d.end; {
		var f *fault
		if in, pos, f = d.fragment(pos, d.end, 1); f != nil {
			d.note(f)
		} else if in.prog != nil {
			d.each(in, 1)
		}
		d.values = d.values[:base]
	}
	d.chunkWork -= before - max(d.work, 0)
}

// each goes over the leaves of an instance.
func (d *Decoder) each(in instance, depth int) {
	p := in.prog
	if d.spend(len(p.leaves) + in.n + 16); d.stopped {
		return
	}
	// A part of the data may be called System, too.
	if d.yield != nil || depth > 0 && p.system && d.top.prog.system {
		for i := range p.leaves {
			if d.leaf(in, &p.leaves[i], depth); d.stopped {
				return
			}
		}
		return
	}
	for _, i := range p.data {
		l := &p.leaves[i]
		switch {
		case l.part == inRendering: // System says it already
		case l.sub < 0:
			d.leaf(in, l, depth)
		case int(l.sub) < in.n:
			d.value(in, l, d.values[in.base+int(l.sub)], depth)
		}
		if d.stopped {
			return
		}
	}
}

// leaf writes a leaf of any form.
func (d *Decoder) leaf(in instance, l *leaf, depth int) {
	parts := in.prog.parts[l.parts.from:l.parts.to]
	if l.sub >= 0 {
		v := in.value(d, l.sub)
		if v.kind != typeNull || !parts[0].optional {
			d.value(in, l, v, depth)
		}
		return
	}
	from, body := d.begin(in, l)
	nested := false
	for _, part := range parts {
		if part.sub < 0 {
			d.out = append(d.out, in.prog.bytes(part.text)...)
		} else if v := in.value(d, part.sub); v.kind&^typeArray == typeBinXML {
			nested = true
		} else {
			d.joined(v)
		}
		if len(d.out)-from > d.work {
			break
		}
	}
	if d.finish(in, l, from, body); !nested {
		return
	}
	for _, part := range parts {
		if part.sub < 0 || d.stopped {
			continue
		}
		if v := in.value(d, part.sub); v.kind&^typeArray == typeBinXML {
			d.nested(in, l, v, depth)
		}
	}
}

// value writes a leaf that is one value; an array makes a leaf of each of its
// elements.
func (d *Decoder) value(in instance, l *leaf, v value, depth int) {
	src := d.chunk[v.off : v.off+uint32(v.size)]
	switch {
	case v.kind&^typeArray == typeBinXML:
		d.nested(in, l, v, depth)
	case v.kind&typeArray == 0 || len(src) == 0:
		from, body := d.begin(in, l)
		if len(src) > 0 {
			d.out = appendValue(d.out, v.kind, src, d.limit())
		}
		d.finish(in, l, from, body)
	default:
		for len(src) > 0 && !d.stopped {
			var elem []byte
			var kind byte
			elem, kind, src = next(v.kind&^typeArray, src)
			from, body := d.begin(in, l)
			d.out = appendValue(d.out, kind, elem, d.limit())
			d.finish(in, l, from, body)
		}
	}
}

// joined writes a value among other text, the elements of an array with commas
// between them.
func (d *Decoder) joined(v value) {
	src := d.chunk[v.off : v.off+uint32(v.size)]
	if v.kind&typeArray == 0 {
		d.out = appendValue(d.out, v.kind, src, d.limit())
		return
	}
	for first := true; len(src) > 0; first = false {
		var elem []byte
		var kind byte
		elem, kind, src = next(v.kind&^typeArray, src)
		if !first {
			d.out = append(d.out, ", "...)
		}
		d.out = appendValue(d.out, kind, elem, d.limit())
	}
}

// begin begins a leaf and returns where it and its value begin.
func (d *Decoder) begin(in instance, l *leaf) (from, body int) {
	from = len(d.out)
	if d.yield != nil {
		return from, from
	}
	d.out = append(d.out, in.prog.bytes(l.label)...)
	if !l.naming.empty() {
		before := len(d.out)
		if d.naming(in, l); len(d.out) > before {
			d.out = append(d.out, ": "...)
		}
	}
	return from, len(d.out)
}

// naming writes the name of a leaf that is a value itself.
func (d *Decoder) naming(in instance, l *leaf) {
	for _, part := range in.prog.parts[l.naming.from:l.naming.to] {
		from := len(d.out)
		if part.sub < 0 {
			d.out = append(d.out, in.prog.bytes(part.text)...)
		} else {
			d.joined(in.value(d, part.sub))
		}
		if d.spend(16 + len(d.out) - from); d.stopped {
			return
		}
	}
}

// finish ends a leaf whose value begins at body.
func (d *Decoder) finish(in instance, l *leaf, from, body int) {
	d.spend(len(d.out) - from + 16)
	if d.yield == nil {
		switch {
		case len(d.out) == body:
			d.out = d.out[:from]
			return
		case l.part == inMessage:
			d.message = span{uint32(body), uint32(len(d.out))}
		}
		d.out = append(d.out, '\n')
		return
	}
	end, outer := len(d.out), len(d.path)
	d.path = append(d.path, in.prog.bytes(l.path)...)
	if !l.naming.empty() {
		d.naming(in, l)
		if len(d.out) > end {
			d.path = append(append(d.path, '.'), d.out[end:]...)
		}
	}
	if !d.yield(d.path, d.out[body:end]) {
		d.stopped = true
	}
	d.path, d.out = d.path[:outer], d.out[:from]
}

// nested goes over the binary XML in a value.
func (d *Decoder) nested(in instance, l *leaf, v value, depth int) {
	if v.kind != typeBinXML || depth == maxNesting {
		d.note(faultDepth)
		return
	}
	outer := len(d.path)
	if d.yield != nil && !l.path.empty() {
		d.path = append(append(d.path, in.prog.bytes(l.path)...), '.')
	}
	base := len(d.values)
	pos, end := int(v.off), int(v.off)+int(v.size)
	for pos < end && !d.stopped {
		in, to, f := d.fragment(pos, end, depth+1)
		if f != nil {
			d.note(f)
			break
		}
		if in.prog == nil {
			break
		}
		d.each(in, depth+1)
		d.values = d.values[:base]
		pos = to
	}
	d.values, d.path = d.values[:base], d.path[:outer]
}

// spend takes from the work that a record may cause, and stops it at the end:
// a few bytes can name a long value very often.
func (d *Decoder) spend(n int) {
	if d.work -= n; d.work < 0 && !d.stopped {
		d.stopped = true
		d.note(faultText)
	}
}

// limit is how much of binary data is written.
func (d *Decoder) limit() int {
	if d.yield != nil {
		return ChunkSize
	}
	return maxBinary
}

// note keeps the first fault that shows while the values of a record are read:
// its record is with the taker then.
func (d *Decoder) note(f *fault) {
	if d.late == nil {
		d.late = f
	}
}
