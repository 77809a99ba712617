// Package evt reads the event log files of Windows NT 3.1 to Windows Server
// 2003 (AppEvent.Evt, SysEvent.Evt, SecEvent.Evt, ...).
//
// The form of the files is that of "Event Log File Format" in Microsoft's
// documentation (ELF_LOGFILE_HEADER, EVENTLOGRECORD, ELF_EOF_RECORD): a header,
// records in a ring behind it, and a mark behind the newest record. The oldest
// record may stand in the middle of the file, and a record may begin at the end
// of the file and go on behind the header. While the log is in use, the header
// is out of date; the mark is right always, so that it is believed, not the
// header.
//
// The messages of events are not in the file: they are in libraries of the host
// that wrote it. What is in the file are the strings for the places in them.
package evt

import (
	"context"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// IsFile reports whether head, the first bytes of a file, is the beginning of
// an event log. It needs 8 bytes.
func IsFile(head []byte) bool {
	return len(head) >= 8 && string(head[4:8]) == signature && u32(head, 0) == headerSize
}

// Read gives the records of an event log to a sink, oldest first. The file is
// held in memory, because its oldest record may be anywhere: at most 512 MiB,
// which is more than the old systems could map; what is behind that is named as
// not read.
//
// A record has its number, time (UTC), event, source, host, level, and category
// where it has one. Its text are the strings of the event, one a line, and the
// error codes of its data; it is decoded on demand. The channel is not in the
// file: the caller knows it from the name.
//
// What is broken goes to the sink as damage, and the reading goes on at the next
// record. The error is that of r, of the sink, or of ctx; what was read of r
// before its error has been given to the sink.
func Read(ctx context.Context, r io.Reader, to record.Sink) error {
	return readUpTo(ctx, r, to, maxFile)
}

func readUpTo(ctx context.Context, r io.Reader, to record.Sink, most int) error {
	data, more, readErr := load(ctx, r, most)
	w := newWalker(to)
	if more {
		w.damage("", "evt.too-large", 0, fmt.Sprintf("the file is larger than %d MiB, and what is behind that was not read; clear the log on its host, which saves it, or read a smaller copy", most>>20))
	}
	if err := w.file(ctx, data); err != nil {
		return fmt.Errorf("event log: %w", err)
	}
	if readErr != nil {
		return fmt.Errorf("event log: %w", readErr)
	}
	return nil
}

// file finds the two ends of the log and walks from one to the other.
func (w *walker) file(ctx context.Context, data []byte) error {
	if len(data) < headerSize {
		w.damage("offset 0x0", "evt.header", 0, fmt.Sprintf("the file ends after %d bytes; expected an event log, which begins with %d bytes of header: copy it anew", len(data), headerSize))
		return nil
	}
	if !IsFile(data) {
		w.damage("offset 0x0", "evt.header", 0, `the header does not begin with 0x30 and "LfLe"; records are looked for behind it`)
	}
	w.data = data
	head := parseHeader(data)
	mark, found := findMark(data, head)
	if !found {
		w.withoutMark(head)
		return w.walk(ctx)
	}
	w.withMark(head, mark)
	return w.walk(ctx)
}

// withMark lays the ring between the oldest record and the mark behind the
// newest one.
func (w *walker) withMark(head header, mark endMark) {
	start := mark.oldestAt
	switch {
	case startsRecord(w.data, start) || start == mark.at:
	case head.oldestAt != mark.at && startsRecord(w.data, head.oldestAt):
		start = head.oldestAt
	default:
		w.damage(offset(mark.at), "evt.start", 0, fmt.Sprintf("the oldest record should be at offset 0x%x, where none is; records are looked for from the mark of the end on", mark.oldestAt))
		start = min(mark.at+markSize, len(w.data))
	}
	if start <= mark.at {
		w.ring = ring{a: w.data[start:mark.at], atA: start}
	} else {
		w.ring = ring{a: w.data[start:], b: w.data[headerSize:mark.at], atA: start}
	}
	w.next, w.counted = mark.oldest, mark.oldest != 0 // 0 is in logs that were cleared
	w.stop = mark.next
}

// withoutMark lays the ring over the whole file.
func (w *walker) withoutMark(head header) {
	w.damage("", "evt.no-end", 0, "the mark behind the newest record is missing: the file is truncated or damaged; every record that is left is read, copy the file anew for the others")
	w.ring = ring{a: w.data[headerSize:], atA: headerSize}
	if start := head.oldestAt; head.flags&flagWrapped != 0 && startsRecord(w.data, start) {
		w.ring = ring{a: w.data[start:], b: w.data[headerSize:start], atA: start}
	}
}

func (w *walker) damage(at, reason string, lost int64, text string) {
	w.to.Damage(facts.Problem{At: at, Reason: reason, Text: text, Read: w.read, Lost: lost})
}
