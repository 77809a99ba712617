package report

import (
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
)

// stepLine is one line of a step of a resolution.
type stepLine struct {
	Text string
	Mark bool // says that the lines behind it were computed from the case
	Code bool // a computed line
}

// stepLines tells the text of a step from the lines that were computed from the
// case. Empty lines are left out; what is beyond longRunes is cut.
func stepLines(step string) []stepLine {
	var list []stepLine
	marked := false
	left := longRunes
	for l := range strings.SplitSeq(step, "\n") {
		t := strings.TrimSpace(l)
		if t == "" {
			continue
		}
		line := stepLine{Text: shorten(t, left)}
		switch {
		case t == result.DerivedMark || t == result.BlankMark:
			line.Mark, marked = true, true
		case marked && strings.HasPrefix(l, "    "):
			line.Code = true
		default:
			marked = false
		}
		list = append(list, line)
		if left -= len(t); left <= 0 {
			break
		}
	}
	return list
}
