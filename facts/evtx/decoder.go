// Package evtx reads event logs of Windows Vista and later: files of chunks of
// 64 KiB, each with its own records, names and templates in binary XML.
//
// The format is described in [MS-EVEN6] 2.2.12 (binary XML) and, as found in
// files, in the documentation of libevtx. What the descriptions leave open was
// decided by what files hold.
//
// Damage has one of these reasons: evtx.bad-header (of the file), evtx.truncated,
// evtx.bad-chunk, evtx.bad-checksum, evtx.bad-record and evtx.limit, for records
// that ask for more than any real one does.
//
// Texts of messages are not in the log but in programs on the host that wrote
// it. A record has the values that belong into them.
package evtx

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Decoder reads chunks. It keeps its buffers and the templates that it has
// compiled, for all the files it is used on. A Decoder is for one goroutine at a
// time; chunks may be read by several Decoders at once.
type Decoder struct {
	compiler compiler
	kept     map[templateKey]*program // compiled templates, known again by their content
	keptSize int
	scratch  [maxNesting + 1]program // elements without a template, by depth
	words    [len(levelWords)][]byte
	lazily   func(*record.Record)

	// The chunk in hand.
	chunk     []byte
	defs      map[uint32]*program // by offset of the definition
	left      int                 // bytes of templates that may yet be looked at
	chunkWork int                 // work on text that the chunk may yet cause
	ordinal   int                 // number of the chunk
	to        record.Sink
	damages   int
	unnamed   int64  // records lost in damages that were not named
	highest   uint64 // the highest number of a record so far

	// The record in hand.
	record  record.Record
	top     instance
	rest    int // where top ends
	end     int // where the record ends
	values  []value
	sys     []byte // system fields
	out     []byte // the message
	path    []byte // of Fields
	message span   // the message that came with the event, in out
	yield   func(name, value []byte) bool
	work    int
	stopped bool
	late    *fault
}

// NewDecoder makes a decoder.
func NewDecoder() *Decoder {
	d := &Decoder{kept: map[templateKey]*program{}, defs: map[uint32]*program{}}
	for i, w := range levelWords {
		d.words[i] = []byte(w)
	}
	d.lazily = d.decode
	return d
}

// open makes a chunk the one in hand.
func (d *Decoder) open(chunk []byte, n int, to record.Sink) {
	if d.keptSize > maxKept {
		clear(d.kept)
		d.keptSize = 0
	}
	clear(d.defs)
	d.chunk, d.ordinal, d.to = chunk, n, to
	d.left, d.chunkWork = maxChunkCompiled, maxChunkText
	d.damages, d.unnamed = 0, 0
}

// deliver hands over the record from pos to end. The error is that of the taker;
// a record that cannot be read is a fault.
func (d *Decoder) deliver(id, written uint64, pos, end int) (*fault, error) {
	d.values, d.sys, d.out = d.values[:0], d.sys[:0], d.out[:0]
	d.late = nil
	d.end = end
	in, rest, f := d.fragment(pos, end, 0)
	if f == nil && in.prog == nil {
		f = faultNone
	}
	if f != nil {
		return f, nil
	}
	d.top, d.rest = in, rest
	r := &d.record
	*r = record.Record{Number: id, Decode: d.lazily}
	if written != 0 && written <= lastFileTime {
		r.Time = facts.Time{Time: fileTime(written), Zoned: true}
	}
	if sys, ok := d.withSystem(in, 0); ok {
		d.system(sys, r)
	} else {
		d.late = faultSystem
	}
	err := d.to.Record(r)
	d.top = instance{}
	return d.late, err
}

// withSystem looks for the part System: in the template of the record, where
// Windows has it, else in those within its values.
func (d *Decoder) withSystem(in instance, depth int) (instance, bool) {
	if in.prog.system || depth == maxNesting {
		return in, in.prog.system
	}
	for i := range in.n {
		v := d.values[in.base+i]
		if v.kind != typeBinXML {
			continue
		}
		nested, _, f := d.fragment(int(v.off), int(v.off)+int(v.size), depth+1)
		if f != nil || nested.prog == nil {
			continue
		}
		if found, ok := d.withSystem(nested, depth+1); ok {
			return found, true
		}
	}
	return instance{}, false
}
