package csvlog

import (
	"bytes"
	"strconv"

	"github.com/kbtriage/kbtriage/facts/record"
)

// fill makes the record of a row. Its text is left for later.
func (rd *reader) fill() {
	rd.fields = rd.fields[:0]
	rd.left = [roles]bool{}
	r := record.Record{
		Line: rd.row.line, Decode: rd.decode,
		Host: rd.field(host), Source: rd.field(source), Log: rd.field(channel), Level: rd.field(level), Category: rd.field(category),
	}
	if s := rd.field(event); len(s) > 0 {
		if v, ok := decimal(s); ok && v <= 1<<32-1 {
			r.Event, r.ID = true, uint32(v)&0xffff // the upper half are qualifiers
		} else {
			rd.left[event] = true
		}
	}
	if s := rd.field(number); len(s) > 0 {
		v, ok := decimal(s)
		r.Number, rd.left[number] = v, !ok
	}
	rd.time(&r)
	switch {
	case rd.form.legacy:
		if name, ok := eventType(r.Level); ok {
			r.Level = rd.keep(name)
		}
	case r.Event:
		if name := levelName(r.Level); name != "" {
			r.Level = rd.keep(name)
		}
	}
	if r.Event && (string(r.Category) == "None" || string(r.Category) == "N/A" || string(r.Category) == "0") {
		r.Category = nil
	}
	rd.rec = r
}

// time fills in the time, which may be in two columns.
func (rd *reader) time(r *record.Record) {
	if rd.form.at[when] >= 0 {
		s := rd.field(when)
		r.Time = parseTime(s, nil, &rd.form.order)
		rd.left[when] = r.Time.IsZero() && len(s) > 0
		return
	}
	if rd.form.at[day] < 0 {
		return
	}
	date, clock_ := rd.field(day), rd.field(clock)
	if len(clock_) > 0 {
		r.Time = parseTime(date, clock_, &rd.form.order)
	}
	rd.left[day] = r.Time.IsZero()
	rd.left[clock] = r.Time.IsZero()
}

// levelName is the name of a level of Windows, where it is a number.
func levelName(s []byte) string {
	if len(s) != 1 {
		return ""
	}
	switch s[0] {
	case '1':
		return "critical"
	case '2':
		return "error"
	case '3':
		return "warning"
	case '0', '4':
		return "information"
	case '5':
		return "verbose"
	}
	return ""
}

// keep holds a name until the next row.
func (rd *reader) keep(name string) []byte {
	at := len(rd.fields)
	rd.fields = append(rd.fields, name...)
	return rd.fields[at:len(rd.fields):len(rd.fields)]
}

// field is the field of a role, without blanks around it.
func (rd *reader) field(r role) []byte {
	at := rd.form.at[r]
	if at < 0 || at >= len(rd.row.fields) {
		return nil
	}
	f := rd.row.fields[at]
	if !f.doubled {
		return bytes.TrimSpace(f.text)
	}
	begin := len(rd.fields)
	rd.fields = f.appendTo(rd.fields)
	return bytes.TrimSpace(rd.fields[begin:len(rd.fields):len(rd.fields)])
}

// appendTo adds the text of a field, with single quotes for doubled ones.
func (f *field) appendTo(b []byte) []byte {
	if !f.doubled {
		return append(b, f.text...)
	}
	rest := f.text
	for {
		i := bytes.Index(rest, []byte(`""`))
		if i < 0 {
			return append(b, rest...)
		}
		b = append(b, rest[:i+1]...)
		rest = rest[i+2:]
	}
}

// message decodes the text of the row that was given to the sink last.
func (rd *reader) message(r *record.Record) {
	rd.text = rd.text[:0]
	fields := rd.row.fields
	columns := rd.form.columns
	if at := rd.form.at[message]; at >= 0 && at < len(fields) {
		rd.line("", &fields[at])
	}
	if rd.form.tail != tailFault {
		rd.further()
	}
	for i := range fields[:min(len(fields), len(columns))] {
		if c := columns[i]; c.role == other || rd.left[c.role] {
			rd.line(c.name, &fields[i])
		}
	}
	for i := len(columns); i < len(fields) && rd.form.tail == tailFault; i++ {
		rd.line("column "+strconv.Itoa(i+1), &fields[i])
	}
	rd.text = bytes.TrimSuffix(rd.text, []byte{'\n'})
	r.Message = rd.text
}

// further adds the fields behind the last column.
func (rd *reader) further() {
	for i := len(rd.form.columns); i < len(rd.row.fields); i++ {
		f := &rd.row.fields[i]
		if rd.form.tail == tailLines {
			rd.line("", f)
			continue
		}
		if n := len(rd.text); n > 0 && rd.text[n-1] == '\n' {
			rd.text = rd.text[:n-1]
		}
		rd.text = append(rd.text, rd.form.delim)
		begin := len(rd.text)
		rd.text = append(tidyLines(f.appendTo(rd.text), begin), '\n')
	}
}

// line adds a line, or the lines of a text. Empty values are left out, and the
// names of types that PowerShell writes where it has no value.
func (rd *reader) line(name string, f *field) {
	value := bytes.TrimSpace(f.text)
	if len(value) == 0 || name != "" && bytes.HasPrefix(value, []byte("System.")) {
		return
	}
	if name != "" {
		rd.text = append(append(rd.text, name...), ": "...)
	}
	begin := len(rd.text)
	rd.text = f.appendTo(rd.text)
	rd.text = append(tidyLines(rd.text, begin), '\n')
}

// tidyLines makes "\n" of every line end in text[begin:], and takes off those
// and the blanks at its end.
func tidyLines(text []byte, begin int) []byte {
	if bytes.IndexByte(text[begin:], '\r') >= 0 {
		n := begin
		for i := begin; i < len(text); i++ {
			if text[i] == '\r' {
				if i+1 < len(text) && text[i+1] == '\n' {
					continue
				}
				text[i] = '\n'
			}
			text[n] = text[i]
			n++
		}
		text = text[:n]
	}
	return text[:begin+len(bytes.TrimRight(text[begin:], " \t\n"))]
}
