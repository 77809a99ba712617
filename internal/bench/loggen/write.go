package main

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"time"
)

// injected is an entry of the ledger: a line that carries a literal.
type injected struct {
	File    string `json:"file"`
	Line    int    `json:"line"`           // from 1
	Literal int    `json:"literal"`        // line of the file of literals, from 1
	Also    []int  `json:"also,omitempty"` // other literals in the line, whatever their case
}

// frames are what stands around a literal in a line. A blank or a mark divides
// it from the words beside it, so that it stands there as whole words.
var frames = [][2]string{
	{"", ""},
	{"error: ", ""},
	{"", " (retried)"},
	{"operation failed: '", "'"},
	{"the program said: ", ", giving up"},
}

// flushAt is how much is gathered before it is written.
const flushAt = 1 << 20

// writeLog writes whole lines until the next one would pass size, one in every
// K of them with a literal, and the ledger of those.
func writeLog(w, ledger io.Writer, l log, size int64, every int, literals [][]byte, finder *finder) (lines int, err error) {
	r := rand.NewPCG(l.seed, 0)
	c := newClock(time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC))
	entries := json.NewEncoder(ledger)
	buf := make([]byte, 0, flushAt+1<<16)
	var done int64
	inject := -1
	for {
		if every > 0 && len(literals) > 0 && lines%every == 0 {
			inject = lines + below(r, every)
		}
		c.advance(time.Duration(r.Uint64()&127) * time.Millisecond)
		s := &l.shapes[below(r, len(l.shapes))]
		begin := len(buf)
		literal := 0
		if lines == inject {
			literal = 1 + below(r, len(literals))
			frame := &frames[below(r, len(frames))]
			buf = appendParts(buf, s.parts[:s.header], r, c)
			if n := len(buf); n > begin && buf[n-1] != ' ' {
				buf = append(buf, ' ')
			}
			buf = append(buf, frame[0]...)
			buf = append(buf, literals[literal-1]...)
			buf = append(buf, frame[1]...)
		} else {
			buf = appendParts(buf, s.parts, r, c)
		}
		buf = append(buf, '\n')
		if done += int64(len(buf) - begin); done > size {
			_, err = w.Write(buf[:begin])
			return lines, err
		}
		lines++
		if literal > 0 {
			also := finder.find(buf[begin:])
			also = slices.DeleteFunc(also, func(n int) bool { return n == literal })
			if err := entries.Encode(injected{l.name, lines, literal, also}); err != nil {
				return lines, err
			}
		}
		if len(buf) >= flushAt {
			if _, err := w.Write(buf); err != nil {
				return lines, err
			}
			buf = buf[:0]
		}
	}
}
