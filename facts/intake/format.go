package intake

import (
	"bytes"
	"context"
	"io"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/csvlog"
	"github.com/kbtriage/kbtriage/facts/eventxml"
	"github.com/kbtriage/kbtriage/facts/evt"
	"github.com/kbtriage/kbtriage/facts/evtx"
	"github.com/kbtriage/kbtriage/facts/journal"
	"github.com/kbtriage/kbtriage/facts/jsonlog"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/syslog"
	"github.com/kbtriage/kbtriage/facts/weblog"
)

// format is a form of log that a reader of its own takes apart.
type format struct {
	name   string
	binary bool   // it is not text, and is not decoded before
	system string // the operating system that writes it, where only one does
	is     func(head []byte) bool
	read   func(ctx context.Context, r io.Reader, to record.Sink) error
}

// The systems that write logs of some formats.
const (
	systemWindows = "Windows"
	systemLinux   = "Linux"
)

// formats lists the forms in the order in which they are tried: those that
// cannot be mistaken first.
func formats() []format {
	return []format{
		{FormatEVTX, true, systemWindows, evtx.IsFile, evtx.Read},
		{"evt", true, systemWindows, evt.IsFile, evt.Read},
		{"journal export", true, systemLinux, journal.Is, journal.Read},
		{"event XML", false, systemWindows, eventxml.Is, eventxml.Read},
		{"JSON log", false, "", jsonlog.Is, jsonlog.Read},
		{"web log", false, "", weblog.Is, weblog.Read},
		{"syslog frames", false, "", isFramed, syslog.Read},
		{"CSV log", false, "", csvlog.Is, csvlog.Read},
	}
}

// isFramed reports whether head is syslog as it is sent over TCP, in frames that
// begin with their length (RFC 6587): "83 <34>1 2003-...". Its lines are no lines
// of a text. Other syslog is read as text.
func isFramed(head []byte) bool {
	i := 0
	for i < len(head) && i < 7 && isDigit(head[i]) {
		i++
	}
	return i > 0 && bytes.HasPrefix(head[i:], []byte(" <")) && syslog.Is(head)
}

// formatOfHead recognises a form by its first bytes, either those of the file
// or, for text, those of its UTF-8.
func formatOfHead(head []byte, binary bool) (format, bool) {
	for _, f := range formats() {
		if f.binary == binary && f.is(head) {
			return f, true
		}
	}
	return format{}, false
}

// unreadable formats are recognised so that the problem can name them.
func unsupported(head []byte) string {
	for _, m := range []struct{ magic, format string }{
		{"%PDF-", "PDF"},
		{"SQLite format 3\x00", "SQLite"},
		{"LPKSHHRH", "a systemd journal file"},
		{"regf", "a registry hive"},
		{"MDMP", "a memory dump"},
		{"PAGEDU64", "a memory dump"},
		{"\x7fELF", "a program"},
		{"\xd4\xc3\xb2\xa1", "a network capture"},
		{"\x0a\x0d\x0d\x0a", "a network capture"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.format
		}
	}
	if len(head) > 0x30 && head[0] == 'M' && head[1] == 'Z' && bytes.IndexByte(head[:0x30], 0) >= 0 {
		return "a program"
	}
	return ""
}

// howToRead says what a person can do about a format that is not read.
func howToRead(what string) string {
	switch what {
	case "a systemd journal file":
		return "export it with journalctl --file FILE -o export"
	case "a registry hive", "PDF", "SQLite", "a memory dump", "a network capture":
		return "export what matters to text"
	}
	return "hand in its logs"
}

// RecordFacts makes facts of a record that a reader hands over: the event, or
// the text, and the codes in it. path names the file.
func RecordFacts(path string, r *record.Record) []facts.Fact {
	o := facts.Origin{Path: path, Line: r.Line, Record: r.Number, Time: r.Time, Host: string(r.Host)}
	text := string(r.Text())
	if !r.Event {
		list := Text(path, text)
		for i := range list {
			at := &list[i].Origin
			at.Line += max(o.Line-1, 0)
			if o.Line == 0 {
				at.Line = 0
			}
			at.Record, at.Host = o.Record, o.Host
			if !o.Time.IsZero() {
				at.Time = o.Time
			}
		}
		return list
	}
	var list []facts.Fact
	matches, _ := findCodes(text, 0, anchors(text))
	messages := messagesBeside(text, 0, matches)
	list = append(list, facts.Fact{Kind: facts.KindEvent, Origin: o, Event: &facts.Event{
		ID: r.ID, Source: string(r.Source), Log: string(r.Log), Category: string(r.Category), Level: string(r.Level), Message: text,
	}})
	for i, m := range matches {
		list = append(list, facts.Fact{Kind: facts.KindCode, Origin: o, Code: codeFact(m.Code, messages[i])})
	}
	return list
}
