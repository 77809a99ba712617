// Package literal finds tens of thousands of literals in raw log text in one
// pass: without regard to case, and with any white space, line ends included,
// where a literal has a blank.
//
// A literal of n bytes holds, wherever it stands, exactly one of s neighbouring
// windows of q bytes at an offset that s divides. For each literal the
// neighbouring windows that are rarest in logs are entered in a bitmap, and the
// text is probed at every s-th byte only. The probe has no branch: a position is
// always written to a list, and the list grows by the bit. The bytes that the
// windows of a literal cover together are its anchor: a second bitmap has all
// anchors and thins the list likewise. A hash of the anchor names the literals,
// and these are compared rune by rune.
//
// The bitmap sees bytes. So that nothing is missed, text whose bytes are not
// those of its folded form (several blanks in a row, line ends, typographic
// quotes, letters outside ASCII with a case, invalid bytes) is looked for beside
// it, as far as the anchors of the set can be touched by it; there the folded
// text is probed: see odd.go.
package literal

// Pattern is a literal to look for.
type Pattern struct {
	// Text is folded as facts.Fold does it: lower case, every white space one
	// blank, none at the ends. At least MinLength bytes.
	Text string
	// Begin and End demand that the first and the last rune stand at the edge of
	// a word, if they are letters or digits: the rune before or behind is neither.
	// The ends of the text are edges.
	Begin, End bool
}

// MinLength is the length in bytes of the shortest pattern that can be built.
const MinLength = 4

// Set is a compiled set of patterns. It is never changed, and safe for
// concurrent use.
type Set struct {
	count   int
	offsets []byte // count+1 uint32: where the text of a pattern begins
	texts   []byte
	joints  []byte // bitmap of what is on both sides of blanks in anchors
	blanks  bool   // there are anchors with blanks
	foreign bool   // there are anchors with runes outside ASCII
	lanes   [2]lane
}

// lane holds the patterns with windows of one width.
type lane struct {
	width   int    // bytes of a window; 0: the lane is not used
	stride  int    // the text is probed at its multiples
	anchor  int    // bytes that stride neighbouring windows cover
	bits    []byte // bitmap of the windows
	marks   []byte // bitmap of the anchors
	cross   []byte // bitmap of the windows of anchors with blanks, for the odd pass
	heads   []byte // uint32: the first entry of each bucket, and the end
	entries []byte // entrySize each
}

// Len is the number of patterns.
func (s *Set) Len() int { return s.count }

// text is the folded text of a pattern.
func (s *Set) text(i uint32) []byte {
	return s.texts[order.Uint32(s.offsets[4*i:]):order.Uint32(s.offsets[4*i+4:])]
}
