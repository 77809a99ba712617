// Package jsonlog reads logs whose entries are JSON objects: one a line, one
// behind the other in any layout, or in one array.
package jsonlog

import (
	"bytes"
	"context"
	"io"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Is reports whether head, the beginning of a file, is that of a log of JSON
// objects. One object must say when something happened, what, or which event it
// was; or several objects follow each other. A saved case is no log.
func Is(head []byte) bool {
	rest := bytes.TrimLeft(head, " \t\r\n")
	if facts.IsCase(head) || len(rest) == 0 {
		return false
	}
	if rest[0] == '[' {
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	} else if rest[0] != '{' { // a log whose first line was cut off
		line, behind, ok := bytes.Cut(rest, []byte("\n"))
		if !ok || !bytes.HasSuffix(bytes.TrimSpace(line), []byte("}")) {
			return false
		}
		rest = behind
	}
	r := newReader(nil)
	objects, skipped := 0, false
	for len(rest) > 0 && rest[0] == '{' {
		r.tape.reset()
		switch r.tape.read(rest) {
		case done:
		case more:
			return objects > 0 || hints(rest)
		default: // one object may be broken, if there is another
			_, behind, found := bytes.Cut(rest, []byte("\n{"))
			if skipped || !found {
				return false
			}
			skipped = true
			rest = rest[len(rest)-len(behind)-1:]
			continue
		}
		r.choose(rest[:r.tape.at])
		if objects > 0 || r.picked[roleTime].set || r.picked[roleMessage].set || r.picked[roleID].set {
			return true
		}
		objects++
		rest = bytes.TrimLeft(rest[r.tape.at:], " \t\r\n,")
	}
	return false
}

// hints reports whether the beginning of an object that is longer than what
// was read holds a name that an entry of a log has.
func hints(b []byte) bool {
	for _, name := range []string{`"@timestamp"`, `"timestamp"`, `"time"`, `"message"`, `"msg"`, `"EventID"`, `"MESSAGE"`, `"Message"`, `"__REALTIME_TIMESTAMP"`} {
		if bytes.Contains(b, []byte(name)) {
			return true
		}
	}
	return false
}

// Read hands over the entries of a log. The fields of an entry are found by
// their names; of two members with one name the first counts, and of several
// names for one field the one that says most. The text of an entry is its
// message, and behind it every other member as "name: value" on a line of its
// own, the names of nested objects joined by dots, up to 64 KiB.
//
// What is no JSON object is handed over as text and reported: its fields are
// not known. The error is that of the input, the context or the sink.
func Read(ctx context.Context, in io.Reader, to record.Sink) error {
	return newReader(to).read(ctx, in)
}
