// Package syslog reads what programs write to syslog, as it is sent and as it
// is kept in files.
package syslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

// Is reports whether head, the beginning of a file, is that of a log of syslog:
// most of its first lines must have a priority or name a program.
func Is(head []byte) bool {
	if _, n := frame(head); n > 0 {
		return true
	}
	complete := head
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		complete = head[:i]
	}
	headers, others := 0, 0
	for line := range bytes.Lines(complete) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || line[0] == ' ' || line[0] == '\t' || bytes.HasPrefix(line, []byte("-- ")) {
			continue
		}
		h, ok := ParseHeader(line)
		if ok && (h.Priority >= 0 && (!h.Time.IsZero() || len(h.Program) > 0) || len(h.Program) > 0) {
			headers++
		} else {
			others++
		}
		if headers+others == 20 {
			break
		}
	}
	return headers > others
}

// Read hands over the entries of a log: lines, or frames of RFC 6587 that begin
// with their length. A line without a header goes on with the entry before it.
// The text of an entry is its message; behind it, on lines of their own, the
// message id and the structured data of RFC 5424.
//
// The error is that of the input, the context or the sink.
func Read(ctx context.Context, in io.Reader, to record.Sink) error {
	r := &reader{to: to, win: bounded.NewWindow(in), problems: bounded.NewProblems(to), at: 1}
	err := r.entries(ctx)
	if errors.Is(err, io.EOF) {
		err = r.flush()
		if err == nil {
			r.problems.Close()
			return nil
		}
	}
	r.problems.Close()
	return fmt.Errorf("syslog, line %d: %w", r.at, err)
}
