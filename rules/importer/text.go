package importer

import (
	"strings"
)

// block is a paragraph: lines without an empty one between them.
type block struct {
	lines  []string
	indent int // of the line that is indented least
}

// blocks divides a text at its empty lines.
func blocks(text string) (list []block) {
	var current []string
	flush := func() {
		if len(current) > 0 {
			list = append(list, block{current, indentOf(current)})
			current = nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		current = append(current, line)
	}
	flush()
	return list
}

func indentOf(lines []string) int {
	least := -1
	for _, l := range lines {
		if n := len(l) - len(strings.TrimLeft(l, " ")); least < 0 || n < least {
			least = n
		}
	}
	return max(least, 0)
}

// hyphen is a word that was divided at the end of a line when the text was
// wrapped in another way: "multi- processor".
var hyphen = newPattern(`([a-z]{3,})- ([a-z]{3,})`)

// unwrap is the text of a paragraph on one line.
func (b block) unwrap() string {
	return strings.Join(strings.Fields(strings.Join(b.lines, " ")), " ")
}

// mended joins words that a wrapped line divided, but for pairs such as "on- and off-line".
func mended(s string) string {
	return hyphen.ReplaceAllStringFunc(s, func(m string) string {
		p := hyphen.FindStringSubmatch(m)
		switch p[2] {
		case "and", "or", "to", "und", "oder":
			return m
		}
		return p[1] + "-" + p[2]
	})
}

// residue is what is left of HTML in plain text.
var residue = strings.NewReplacer("<BR/>", " ", "<br/>", " ", "<BR>", " ", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`, "&nbsp;", " ")
