package evtx

import (
	"bytes"
	"encoding/binary"
)

// program is the compiled form of a piece of binary XML: the places in which
// it holds text, in their order. Events of one kind share a template, so that
// what is left to do for a record is to walk over its values.
type program struct {
	guid   [16]byte
	leaves []leaf
	data   []uint16 // the leaves outside of System
	parts  []part
	text   []byte            // constant text, names and paths
	roles  [roleCount]uint16 // the leaf of each system field, counted from 1; 0: none
	system bool              // it holds the part System

	// What it was compiled from, to know it again in another chunk.
	raw   []byte
	refs  []nameRef
	names []byte // the names that stood elsewhere in the chunk, in UTF-16

	broken *fault // it could not be compiled
	next   *program
}

// span is a range in text, parts or names.
type span struct{ from, to uint32 }

func (s span) empty() bool { return s.from == s.to }

// leaf is an attribute, or a run of text in an element.
type leaf struct {
	path   span  // in text: "EventData.SubjectUserName", without Event
	label  span  // in text: "SubjectUserName: ", or nothing
	naming span  // in parts: the name, where it is itself a value
	parts  span  // in parts
	sub    int32 // the value, if that is all there is, else -1
	part   section
}

// part is a piece of a leaf: a value, or constant text.
type part struct {
	sub      int32 // number of the value, -1 for text
	optional bool
	text     span
}

// section is the part of an event in which a leaf is.
type section uint8

const (
	inData section = iota
	inSystem
	inRendering // text that the sender of a forwarded event added
	inMessage   // the message among that
)

// nameRef is a reference to a name in the bytes of a template. Names are kept
// once a chunk, so that the reference is another one in each chunk.
type nameRef struct {
	at     uint32 // of the reference
	inline bool   // the name follows
	name   span   // in names, if it is not inline
}

// nameAt is the name at an offset in a chunk, in UTF-16, and where it ends: the
// offset of the next name, a hash, the length, the text, a zero.
func nameAt(chunk []byte, at int) (name []byte, end int, ok bool) {
	if at < 0 || at > len(chunk)-8 {
		return nil, 0, false
	}
	n := 2 * int(binary.LittleEndian.Uint16(chunk[at+6:]))
	end = at + 8 + n + 2
	if n == 0 || end > len(chunk) {
		return nil, 0, false
	}
	return chunk[at+8 : at+8+n], end, true
}

// matches reports whether the definition that begins at an offset is the one
// that the program was compiled from: the same bytes but for references, which
// lead to the same names.
func (p *program) matches(chunk []byte, at int) bool {
	data := chunk[at : at+len(p.raw)]
	from := uint32(0)
	for i := range p.refs {
		r := &p.refs[i]
		if !bytes.Equal(data[from:r.at], p.raw[from:r.at]) {
			return false
		}
		to, here := int(binary.LittleEndian.Uint32(data[r.at:])), at+int(r.at)+4
		from = r.at + 4
		if (to == here) != r.inline {
			return false
		}
		if r.inline {
			from += 4 // the offset of the next name
			continue
		}
		name, _, ok := nameAt(chunk, to)
		if !ok || !bytes.Equal(name, p.names[r.name.from:r.name.to]) {
			return false
		}
	}
	return bytes.Equal(data[from:], p.raw[from:])
}

// size is about what the program takes in memory.
func (p *program) size() int {
	return 512 + len(p.raw) + len(p.names) + len(p.text) + 40*len(p.leaves) + 16*len(p.parts) + 16*len(p.refs)
}

// reset makes the program empty and keeps its memory.
func (p *program) reset() {
	*p = program{
		leaves: p.leaves[:0], data: p.data[:0], parts: p.parts[:0], text: p.text[:0],
		raw: p.raw[:0], refs: p.refs[:0], names: p.names[:0],
	}
}

func (p *program) bytes(s span) []byte { return p.text[s.from:s.to] }
