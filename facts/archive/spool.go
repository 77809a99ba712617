package archive

import (
	"fmt"
	"io"
	"os"
)

// random reads an archive that needs random access with walker: in place, from
// memory, or from a temporary file that has no name.
func (w *walk) random(m Member, depth int, s *stream, walker func(Member, int, *held) error) error {
	if s.at != nil {
		return walker(m, depth, &held{r: s.at, size: s.want})
	}
	h, err := w.hold(s)
	if err != nil {
		w.refuse(m.Path, reasonRead, fmt.Sprintf("is an archive inside another and could not be held: %v; unpack the outer one first", err))
		return nil
	}
	defer h.close()
	if h.large {
		w.refuse(m.Path, reasonLarge, fmt.Sprintf("is an archive inside another, of more than %s, and was not read; unpack the outer one first",
			bytesText(w.budget.limits.Member)))
		return nil
	}
	return walker(m, depth, h)
}

// held is an archive that can be read at any place.
type held struct {
	r     io.ReaderAt
	size  int64
	large bool // it is larger than the limit, and not all here
	close func()
}

// hold reads s to its end. What was read before an error is used; the error
// stays in s.
func (w *walk) hold(s *stream) (*held, error) {
	l := w.budget.limits
	room := min(l.Spill, l.Memory-w.memory)
	var c chunks
	n, _ := io.Copy(&c, io.LimitReader(s, room)) // s keeps its error
	if n < room || len(s.peek(1)) == 0 {
		taken := int64(len(c)) * chunkLen
		w.memory += taken
		return &held{r: c, size: n, close: func() { w.memory -= taken }}, nil
	}
	f, err := os.CreateTemp("", "kbtriage-*")
	if err != nil {
		return nil, err
	}
	// Where an open file can be removed it is gone even after a crash.
	removed := os.Remove(f.Name()) == nil
	drop := func() {
		_ = f.Close()
		if !removed {
			_ = os.Remove(f.Name())
		}
	}
	if _, err := io.Copy(f, io.NewSectionReader(c, 0, n)); err != nil {
		drop()
		return nil, err
	}
	c = nil
	rest, err := io.CopyN(f, s, l.Member-n+1)
	if err != nil && s.cut == nil && !s.done {
		drop()
		return nil, err
	}
	n += rest
	return &held{r: f, size: n, large: n > l.Member, close: drop}, nil
}

// chunks are bytes in memory that grow without being copied.
type chunks [][]byte

const chunkLen = 256 << 10

// Write appends p.
func (c *chunks) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		if len(*c) == 0 || len((*c)[len(*c)-1]) == chunkLen {
			*c = append(*c, make([]byte, 0, chunkLen))
		}
		last := &(*c)[len(*c)-1]
		n := min(len(p), chunkLen-len(*last))
		*last = append(*last, p[:n]...)
		p = p[n:]
	}
	return total, nil
}

// ReadAt is that of io.ReaderAt.
func (c chunks) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) {
		i, rest := at/chunkLen, at%chunkLen
		if at < 0 || i >= int64(len(c)) || rest >= int64(len(c[i])) {
			return n, io.EOF
		}
		k := copy(p[n:], c[i][rest:])
		n += k
		at += int64(k)
	}
	return n, nil
}
