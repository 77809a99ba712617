package playground

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/source"
)

// mostHidden is how many lines with hidden characters are named in each pane.
const mostHidden = 20

// hidden names characters that a text editor does not show, or that change the order
// in which it shows others: an author cannot see them, and a reviewer neither.
func (a *Answer) hidden(q *Question) {
	for _, p := range []struct {
		pane Pane
		text string
	}{{PaneRule, q.Rule}, {PaneTests, q.Tests}, {PaneFacts, q.Facts}} {
		said := map[int]bool{} // lines of which lint said so
		for _, m := range a.Messages {
			if m.Pane == p.pane && (m.Check == "lint.invisible-character" || m.Check == "lint.control-character") {
				said[m.Line] = true
			}
		}
		named, more, number := 0, 0, 0
		for line := range strings.SplitSeq(p.text, "\n") {
			number++
			column, r, count := hiddenIn(strings.TrimSuffix(line, "\r"))
			switch {
			case count == 0 || said[number]:
			case named == mostHidden:
				more++
			default:
				named++
				text := fmt.Sprintf("a character that is not shown as it is, %U", r)
				if count > 1 {
					text += fmt.Sprintf(", and %d more in this line", count-1)
				}
				a.say(p.pane, false, source.Message{Position: source.Position{Line: number, Column: column}, Check: "text.hidden", Text: text})
			}
		}
		if more > 0 {
			a.say(p.pane, false, source.Message{Check: "text.hidden", Text: fmt.Sprintf("%d more lines have characters that are not shown as they are", more)})
		}
	}
}

// hiddenIn is the column of the first such character of a line, counted in
// characters from 1, the character, and how many there are.
func hiddenIn(line string) (column int, first rune, count int) {
	if report.Clean(line) == line { // nearly every line
		return 0, 0, 0
	}
	at := 0
	for _, r := range line {
		at++
		if r == '\t' || report.Clean(string(r)) == string(r) {
			continue
		}
		if count == 0 {
			column, first = at, r
		}
		count++
	}
	return column, first, count
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
