package weblog

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// maxFields is how many fields a line may have.
const maxFields = 1000

// A role is what a field says, as far as it has a place of its own.
type role uint8

const (
	roleOther role = iota
	roleDate
	roleTime
	roleDateTime
	roleComputer
	roleServer
	roleMethod
	rolePath
	roleQuery
	roleStatus
	roleSubstatus
	roleWin32
	roles
)

func roleOf(name []byte) role {
	switch string(name) {
	case "date":
		return roleDate
	case "time":
		return roleTime
	case "date-time":
		return roleDateTime
	case "s-computername":
		return roleComputer
	case "s-ip":
		return roleServer
	case "cs-method":
		return roleMethod
	case "cs-uri-stem", "cs-uri":
		return rolePath
	case "cs-uri-query":
		return roleQuery
	case "sc-status":
		return roleStatus
	case "sc-substatus":
		return roleSubstatus
	case "sc-win32-status":
		return roleWin32
	}
	return roleOther
}

type column struct {
	name []byte
	role role
}

// extended is the state of a W3C extended log file
// (https://www.w3.org/TR/WD-logfile): what its directives said last, and the
// values of the line that was read last. Values stand between blanks; some
// servers of mail and firewalls put tabs or commas, and quotes around values
// that hold one.
type extended struct {
	columns   []column
	separator byte
	source    []byte
	date      []byte // of #Date
	local     bool   // times are local
	values    [][]byte
	place     [roles]int // column of a role, from 1
	unquoted  []byte
}

// directive takes a line that begins with #. It answers false if its fields are
// too many.
func (e *extended) directive(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	if !ok {
		return true // a comment
	}
	switch string(name) {
	case "#Software":
		e.source = software(value)
	case "#Date":
		date, _, _ := bytes.Cut(value, []byte(" "))
		e.date = append(e.date[:0], date...)
	case "#Time Format":
		e.local = bytes.EqualFold(value, []byte("Local"))
	case "#Fields":
		return e.fields(value)
	}
	return true
}

// software is the name of a program without its version; IIS is called so.
func software(value []byte) []byte {
	if bytes.Contains(value, []byte("Internet Information Services")) {
		return []byte("IIS")
	}
	if i := bytes.LastIndexByte(value, ' '); i > 0 && len(bytes.Trim(value[i+1:], "0123456789.")) == 0 {
		value = value[:i]
	}
	return bytes.Clone(value)
}

func (e *extended) fields(value []byte) bool {
	e.columns, e.place = nil, [roles]int{}
	e.separator = ' '
	for _, c := range []byte(",\t") {
		if bytes.IndexByte(value, c) >= 0 {
			e.separator = c
			break
		}
	}
	if bytes.Count(value, []byte{e.separator}) >= maxFields {
		return false
	}
	for name := range bytes.SplitSeq(value, []byte{e.separator}) {
		if name = bytes.TrimSpace(name); len(name) == 0 {
			continue
		}
		role := roleOf(name)
		if role != roleOther && e.place[role] == 0 {
			e.place[role] = len(e.columns) + 1
		} else {
			role = roleOther
		}
		e.columns = append(e.columns, column{bytes.Clone(name), role})
	}
	return true
}

// parse splits a line into as many values as there are fields.
func (e *extended) parse(line []byte) bool {
	e.values, e.unquoted = e.values[:0], e.unquoted[:0]
	if e.separator != ',' {
		line = bytes.TrimRight(line, " \t")
	}
	for len(e.values) < len(e.columns) {
		if e.separator == ',' && len(line) > 0 && line[0] == '"' {
			value, rest, ok := e.quoted(line)
			if !ok {
				return false
			}
			e.values = append(e.values, value)
			if line = rest; line == nil {
				break
			}
			continue
		}
		i := bytes.IndexByte(line, e.separator)
		if i < 0 {
			e.values = append(e.values, line)
			line = nil
			break
		}
		e.values = append(e.values, line[:i])
		line = line[i+1:]
	}
	return line == nil && len(e.values) == len(e.columns)
}

// quoted reads a value in quotes, in which a quote is written twice, and what
// is behind the comma; that is nil at the end of the line.
func (e *extended) quoted(line []byte) (value, rest []byte, ok bool) {
	at := len(e.unquoted)
	for line = line[1:]; ; {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			return nil, nil, false
		}
		e.unquoted = append(e.unquoted, line[:i]...)
		switch line = line[i+1:]; {
		case len(line) == 0:
			return e.unquoted[at:], nil, true
		case line[0] == e.separator:
			return e.unquoted[at:], line[1:], true
		case line[0] != '"':
			return nil, nil, false
		}
		e.unquoted = append(e.unquoted, '"')
		line = line[1:]
	}
}

// value is that of a role; empty if there is none, or a hyphen.
func (e *extended) value(r role) []byte {
	i := e.place[r]
	if i == 0 {
		return nil
	}
	if v := e.values[i-1]; len(v) != 1 || v[0] != '-' {
		return v
	}
	return nil
}

func (e *extended) time() facts.Time {
	var t facts.Time
	if v := e.value(roleDateTime); v != nil {
		t = stamp.Any(v)
	} else if clock := e.value(roleTime); clock != nil {
		date := e.value(roleDate)
		if date == nil {
			date = e.date
		}
		var buf [40]byte
		if len(date)+1+len(clock) <= len(buf) {
			both := append(append(append(buf[:0], date...), ' '), clock...)
			t = stamp.Any(both)
		}
	}
	if !t.IsZero() {
		t.Zoned = t.Zoned || !e.local
	}
	return t
}

func (e *extended) host() []byte {
	if v := e.value(roleComputer); v != nil {
		return v
	}
	return e.value(roleServer)
}

// appendTo writes the line as the text of an entry.
func (e *extended) appendTo(dst []byte) []byte {
	dst = append(dst, e.value(roleMethod)...)
	if path := e.value(rolePath); path != nil {
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, path...)
		if query := e.value(roleQuery); query != nil {
			dst = append(append(dst, '?'), query...)
		}
	}
	dst = appendStatus(dst, e.value(roleStatus), e.value(roleSubstatus))
	if code := e.value(roleWin32); len(code) > 0 && string(code) != "0" {
		dst = append(append(comma(dst), "win32 error "...), code...)
	}
	for i, c := range e.columns {
		v := e.values[i]
		switch c.role {
		case roleDate, roleTime, roleDateTime, roleComputer, roleMethod, rolePath, roleStatus, roleSubstatus, roleWin32:
			continue
		case roleQuery:
			if e.value(rolePath) != nil {
				continue
			}
		}
		if len(v) == 0 || len(v) == 1 && v[0] == '-' {
			continue
		}
		dst = append(append(append(comma(dst), c.name...), ": "...), v...)
	}
	return dst
}

// appendStatus writes a status: as an error from 400 on.
func appendStatus(dst, status, sub []byte) []byte {
	if len(status) == 0 {
		return dst
	}
	dst = comma(dst)
	if len(status) != 3 || status[0] < '4' || status[0] > '9' {
		return append(append(dst, "answered "...), status...)
	}
	dst = append(append(dst, "HTTP "...), status...)
	if len(sub) > 0 && string(sub) != "0" {
		dst = append(append(dst, '.'), sub...)
	}
	return dst
}

func comma(dst []byte) []byte {
	if len(dst) == 0 {
		return dst
	}
	return append(dst, ", "...)
}
