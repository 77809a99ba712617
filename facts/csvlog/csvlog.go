// Package csvlog reads logs that were exported as CSV: what Event Viewer,
// PowerShell, collectors of Windows events and other programs write, with a
// line of names, and the two forms without one that the tools of Windows NT to
// Windows XP write.
//
// The form of the rows is RFC 4180 with commas, semicolons or tabs, any line
// end, and a mark of UTF-8 or not. What breaks the rules of quoting is read as
// it was probably meant, and said.
package csvlog

import (
	"context"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
)

// Is reports whether head, the beginning of a file, is that of a log as CSV: a
// line of names of which at least two are known, and rows below it with as many
// fields; or rows of a form without names. A few KiB are enough.
func Is(head []byte) bool {
	form, _ := detect(head[:min(len(head), headSize)])
	return form.sure
}

// Read gives the rows of r, which is UTF-8, to a sink. Where no names are known,
// the first line is taken for the line of names all the same.
//
// The columns that are known become the fields of the record. Its text is the
// column of the message and, below it, the others that are not empty, as "name:
// value"; a time or a number that cannot be read is among them. It is decoded on
// demand. A time without a zone stays without; one such as 3/4/2024 is left out
// unless another row has said which is the month, or AM or PM stands behind it.
//
// A row of more than 1 MiB is cut. A quote that is not closed within 1 MiB and
// 1,000 lines ends with its line, and those lines are read one by one. Both, and
// fields that are missing or too many, go to the sink as damage. The error is
// that of r, of the sink, or of ctx; what was read of r before its error has
// been given to the sink.
func Read(ctx context.Context, r io.Reader, to record.Sink) error {
	rows := newRows(r)
	form, skip := detect(rows.peek(headSize))
	rows.delim, rows.eol = form.delim, form.eol
	rows.least, rows.most = form.least, form.most
	rows.skip(skip)
	rd := newReader(to, form, rows)
	if err := rd.read(ctx); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	return nil
}

// headSize is how much is looked at to recognise the form.
const headSize = 64 << 10
