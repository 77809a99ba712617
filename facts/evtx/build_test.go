package evtx

import (
	"encoding/binary"
	"hash/crc32"
	"testing"
	"unicode/utf16"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// elem is an element of a template: attributes and content are lists of string
// (constant text), sub (a value), elem, or raw tokens.
type elem struct {
	name    string
	attrs   []attr
	content []any
}

type attr struct {
	name  string
	value []any
}

// sub is the number of a value.
type sub struct {
	n        uint16
	optional bool
}

// tokens are written as they are.
type tokens []byte

// entity is a reference to an entity.
type entity string

// val is a value of a record: bytes, a nested template instance, or an element.
type val struct {
	kind   byte
	bytes  []byte
	nested *inst
	direct *elem
}

// inst is a template with its values. The name of the template is its GUID.
type inst struct {
	guid   string
	root   elem
	values []val
}

func str(s string) val     { return val{kind: typeString, bytes: wide(s)} }
func num16(v uint16) val   { return val{kind: typeUint16, bytes: le(uint64(v), 2)} }
func num8(v byte) val      { return val{kind: typeUint8, bytes: []byte{v}} }
func hex64(v uint64) val   { return val{kind: typeHex64, bytes: le(v, 8)} }
func ftime(v uint64) val   { return val{kind: typeFileTime, bytes: le(v, 8)} }
func nest(i inst) val      { return val{kind: typeBinXML, nested: &i} }
func null() val            { return val{} }
func at(n uint16) []any    { return []any{sub{n: n}} }
func maybe(n uint16) []any { return []any{sub{n: n, optional: true}} }
func text(s string) []any  { return []any{s} }
func le(v uint64, n int) []byte {
	return binary.LittleEndian.AppendUint64(nil, v)[:n]
}

func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// writer writes one chunk.
type writer struct {
	buf   []byte
	names map[string]int
	defs  map[string]int
	first uint64
	count uint64
	last  int // offset of the last record
}

func newWriter(first uint64) *writer {
	return &writer{buf: make([]byte, chunkHeader, ChunkSize), names: map[string]int{}, defs: map[string]int{}, first: first}
}

func (w *writer) u8(v ...byte)  { w.buf = append(w.buf, v...) }
func (w *writer) u16(v uint16)  { w.buf = binary.LittleEndian.AppendUint16(w.buf, v) }
func (w *writer) u32(v int)     { w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(v)) }
func (w *writer) set(at, v int) { binary.LittleEndian.PutUint32(w.buf[at:], uint32(v)) }

// name writes a reference and, for a name that is new in the chunk, the name.
func (w *writer) name(s string) {
	if at, ok := w.names[s]; ok {
		w.u32(at)
		return
	}
	w.u32(len(w.buf) + 4)
	w.names[s] = len(w.buf)
	w.u32(0)
	w.u16(0)
	w.u16(uint16(len(utf16.Encode([]rune(s)))))
	w.buf = append(w.buf, wide(s)...)
	w.u16(0)
}

func (w *writer) parts(list []any, ids bool) {
	for _, p := range list {
		switch p := p.(type) {
		case string:
			w.u8(tokenValue, typeString)
			w.u16(uint16(len(wide(p)) / 2))
			w.buf = append(w.buf, wide(p)...)
		case sub:
			token := byte(tokenNormal)
			if p.optional {
				token = tokenOptional
			}
			w.u8(token)
			w.u16(p.n)
			w.u8(typeString)
		case elem:
			w.elem(p, ids)
		case entity:
			w.u8(tokenEntityRef)
			w.name(string(p))
		case tokens:
			w.u8(p...)
		}
	}
}

func (w *writer) elem(e elem, ids bool) {
	token := byte(tokenOpen)
	if len(e.attrs) > 0 {
		token |= tokenMore
	}
	w.u8(token)
	if ids {
		w.u16(0xffff)
	}
	size := len(w.buf)
	w.u32(0)
	w.name(e.name)
	if len(e.attrs) > 0 {
		list := len(w.buf)
		w.u32(0)
		for i, a := range e.attrs {
			token := byte(tokenAttribute)
			if i < len(e.attrs)-1 {
				token |= tokenMore
			}
			w.u8(token)
			w.name(a.name)
			w.parts(a.value, ids)
		}
		w.set(list, len(w.buf)-list-4)
	}
	if len(e.content) == 0 {
		w.u8(tokenCloseEmpty)
	} else {
		w.u8(tokenCloseStart)
		w.parts(e.content, ids)
		w.u8(tokenCloseElement)
	}
	w.set(size, len(w.buf)-size-4)
}

// instance writes a fragment with a template instance.
func (w *writer) instance(in inst) {
	w.u8(tokenFragment, 1, 1, 0, tokenTemplate, 1)
	w.u32(7)
	key := in.guid
	if at, ok := w.defs[key]; ok {
		w.u32(at)
	} else {
		at := len(w.buf) + 4
		w.u32(at)
		w.defs[key] = at
		w.u32(0)
		var guid [16]byte
		copy(guid[:], in.guid)
		w.u8(guid[:]...)
		size := len(w.buf)
		w.u32(0)
		w.u8(tokenFragment, 1, 1, 0)
		w.elem(in.root, true)
		w.u8(tokenEnd)
		w.set(size, len(w.buf)-size-4)
	}
	w.u32(len(in.values))
	table := len(w.buf)
	for _, v := range in.values {
		w.u16(uint16(len(v.bytes)))
		w.u8(v.kind, 0)
	}
	for i, v := range in.values {
		from := len(w.buf)
		if v.nested != nil || v.direct != nil {
			if v.nested != nil {
				w.instance(*v.nested)
			} else {
				w.u8(tokenFragment, 1, 1, 0)
				w.elem(*v.direct, false)
			}
			w.u8(tokenEnd)
			binary.LittleEndian.PutUint16(w.buf[table+4*i:], uint16(len(w.buf)-from))
		}
		w.buf = append(w.buf, v.bytes...)
	}
}

// record writes one record; false if the chunk has no room for it.
func (w *writer) record(body func()) bool {
	old := *w
	from := len(w.buf)
	w.u8(recordMagic...)
	w.u32(0)
	w.buf = binary.LittleEndian.AppendUint64(w.buf, w.first+w.count)
	w.buf = binary.LittleEndian.AppendUint64(w.buf, 132_000_000_000_000_000+w.count*ticks)
	body()
	for (len(w.buf)+4)%8 != 0 {
		w.u8(0)
	}
	size := len(w.buf) + 4 - from
	w.u32(size)
	w.set(from+4, size)
	if len(w.buf) > ChunkSize {
		*w = old
		return false
	}
	w.last = from
	w.count++
	return true
}

// chunk is the finished chunk, its header and checksums filled in.
func (w *writer) chunk() []byte {
	free := len(w.buf)
	chunk := append(w.buf[:free:free], make([]byte, ChunkSize-free)...)
	le := binary.LittleEndian
	copy(chunk, chunkMagic)
	le.PutUint64(chunk[8:], w.first)
	le.PutUint64(chunk[16:], w.first+w.count-1)
	le.PutUint64(chunk[24:], w.first)
	le.PutUint64(chunk[32:], w.first+w.count-1)
	le.PutUint32(chunk[40:], 128)
	le.PutUint32(chunk[44:], uint32(w.last))
	le.PutUint32(chunk[48:], uint32(free))
	sign(chunk)
	return chunk
}

// sign repairs the checksums of a chunk.
func sign(chunk []byte) {
	le := binary.LittleEndian
	if free := le.Uint32(chunk[48:]); free >= chunkHeader && int(free) <= len(chunk) {
		le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[chunkHeader:free]))
	}
	le.PutUint32(chunk[124:], crc32.Update(crc32.ChecksumIEEE(chunk[:120]), crc32.IEEETable, chunk[128:chunkHeader]))
}

// logFile is a file of chunks; flags are those of its header.
func logFile(flags uint32, next uint64, chunks ...[]byte) []byte {
	head := make([]byte, HeaderSize)
	le := binary.LittleEndian
	copy(head, fileMagic)
	le.PutUint64(head[16:], uint64(max(len(chunks), 1)-1))
	le.PutUint64(head[24:], next)
	le.PutUint32(head[32:], 128)
	le.PutUint16(head[36:], 1)
	le.PutUint16(head[38:], 3)
	le.PutUint16(head[40:], HeaderSize)
	le.PutUint16(head[42:], uint16(len(chunks)))
	le.PutUint32(head[120:], flags)
	le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
	for _, c := range chunks {
		head = append(head, c...)
	}
	return head
}

// eventRoot is the template of an event as Windows writes them; value 14 is
// what the event says.
var eventRoot = elem{name: "Event", attrs: []attr{{"xmlns", text("http://schemas.microsoft.com/win/2004/08/events/event")}}, content: []any{
	elem{name: "System", content: []any{
		elem{name: "Provider", attrs: []attr{{"Name", at(0)}, {"Guid", at(1)}, {"EventSourceName", maybe(15)}}},
		elem{name: "EventID", attrs: []attr{{"Qualifiers", maybe(2)}}, content: at(3)},
		elem{name: "Version", content: at(4)},
		elem{name: "Level", content: at(5)},
		elem{name: "Task", content: at(6)},
		elem{name: "Opcode", content: at(7)},
		elem{name: "Keywords", content: at(8)},
		elem{name: "TimeCreated", attrs: []attr{{"SystemTime", at(9)}}},
		elem{name: "EventRecordID", content: at(10)},
		elem{name: "Execution", attrs: []attr{{"ProcessID", at(11)}}},
		elem{name: "Channel", content: at(12)},
		elem{name: "Computer", content: at(13)},
		elem{name: "Security"},
	}},
	sub{n: 14, optional: true},
}}

// event is an event with a part of its own.
func event(number uint64, id uint16, level byte, keywords uint64, data val) inst {
	return inst{guid: "the event", root: eventRoot, values: []val{
		str("Example-Provider"),
		{kind: typeGUID, bytes: []byte("0123456789abcdef")},
		null(), num16(id), num8(0), num8(level), num16(0),
		num8(0), hex64(keywords), ftime(132_000_000_000_000_000 + number*ticks),
		{kind: typeUint64, bytes: le(number, 8)},
		{kind: typeUint32, bytes: le(4321, 4)},
		str("Application"), str("host-1.example.org"), data, null(),
	}}
}

// logon is the part of an event that says who logged on.
func logon(user string, failed bool) val {
	sid := []byte{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xe8, 3, 0, 0}
	status := uint64(0)
	if failed {
		status = 0xc000006d
	}
	data := func(name string, n uint16) elem {
		return elem{name: "Data", attrs: []attr{{"Name", text(name)}}, content: at(n)}
	}
	return nest(inst{guid: "a logon", root: elem{name: "EventData", content: []any{
		data("SubjectUserSid", 0), data("SubjectUserName", 1), data("SubjectDomainName", 2), data("SubjectLogonId", 3),
		data("TargetUserName", 4), data("Status", 5), data("LogonType", 6), data("WorkstationName", 7), data("LogonGuid", 8),
		data("ProcessName", 9), data("IpAddress", 10), data("IpPort", 11),
	}}, values: []val{
		{kind: typeSID, bytes: sid},
		str("administrator"), str("EXAMPLE"), hex64(0x3e7), str(user),
		{kind: typeHex32, bytes: le(status, 4)},
		{kind: typeUint32, bytes: le(3, 4)},
		str("WORKSTATION-17"),
		{kind: typeGUID, bytes: []byte("fedcba9876543210")},
		str(`C:\Windows\System32\svchost.exe`), str("192.0.2.17"), str("49152"),
	}})
}

// full is a chunk of as many logons as it has room for.
func full(first uint64) []byte {
	w := newWriter(first)
	for w.record(func() {
		n := w.first + w.count
		w.instance(event(n, 4625, 0, 0x8010000000000000, logon("user-"+string(rune('a'+n%26)), true)))
		w.u8(tokenEnd)
	}) {
	}
	return w.chunk()
}

// few is a chunk of a few records that differ.
func few(first uint64, count int) []byte {
	w := newWriter(first)
	for range count {
		w.record(func() {
			n := w.first + w.count
			w.instance(event(n, uint16(100+n), byte(n%6), 0, logon("someone", false)))
			w.u8(tokenEnd)
		})
	}
	return w.chunk()
}

// one is a chunk with a single record of a given content.
func one(body func(w *writer)) []byte {
	w := newWriter(1)
	w.record(func() { body(w) })
	return w.chunk()
}

// got is a record as a test compares it.
type got struct {
	Number                             uint64
	Time                               string
	Event                              bool
	ID                                 uint32
	Host, Source, Log, Category, Level string
	Text                               string
}

// collect keeps what a reader hands over.
type collect struct {
	records []got
	damage  []facts.Problem
	lost    int64
	each    func(*record.Record) error
}

func (c *collect) Record(r *record.Record) error {
	if c.each != nil {
		return c.each(r)
	}
	c.records = append(c.records, got{
		r.Number, r.Time.String(), r.Event, r.ID,
		string(r.Host), string(r.Source), string(r.Log), string(r.Category), string(r.Level), string(r.Text()),
	})
	return nil
}

func (c *collect) Damage(p facts.Problem) {
	c.damage = append(c.damage, p)
	c.lost += p.Lost
}

// decodeChunk reads one chunk.
func decodeChunk(t testing.TB, chunk []byte) *collect {
	t.Helper()
	c := &collect{}
	if err := NewDecoder().Chunk(chunk, 0, c); err != nil {
		t.Fatal(err)
	}
	return c
}
