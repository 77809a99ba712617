package eventxml

import "bytes"

// markup is what stands in text and is no element.
type markup uint8

const (
	comment markup = iota
	instruction
	cdata
	markups
)

// markupAt says what text begins with.
func markupAt(text []byte) (markup, bool) {
	for m := range markups {
		if b := m.begin(); len(text) >= len(b) && string(text[:len(b)]) == b {
			return m, true
		}
	}
	return 0, false
}

func (m markup) begin() string { return [...]string{"<!--", "<?", "<![CDATA["}[m] }
func (m markup) end() string   { return [...]string{"-->", "?>", "]]>"}[m] }

// endings remembers where the end of a markup does not begin, so that a file
// that is full of beginnings is not searched for each of them.
type endings [markups]struct{ from, to int64 }

// find gives the place of the next end in b from a place on, or -1. The base is
// the place of b in the input.
func (e *endings) find(b []byte, base int64, from int, m markup) int {
	known := &e[m]
	abs, search := base+int64(from), from
	if known.from <= abs && abs < known.to {
		search = min(len(b), int(known.to-base))
	} else {
		known.from = abs
	}
	if i := bytes.Index(b[search:], []byte(m.end())); i >= 0 {
		known.to = base + int64(search+i)
		return search + i
	}
	known.to = base + int64(max(search, len(b)-len(m.end())+1))
	return -1
}
