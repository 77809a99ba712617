package literal

import "unicode/utf8"

// blockSize is how many bytes are probed before what was found is looked at:
// text and candidates stay in the caches. A multiple of 12.
const blockSize = 24576

// Scratch is the working memory of a scan. The zero value is ready; one scan at
// a time may use it.
type Scratch struct {
	windows, places list
	marks           oddMarks
	odd             segment
}

// scan is one call of Scan.
type scan struct {
	set     *Set
	text    []byte
	scratch *Scratch
	hit     func(pattern uint32, start, end int) bool
	cursor  int // up to here odd text was looked for
	stopped bool
}

// Scan reports every occurrence of every pattern exactly once: pattern i occurs
// at text[start:end] when facts.Fold(text[start:end]) is its text, the first and
// the last rune of text[start:end] are no white space, and its edges are as
// Begin and End want them. An invalid byte of UTF-8 counts as U+FFFD.
//
// Hits come in an order that depends on nothing but set and text, but they are
// sorted neither by place nor by pattern: those of one stretch of about 24 KiB
// come before those of the next, by the place of the anchor. A hit function that
// returns false ends the scan.
//
// Nothing is allocated. The text may be of any length; an occurrence is found
// only if it is all within it.
func (s *Set) Scan(text []byte, scratch *Scratch, hit func(pattern uint32, start, end int) bool) {
	run := scan{set: s, text: text, scratch: scratch, hit: hit}
	for from := 0; from < len(text) && !run.stopped; from += blockSize {
		for i := range s.lanes {
			if l := &s.lanes[i]; l.width != 0 && !run.stopped {
				run.block(l, from)
			}
		}
		if !run.stopped {
			run.findOdd(min(from+blockSize, len(text)))
		}
	}
}

// block probes the text from the offset for one block.
func (r *scan) block(l *lane, from int) {
	end := min(from+blockSize, len(r.text))
	listed, probed := l.probe(r.text[from:min(end+loadSize, len(r.text))], &r.scratch.windows)
	windows := r.scratch.windows[:listed]
	begin := max(from-maxStride, 0)
	if from == 0 && listed > 0 && windows[0] == 0 { // of the anchors with this window only one is in the text
		windows = windows[1:]
		if r.confirm(l, 0, 1); r.stopped {
			return
		}
	}
	n := l.sift(r.text[begin:], from-begin, windows, &r.scratch.places)
	for _, at := range r.scratch.places[:n] {
		if r.place(l, begin+int(at)); r.stopped {
			return
		}
	}
	for at := from + probed; at < end; at += l.stride { // the last bytes of the text
		if l.begins(load(r.text, at)) {
			if r.confirm(l, at, l.stride); r.stopped {
				return
			}
		}
	}
}

// confirm looks for the first few anchors that hold the window at an offset.
func (r *scan) confirm(l *lane, at, few int) {
	for k := range few {
		if place := at - k; place >= 0 && place+l.anchor <= len(r.text) {
			if r.place(l, place); r.stopped {
				return
			}
		}
	}
}

// place looks for patterns with their anchor at an offset.
func (r *scan) place(l *lane, place int) {
	key := l.key(load(r.text, place))
	for i, end := l.bucket(key); i < end; i++ {
		if !l.maybe(i, key) {
			continue
		}
		before, behind := l.neighbours(i)
		if !r.fits(place-1, -1, before) || !r.fits(place+l.anchor, 1, behind) {
			continue
		}
		if r.compare(l.entry(i), place); r.stopped {
			return
		}
	}
}

// fits reports whether the text may fold to some bytes of ASCII, one step after
// the other. Behind a blank or a rune outside ASCII it does not look.
func (r *scan) fits(at, step int, want []byte) bool {
	for _, c := range want {
		if c == 0 {
			return true
		}
		if uint(at) >= uint(len(r.text)) {
			return false
		}
		got := r.text[at]
		if lower(got) != c || c == ' ' {
			return got >= utf8.RuneSelf || c == ' ' && isBlank(got)
		}
		at += step
	}
	return true
}

// load is the eight bytes at an offset, with zeros behind the end of the text.
func load(text []byte, at int) uint64 {
	if at+loadSize <= len(text) {
		return order.Uint64(text[at:])
	}
	var b [loadSize]byte
	copy(b[:], text[at:])
	return order.Uint64(b[:])
}
