package scan

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts/intake"
)

// maxLines bounds a region: what is looked at around a hit.
const maxLines = 40

// region finds the log record around the hit text[at:to]: the line with a time
// stamp at or before it and the lines that continue it; in text without stamps,
// the paragraph, or the line where there are no paragraphs. It depends only on the text from twice
// the size before the hit to twice the size behind it, so that it is the same
// wherever a file is divided. base is the offset of text in its file: a line that
// is too long for a region is divided at multiples of its size there.
func region(text []byte, base int64, at, to, size int) (start, end int, stamped bool) {
	start = lineStart(text, at, size)
	if at-start >= size {
		start = max(start, at-int((base+int64(at))%int64(size)))
		return start, min(len(text), max(start+size, to)), false
	}
	paragraph, first := start, start
	for lines := 0; ; lines++ {
		line := lineAt(text, first, size)
		if _, _, ok := intake.Stamp(line); ok {
			return first, recordEnd(text, first, to, size), true
		}
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
		paragraph = first
		if first == 0 {
			break
		}
		before := lineStart(text, first-1, size)
		if lines == maxLines || at-before >= size { // no paragraph, but lines of a log without stamps
			return start, min(max(nextLine(text, start, size), to), start+max(size, to-start)), false
		}
		first = before
	}
	return paragraph, paragraphEnd(text, paragraph, to, size), false
}

// lineStart is where the line of text[at] begins, or as far back as a region goes.
func lineStart(text []byte, at, size int) int {
	from := max(0, at-size)
	if i := bytes.LastIndexByte(text[from:at], '\n'); i >= 0 {
		return from + i + 1
	}
	return from
}

// lineAt is the line that begins at start, without its end.
func lineAt(text []byte, start, size int) []byte {
	line := text[start:min(len(text), start+size)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	return bytes.TrimSuffix(line, []byte("\r"))
}

// nextLine is where the line behind the one of text[at] begins, or a place that
// no region reaches.
func nextLine(text []byte, at, size int) int {
	to := min(len(text), at+2*size)
	if i := bytes.IndexByte(text[at:to], '\n'); i >= 0 {
		return at + i + 1
	}
	return to
}

// recordEnd is the end of the record that begins at start with a stamp: where
// the next line does not continue it. The hit ends at to.
func recordEnd(text []byte, start, to, size int) int {
	end := nextLine(text, start, size)
	for lines := 1; end < len(text) && (end < to || end-start < size); lines++ {
		line := lineAt(text, end, size)
		next := nextLine(text, end, size)
		continues := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if end >= to && (!continues || lines >= maxLines) || next-start > size && end >= to {
			break
		}
		if _, _, ok := intake.Stamp(line); ok { // what a label announces may stand in the next record, and is not of this one
			break
		}
		end = next
	}
	return min(end, start+max(size, to-start))
}

// paragraphEnd is the end of the paragraph that begins at start.
func paragraphEnd(text []byte, start, to, size int) int {
	end := start
	for lines := 0; end < len(text); lines++ {
		line := lineAt(text, end, size)
		if end >= to && (lines >= maxLines || len(bytes.TrimSpace(line)) == 0 || end-start >= size) {
			break
		}
		if _, _, ok := intake.Stamp(line); ok && end > start {
			break
		}
		end = nextLine(text, end, size)
	}
	return min(end, start+max(size, to-start))
}
