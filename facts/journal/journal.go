// Package journal reads the export format of the systemd journal, which
// journalctl -o export and systemd-journal-upload write. Its description:
// https://systemd.io/JOURNAL_EXPORT_FORMATS/
package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

const (
	maxName    = 64        // of the name of a field, as systemd has it
	maxData    = 768 << 20 // of the data of a field, as systemd has it: a greater length is none
	maxMembers = 64 << 10  // of the fields of an entry that are neither its message nor one of a record
)

// Is reports whether head, the beginning of a file, is that of an export of the
// journal.
func Is(head []byte) bool {
	head = bytes.TrimLeft(head, "\r\n")
	if !bytes.HasPrefix(head, []byte("__CURSOR=")) && !bytes.HasPrefix(head, []byte("__REALTIME_TIMESTAMP=")) {
		return false
	}
	_, rest, _ := bytes.Cut(head, []byte("\n"))
	name, _, ok := bytes.Cut(rest, []byte("="))
	return ok && isName(name)
}

// Read hands over the entries of an export. in are the bytes of the file as
// they are: fields may be binary. The text of an entry is its MESSAGE, and behind
// it every other field as "NAME: value" on a line of its own, up to 64 KiB;
// fields whose names begin with two underscores say where the entry stood, and
// are left out. What is not UTF-8 becomes U+FFFD.
//
// A field that is cut or broken is reported, and the entry handed over without
// it. The error is that of the input, the context or the sink.
func Read(ctx context.Context, in io.Reader, to record.Sink) error {
	r := &reader{to: to, win: bounded.NewWindow(in), problems: bounded.NewProblems(to), line: 1}
	r.decode = r.fill
	err := r.entries(ctx)
	r.problems.Close()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("journal, line %d: %w", r.line, err)
}

// isName reports whether b can be the name of a field.
func isName(b []byte) bool {
	if len(b) == 0 || len(b) > maxName {
		return false
	}
	for _, c := range b {
		if c != '_' && c-'A' > 25 && c-'0' > 9 {
			return false
		}
	}
	return true
}
