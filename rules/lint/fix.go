package lint

import (
	"slices"

	"github.com/kbtriage/kbtriage/rules"
)

// Edit replaces the bytes From to To of a file, counted behind a mark of its byte order.
type Edit struct {
	File     string
	From, To int
	Text     string
	Marked   bool // the file begins with such a mark, of 3 bytes
}

// Apply makes the edits of a text. Of two that overlap the one that begins first is
// made; the other is found again when the text is checked once more.
func Apply(text []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.From - b.From })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.From < at || e.To > len(text) || e.To < e.From {
			continue
		}
		out = append(append(out, text[at:e.From]...), e.Text...)
		at = e.To
	}
	return append(out, text[at:]...)
}

// replace is the edit of a value that stands on one line as it is; nil where it does
// not, for then a person has to do it.
func replace(d *rules.Document, file, text string, path ...any) []Edit {
	from, to, ok := d.Text(path...)
	if !ok {
		return nil
	}
	return []Edit{{File: file, From: from, To: to, Text: text}}
}

// remove is the edit that takes an element out of a list.
func remove(d *rules.Document, file string, path ...any) []Edit {
	from, to, ok := d.Element(path...)
	if !ok {
		return nil
	}
	return []Edit{{File: file, From: from, To: to}}
}
