package csvlog

import "bytes"

// quotes splits a row that has quotes.
type quotes struct {
	b     []byte
	delim byte
	eol   byte
	ended bool // there is nothing behind b

	lineEnd int // of the line at at, if it is behind at

	at    int  // behind what was read: the row and its line end
	end   int  // behind the row
	lines int  // line ends inside of it
	open  bool // a quote is not closed
	odd   bool // a quote stands in a quoted field and is not doubled
	more  bool // more of the input is needed
}

// parse adds the fields of the row.
func (q *quotes) parse(fields []field) []field {
	for {
		f, last := q.field(len(fields) == maxColumns-1)
		if q.more {
			return fields
		}
		fields = append(fields, f)
		if last {
			return fields
		}
	}
}

// field reads the field at q.at, or all that is left of the line, and says
// whether it is the last one of the row.
func (q *quotes) field(rest bool) (f field, last bool) {
	begin := q.at
	for begin < len(q.b) && q.b[begin] == ' ' {
		begin++
	}
	if begin < len(q.b) && q.b[begin] == '"' && !rest {
		return q.inQuotes(begin + 1)
	}
	if q.lineEnd <= q.at {
		i := bytes.IndexByte(q.b[q.at:], q.eol)
		if i < 0 && !q.ended && len(q.b) <= maxRow {
			q.more = true
			return f, false
		}
		if q.lineEnd = q.at + i; i < 0 {
			q.lineEnd = len(q.b)
		}
	}
	line := q.b[q.at:q.lineEnd]
	if i := bytes.IndexByte(line, q.delim); i >= 0 && !rest {
		q.at += i + 1
		return field{text: line[:i]}, false
	}
	q.end = q.at + len(line)
	q.at = min(q.end+1, len(q.b))
	if q.eol == '\n' {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return field{text: line}, true
}

// inQuotes reads a field from behind its quote.
func (q *quotes) inQuotes(begin int) (f field, last bool) {
	for at := begin; ; {
		i := bytes.IndexByte(q.b[at:], '"')
		if i < 0 {
			i = len(q.b) - at
		}
		q.lines += bytes.Count(q.b[at:at+i], []byte{q.eol})
		at += i
		switch {
		case q.lines > maxLines || at > maxRow || at == len(q.b) && q.ended:
			q.open = true
			q.at, q.end = at, at
			return field{text: q.b[begin:at], doubled: f.doubled}, true
		case at == len(q.b) || at+1 == len(q.b) && !q.ended:
			q.more = true
			return f, false
		}
		at++
		if at < len(q.b) && q.b[at] == '"' {
			f.doubled = true
			at++
			continue
		}
		n, closes, ends := q.behind(at)
		if closes {
			f.text = q.b[begin : at-1]
			q.at, q.end = at+n, at
			return f, ends
		}
		if q.more {
			return f, false
		}
		q.odd = true
	}
}

// behind looks at what follows a quote: whether it closes the field, with n
// bytes behind it, and whether these end the row.
func (q *quotes) behind(at int) (n int, closes, ends bool) {
	if at == len(q.b) {
		return 0, true, true
	}
	switch q.b[at] {
	case q.delim:
		return 1, true, false
	case q.eol:
		return 1, true, true
	case '\r':
		if at+1 < len(q.b) {
			return 2, q.b[at+1] == q.eol, true
		}
		q.more = !q.ended
		return 1, q.ended, true
	}
	return 0, false, false
}
