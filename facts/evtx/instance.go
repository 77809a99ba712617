package evtx

import "encoding/binary"

// instance is a template with the values of a record: n of those of the
// decoder, from base.
type instance struct {
	prog    *program
	base, n int
}

// value is the value of a number; those that are not there are null.
func (in instance) value(d *Decoder, sub int32) value {
	if int(sub) >= in.n {
		return value{}
	}
	return d.values[in.base+int(sub)]
}

// instance reads the template instance whose token is at pos and returns where
// it ends.
func (d *Decoder) instance(pos, end int) (instance, int, *fault) {
	le := binary.LittleEndian
	if pos+10 > end {
		return instance{}, 0, faultEnd
	}
	at := le.Uint32(d.chunk[pos+6:])
	pos += 10
	prog, f := d.template(at)
	if f != nil {
		return instance{}, 0, f
	}
	if int(at) == pos { // the definition stands here, where it is used first
		if pos += 24 + len(prog.raw); pos > end {
			return instance{}, 0, faultEnd
		}
	}
	if pos+4 > end {
		return instance{}, 0, faultEnd
	}
	count := le.Uint32(d.chunk[pos:])
	pos += 4
	if count > maxValues {
		return instance{}, 0, faultManyValue
	}
	n := int(count)
	if pos+4*n > end {
		return instance{}, 0, faultValues
	}
	in := instance{prog: prog, base: len(d.values), n: n}
	sizes := d.chunk[pos : pos+4*n]
	off := pos + 4*n
	for ; len(sizes) >= 4; sizes = sizes[4:] {
		size := le.Uint16(sizes)
		d.values = append(d.values, value{off: uint32(off), size: size, kind: sizes[2]})
		off += int(size)
	}
	if off > end {
		return instance{}, 0, faultValues
	}
	return in, off, nil
}

// template is the compiled definition at an offset of the chunk.
func (d *Decoder) template(at uint32) (*program, *fault) {
	p, ok := d.defs[at]
	if !ok {
		p = d.define(at)
		d.defs[at] = p
	}
	return p, p.broken
}

// templateKey is what templates are looked for by. There may be several with
// one GUID, and each in several forms, as its names stand in it or elsewhere.
type templateKey struct {
	guid [16]byte
	size uint32
}

// define finds the program of a definition among those that are kept, or
// compiles it.
func (d *Decoder) define(at uint32) *program {
	if int64(at)+24 > int64(len(d.chunk)) {
		return &program{broken: faultTemplate}
	}
	pos := int(at) + 24
	size := binary.LittleEndian.Uint32(d.chunk[at+20:])
	if int64(size) > int64(len(d.chunk)-pos) {
		return &program{broken: faultTemplate}
	}
	if d.left -= int(size); d.left < 0 {
		return &program{broken: faultCompile}
	}
	key := templateKey{size: size}
	copy(key.guid[:], d.chunk[at+4:])
	first := d.kept[key]
	variants := 0
	for p := first; p != nil; p = p.next {
		if p.matches(d.chunk, pos) {
			return p
		}
		variants++
	}
	p := &program{guid: key.guid, raw: append([]byte(nil), d.chunk[pos:pos+int(size)]...)}
	if _, f := d.compiler.compile(d.chunk, pos, pos+int(size), true, p, &d.left); f != nil {
		p.broken = f
		return p
	}
	if variants < maxVariants {
		p.next = first
		d.kept[key] = p
		d.keptSize += p.size()
	}
	return p
}

// direct compiles an element that stands in a record without a template. Some
// writers give such elements the dependency ids that only those in templates
// should have.
func (d *Decoder) direct(pos, end, depth int) (instance, int, *fault) {
	p := &d.scratch[depth]
	for _, ids := range [...]bool{false, true} {
		p.reset()
		if d.left -= end - pos; d.left < 0 {
			return instance{}, 0, faultCompile
		}
		if next, f := d.compiler.compile(d.chunk, pos, end, ids, p, &d.left); f == nil {
			return instance{prog: p, base: len(d.values)}, next, nil
		}
	}
	return instance{}, 0, faultToken
}

// fragment reads the template instance or element that comes next, from pos,
// and returns where it ends. Without any the program of the instance is nil.
func (d *Decoder) fragment(pos, end, depth int) (instance, int, *fault) {
	for pos < end {
		switch token := d.chunk[pos]; token {
		case tokenFragment:
			pos += 4
		case tokenTemplate:
			return d.instance(pos, end)
		case tokenOpen, tokenOpen | tokenMore:
			return d.direct(pos, end, depth)
		case tokenPITarget:
			pos += 5
		case tokenPIData:
			if pos+3 > end {
				return instance{}, 0, faultEnd
			}
			pos += 3 + 2*int(binary.LittleEndian.Uint16(d.chunk[pos+1:]))
		case tokenEnd:
			return instance{}, end, nil
		default:
			return instance{}, 0, faultToken
		}
	}
	return instance{}, end, nil
}
