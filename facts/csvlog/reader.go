package csvlog

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// reader makes records of rows.
type reader struct {
	to   record.Sink
	form layout
	rows *rows
	done int64 // records given to the sink

	rec    record.Record
	row    row
	left   [roles]bool // roles whose field could not be read: it goes to the text
	decode func(*record.Record)
	fields []byte // what had to be unquoted
	text   []byte
}

func newReader(to record.Sink, form layout, rows *rows) *reader {
	rd := &reader{to: to, form: form, rows: rows}
	rd.decode = rd.message
	return rd
}

func (rd *reader) read(ctx context.Context) error {
	for n := 0; ; n++ {
		if n&255 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if !rd.rows.next(&rd.row) {
			return rd.rows.err
		}
		if rd.row.empty() || rd.form.repeats(&rd.row) {
			continue
		}
		rd.faults()
		if rd.row.alone && !rd.form.fits(len(rd.row.fields)) {
			rd.rec = record.Record{Line: rd.row.line, Message: rd.row.raw}
		} else {
			rd.fill()
		}
		rd.done++
		if err := rd.to.Record(&rd.rec); err != nil {
			return err
		}
	}
}

// faults names what is wrong with the row.
func (rd *reader) faults() {
	r := &rd.row
	n := len(r.fields)
	switch {
	case r.cut:
		rd.damage("csv.row-too-long", "the row is longer than 1 MiB; its beginning was read, the rest of its line was passed over")
	case r.open && r.lines == 0:
		rd.damage("csv.quote", "the input ends in a quoted field: the file is truncated, or a quote is not closed")
	case r.open:
		rd.damage("csv.quote", fmt.Sprintf("a quote is not closed within 1 MiB and 1,000 lines, or closes in another row; its field was ended with the line, and the lines behind it are read one by one, %d at least: double the quotes that stand in fields", r.lines))
	case r.alone: // was named with the quote
	case n < rd.form.least:
		rd.damage("csv.fields", fmt.Sprintf("the row has %d of %d fields; missing: %s", n, len(rd.form.columns), rd.form.names(n)))
	case n > rd.form.most:
		rd.damage("csv.fields", fmt.Sprintf("the row has %d fields, but %d columns have names; the others are kept in its text: quote the fields that hold %q", n, len(rd.form.columns), rd.form.delim))
	}
}

func (rd *reader) damage(reason, text string) {
	rd.to.Damage(facts.Problem{At: fmt.Sprintf("line %d", rd.row.line), Reason: reason, Text: text, Read: rd.done})
}

// names lists the columns from one on.
func (l *layout) names(from int) string {
	const most = 8
	var list []string
	for i := from; i < len(l.columns); i++ {
		if len(list) == most {
			list = append(list, fmt.Sprintf("%d more", len(l.columns)-i))
			break
		}
		name := l.columns[i].name
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// repeats reports whether the row is the line of names again, as where files
// were put together.
func (l *layout) repeats(r *row) bool {
	if l.named == 0 || len(r.fields) != l.named {
		return false
	}
	for i, f := range r.fields {
		if string(bytes.TrimSpace(f.text)) != l.columns[i].name {
			return false
		}
	}
	return true
}
