package evt

import (
	"strconv"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// fields are the parts of a record that are used, as slices of it. Texts are
// UTF-16, little-endian, without what ends them.
type fields struct {
	number   uint32
	time     uint32 // seconds since 1970, UTC
	event    uint32
	kind     uint16
	category uint16
	source   []byte
	host     []byte
	strings  []byte // with what ends each
	count    int    // of strings
	data     []byte
}

// parseFields takes a record apart. What lies outside of it is left out, and
// the fault says so.
func parseFields(b []byte) (f fields, fault string) {
	f = fields{
		number: u32(b, 8), time: u32(b, 12), event: u32(b, 20), kind: u16(b, 24), category: u16(b, 28),
		count: int(u16(b, 26)),
	}
	body := b[:len(b)-4] // without the length at the end
	namesEnd, stringsEnd := len(body), len(body)
	if n := u32(b, 48); n > 0 {
		at := u32(b, 52)
		if at < fixedSize || uint64(at)+uint64(n) > uint64(len(body)) {
			fault = "its data lie outside of it"
		} else {
			f.data = body[at : at+n]
			namesEnd, stringsEnd = int(at), int(at)
		}
	}
	if n := u32(b, 40); n > 0 {
		at := u32(b, 44)
		if at < fixedSize || uint64(at)+uint64(n) > uint64(len(body)) {
			fault = "its user lies outside of it"
		} else {
			namesEnd = min(namesEnd, int(at))
		}
	}
	if f.count > 0 {
		at := u32(b, 36)
		if at < fixedSize || int64(at) > int64(len(body)) {
			f.count = 0
			fault = "its strings lie outside of it"
		} else {
			if stringsEnd < int(at) { // the data stand before the strings
				stringsEnd = len(body)
			}
			namesEnd = min(namesEnd, int(at))
			f.strings = body[at:stringsEnd]
		}
	}
	var whole [2]bool
	rest := body[fixedSize:namesEnd]
	f.source, rest, whole[0] = cutText(rest)
	f.host, _, whole[1] = cutText(rest)
	if !whole[0] || !whole[1] {
		fault = "the names of its source and host do not end"
	}
	rest = f.strings
	for i := range f.count {
		_, after, ok := cutText(rest)
		if !ok {
			return f, "it has " + strconv.Itoa(f.count) + " strings, of which number " + strconv.Itoa(i+1) + " does not end"
		}
		rest = after
	}
	return f, fault
}

// cutText gives the text at the beginning of b, and what follows behind its end.
func cutText(b []byte) (text, rest []byte, ok bool) {
	for i := 0; i+2 <= len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return b[:i], b[i+2:], true
		}
	}
	return b[:len(b)&^1], nil, false
}

// fill makes the record. Its text is left for later.
func (w *walker) fill(f fields) record.Record {
	w.names = appendUTF8(w.names[:0], f.source)
	source := len(w.names)
	w.names = appendUTF8(w.names, f.host)
	host := len(w.names)
	w.names = appendLevel(w.names, f.kind)
	level := len(w.names)
	if f.category != 0 {
		w.names = strconv.AppendUint(w.names, uint64(f.category), 10)
	}
	r := record.Record{
		Number: uint64(f.number), Event: true, ID: f.event & 0xffff,
		Source: w.names[:source:source], Host: w.names[source:host:host], Level: w.names[host:level:level],
		Category: w.names[level:], Decode: w.decode,
	}
	if f.time != 0 {
		r.Time = facts.Time{Time: time.Unix(int64(f.time), 0).UTC(), Zoned: true}
	}
	return r
}

// appendLevel adds the name of an event's type.
func appendLevel(text []byte, kind uint16) []byte {
	switch kind {
	case 0:
		return append(text, "success"...)
	case 1:
		return append(text, "error"...)
	case 2:
		return append(text, "warning"...)
	case 4:
		return append(text, "information"...)
	case 8:
		return append(text, "audit success"...)
	case 16:
		return append(text, "audit failure"...)
	}
	return strconv.AppendUint(append(text, "type "...), uint64(kind), 10)
}

// message decodes the text of the record that was given to the sink last.
func (w *walker) message(r *record.Record) {
	text := w.text[:0]
	rest := w.fields.strings
	for range w.fields.count {
		var s []byte
		s, rest, _ = cutText(rest)
		if len(s) == 0 {
			continue
		}
		begin := len(text)
		text = appendUTF8(text, s)
		text = tidyLines(text, begin)
		if len(text) > begin {
			text = append(text, '\n')
		}
	}
	text = appendCodes(text, w.fields.data)
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	w.text = text
	r.Message = text
}
