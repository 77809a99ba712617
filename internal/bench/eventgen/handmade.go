package main

import (
	"fmt"
	"math/rand/v2"
	"unicode/utf16"
)

// handMade makes a full chunk of classic events of the log Application, and
// with plant a record of event 4058 among them, whose number it returns.
func handMade(c *counter, r *rand.Rand, plant bool) (chunk []byte, planted uint64) {
	b := &builder{chunk: make([]byte, chunkHeaderSize, chunkSize)}
	copy(b.chunk, chunkMagic)
	le.PutUint32(b.chunk[40:], 128)
	first := c.next
	plantAt := 20 + r.IntN(80)
	last := 0
	for i := 0; ; i++ {
		e := classic{
			source: "Example Service", id: uint16(1000 + r.IntN(40)), level: uint8(2 + r.IntN(3)), task: 1,
			text: fmt.Sprintf("Request %d of client 192.0.2.%d took %d ms.", r.IntN(1e6), r.IntN(256), r.IntN(1e4)),
		}
		isPlanted := plant && i == plantAt
		if isPlanted {
			e = classic{
				source: "MSExchangeIMC", id: 4058, qualifiers: 0xc004, level: 2, task: 1,
				text: "The connector cannot start because the name resolver cannot be initialized.",
			}
		}
		before := len(b.chunk)
		number, filetime := c.record()
		b.record(&e, number, filetime)
		if len(b.chunk) > chunkSize {
			clear(b.chunk[before:])
			b.chunk = b.chunk[:before]
			c.next-- // the record goes into the next chunk
			break
		}
		last = before
		if isPlanted {
			planted = number
		}
	}
	le.PutUint32(b.chunk[44:], uint32(last))
	le.PutUint32(b.chunk[48:], uint32(len(b.chunk)))
	for _, at := range []int{8, 24} {
		le.PutUint64(b.chunk[at:], first)
		le.PutUint64(b.chunk[at+8:], c.next-1)
	}
	return b.chunk[:chunkSize], planted
}

// classic is an event as programs before Windows Vista wrote them: a source,
// a number, and one text.
type classic struct {
	source     string
	id         uint16
	qualifiers uint16
	level      uint8
	task       uint16
	text       string
}

// builder appends to a chunk; offsets within a chunk are lengths of it.
type builder struct {
	chunk    []byte
	template int            // where the template is defined; 0: not yet
	names    map[string]int // where names stand
}

func (b *builder) u8(v ...byte)  { b.chunk = append(b.chunk, v...) }
func (b *builder) u16(v uint16)  { b.chunk = le.AppendUint16(b.chunk, v) }
func (b *builder) u32(v uint32)  { b.chunk = le.AppendUint32(b.chunk, v) }
func (b *builder) u64(v uint64)  { b.chunk = le.AppendUint64(b.chunk, v) }
func (b *builder) text(s string) { b.chunk = append(b.chunk, utf16Bytes(s)...) }

func utf16Bytes(s string) []byte {
	var out []byte
	for _, c := range utf16.Encode([]rune(s)) {
		out = le.AppendUint16(out, c)
	}
	return out
}

// later leaves room for a size and returns what writes it: the number of bytes
// from behind the size to the end.
func (b *builder) later() func() {
	at := len(b.chunk)
	b.u32(0)
	return func() { le.PutUint32(b.chunk[at:], uint32(len(b.chunk)-at-4)) }
}

// Names of the values that the template takes, in their order.
const (
	valueLevel = iota
	valueTask
	valueKeywords
	valueID
	valueQualifiers
	valueSource
	valueTime
	valueChannel
	valueComputer
	valueText
	valueNumber // numberIndex
)

// record appends a record of event e.
func (b *builder) record(e *classic, number, filetime uint64) {
	begin := len(b.chunk)
	b.chunk = append(b.chunk, recordMagic...)
	b.u32(0)
	b.u64(number)
	b.u64(filetime)
	b.u8(0x0f, 1, 1, 0, 0x0c, 1)
	b.u32(0x6b627463)
	if b.template == 0 {
		b.template = len(b.chunk) + 4
		b.u32(uint32(b.template))
		b.define()
	} else {
		b.u32(uint32(b.template))
	}
	type value struct {
		kind byte
		data []byte
	}
	values := []value{
		valueSource:     {typeString, utf16Bytes(e.source)},
		valueQualifiers: {typeUint16, le.AppendUint16(nil, e.qualifiers)},
		valueID:         {typeUint16, le.AppendUint16(nil, e.id)},
		valueLevel:      {typeByte, []byte{e.level}},
		valueTask:       {typeUint16, le.AppendUint16(nil, e.task)},
		valueKeywords:   {typeHex64, le.AppendUint64(nil, 0x80000000000000)},
		valueTime:       {typeFiletime, le.AppendUint64(nil, filetime)},
		valueNumber:     {typeUint64, le.AppendUint64(nil, number)},
		valueChannel:    {typeString, utf16Bytes("Application")},
		valueComputer:   {typeString, utf16Bytes("mail1.corp.example")},
		valueText:       {typeString, utf16Bytes(e.text)},
	}
	b.u32(uint32(len(values)))
	for _, v := range values {
		b.u16(uint16(len(v.data)))
		b.u8(v.kind, 0)
	}
	for _, v := range values {
		b.u8(v.data...)
	}
	b.u8(0) // end of the binary XML
	size := uint32(len(b.chunk) - begin + 4)
	b.u32(size)
	le.PutUint32(b.chunk[begin+4:], size)
}

// define appends the template of a classic event.
func (b *builder) define() {
	b.names = map[string]int{}
	b.u32(0)                                                                  // no next template
	b.u32(0x6b627463)                                                         // the GUID; its first part is the short name
	b.u8(0x7a, 0x3e, 0x11, 0x4f, 0x9b, 0x20, 0x65, 0x76, 0x67, 0x65, 0x6e, 1) // made up
	size := b.later()
	b.u8(0x0f, 1, 1, 0)
	b.element("Event", []attribute{{name: "xmlns", text: "http://schemas.microsoft.com/win/2004/08/events/event"}}, func() {
		b.element("System", nil, func() {
			b.element("Provider", []attribute{{name: "Name", value: valueSource, kind: typeString}}, nil)
			b.element("EventID", []attribute{{name: "Qualifiers", value: valueQualifiers, kind: typeUint16}}, func() { b.take(valueID, typeUint16) })
			b.element("Level", nil, func() { b.take(valueLevel, typeByte) })
			b.element("Task", nil, func() { b.take(valueTask, typeUint16) })
			b.element("Keywords", nil, func() { b.take(valueKeywords, typeHex64) })
			b.element("TimeCreated", []attribute{{name: "SystemTime", value: valueTime, kind: typeFiletime}}, nil)
			b.element("EventRecordID", nil, func() { b.take(valueNumber, typeUint64) })
			b.element("Channel", nil, func() { b.take(valueChannel, typeString) })
			b.element("Computer", nil, func() { b.take(valueComputer, typeString) })
			b.element("Security", nil, nil)
		})
		b.element("EventData", nil, func() {
			b.element("Data", nil, func() { b.take(valueText, typeString) })
		})
	})
	b.u8(0)
	size()
}

// attribute has a text, or takes a value of a kind.
type attribute struct {
	name, text string
	value      uint16
	kind       byte
}

// element appends an element; with content nil it is empty.
func (b *builder) element(name string, attributes []attribute, content func()) {
	open := byte(0x01)
	if len(attributes) > 0 {
		open = 0x41
	}
	b.u8(open)
	b.u16(0xffff)
	size := b.later()
	b.name(name)
	if len(attributes) > 0 {
		all := b.later()
		for i, a := range attributes {
			token := byte(0x46)
			if i == len(attributes)-1 {
				token = 0x06
			}
			b.u8(token)
			b.name(a.name)
			if a.text != "" {
				b.u8(0x05, typeString)
				b.u16(uint16(len(a.text)))
				b.text(a.text)
			} else {
				b.take(a.value, a.kind)
			}
		}
		all()
	}
	if content == nil {
		b.u8(0x03)
	} else {
		b.u8(0x02)
		content()
		b.u8(0x04)
	}
	size()
}

// take appends a place where a value goes; without the value the element is
// left out.
func (b *builder) take(value uint16, kind byte) {
	b.u8(0x0e)
	b.u16(value)
	b.u8(kind)
}

// name appends where a name stands, and the name itself at its first use.
func (b *builder) name(s string) {
	if at, ok := b.names[s]; ok {
		b.u32(uint32(at))
		return
	}
	at := len(b.chunk) + 4
	b.names[s] = at
	b.u32(uint32(at))
	var hash uint32
	for i := range len(s) {
		hash = hash*65599 + uint32(s[i])
	}
	b.u32(0) // no next name
	b.u16(uint16(hash))
	b.u16(uint16(len(s)))
	b.text(s)
	b.u16(0)
}
