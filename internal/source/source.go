// Package source knows text files: positions in them, messages about them, the
// snippet that a message points at, and the nearest valid name for a misspelt one.
package source

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Position is a place in a file; lines and columns count from 1, columns in
// characters. Line 0 means the file as a whole.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String is file:line:column.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Message is something to say about a place in a file.
type Message struct {
	Position
	Check string `json:"check"`          // stable id of what was checked: "rule.unknown-key"
	Text  string `json:"text"`           // what is wrong and what was expected
	Hint  string `json:"hint,omitempty"` // what to try: the nearest valid name
}

// String is "file:line:column: text; hint [check]".
func (m Message) String() string {
	s := m.Position.String() + ": " + m.Text
	if m.Hint != "" {
		s += "; " + m.Hint
	}
	return s + " [" + m.Check + "]"
}

// Sort brings messages into the order of the files' text and drops exact repetitions.
func Sort(ms []Message) []Message {
	slices.SortFunc(ms, Compare)
	return slices.Compact(ms)
}

// Compare orders messages by file, place, check and text.
func Compare(a, b Message) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Check, b.Check), cmp.Compare(a.Text, b.Text))
}

// Snippet is the line that a message is about with a caret under its column,
// or "" where the text has no such line. Control characters are shown as '.'.
func Snippet(text []byte, p Position) string {
	if p.Line < 1 {
		return ""
	}
	for range p.Line - 1 {
		_, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return ""
		}
		text = rest
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	const widest = 160
	if len(line) > 4*widest {
		return ""
	}
	runes := []rune(strings.TrimRight(string(line), "\r"))
	if p.Column > len(runes)+1 || len(runes) > widest {
		return ""
	}
	for i, r := range runes {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			runes[i] = '.'
			if r == '\t' {
				runes[i] = ' '
			}
		}
	}
	number := fmt.Sprint(p.Line)
	return fmt.Sprintf("  %s | %s\n  %s | %s^", number, string(runes), strings.Repeat(" ", len(number)), strings.Repeat(" ", max(p.Column-1, 0)))
}
