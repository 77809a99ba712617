package jsonlog

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// A pick is the member that fills a role.
type pick struct {
	node int32
	place
	set bool
}

// emit hands over the entry b, which is on the tape.
func (r *reader) emit(b []byte) error {
	r.choose(b)
	r.rec = record.Record{Line: r.line, Decode: r.decode}
	r.values = r.values[:0]
	rec := &r.rec
	if p := &r.picked[roleTime]; p.set {
		v := r.value(p.node)
		if r.tape.nodes[p.node].kind == number {
			rec.Time = stamp.Epoch(v)
		} else {
			rec.Time = stamp.Any(v)
		}
		p.set = !rec.Time.IsZero()
	}
	if p := &r.picked[roleID]; p.set {
		id, ok := digits(r.value(p.node))
		if p.set = ok && (!p.weak || r.win32); p.set {
			rec.Event, rec.ID = true, uint32(id&0xFFFF)
		}
	}
	if p := &r.picked[roleNumber]; p.set {
		rec.Number, p.set = digits(r.value(p.node))
	}
	for _, f := range [...]struct {
		role role
		to   *[]byte
	}{{roleHost, &rec.Host}, {roleSource, &rec.Source}, {roleLog, &rec.Log}, {roleCategory, &rec.Category}} {
		if p := r.picked[f.role]; p.set {
			*f.to = r.value(p.node)
		}
	}
	if p := r.picked[roleLevel]; p.set {
		rec.Level = r.levelOf(p)
	}
	if p := &r.picked[roleAudit]; p.set {
		if word := r.audit(p.node); word != "" {
			r.level = append(r.level[:0], word...)
			rec.Level = r.level
		}
		p.set = false // it stays among the members
	}
	r.capped = false
	err := r.to.Record(rec)
	if r.capped {
		r.problems.Add(r.line, "json.members-cut", 0,
			"the members behind the message take more than 64 KiB as text; those behind that were left out")
	}
	return err
}

// choose finds the members that fill roles.
func (r *reader) choose(b []byte) {
	r.picked = [roles]pick{}
	r.win32 = false
	w := &r.walker
	w.b, w.nodes, w.enter, w.visit = b, r.tape.nodes, holdsPlaces, r.choosing
	w.walk()
}

func (r *reader) pick(m member) {
	p := placeOf(m.path)
	if p.role == noRole {
		return
	}
	switch n := &r.tape.nodes[m.node]; n.kind {
	case text:
		if n.start == n.end {
			return
		}
	case array:
		if p.role != roleMessage && p.role != roleAudit {
			return
		}
	case word:
		return
	}
	r.win32 = r.win32 || p.win
	if old := &r.picked[p.role]; !old.set || p.rank < old.rank {
		old.node, old.place, old.set = m.node, p, true
	}
}

// value is the text of a string, number or word. It is valid until the next
// entry.
func (r *reader) value(i int32) []byte {
	n := &r.tape.nodes[i]
	raw := r.walker.b[n.start:n.end]
	if !n.escaped {
		return raw
	}
	at := len(r.values)
	r.values = unescape(r.values, raw)
	return r.values[at:]
}

func digits(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	v := uint64(0)
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		v = v*10 + uint64(c-'0')
	}
	return v, true
}

// audit is what keywords say about an audit, empty for nothing. The two bits
// are those of winmeta.xml.
func (r *reader) audit(i int32) string {
	const failure, success = 0x10000000000000, 0x20000000000000
	n := r.tape.nodes[i]
	all := r.walker.b[n.start:n.end]
	if hex, ok := bytes.CutPrefix(all, []byte("0x")); ok && n.kind == text {
		bits, err := strconv.ParseUint(string(hex), 16, 64)
		switch {
		case err != nil:
		case bits&failure != 0:
			return "audit failure"
		case bits&success != 0:
			return "audit success"
		}
		return ""
	}
	switch {
	case bytes.Contains(all, []byte("Audit Failure")):
		return "audit failure"
	case bytes.Contains(all, []byte("Audit Success")):
		return "audit success"
	}
	return ""
}

// fill makes the text of the record: its message and the other members.
func (r *reader) fill(rec *record.Record) {
	r.message = r.message[:0]
	if p := r.picked[roleMessage]; p.set {
		r.message = r.appendMessage(r.message, p.node)
		for len(r.message) > 0 && (r.message[len(r.message)-1] == '\n' || r.message[len(r.message)-1] == '\r') {
			r.message = r.message[:len(r.message)-1]
		}
	}
	r.members = len(r.message)
	w := &r.walker
	w.enter, w.visit = nil, r.writing
	for _, r.late = range [...]bool{false, true} {
		w.walk()
		if !r.win32 {
			break // the members of System come last in an event of Windows
		}
	}
	rec.Message = r.message
}

// appendMessage appends a message: a string; or an array of the bytes of one, as
// the journal writes what is not UTF-8; or an array of several.
func (r *reader) appendMessage(dst []byte, i int32) []byte {
	n := r.tape.nodes[i]
	if n.kind != array {
		return append(dst, r.value(i)...)
	}
	at := len(dst)
	for j := i + 1; j < n.next; j++ {
		v := r.value(j)
		if b, ok := digits(v); ok && b < 256 && r.tape.nodes[j].kind == number {
			dst = append(dst, byte(b))
			continue
		}
		if len(dst) > at {
			dst = append(dst, '\n')
		}
		dst = append(dst, v...)
	}
	if !utf8.Valid(dst[at:]) {
		return append(dst[:at], bytes.ToValidUTF8(dst[at:], []byte("\uFFFD"))...)
	}
	return dst
}

// write appends a member that fills no role as "name: value".
func (r *reader) write(m member) {
	system := r.win32 && bytes.HasPrefix(m.path, []byte("System."))
	if system != r.late || r.capped || bytes.HasPrefix(m.path, []byte("__")) || bytes.HasSuffix(m.path, []byte("xmlns")) {
		return
	}
	for i := range r.picked {
		if p := &r.picked[i]; p.set && p.node == m.node {
			return
		}
	}
	at := len(r.message)
	if at > 0 {
		r.message = append(r.message, '\n')
	}
	start := len(r.message)
	name, between := display(m.path)
	if len(name) > 0 {
		r.message = append(append(r.message, name...), ": "...)
	}
	values := len(r.message)
	n := r.tape.nodes[m.node]
	if n.kind == array {
		for j := m.node + 1; j < n.next; j++ {
			if len(r.message) > values {
				r.message = append(r.message, between...)
			}
			r.message = r.appendValue(r.message, j)
		}
	} else {
		r.message = r.appendValue(r.message, m.node)
	}
	switch {
	case len(r.message) == values || start == values && len(bytes.TrimSpace(r.message[values:])) == 0:
		r.message = r.message[:at] // no value
	case len(r.message)-r.members > maxMembers:
		r.message = r.message[:at]
		r.capped = true
	}
}

func (r *reader) appendValue(dst []byte, i int32) []byte {
	n := &r.tape.nodes[i]
	raw := r.walker.b[n.start:n.end]
	switch {
	case n.kind == word && string(raw) == "null":
		return dst
	case n.escaped:
		return unescape(dst, raw)
	}
	return append(dst, raw...)
}

// display is the name under which a member is written, and what stands between
// the values of an array: the data of events have their own names, or none.
func display(path []byte) (name []byte, between string) {
	if string(path) == "EventData.Data" {
		return nil, "\n"
	}
	for _, prefix := range [...]string{"EventData.Data.", "EventData.", "winlog.event_data.", "System."} {
		if rest, ok := bytes.CutPrefix(path, []byte(prefix)); ok && len(rest) > 0 {
			return rest, ", "
		}
	}
	return path, ", "
}
