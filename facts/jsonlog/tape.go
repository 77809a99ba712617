package jsonlog

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// maxDepth is how deep objects and arrays may be nested.
const maxDepth = 512

// nodeKind is what a value is.
type nodeKind uint8

const (
	object nodeKind = iota + 1
	array
	text   // a string
	number // also NaN and Infinity, which some writers write
	word   // true, false, null
)

// A node is one value of an object, in the order of the text. All offsets count
// from the beginning of the object.
type node struct {
	keyStart, keyEnd int32 // inside the quotes; equal in an array
	start, end       int32 // strings inside the quotes
	next             int32 // the node behind it and all that it holds
	kind             nodeKind
	keyEscaped       bool // the key holds escapes
	escaped          bool // the string holds escapes
}

// status is how far a tape has come.
type status uint8

const (
	more   status = iota // the text ends before the object does
	done                 // the object ends before at
	broken               // what stands at is not JSON
	deep                 // nested deeper than maxDepth
)

type expect uint8

const (
	wantValue expect = iota
	wantKey
	wantColon
	wantComma
	wantFirstKey   // or the end of the object
	wantFirstValue // or the end of the array
)

// A tape reads one object into a flat list of its values. It takes the text as
// it comes: read goes on where it stopped. It is a little more generous than RFC
// 8259: strings may hold control characters other than the line end, and
// numbers and escapes are not checked in full.
type tape struct {
	nodes   []node
	open    []int32 // nodes that are not closed
	discard bool    // keep no nodes, only find the end
	at      int     // next byte to read
	state   expect
	inText  bool // at stands inside a string that begins at from
	inWord  bool // at stands inside a number or word that begins at from
	from    int
	escaped bool // the string holds escapes

	keyStart, keyEnd int32 // the key that waits for its value
	keyEscaped       bool
}

func (t *tape) reset() {
	nodes, open := t.nodes[:0], t.open[:0]
	if cap(nodes) > 1<<14 { // one huge object must not hold its memory for all the others
		nodes = nil
	}
	*t = tape{nodes: nodes, open: open}
}

// read goes on with b, which begins where the object begins, or with discard
// where it was told.
func (t *tape) read(b []byte) status {
	for {
		if t.inText {
			if s := t.readText(b); s != done {
				return s
			}
		}
		if t.inWord {
			if s := t.readWord(b); s != done {
				return s
			}
		}
		i := t.at
		for i < len(b) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
			i++
		}
		t.at = i
		if i >= len(b) {
			return more
		}
		if s := t.token(b[i]); s != more {
			return s
		}
		t.at++
		if t.state == wantComma && len(t.open) == 0 {
			return done
		}
	}
}

// token takes the byte that begins a token. It answers more if that was right.
func (t *tape) token(c byte) status {
	switch c {
	case '"':
		if t.state == wantColon || t.state == wantComma {
			return broken
		}
		t.inText, t.escaped, t.from = true, false, t.at+1
	case '{', '[':
		if t.state != wantValue && t.state != wantFirstValue {
			return broken
		}
		if len(t.open) == maxDepth {
			return deep
		}
		kind, state := object, wantFirstKey
		if c == '[' {
			kind, state = array, wantFirstValue
		}
		t.open = append(t.open, t.value(kind, t.at, t.at+1))
		t.state = state
	case '}', ']':
		return t.closing(c)
	case ',':
		if t.state != wantComma {
			return broken
		}
		t.state = wantValue
		if t.top() == object {
			t.state = wantKey
		}
	case ':':
		if t.state != wantColon {
			return broken
		}
		t.state = wantValue
	default:
		if t.state != wantValue && t.state != wantFirstValue || !wordByte(c) {
			return broken
		}
		t.inWord, t.from = true, t.at
	}
	return more
}

func (t *tape) closing(c byte) status {
	kind, first := object, wantFirstKey
	if c == ']' {
		kind, first = array, wantFirstValue
	}
	if len(t.open) == 0 || t.state != wantComma && t.state != first || t.top() != kind {
		return broken
	}
	last := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	if !t.discard {
		n := &t.nodes[last]
		n.end, n.next = int32(t.at+1), int32(len(t.nodes))
	}
	t.state = wantComma
	return more
}

// top is the kind of the innermost node that is open.
func (t *tape) top() nodeKind {
	last := t.open[len(t.open)-1]
	if t.discard {
		return nodeKind(last)
	}
	return t.nodes[last].kind
}

// value adds a node and says what to keep in open for it.
func (t *tape) value(kind nodeKind, start, end int) int32 {
	if t.discard {
		return int32(kind)
	}
	i := len(t.nodes)
	if i == cap(t.nodes) {
		t.nodes = slices.Grow(t.nodes, 1)
	}
	t.nodes = t.nodes[:i+1]
	n := &t.nodes[i]
	n.keyStart, n.keyEnd, n.keyEscaped = t.keyStart, t.keyEnd, t.keyEscaped
	n.start, n.end, n.next = int32(start), int32(end), int32(i+1)
	n.kind, n.escaped = kind, t.escaped && kind == text
	t.keyStart, t.keyEnd, t.keyEscaped = 0, 0, false
	return int32(i)
}

// readText finds the end of the string that begins at from.
func (t *tape) readText(b []byte) status {
	i := t.at
	for {
		i = plain(b, i)
		if i >= len(b) {
			t.at = i
			return more
		}
		switch b[i] {
		case '"':
			t.inText = false
			t.at = i + 1
			if t.state == wantKey || t.state == wantFirstKey {
				t.keyStart, t.keyEnd, t.keyEscaped = int32(t.from), int32(i), t.escaped
				t.state = wantColon
				if i+2 >= len(b) || b[i+1] != ':' || b[i+2] != '"' {
					return done
				}
				t.state = wantValue
			} else {
				t.value(text, t.from, i)
				t.state = wantComma
				if i+2 >= len(b) || b[i+1] != ',' || b[i+2] != '"' || t.top() != object {
					return done
				}
				t.state = wantKey
			}
			// What nearly always follows is read without going round: another string.
			i += 3
			t.inText, t.escaped, t.from, t.at = true, false, i, i
		case '\\':
			if i+1 >= len(b) {
				t.at = i
				return more
			}
			if b[i+1] == '\n' {
				t.at = i + 1
				return broken
			}
			t.escaped = true
			i += 2
		default: // a line end
			t.at = i
			return broken
		}
	}
}

// plain finds the first quote, backslash or line end of b from i on.
func plain(b []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash, line := w^(ones*'"'), w^(ones*'\\'), w^(ones*'\n')
		found := ((quote-ones)&^quote | (slash-ones)&^slash | (line-ones)&^line) & highs
		if found != 0 { // the lowest bit is exact; bits above it need not be
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c == '\n' {
			return i
		}
	}
	return i
}

// readWord finds the end of the number or word that begins at from.
func (t *tape) readWord(b []byte) status {
	i := t.at
	for i < len(b) && wordByte(b[i]) {
		i++
	}
	t.at = i
	if i == len(b) {
		return more
	}
	t.inWord = false
	if t.discard {
		t.state = wantComma
		return done
	}
	kind := number
	switch w := b[t.from:i]; string(w) {
	case "true", "false", "null":
		kind = word
	case "NaN", "Infinity", "-Infinity":
	default:
		if c := w[0]; c != '-' && (c < '0' || c > '9') {
			t.at = t.from
			return broken
		}
	}
	t.value(kind, t.from, i)
	t.state = wantComma
	return done
}

func wordByte(c byte) bool {
	return c-'0' < 10 || c|0x20-'a' < 26 || c == '-' || c == '+' || c == '.'
}

// expected says in words what should have stood where the tape broke.
func (t *tape) expected() string {
	switch {
	case t.inText:
		return "the end of a string before the end of the line"
	case t.state == wantKey, t.state == wantFirstKey:
		return "a name in quotes"
	case t.state == wantColon:
		return "a colon behind a name"
	case t.state == wantComma && t.top() == object:
		return "a comma or }"
	case t.state == wantComma:
		return "a comma or ]"
	}
	return "a value"
}

// drop forgets what was read: the tape goes on with text that begins at at.
func (t *tape) drop() {
	if !t.discard {
		for i, o := range t.open {
			t.open[i] = int32(t.nodes[o].kind)
		}
		t.nodes = t.nodes[:0]
		t.discard = true
	}
	t.from -= t.at
	t.at = 0
}
