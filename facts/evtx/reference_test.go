package evtx

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts/record"
)

// reference reads a record in the plainest way, by descending into it with its
// template in hand, and gives the values of its attributes and its text in their
// order. It trusts the chunk.
type reference struct {
	chunk []byte
	pos   int
	ids   bool // within a template
	subs  []value
	out   []string
}

func (r *reference) u8() byte { r.pos++; return r.chunk[r.pos-1] }
func (r *reference) u16() int { r.pos += 2; return int(binary.LittleEndian.Uint16(r.chunk[r.pos-2:])) }

func (r *reference) u32() int { r.pos += 4; return int(binary.LittleEndian.Uint32(r.chunk[r.pos-4:])) }

func (r *reference) name() string {
	at := r.u32()
	name, end, ok := nameAt(r.chunk, at)
	if !ok {
		panic("no name")
	}
	if at == r.pos {
		r.pos = end
	}
	return string(appendUTF16(nil, name))
}

// fragment reads what comes up to end.
func (r *reference) fragment(end int) {
	for r.pos < end {
		switch token := r.u8(); token &^ tokenMore {
		case tokenEnd:
			return
		case tokenFragment:
			r.pos += 3
		case tokenOpen:
			r.element(token)
		case tokenTemplate:
			r.pos += 5
			def := r.u32()
			size := int(binary.LittleEndian.Uint32(r.chunk[def+20:]))
			if r.pos == def {
				r.pos += 24 + size
			}
			inner := &reference{chunk: r.chunk, pos: def + 24, ids: true}
			count := r.u32()
			off := r.pos + 4*count
			for range count {
				v := value{off: uint32(off), size: uint16(r.u16()), kind: r.u8()}
				r.pos++
				off += int(v.size)
				inner.subs = append(inner.subs, v)
			}
			r.pos = off
			inner.fragment(def + 24 + size)
			r.out = append(r.out, inner.out...)
		default:
			panic("a token that is not expected")
		}
	}
}

// element reads an element behind its token.
func (r *reference) element(token byte) {
	if r.ids {
		r.u16()
	}
	r.u32()
	system := r.name() == "Provider" // the only one whose Name is a value
	if token&tokenMore != 0 {
		r.u32()
	}
	var parts []any // strings and values
	attribute := ""
	flush := func() {
		if attribute == "" || !strings.HasPrefix(attribute, "xmlns") && (attribute != "Name" || system) {
			r.run(parts)
		}
		parts, attribute = nil, ""
	}
	for {
		switch token := r.u8(); token &^ tokenMore {
		case tokenAttribute:
			flush()
			attribute = r.name()
		case tokenCloseStart:
			flush()
		case tokenCloseEmpty, tokenCloseElement:
			flush()
			return
		case tokenOpen:
			flush()
			r.element(token)
		case tokenValue:
			if r.u8() != typeString {
				panic("a constant that is no string")
			}
			n := 2 * r.u16()
			parts = append(parts, string(appendUTF16(nil, r.chunk[r.pos:r.pos+n])))
			r.pos += n
		case tokenEntityRef:
			parts = append(parts, string(appendEntity(nil, wide(r.name()))))
		case tokenCharRef:
			parts = append(parts, string(rune(r.u16())))
		case tokenNormal, tokenOptional:
			n := r.u16()
			r.u8()
			parts = append(parts, r.subs[n])
		default:
			panic("a token that is not expected")
		}
	}
}

// run is an attribute or a run of text.
func (r *reference) run(parts []any) {
	var text strings.Builder
	for _, p := range parts {
		v, ok := p.(value)
		if !ok {
			text.WriteString(p.(string))
			continue
		}
		src := r.chunk[v.off : int(v.off)+int(v.size)]
		switch {
		case v.kind == typeBinXML:
			inner := &reference{chunk: r.chunk, pos: int(v.off)}
			inner.fragment(int(v.off) + int(v.size))
			r.out = append(r.out, inner.out...)
		case v.kind&typeArray != 0:
			for len(src) > 0 {
				var elem []byte
				var kind byte
				elem, kind, src = next(v.kind&^typeArray, src)
				r.out = append(r.out, string(appendValue(nil, kind, elem, ChunkSize)))
			}
		default:
			text.Write(appendValue(nil, v.kind, src, ChunkSize))
		}
	}
	r.out = append(r.out, text.String())
}

// TestReference compares the fields of all records with the plain reading.
func TestReference(t *testing.T) {
	chunks := [][]byte{few(1, 5), full(1)}
	if os.Getenv("KBTRIAGE_DATA") == "" {
		t.Log("KBTRIAGE_DATA is not set: only own chunks are compared")
	} else {
		for _, path := range samples(t) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for at := HeaderSize; at+ChunkSize <= len(data); at += ChunkSize {
				if chunk := data[at : at+ChunkSize]; bytes.HasPrefix(chunk, chunkMagic) {
					chunks = append(chunks, chunk)
				}
			}
		}
	}
	filled := func(all []string) []string {
		return slices.DeleteFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	compared, d := 0, NewDecoder()
	for _, chunk := range chunks {
		at := offsets(chunk)
		c := &collect{}
		n := 0
		c.each = func(r *record.Record) error {
			var have []string
			d.Fields(func(_, value []byte) bool { have = append(have, string(value)); return true })
			plain := &reference{chunk: chunk, pos: at[n] + recordHeader}
			plain.fragment(at[n+1] - 4)
			if want := filled(plain.out); !slices.Equal(filled(have), want) {
				t.Errorf("record %d:\n%q, plainly\n%q", r.Number, have, want)
			}
			n++
			compared++
			return nil
		}
		if err := d.Chunk(chunk, 0, c); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d records compared", compared)
}
