package csvlog

import (
	"bytes"
	"strings"
)

// tail says what fields are behind the last column.
type tail uint8

const (
	tailFault  tail = iota // too many
	tailLines              // lines of the message
	tailCommas             // parts of the message, which was not quoted
)

// layout is the form of a file.
type layout struct {
	delim, eol  byte
	columns     []column
	at          [roles]int // column of a role, or -1
	named       int        // columns in the line of names
	least, most int        // fields of a sound row
	tail        tail
	legacy      bool // a level is the number of a type of event
	order       dateOrder
	sure        bool
}

func (l *layout) fits(n int) bool { return n >= l.least && n <= l.most }

// setColumns lays down the columns; the rows have that many fields, or one less
// where the last column has no name.
func (l *layout) setColumns(columns []column) {
	l.columns = columns
	l.least, l.most = len(columns), len(columns)
	for r := range l.at {
		l.at[r] = -1
	}
	for i, c := range columns {
		if c.role != other {
			l.at[c.role] = i
		}
	}
}

// detect finds the form of the file that begins with head, and where its rows
// begin.
func detect(head []byte) (l layout, skip int) {
	begin := len(head) - len(bytes.TrimPrefix(head, []byte("\ufeff")))
	eol := byte('\n')
	if i := bytes.IndexByte(head, '\r'); i >= 0 && i+1 < len(head) && bytes.IndexByte(head, '\n') < 0 {
		eol = '\r'
	}
	sep := byte(0)
	for begin < len(head) {
		line, next := cutLine(head[begin:], eol)
		text := strings.TrimSpace(string(line[:min(len(line), 256)]))
		switch {
		case len(text) == 5 && strings.HasPrefix(text, "sep="): // for Excel
			sep = text[4]
		case text != "" && !strings.HasPrefix(text, "#TYPE "): // of PowerShell
			return detectRows(head, begin, begin+next, eol, sep)
		}
		begin += next
	}
	return unnamed(eol), begin
}

// detectRows finds the form of rows that begin at begin, perhaps with a line of
// names that ends at end.
func detectRows(head []byte, begin, end int, eol, sep byte) (l layout, skip int) {
	delims := []byte{',', ';', '\t'}
	if sep != 0 {
		delims = []byte{sep}
	}
	best, score := layout{}, -1
	for _, delim := range delims {
		if l := headless(head[begin:], delim, eol); l.sure {
			l.learnOrder(head[begin:])
			return l, begin
		}
		l, known := named(head[begin:end], delim, eol)
		if n := known*maxColumns + len(l.columns); n > score {
			best, score = l, n
		}
	}
	if score < maxColumns && end == headSize { // so long a line are no names
		return unnamed(eol), begin
	}
	best.check(head[end:], score/maxColumns)
	best.learnOrder(head[end:])
	return best, end
}

// unnamed is the form of rows of which nothing is known.
func unnamed(eol byte) layout {
	l := layout{delim: ',', eol: eol}
	l.setColumns(nil)
	l.most = maxColumns
	return l
}

// named is the form that the line of names says.
func named(line []byte, delim, eol byte) (l layout, known int) {
	l = layout{delim: delim, eol: eol}
	line, _ = cutLine(line, eol)
	q := quotes{b: line, delim: delim, eol: eol, ended: true}
	var names []string
	for _, f := range q.parse(nil) {
		name := strings.TrimSpace(strings.ReplaceAll(string(f.text[:min(len(f.text), 256)]), `""`, `"`))
		names = append(names, strings.ToValidUTF8(name, ""))
	}
	columns, known := columnsOf(names)
	l.named = len(columns)
	l.setColumns(columns)
	return l, known
}

// check looks at the rows below the line of names: whether they have as many
// fields, and whether the message is in a column without a name, as in what
// Event Viewer writes.
func (l *layout) check(below []byte, known int) {
	if l.at[message] < 0 && l.named > 0 && l.columns[l.named-1].name == "" {
		l.columns[l.named-1].role = message
		l.setColumns(l.columns)
		l.least--
	}
	all, whole := 0, 0
	eachRow(below, l, func(r *row) {
		all++
		if len(r.fields) == l.named+1 {
			whole++
		}
	})
	viewer := l.at[when] >= 0 && l.at[event] >= 0 && l.at[level] >= 0
	if l.at[message] < 0 && l.named < maxColumns && (viewer && all == 0 || whole*2 > all) {
		l.setColumns(append(l.columns, column{role: message}))
		l.least--
	}
	all, whole = 0, 0
	eachRow(below, l, func(r *row) {
		all++
		if l.fits(len(r.fields)) {
			whole++
		}
	})
	l.sure = known >= 2 && l.named >= 2 && (all > 0 || known >= 3) && whole*4 >= all*3
}

// learnOrder looks whether the first dates say what is the month in them.
func (l *layout) learnOrder(below []byte) {
	at := max(l.at[day], l.at[when])
	if at < 0 {
		return
	}
	eachRow(below, l, func(r *row) {
		if at < len(r.fields) {
			var d date
			p := clockParser{s: bytes.TrimSpace(r.fields[at].text)}
			p.day(&d)
			l.order.learn(d.says)
		}
	})
}

// eachRow gives the first rows; the last one may be cut off.
func eachRow(below []byte, l *layout, see func(*row)) {
	s := newRows(bytes.NewReader(below))
	s.delim, s.eol, s.least, s.most = l.delim, l.eol, l.least, l.most
	var r row
	for range 50 {
		if !s.next(&r) || r.open || r.cut {
			return
		}
		last := s.pos == len(s.buf) && !bytes.HasSuffix(below, []byte{l.eol})
		if r.empty() || last && len(r.fields) < l.least {
			continue
		}
		see(&r)
	}
}

// cutLine gives the line at the beginning of b, without what ends it, and where
// the next one begins.
func cutLine(b []byte, eol byte) (line []byte, next int) {
	if i := bytes.IndexByte(b, eol); i >= 0 {
		return bytes.TrimSuffix(b[:i], []byte{'\r'}), i + 1
	}
	return b, len(b)
}
