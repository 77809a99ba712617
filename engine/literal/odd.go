package literal

import (
	"math/bits"
	"unicode/utf8"
)

// Odd is a place of the text whose bytes are not those of its folded form, but
// for the case of ASCII: white space other than one blank, runes that folding
// changes, invalid bytes. The bitmaps cannot see an anchor there. For each odd
// place that could touch an anchor, a segment of text around it is folded and
// probed, and anchors that touch an odd place are compared from there.

const (
	// margin is how many folded bytes on each side of an odd place belong to its
	// segment, or up to three fewer before it: no fewer than the longest core of an
	// anchor has (8, and 4 on each side). Odd places that are nearer to each other
	// share a segment.
	margin = 20
	// A segment longer than this is probed in pieces.
	segmentSize = 1024
	// overlap is what a piece keeps of the piece before.
	overlap = 64
	// strides divides by all strides, so that a shift of a piece keeps the phase.
	strides = 6
)

// segment is folded text: for each byte where it comes from, and whether it is
// odd.
type segment struct {
	folded [segmentSize + overlap + loadSize]byte
	origin [segmentSize + overlap]int
	odd    [segmentSize + overlap]bool
	size   int
	last   int    // the last odd byte, or -1
	next   [2]int // where each lane probes next
}

// findOdd looks for odd places from the cursor on, at least to an offset.
func (r *scan) findOdd(to int) {
	from := r.cursor
	if from >= to {
		return
	}
	for i, odd := range r.scratch.marks.mark(r.text, from, to) {
		for ; odd != 0; odd &= odd - 1 {
			at := from + 64*i + bits.TrailingZeros64(odd)
			if at < r.cursor || r.set.apart(r.text, at) {
				continue
			}
			if r.cursor = r.look(at); r.stopped {
				return
			}
		}
	}
	r.cursor = max(r.cursor, to)
}

// apart reports that an odd place is a byte of white space between ordinary
// text, and no anchor has the two bytes on each side of it. Most odd places are
// ends of lines of which that is true, so it is found out first, and shortly.
func (s *Set) apart(text []byte, at int) bool {
	if at < 2 || at+3 > len(text) || text[at] >= utf8.RuneSelf {
		return false
	}
	const least = 0x20212120 // the nearer two are no blanks
	w := jointOf(text, at, at+1)
	return (w|(w-least))&(joint<<2) == 0 && !has(s.joints, jointHash(w))
}

// look settles the place that may be odd, and returns where to go on.
func (r *scan) look(at int) int {
	c := r.text[at]
	if c < utf8.RuneSelf {
		if !r.set.blanks || !isBlank(c) {
			return at + 1
		}
		return r.lookBlanks(at)
	}
	if !r.set.foreign && !oddLead(c) { // what folds to ASCII begins with few bytes
		for at++; at < len(r.text) && r.text[at] >= utf8.RuneSelf && !oddLead(r.text[at]); at++ {
		}
		return at
	}
	before, n := utf8.DecodeRune(r.text[at:])
	switch after := foldRune(before); {
	case after == ' ':
		if r.set.blanks {
			return r.lookBlanks(at)
		}
	case after < utf8.RuneSelf, r.set.foreign && (after != before || before == utf8.RuneError && n == 1):
		return r.around(at)
	}
	return at + n
}

// lookBlanks settles white space. Most of it is the end of a line amid ordinary
// text, where no anchor is: then there is nothing to fold.
func (r *scan) lookBlanks(at int) int {
	begin, end := at, at+1
	if !ordinary(r.text, at) {
		begin, end = skipBlanksBack(r.text, at), skipBlanks(r.text, at)
		if begin == 0 || end == len(r.text) || end-begin == 1 && r.text[begin] == ' ' {
			return end
		}
	}
	if begin >= 2 && end+2 <= len(r.text) {
		w := jointOf(r.text, begin, end)
		if (w|(w-joint))&(joint<<2) == 0 && !has(r.set.joints, jointHash(w)) {
			return end
		}
	}
	if begin >= loadSize && end+loadSize <= len(r.text) {
		before, after := order.Uint64(r.text[begin-loadSize:]), order.Uint64(r.text[end:])
		ascii, alike := true, true
		if hasOdd(before) {
			before, ascii = squeezeBefore(r.text, begin)
		}
		if hasOdd(after) {
			after, alike = squeezeAfter(r.text, end)
		}
		if ascii && alike && !r.set.mayCross(before>>8|' '<<56, after) {
			return end
		}
	}
	return r.around(begin)
}

// joint is four blanks. Two bytes on each side of a blank are its joint.
const joint = 0x20202020

// jointOf is that of the white space of text[begin:end].
func jointOf(text []byte, begin, end int) uint32 {
	return uint32(order.Uint16(text[begin-2:])) | uint32(order.Uint16(text[end:]))<<16
}

// jointHash stands for the bytes of a joint in the bitmap of joints.
func jointHash(w uint32) uint64 { return uint64(w|joint) * mixBits }

// ordinary reports whether a byte stands between two of ASCII that are no white
// space.
func ordinary(text []byte, at int) bool {
	return at > 0 && at+1 < len(text) && text[at-1]-'!' < 0x7f-'!' && text[at+1]-'!' < 0x7f-'!'
}

// hasOdd reports whether a word may have a byte that mark would mark.
func hasOdd(x uint64) bool {
	const above = 0x2121212121212121 // the first byte of ASCII that is no blank
	low := x - above
	return ((x-fold)|x|low&(low<<8))&high != 0
}

// squeezeBefore is the eight folded bytes before an offset, if all are of ASCII.
func squeezeBefore(text []byte, at int) (word uint64, ascii bool) {
	for range loadSize {
		if at == 0 || text[at-1] >= utf8.RuneSelf {
			return 0, false
		}
		at--
		c := text[at]
		if isBlank(c) {
			c, at = ' ', skipBlanksBack(text, at)
		}
		word = word<<8 | uint64(c)
	}
	return word, true
}

// squeezeAfter is the eight folded bytes behind an offset, if all are of ASCII.
func squeezeAfter(text []byte, at int) (word uint64, ascii bool) {
	for range loadSize {
		if at == len(text) || text[at] >= utf8.RuneSelf {
			return 0, false
		}
		c := text[at]
		at++
		if isBlank(c) {
			c, at = ' ', skipBlanks(text, at)
		}
		word = word>>8 | uint64(c)<<56
	}
	return word, true
}

// mayCross reports whether there is an anchor that touches the last byte of the
// first of two words. Each such anchor has one of the windows that are tried.
func (s *Set) mayCross(before, after uint64) bool {
	for i := range s.lanes {
		l := &s.lanes[i]
		if l.width == 0 {
			continue
		}
		var any byte
		mul := multiplier(mixBits, l.width)
		for at := loadSize - l.width; at < loadSize-1+l.stride; at += l.stride {
			any |= bitAt(l.cross, (before>>(8*at)|after<<(64-8*at)|fold)*mul)
		}
		if any == 0 {
			continue
		}
		for place := loadSize - l.anchor; place < loadSize; place++ {
			if word := before>>(8*place) | after<<(64-8*place); has(l.marks, (word|fold)*multiplier(mixMarks, l.anchor)) && l.holds(word) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a word begins with an anchor.
func (l *lane) holds(word uint64) bool {
	key := l.key(word)
	for i, end := l.bucket(key); i < end; i++ {
		if l.maybe(i, key) {
			return true
		}
	}
	return false
}

// around folds and probes the text around an odd place, and around all odd
// places that follow within the margin. It returns where to go on.
func (r *scan) around(at int) int {
	s := &r.scratch.odd
	s.size, s.last, s.next = 0, -1, [2]int{}
	t := at
	for n := 0; t > 0; {
		before, size := skipBlanksBack(r.text, t), 1
		if before == t {
			c, width := utf8.DecodeLastRune(r.text[:t])
			before, size = t-width, utf8.RuneLen(foldRune(c))
		}
		if n += size; n > margin {
			break
		}
		t = before
	}
	for t < len(r.text) && (t <= at || s.size-s.last <= margin) && !r.stopped {
		if s.size > segmentSize {
			r.probeSegment(s, false)
			s.shift()
		}
		t = s.add(r.text, t)
	}
	r.probeSegment(s, true)
	return t
}

// add folds the rune or the white space at an offset, and returns its end.
func (s *segment) add(text []byte, at int) int {
	c := text[at]
	if c < utf8.RuneSelf && !isBlank(c) {
		s.put(lower(c), at, false)
		return at + 1
	}
	if end := skipBlanks(text, at); end > at {
		s.put(' ', at, end-at > 1 || c != ' ')
		return end
	}
	before, n := utf8.DecodeRune(text[at:])
	after := foldRune(before)
	var b [utf8.UTFMax]byte
	for _, c := range b[:utf8.EncodeRune(b[:], after)] {
		s.put(c, at, after != before || before == utf8.RuneError && n == 1)
	}
	return at + n
}

func (s *segment) put(c byte, origin int, odd bool) {
	s.folded[s.size], s.origin[s.size], s.odd[s.size] = c, origin, odd
	if odd {
		s.last = s.size
	}
	s.size++
}

// shift drops all but the end of a segment that was probed.
func (s *segment) shift() {
	by := (s.size - overlap) / strides * strides
	copy(s.folded[:], s.folded[by:s.size])
	copy(s.origin[:], s.origin[by:s.size])
	copy(s.odd[:], s.odd[by:s.size])
	s.size -= by
	s.last -= by
	s.next[0] -= by
	s.next[1] -= by
}

// probeSegment probes a folded segment as block probes text. If the segment
// goes on, what is near its end is left for later.
func (r *scan) probeSegment(s *segment, final bool) {
	end := s.size
	if !final {
		end -= margin
	}
	for i := range r.set.lanes {
		l := &r.set.lanes[i]
		if l.width == 0 {
			continue
		}
		at := s.next[i]
		for ; at+l.width <= end; at += l.stride {
			if word := order.Uint64(s.folded[at:]); l.begins(word) {
				if r.confirmSegment(s, l, at); r.stopped {
					return
				}
			}
		}
		s.next[i] = at
	}
}

// confirmSegment looks for odd anchors that hold the window at an offset.
func (r *scan) confirmSegment(s *segment, l *lane, at int) {
	for k := range l.stride {
		place := at - k
		if place < 0 {
			return
		}
		if place+l.anchor > s.size {
			continue
		}
		key := l.key(order.Uint64(s.folded[place:]))
		for i, end := l.bucket(key); i < end; i++ {
			if !l.maybe(i, key) {
				continue
			}
			e := l.entry(i)
			p := r.set.text(e.pattern)
			from, to := core(p, e.at, e.at+e.length)
			first := place - (e.at - from)
			last := first + to - from
			if first < 0 || last > s.size || !s.anyOdd(first, last) || string(s.folded[first:last]) != string(p[from:to]) {
				continue
			}
			start := s.origin[first]
			r.extend(e, p, start, from, start, from)
			if r.stopped {
				return
			}
		}
	}
}

func (s *segment) anyOdd(from, to int) bool {
	for _, odd := range s.odd[from:to] {
		if odd {
			return true
		}
	}
	return false
}
