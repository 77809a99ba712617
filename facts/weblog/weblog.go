// Package weblog reads the logs of requests that web servers write: W3C
// extended log files (IIS, HTTP.SYS, and what else has #Fields), and the common
// and combined log formats of Apache and nginx.
package weblog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/record/bounded"
)

// Is reports whether head, the beginning of a file, is that of a log of
// requests.
func Is(head []byte) bool {
	complete := head
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		complete = head[:i]
	}
	requests, others := 0, 0
	var a access
	for line := range bytes.Lines(complete) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			continue
		case line[0] == '#' && requests+others == 0:
			if _, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
				return true
			}
			if i := bytes.IndexByte(line, ':'); i < 0 || i > 24 { // no directive
				return false
			}
			continue
		case a.parse(line):
			requests++
		default:
			others++
		}
		if requests+others == 5 {
			break
		}
	}
	return requests > others
}

// Read hands over the entries of a log, an entry a line. Its text is one line:
// the request; its status as "HTTP 404" or "HTTP 500.19" from 400 on, else as
// "answered 200"; "win32 error 5" if the log has such an error; and every other
// field as "name: value". The host of an entry is the server, where the log
// names it: the client is part of the text. Times of W3C logs are UTC, unless the
// log says that they are local.
//
// A line that cannot be read is handed over as it is, and reported. The error
// is that of the input, the context or the sink.
func Read(ctx context.Context, in io.Reader, to record.Sink) error {
	r := &reader{to: to, problems: bounded.NewProblems(to)}
	r.decodeAccess = func(rec *record.Record) {
		r.message = r.access.appendTo(r.message[:0])
		rec.Message = r.message
	}
	r.decodeExtended = func(rec *record.Record) {
		r.message = r.extended.appendTo(r.message[:0])
		rec.Message = r.message
	}
	lines := bounded.NewLines(in)
	for {
		line, err := lines.Next(ctx)
		if err == nil {
			err = r.line(line, lines.Number(), lines.Cut())
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			r.problems.Close()
			return nil
		default:
			r.problems.Close()
			return fmt.Errorf("web log, line %d: %w", lines.Number(), err)
		}
	}
}

type reader struct {
	to       record.Sink
	problems *bounded.Problems

	extended extended
	access   access
	rec      record.Record
	message  []byte

	decodeAccess, decodeExtended func(*record.Record)
}

// line takes a line of the log.
func (r *reader) line(line []byte, number int, cut int64) error {
	line = bytes.Trim(line, "\x00") // what a crash leaves in a file
	if len(line) == 0 {
		return nil
	}
	if cut > 0 {
		r.problems.Add(number, "weblog.too-long", 0, "the line is longer than 1 MiB; %d bytes were cut off", cut)
	}
	if line[0] == '#' {
		if !r.extended.directive(line) {
			r.problems.Add(number, "weblog.fields", 0, "expected at most %d names of fields behind #Fields:; the lines below are taken as they are", maxFields)
		}
		return nil
	}
	r.rec = record.Record{Line: number}
	switch {
	case len(r.extended.columns) > 0 && r.extended.parse(line):
		r.rec.Time, r.rec.Host, r.rec.Source = r.extended.time(), r.extended.host(), r.extended.source
		r.rec.Decode = r.decodeExtended
	case r.access.parse(line):
		r.rec.Time = r.access.time
		r.rec.Decode = r.decodeAccess
	default:
		r.rec.Message = line
		if n := len(r.extended.columns); n > 0 {
			r.problems.Add(number, "weblog.broken", 0, "expected %d values, as #Fields says; the line is taken as it is", n)
		} else {
			r.problems.Add(number, "weblog.broken", 0, `expected host, names, [time], "request" and status, or #Fields before; the line is taken as it is`)
		}
	}
	return r.to.Record(&r.rec)
}
