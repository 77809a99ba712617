package scan

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts/intake"
)

// The bounds of a region: what is looked at around a hit.
const (
	maxRegion = 8 << 10 // bytes
	maxLines  = 40
)

// region finds the log record around the hit text[at:to]: the line with a time
// stamp at or before it and the lines that continue it; in text without stamps,
// the paragraph. It depends on the text around the hit only, within maxRegion to
// either side, so that it is the same wherever a file is divided. base is the
// offset of text in its file: a line that is too long for a region is divided
// at multiples of its size there.
func region(text []byte, base int64, at, to int) (start, end int, stamped bool) {
	start = lineStart(text, at)
	if at-start >= maxRegion {
		start = max(start, at-int((base+int64(at))%maxRegion))
		return start, min(len(text), max(start+maxRegion, to)), false
	}
	paragraph, first := start, start
	for lines := 0; ; lines++ {
		line := lineAt(text, first)
		if _, _, ok := intake.Stamp(line); ok {
			return first, recordEnd(text, first, to), true
		}
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
		paragraph = first
		if first == 0 || lines == maxLines {
			break
		}
		before := lineStart(text, first-1)
		if at-before >= maxRegion {
			break
		}
		first = before
	}
	return paragraph, paragraphEnd(text, paragraph, to), false
}

// lineStart is where the line of text[at] begins, or as far back as a region goes.
func lineStart(text []byte, at int) int {
	from := max(0, at-maxRegion)
	if i := bytes.LastIndexByte(text[from:at], '\n'); i >= 0 {
		return from + i + 1
	}
	return from
}

// lineAt is the line that begins at start, without its end.
func lineAt(text []byte, start int) []byte {
	line := text[start:min(len(text), start+maxRegion)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	return bytes.TrimSuffix(line, []byte("\r"))
}

// nextLine is where the line behind the one of text[at] begins.
func nextLine(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// recordEnd is the end of the record that begins at start with a stamp: where
// the next line does not continue it. The hit ends at to.
func recordEnd(text []byte, start, to int) int {
	end := nextLine(text, start)
	for lines := 1; end < len(text) && end-start < maxRegion; lines++ {
		line := lineAt(text, end)
		next := nextLine(text, end)
		continues := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if end >= to && (!continues || lines >= maxLines) || next-start > maxRegion && end >= to {
			break
		}
		end = next
	}
	return min(end, max(start+maxRegion, to))
}

// paragraphEnd is the end of the paragraph that begins at start.
func paragraphEnd(text []byte, start, to int) int {
	end := start
	for lines := 0; end < len(text); lines++ {
		line := lineAt(text, end)
		if end >= to && (lines >= maxLines || len(bytes.TrimSpace(line)) == 0) || end-start >= maxRegion {
			break
		}
		if end >= to {
			if _, _, ok := intake.Stamp(line); ok {
				break
			}
		}
		end = nextLine(text, end)
	}
	return min(end, max(start+maxRegion, to))
}
