package journal

import (
	"bytes"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
	"github.com/kbtriage/kbtriage/facts/syslog"
)

// A field of an entry that a record has a place for.
type field uint8

const (
	fieldMember field = iota // any other
	fieldTime
	fieldNumber
	fieldHost
	fieldTag
	fieldCommand
	fieldUnit
	fieldPriority
	fieldMessage
	fieldAddress // it says where the entry stood, and nothing of what happened
	fields
)

func fieldOf(name []byte) field {
	switch string(name) {
	case "__REALTIME_TIMESTAMP":
		return fieldTime
	case "__SEQNUM":
		return fieldNumber
	case "_HOSTNAME":
		return fieldHost
	case "SYSLOG_IDENTIFIER":
		return fieldTag
	case "_COMM":
		return fieldCommand
	case "_SYSTEMD_UNIT":
		return fieldUnit
	case "PRIORITY":
		return fieldPriority
	case "MESSAGE":
		return fieldMessage
	}
	if len(name) > 1 && name[0] == '_' && name[1] == '_' {
		return fieldAddress
	}
	return fieldMember
}

// entry is what was read of an entry: copies in one buffer.
type entry struct {
	line   int // 0 between entries
	buf    []byte
	first  [fields]span // the first field of each kind
	others []other
	kept   int // bytes of others
	cut    bool
}

type span struct{ from, to int }

// other is a field that has no place in a record, or whose place is taken.
type other struct {
	name, value span
	kind        field
}

func (e *entry) begin(line int) {
	if e.line == 0 {
		e.line = line
	}
}

func (e *entry) reset() {
	buf := e.buf[:0]
	if cap(buf) > 256<<10 {
		buf = nil
	}
	*e = entry{buf: buf, others: e.others[:0]}
}

// name keeps a name until its value is read.
func (e *entry) name(b []byte) []byte {
	from := len(e.buf)
	e.buf = append(e.buf, b...)
	return e.buf[from:]
}

// add keeps a field.
func (e *entry) add(name, value []byte) {
	kind := fieldOf(name)
	if kind == fieldAddress || len(value) == 0 {
		return
	}
	if kind != fieldMessage && len(value) > maxMembers {
		value = value[:maxMembers]
		e.cut = true
	}
	free := kind != fieldMember && e.first[kind].to == 0
	if !free {
		if e.kept+len(name)+len(value) > maxMembers {
			e.cut = true
			return
		}
		e.kept += len(name) + len(value)
	}
	if !utf8.Valid(value) {
		value = bytes.ToValidUTF8(value, []byte("\uFFFD"))
	}
	at := len(e.buf)
	e.buf = append(e.buf, name...)
	mid := len(e.buf)
	e.buf = append(e.buf, value...)
	v := span{mid, len(e.buf)}
	if free {
		e.first[kind] = v
	}
	if kind != fieldMessage || !free {
		e.others = append(e.others, other{span{at, mid}, v, kind})
	}
}

func (e *entry) get(s span) []byte { return e.buf[s.from:s.to] }

// emit hands over the entry and begins another.
func (r *reader) emit() error {
	e := &r.entry
	if e.line == 0 {
		return nil
	}
	r.rec = record.Record{Line: e.line, Host: e.get(e.first[fieldHost]), Decode: r.decode}
	if t, ok := number(e.get(e.first[fieldTime])); ok && t > 0 {
		r.rec.Time = stamp.Micro(t)
	}
	if n, ok := number(e.get(e.first[fieldNumber])); ok {
		r.rec.Number = n
	}
	for _, f := range [...]field{fieldTag, fieldCommand, fieldUnit} {
		if r.rec.Source = e.get(e.first[f]); len(r.rec.Source) > 0 {
			e.first[fieldTag] = e.first[f] // the one that is not repeated in the text
			break
		}
	}
	r.rec.Level = e.get(e.first[fieldPriority])
	if n, ok := number(r.rec.Level); ok && n <= 7 {
		r.level = append(r.level[:0], syslog.Severity(int(n))...)
		r.rec.Level = r.level
	}
	err := r.to.Record(&r.rec)
	if e.cut {
		r.problems.Add(e.line, "journal.fields-cut", 0,
			"the fields beside the message take more than 64 KiB; those behind that were left out")
	}
	e.reset()
	return err
}

// fill makes the text of the record.
func (r *reader) fill(rec *record.Record) {
	e := &r.entry
	b := append(r.message[:0], bytes.TrimRight(e.get(e.first[fieldMessage]), "\r\n")...)
	for i := range e.others {
		o := &e.others[i]
		switch o.kind {
		case fieldTime, fieldNumber, fieldHost, fieldPriority:
			if o.value == e.first[o.kind] && (o.kind != fieldTime || !rec.Time.IsZero()) {
				continue
			}
		}
		if o.value == e.first[fieldTag] {
			continue
		}
		if len(b) > 0 {
			b = append(b, '\n')
		}
		b = append(append(append(b, e.get(o.name)...), ": "...), e.get(o.value)...)
	}
	r.message, rec.Message = b, b
}

func number(b []byte) (uint64, bool) {
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
