package literal

import "unicode/utf8"

// compare looks whether the pattern of an entry stands in the text with its
// anchor at an offset, all runes that the anchor touches as they are in the
// pattern but for the case of ASCII. Other text is left to the odd pass, so
// that nothing is reported twice.
func (r *scan) compare(e entry, place int) {
	p := r.set.text(e.pattern)
	from, to := core(p, e.at, e.at+e.length)
	start := place - (e.at - from)
	end := start + (to - from)
	if start < 0 || end > len(r.text) {
		return
	}
	for i, c := range r.text[start:end] {
		if want := p[from+i]; c != want && (c|0x20 != want || want-'a' >= 26) {
			return
		}
	}
	r.extend(e, p, start, from, end, to)
}

// extend compares the rest of a pattern outwards, from text[start:] backwards
// and text[end:] forwards, where its bytes from and to stand, and reports it.
func (r *scan) extend(e entry, p []byte, start, from, end, to int) {
	if start = backward(r.text, start, p, from); start < 0 {
		return
	}
	if end = forward(r.text, end, p, to); end < 0 {
		return
	}
	if e.begin && !edge(p, 0, r.text, start) || e.end && !edge(r.text, end, p, len(p)) {
		return
	}
	if !r.hit(e.pattern, start, end) {
		r.stopped = true
	}
}

// edge reports whether the rune behind one place and the rune before another
// are not both of a word.
func edge(behind []byte, at int, before []byte, to int) bool {
	next, _ := utf8.DecodeRune(behind[at:])
	last, _ := utf8.DecodeLastRune(before[:to])
	return !isWord(foldRune(next)) || !isWord(foldRune(last))
}

// core widens an anchor to the edges of its runes, and beyond a blank at its
// edge, so that the neighbours of all its blanks are inside.
func core(p []byte, from, to int) (int, int) {
	if p[from] == ' ' && from > 0 {
		from--
	}
	for from > 0 && !utf8.RuneStart(p[from]) {
		from--
	}
	if p[to-1] == ' ' && to < len(p) {
		to++
	}
	for to < len(p) && !utf8.RuneStart(p[to]) {
		to++
	}
	return from, to
}

// forward matches the pattern from byte i on with the text from an offset on,
// and returns where it ends, or -1.
func forward(text []byte, at int, p []byte, i int) int {
	for i < len(p) {
		if at >= len(text) {
			return -1
		}
		c, want := text[at], p[i]
		if c < utf8.RuneSelf {
			switch {
			case lower(c) == want && want != ' ':
				at++
			case want == ' ' && isBlank(c):
				at = skipBlanks(text, at+1)
			default:
				return -1
			}
			i++
			continue
		}
		got, n := utf8.DecodeRune(text[at:])
		wanted, m := utf8.DecodeRune(p[i:])
		if foldRune(got) != wanted {
			return -1
		}
		at, i = at+n, i+m
		if wanted == ' ' {
			at = skipBlanks(text, at)
		}
	}
	return at
}

// backward matches the pattern before byte i with the text before an offset,
// and returns where it begins, or -1.
func backward(text []byte, at int, p []byte, i int) int {
	for i > 0 {
		if at <= 0 {
			return -1
		}
		c, want := text[at-1], p[i-1]
		if c < utf8.RuneSelf {
			switch {
			case lower(c) == want && want != ' ':
				at--
			case want == ' ' && isBlank(c):
				at = skipBlanksBack(text, at-1)
			default:
				return -1
			}
			i--
			continue
		}
		got, n := utf8.DecodeLastRune(text[:at])
		wanted, m := utf8.DecodeLastRune(p[:i])
		if foldRune(got) != wanted {
			return -1
		}
		at, i = at-n, i-m
		if wanted == ' ' {
			at = skipBlanksBack(text, at)
		}
	}
	return at
}
