package hostprobe

import (
	"bytes"
	"fmt"
	"strconv"
)

// linuxRecent takes recent errors from the journal, else the ends of the text
// logs: those hold what is no error too, and older entries.
func (p *probe) linuxRecent() {
	if out, ok := p.journal(); ok {
		if bytes.HasPrefix(out.Stdout, []byte("{")) { // else it says that there are none
			p.records("journalctl", "journal-json", wholeLines(out.Stdout, out.Cut))
		}
		return
	}
	found := false
	for _, path := range []string{"/var/log/syslog", "/var/log/messages", "/var/log/kern.log"} {
		data, err := p.tail(path, min(p.o.LogBytes, maxTail))
		switch {
		case absent(err):
		case err != nil:
			found = true
			p.failure(path, err)
		default:
			found = true
			p.read(path, len(data))
			p.stream(path, "syslog", data)
		}
	}
	if !found {
		p.unread("recent errors (neither journal nor text logs)")
	}
}

func (p *probe) journal() (Output, bool) {
	if !p.booted {
		return Output{}, false
	}
	since := fmt.Sprintf("--since=-%ds", int(p.o.Since.Seconds()))
	out, ok := p.run(maxRecent, "journalctl", "-o", "json", "-p", "err", since, "-n", strconv.Itoa(p.o.Recent), "--no-pager")
	if ok && bytes.Contains(out.Stderr, []byte("not seeing messages from other users")) {
		p.problem("journalctl", "host.unreadable", "this user sees only its own messages; run as root or as a member of the group systemd-journal")
	}
	return out, ok
}

func (p *probe) stream(path, format string, data []byte) {
	if len(data) > 0 {
		p.result.Streams = append(p.result.Streams, Stream{Path: prefix + path, Format: format, Data: data})
	}
}

// records is a stream with one record on a line, of which there may be no more
// than were asked for.
func (p *probe) records(path, format string, data []byte) {
	if bytes.Count(data, []byte("\n")) >= p.o.Recent {
		p.problem(path, "host.too-much", fmt.Sprintf("only the last %d errors were taken; older ones are in the log itself", p.o.Recent))
	}
	p.stream(path, format, data)
}

// wholeLines drops the line at the end that a bound cut short.
func wholeLines(data []byte, cut bool) []byte {
	if cut {
		return data[:bytes.LastIndexByte(data, '\n')+1]
	}
	return data
}
