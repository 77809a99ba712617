package eventxml

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// reader makes records of events.
type reader struct {
	to     record.Sink
	in     *stream
	parser parser
	done   int64 // records given to the sink
	told   bool  // that a declaration was refused

	rec    record.Record
	decode func(*record.Record)
	short  []byte // fields that had to be decoded
	text   []byte
}

func newReader(in *stream, to record.Sink) *reader {
	rd := &reader{to: to, in: in}
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
		at, ok := rd.in.event()
		rd.outside()
		if !ok {
			return rd.in.err
		}
		size := rd.parser.parse(rd.in.buf[at:], rd.in.base+int64(at), rd.in.ended)
		if rd.parser.more {
			rd.in.grow()
			continue
		}
		if err := rd.event(size); err != nil {
			return err
		}
	}
}

// event gives the event that was parsed to the sink, and goes on behind it.
func (rd *reader) event(size int) error {
	e := &rd.parser.event
	line := rd.in.line
	fault := rd.parser.fault
	whole := fault == "" || len(e.texts[eventID]) > 0
	if whole {
		rd.fill(line)
		rd.done++
		if err := rd.to.Record(&rd.rec); err != nil {
			return err
		}
	}
	if e.left > 0 {
		rd.damage(line, "xml.values", 0, fmt.Sprintf("the event has %d values; %d were read", maxValues+e.left, maxValues))
	}
	if fault == "" {
		rd.in.skip(size)
		return nil
	}
	lost, what := int64(1), "nothing of it was read"
	if whole {
		lost, what = 0, "what stands before that was read"
	}
	where := line + bytes.Count(rd.in.buf[rd.in.pos:rd.in.pos+size], []byte{'\n'})
	rd.in.resume(size)
	rd.damage(line, "xml.event", lost, fmt.Sprintf(`the event is broken in line %d: %s; %s, and what follows up to the next "<Event" was passed over`, where, fault, what))
	return nil
}

// outside names what stands between events and should not.
func (rd *reader) outside() {
	if rd.in.refused && !rd.told {
		rd.told = true
		rd.damage(rd.in.line, "xml.dtd", 0, "the file declares a document type, which no export of events does; it was passed over, and entities that it declares stay as they are written")
	}
	if j := rd.in.junk; j.bytes > 0 {
		rd.in.junk = junk{}
		rd.damage(j.line, "xml.outside", 0, fmt.Sprintf("%d bytes stand outside of an event; expected nothing but <Event> elements, perhaps in one root: the file may be damaged, or its beginning be missing", j.bytes))
	}
}

func (rd *reader) damage(line int, reason string, lost int64, text string) {
	rd.to.Damage(facts.Problem{At: fmt.Sprintf("line %d", line), Reason: reason, Text: text, Read: rd.done, Lost: lost})
}

// fill makes the record of the event. Its text is left for later.
func (rd *reader) fill(line int) {
	e := &rd.parser.event
	rd.short = rd.short[:0]
	r := record.Record{
		Line: line, Decode: rd.decode, Time: parseTime(rd.field(e.time)),
		Host: rd.field(e.texts[computer]), Source: rd.field(e.provider), Log: rd.field(e.texts[channel]),
		Category: rd.field(e.texts[renderedTask]), Level: rd.field(e.texts[renderedLevel]),
	}
	if len(r.Source) == 0 {
		r.Source = rd.field(e.texts[renderedProvider])
	}
	if len(r.Log) == 0 {
		r.Log = rd.field(e.texts[renderedChannel])
	}
	if len(r.Level) == 0 {
		r.Level = rd.level(rd.field(e.texts[levelNumber]))
	}
	if v, err := strconv.ParseUint(string(rd.field(e.texts[eventID])), 10, 32); err == nil {
		r.Event, r.ID = true, uint32(v)&0xffff // the upper half are qualifiers
	}
	if v, err := strconv.ParseUint(string(rd.field(e.texts[recordID])), 10, 64); err == nil {
		r.Number = v
	}
	rd.rec = r
}

// field is a short text without blanks around it.
func (rd *reader) field(text []byte) []byte {
	if bytes.IndexByte(text, '&') >= 0 || bytes.IndexByte(text, '<') >= 0 {
		begin := len(rd.short)
		rd.short = appendText(rd.short, text)
		text = rd.short[begin:len(rd.short):len(rd.short)]
	}
	return bytes.TrimSpace(text)
}

// level is the name of a level that is a number.
func (rd *reader) level(number []byte) []byte {
	name := ""
	switch string(number) {
	case "1":
		name = "critical"
	case "2":
		name = "error"
	case "3":
		name = "warning"
	case "0", "4":
		name = "information"
	case "5":
		name = "verbose"
	default:
		return number
	}
	begin := len(rd.short)
	rd.short = append(rd.short, name...)
	return rd.short[begin:len(rd.short):len(rd.short)]
}

// message decodes the text of the event that was given to the sink last.
func (rd *reader) message(r *record.Record) {
	e := &rd.parser.event
	rd.text = rd.text[:0]
	rd.line(nil, e.texts[message])
	for _, v := range e.values {
		rd.line(v.name, v.text)
	}
	rd.text = bytes.TrimSuffix(rd.text, []byte{'\n'})
	r.Message = rd.text
}

// line adds a value. An empty one is left out.
func (rd *reader) line(name, text []byte) {
	begin := len(rd.text)
	if len(name) > 0 {
		rd.text = append(appendText(rd.text, name), ": "...)
	}
	from := len(rd.text)
	rd.text = tidyLines(appendText(rd.text, text), from)
	if len(rd.text) == from {
		rd.text = rd.text[:begin]
		return
	}
	rd.text = append(rd.text, '\n')
}
