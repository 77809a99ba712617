// Package intake turns what a person hands in (a code, an event, error text, a
// file, a folder, standard input, a saved case) into facts.
//
// Nothing it cannot read stops it: what was not read, decoded or looked at is a
// Problem of the case, and the rest goes on.
package intake

import (
	"context"
	"io"
	"io/fs"

	"github.com/kbtriage/kbtriage/facts"
)

// Limits bound what one Read takes in. A limit that is hit is a Problem; zero
// values mean the default.
type Limits struct {
	Line     int   // bytes of a line; the rest of a longer one is cut off
	Record   int   // bytes of a record; a longer one is divided at a line end, nothing is lost
	Facts    int   // facts of all plain text together
	Text     int64 // bytes kept of all plain text together
	Case     int64 // bytes of a saved case
	Problems int   // problems listed; the others are counted
}

// DefaultLimits are the limits that hold where Reader.Limits is zero.
func DefaultLimits() Limits {
	return Limits{Line: 1 << 20, Record: 8 << 10, Facts: 50_000, Text: 32 << 20, Case: 64 << 20, Problems: 1000}
}

// Reader reads inputs. The zero value reads files and an empty standard input.
type Reader struct {
	Limits Limits
	Stdin  io.Reader                          // for the input "-"
	Open   func(path string) (fs.File, error) // opens a file for reading; nil means the file system of the host
}

// Read reads all inputs of a command line into one sorted case: its facts, its
// Sources with the format each was taken for, and its Problems. The only error
// is that of a cancelled context; the case then holds what was read so far.
func (r Reader) Read(ctx context.Context, args []string) (*facts.Case, error) {
	panic("not yet")
}

// Text gives the facts of a piece of text that has no file: pasted text, the
// log snippet of a rule test. The facts carry path and their line as origin.
// Text beyond the default limits is left out.
func Text(path, text string) []facts.Fact {
	panic("not yet")
}
