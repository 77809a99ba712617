package literal

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Build compiles patterns into flat tables for Open. Pattern i is reported as
// number i. The same patterns give the same bytes. An error names the pattern
// that is too short or not folded.
func Build(patterns []Pattern) ([]byte, error) {
	if len(patterns) > maxPatterns {
		return nil, fmt.Errorf("%d literals, at most %d", len(patterns), maxPatterns)
	}
	b := builder{patterns: patterns}
	shortest, size := wideAnchor, 0
	for i, p := range patterns {
		if len(p.Text) < MinLength {
			return nil, fmt.Errorf("literal %d, %q: %d bytes, at least %d are needed", i, p.Text, len(p.Text), MinLength)
		}
		if !isFolded(p.Text) {
			return nil, fmt.Errorf("literal %d, %q: not folded", i, p.Text)
		}
		if size += len(p.Text); size > 1<<31-1 {
			return nil, fmt.Errorf("literal %d: more than 2 GiB of text", i)
		}
		shortest = min(shortest, len(p.Text))
	}
	lanes := [2]lane{{width: 6, stride: 3}, {width: 4, stride: min(shortest-3, maxStride)}}
	wide := make([]int, 0, len(patterns))
	var narrow []int
	for i, p := range patterns {
		if len(p.Text) >= wideAnchor {
			wide = append(wide, i)
		} else {
			narrow = append(narrow, i)
		}
	}
	m := newModel()
	var body []byte
	for n, members := range [][]int{wide, narrow} {
		l := &lanes[n]
		if len(members) == 0 {
			l.width = 0
			continue
		}
		l.anchor = l.width + l.stride - 1
		b.fill(l, m, members)
		for _, part := range [][]byte{l.bits, l.marks, l.cross, l.heads, l.entries} {
			body = append(body, part...)
		}
	}
	slices.Sort(b.joints)
	b.joints = slices.Compact(b.joints)
	joints := make([]byte, sizeFor(16*len(b.joints))) // so sparse that the processor foresees the answer
	for _, w := range b.joints {
		set(joints, jointHash(w))
	}
	out := make([]byte, 0, headerSize+4*(len(patterns)+1)+len(joints)+size+len(body))
	out = append(out, magic...)
	out = b.header(out, size, len(joints), lanes)
	at := uint32(0)
	for _, p := range patterns {
		out = order.AppendUint32(out, at)
		at += uint32(len(p.Text))
	}
	out = order.AppendUint32(out, at)
	out = append(out, joints...)
	for _, p := range patterns {
		out = append(out, p.Text...)
	}
	return append(out, body...), nil
}

// wideAnchor is how many bytes the anchors of the wide lane cover. Shorter
// patterns go to the other lane.
const wideAnchor = 8

// builder gathers what all lanes share.
type builder struct {
	patterns        []Pattern
	joints          []uint32 // two bytes on each side of blanks in anchors
	blanks, foreign bool
}

func (b *builder) header(out []byte, size, joints int, lanes [2]lane) []byte {
	flags := 0
	if b.blanks {
		flags |= flagBlanks
	}
	if b.foreign {
		flags |= flagForeign
	}
	numbers := []int{len(b.patterns), size, flags, joints}
	for _, l := range lanes {
		if l.width == 0 {
			numbers = append(numbers, 0, 0, 0, 0, 0, 0, 0)
			continue
		}
		numbers = append(numbers, l.width, l.stride, len(l.bits), len(l.marks), len(l.cross), len(l.heads)/4-1, len(l.entries)/entrySize)
	}
	for _, n := range numbers {
		out = order.AppendUint32(out, uint32(n))
	}
	return out
}

// fill makes the tables of a lane for the patterns with the given numbers.
func (b *builder) fill(l *lane, m *model, members []int) {
	anchors := m.choose(l, b.patterns, members)
	windows := len(members) * l.stride
	l.bits = make([]byte, sizeFor(4*windows))
	l.marks = make([]byte, sizeFor(2*len(members)))
	crossing := 0
	for n, i := range members {
		if strings.Contains(b.patterns[i].Text[anchors[n]:anchors[n]+l.anchor], " ") {
			crossing += l.stride
		}
	}
	l.cross = make([]byte, sizeFor(4*crossing))
	buckets := 1 << max(1, bits.Len(uint(len(members)-1)))
	type placed struct {
		bucket int
		key    uint64
		n      int // of members
	}
	all := make([]placed, len(members))
	for n, i := range members {
		p, at := b.patterns[i].Text, anchors[n]
		anchor := []byte(p[at : at+l.anchor])
		for k := range l.stride {
			h := windowHash(load(anchor, k), l.width)
			set(l.bits, h)
			if strings.Contains(p[at:at+l.anchor], " ") {
				set(l.cross, h)
			}
		}
		set(l.marks, (load(anchor, 0)|fold)*multiplier(mixMarks, l.anchor))
		key := l.key(load(anchor, 0))
		all[n] = placed{bucketOf(key, buckets), key, n}
		b.note(p, at, at+l.anchor)
	}
	slices.SortFunc(all, func(x, y placed) int {
		if x.bucket != y.bucket {
			return x.bucket - y.bucket
		}
		return x.n - y.n
	})
	l.heads = make([]byte, 0, 4*(buckets+1))
	l.entries = make([]byte, 0, entrySize*len(members))
	head := 0
	for bucket := range buckets {
		l.heads = order.AppendUint32(l.heads, uint32(head))
		for ; head < len(all) && all[head].bucket == bucket; head++ {
			e := all[head]
			p := b.patterns[members[e.n]]
			l.entries = appendEntry(l.entries, e.key, members[e.n], p, anchors[e.n], anchors[e.n]+l.anchor)
		}
	}
	l.heads = order.AppendUint32(l.heads, uint32(head))
}

// appendEntry appends the entry of a pattern with its anchor from one byte to
// another.
func appendEntry(out []byte, key uint64, number int, p Pattern, from, to int) []byte {
	at := uint16(from)
	if p.Begin {
		at |= entryBegin
	}
	if p.End {
		at |= entryEnd
	}
	out = order.AppendUint32(out, checkOf(key))
	out = order.AppendUint32(out, uint32(number))
	out = order.AppendUint16(out, at)
	var before, behind [near]byte
	for n := 0; n < near && n < from && p.Text[from-1-n] < utf8.RuneSelf; n++ {
		if before[n] = p.Text[from-1-n]; before[n] == ' ' {
			break
		}
	}
	for n := 0; n < near && to+n < len(p.Text) && p.Text[to+n] < utf8.RuneSelf; n++ {
		if behind[n] = p.Text[to+n]; behind[n] == ' ' {
			break
		}
	}
	return append(append(out, before[:]...), behind[:]...)
}

// note keeps what the odd pass has to look for because of an anchor.
func (b *builder) note(p string, from, to int) {
	from, to = core([]byte(p), from, to)
	for i := from; i < to; i++ {
		if p[i] >= utf8.RuneSelf {
			b.foreign = true
		}
		if p[i] == ' ' {
			b.blanks = true
			b.join(p, i)
		}
	}
}

// join notes the joint of a blank. At the edge of a pattern any byte of ASCII may
// follow; what is outside ASCII the odd pass lets through.
func (b *builder) join(p string, blank int) {
	w := uint32(p[blank-1])<<8 | uint32(p[blank+1])<<16
	switch {
	case blank == 1:
		for c := range uint32(utf8.RuneSelf) {
			b.joints = append(b.joints, w|c|uint32(p[blank+2])<<24)
		}
	case blank+2 == len(p):
		for c := range uint32(utf8.RuneSelf) {
			b.joints = append(b.joints, w|uint32(p[blank-2])|c<<24)
		}
	default:
		b.joints = append(b.joints, w|uint32(p[blank-2])|uint32(p[blank+2])<<24)
	}
}

func set(table []byte, h uint64) {
	at, bit := bitOf(h, len(table))
	table[at] |= 1 << bit
}

// sizeFor is the smallest size of a bitmap of at least n bytes, or the largest.
func sizeFor(n int) int {
	sizes := tableSizes()
	for _, size := range sizes {
		if size >= n {
			return size
		}
	}
	return sizes[len(sizes)-1]
}

// isFolded reports whether folding would leave a text as it is.
func isFolded(s string) bool {
	blank := true
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		}
		if foldRune(r) != r || r == ' ' && blank {
			return false
		}
		blank = r == ' '
	}
	return !blank
}
