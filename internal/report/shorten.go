package report

import (
	"strings"
	"unicode/utf8"
)

// How much of a text a report shows.
const (
	mostRunes = 500  // of a line of a log, a name, a path
	longRunes = 8000 // of the cause and the steps of a rule
)

// shorten is Clean of at most n characters, with an ellipsis for what is left
// out. It reads no more of s than it shows.
func shorten(s string, n int) string {
	cut := false
	for i, seen := 0, 0; i < len(s); seen++ {
		if seen == n {
			s, cut = s[:i], true
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	s = Clean(s)
	if !cut {
		return s
	}
	return s + "…"
}

// several shortens the first most of list, and says how many more there are.
func several(list []string, most int) (shown []string, more int) {
	for _, s := range list[:min(len(list), most)] {
		shown = append(shown, shorten(s, mostRunes))
	}
	return shown, len(list) - len(shown)
}

// joined is the first most of list in one line, with a count of the others.
func joined(list []string, most int) string {
	shown, more := several(list, most)
	if more > 0 {
		shown = append(shown, "and "+thousands(int64(more))+" more")
	}
	return strings.Join(shown, ", ")
}
