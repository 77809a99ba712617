// Package record is the form in which every reader of a log hands over what it
// reads: one entry at a time, its fields as bytes of the reader's buffers. No
// field is copied before something asks for it, so that a record that no rule
// can want costs no memory.
package record

import "github.com/kbtriage/kbtriage/facts"

// Record is one entry of a log. The byte slices are valid until the Sink
// returns: who keeps one has to copy it. A field that the entry does not have is
// empty.
type Record struct {
	Number uint64     // its number as the log counts, 0 where the log does not count
	Line   int        // the first line of the entry in its file, from 1; 0 where the format has no lines
	Time   facts.Time // when it happened; zero where that is not known

	Event bool   // ID is the number of an event
	ID    uint32 // event number, without the qualifiers in its upper half

	Host     []byte // the host that wrote it
	Source   []byte // provider of an event, program of a log line
	Log      []byte // channel
	Category []byte // category of an event, where it is a name
	Level    []byte // "error", "warning", "information", "critical", "audit failure", ...: as the log has it

	// Message is the text of the entry in UTF-8, in which the texts of rules are
	// looked for: the message where the log holds it, else the values of the
	// entry, one a line, as "name: value" where they have names. Readers that
	// decode it only on demand leave it empty and set Decode: use Text.
	Message []byte
	Decode  func(*Record) // fills Message; nil when it is filled
}

// Text is the Message, decoded when it is first asked for.
func (r *Record) Text() []byte {
	if decode := r.Decode; decode != nil {
		r.Decode = nil
		decode(r)
	}
	return r.Message
}

// Sink takes what a reader finds, in the order of the log.
type Sink interface {
	// Record takes an entry. An error ends the reading; the reader returns it.
	Record(r *Record) error
	// Damage takes a stretch that could not be read; the reader goes on behind
	// it. Source and Stage are filled in by the taker: a reader sets At, Reason,
	// Text (what was expected, what to do) and, where known, Lost.
	Damage(p facts.Problem)
}
