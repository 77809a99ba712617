// Package eventxml reads exports of Windows event logs as XML: what wevtutil
// writes with /f:xml and /f:RenderedXml, Event Viewer with "Save as XML", and
// programs that put the XML of one event after the other, with a root or without.
//
// It knows the part of XML that such files have: elements, attributes, text,
// CDATA, comments, the five entities and numbers of characters. There are no
// declarations of types and no entities of one's own. The elements are those of
// the schema http://schemas.microsoft.com/win/2004/08/events/event.
package eventxml

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts/record"
)

// Is reports whether head, the beginning of a file in UTF-8, is that of events
// as XML: an Event that has a System, or says the schema, perhaps in a root. It
// takes the first KiB or two to say so.
func Is(head []byte) bool {
	s := newStream(bytes.NewReader(head[:min(len(head), headSize)]))
	at, ok := s.event()
	if !ok || s.junk.bytes > 0 || s.refused {
		return false
	}
	rest := s.buf[at:]
	return bytes.Contains(rest, []byte(schema)) || bytes.Contains(rest, []byte("<System>")) || bytes.Contains(rest, []byte("<System "))
}

// Read gives the events of r to a sink.
//
// A record has the line, the number, the time, the event, the host, the
// provider, the channel, the level and the name of the task of an event: where
// it was rendered, level and task as they were shown, else the level by its
// number. Its text is the message, where it was rendered, and below it the
// values of the event, one a line, as "name: value" where they have names; it is
// decoded on demand.
//
// An event that is broken or longer than 1 MiB goes to the sink as damage; what
// was read of it before, as a record, if its number was among that. The reading
// goes on at the next "<Event". A declaration of a document type is passed over,
// and what it declares is not known. The error is that of r, of the sink, or of
// ctx; what was read of r before its error has been given to the sink.
func Read(ctx context.Context, r io.Reader, to record.Sink) error {
	rd := newReader(newStream(r), to)
	if err := rd.read(ctx); err != nil {
		return fmt.Errorf("event xml: %w", err)
	}
	return nil
}

const (
	headSize = 64 << 10
	maxEvent = 1 << 20 // bytes of one event
	maxDepth = 256     // of elements in one event
	schema   = "schemas.microsoft.com/win/2004/08/events/event"
)
