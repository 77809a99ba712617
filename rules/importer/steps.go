package importer

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

var (
	numbered  = newPattern(`^\s*\d{1,2}[.)] +\S`)
	firstItem = newPattern(`^\s*1[.)] +\S`)
	method    = newPattern(`(?i)^(?:method|resolution|workaround|option|solution) (?:\d{1,2}|[a-d])\b`)
)

// steps makes instructions of a resolution: each item of a numbered list and each
// paragraph is one. What stands below the heading of one of several ways is a part of
// it. What a step announces, and what is indented below it, belongs to it.
func steps(text string) (list []todo) {
	var s stepper
	for _, b := range blocks(text) {
		if s.label(b.lines) {
			continue
		}
		if len(b.lines) >= 2 && underlined(b.lines[0], b.lines[1]) {
			b.lines = b.lines[2:]
			b.indent = indentOf(b.lines)
		}
		if s.goesOn(b) {
			last := &s.list[len(s.list)-1]
			last.pieces = append(last.pieces, below(b, s.announced()))
			last.list = listIndent(b.lines[0])
			continue
		}
		s.items(b)
	}
	if s.fresh { // a heading with nothing below it
		last := ""
		if n := len(s.list); n > 0 {
			last = s.list[n-1].way
		}
		s.list = append(s.list, instruction{pieces: []string{s.way}, way: last})
	}
	for _, i := range s.list {
		list = append(list, todo{rulefile.Unbraced(strings.Join(i.pieces, "\n")), i.way})
	}
	return list
}

// todo is a step of a resolution.
type todo struct {
	text string
	way  string // the name of the way that it is a part of, or ""
}

// stepper gathers the steps of a text.
type stepper struct {
	list    []instruction
	way     string         // what the steps that come are a part of
	heading string         // that it is below, where a list has a way of its own
	root    string         // the way of which another one is an alternative
	fresh   bool           // none of them came yet
	names   map[string]int // of the ways, with how many have each
}

type instruction struct {
	pieces []string // of its text, each on lines of its own
	way    string
	indent int
	item   rune // '1' or '-': how it is marked as an item, if it is
	list   int  // the indent of the list that came last in it, -1 if none did
}

// label takes the heading of one of several ways, or what stands between two, and
// reports whether nothing else is in the lines.
func (s *stepper) label(lines []string) bool {
	first := strings.TrimSpace(lines[0])
	switch {
	case len(lines) >= 2 && underlined(lines[0], lines[1]):
		s.begin(first)
		return len(lines) == 2
	case len(lines) == 1 && method.MatchString(first) && len(lines[0]) < 80:
		s.begin(first)
		return true
	case len(lines) == 1 && len(s.list) > 0 && alternative(first):
		last := &s.list[len(s.list)-1]
		word := strings.ToLower(strings.Trim(first, "- "))
		switch {
		case s.fresh:
		case last.list >= 0, last.item != 0 && indentOf(lines) >= last.indent+2: // of that step alone
			last.pieces = append(last.pieces, "   "+word)
		case s.root != "":
			s.open(s.root + ", " + word)
		default:
			s.open(strings.ToUpper(word[:1]) + word[1:])
		}
		return true
	}
	return false
}

// begin begins a way. Ways of the same name are numbered; a heading right below
// another is that of a part of it.
func (s *stepper) begin(heading string) {
	name := rulefile.Unbraced(strings.Join(strings.Fields(strings.TrimRight(heading, ": ")), " "))
	if name == "" {
		name = "Or"
	}
	if s.fresh && len(s.way)+len(name) < longestHeading {
		name = s.way + ": " + name
	}
	s.heading, s.root = name, name
	s.open(name)
}

// open begins a way of the name, with a number where the name is taken.
func (s *stepper) open(name string) {
	if s.names == nil {
		s.names = map[string]int{}
	}
	plain := name
	for s.names[name] > 0 {
		s.names[plain]++
		name = fmt.Sprintf("%s (%d)", plain, s.names[plain])
	}
	s.names[name] = 1
	s.way, s.fresh = name, true
}

// announced reports whether the last step ends in a colon.
func (s *stepper) announced() bool {
	if len(s.list) == 0 {
		return false
	}
	pieces := s.list[len(s.list)-1].pieces
	return strings.HasSuffix(pieces[len(pieces)-1], ":")
}

// goesOn reports whether a block belongs to the step before.
func (s *stepper) goesOn(b block) bool {
	if len(s.list) == 0 || s.fresh {
		return false
	}
	last := s.list[len(s.list)-1]
	inside := last.item != 0 && b.indent >= last.indent+2
	switch {
	case numbered.MatchString(b.lines[0]):
		return inside
	case s.announced() && (b.indent > last.indent || isBullet(b.lines[0]) && last.item != '-'):
		return true
	case last.list >= 0 && isBullet(b.lines[0]):
		return b.indent >= last.list
	}
	return inside
}

// items divides a block at its numbers, or at its bullets if it begins with one.
func (s *stepper) items(b block) {
	var lines []string
	indent, item := 0, rune(0)
	flush := func() {
		if text := step(lines); text != "" {
			s.fresh = false
			list := -1
			if len(lines) > 1 {
				list = listIndent(lines[len(lines)-1])
			}
			s.list = append(s.list, instruction{[]string{text}, s.way, indent, item, list})
		}
		lines = nil
	}
	for _, l := range b.lines {
		mark := rune(0)
		switch {
		case numbered.MatchString(l):
			mark = '1'
		case isBullet(l) && isBullet(b.lines[0]):
			mark = '-'
		}
		if n := indentOf([]string{l}); mark != 0 && (item == 0 || n < indent+2) {
			flush()
			indent, item = n, mark
			if firstItem.MatchString(l) {
				s.count()
			}
			l = strings.TrimLeft(strings.TrimLeft(strings.TrimSpace(l), "0123456789"), ".)-* ")
		} else if len(lines) == 0 {
			indent = n
		}
		lines = append(lines, l)
	}
	flush()
}

// count begins to count anew where a list does, so that "step 2" is the second of
// it: the sentence before it is the heading of its way.
func (s *stepper) count() {
	n := len(s.list)
	if n == 0 || s.fresh || s.list[n-1].way != s.way {
		return
	}
	last := s.list[n-1]
	if last.item != 0 || len(last.pieces) != 1 || len(last.pieces[0]) > longestHeading || strings.Contains(last.pieces[0], "\n") {
		return // the same list goes on, or nothing could be its heading
	}
	s.list = s.list[:n-1]
	name := strings.TrimRight(last.pieces[0], ": ")
	if s.heading != "" {
		name = s.heading + ": " + name
	}
	s.root = name
	s.open(name)
}

// longestHeading bounds the bytes of a sentence that is the heading of a list.
const longestHeading = 240

// listIndent is the indent of an item of a list, -1 for another line.
func listIndent(l string) int {
	if !isBullet(l) {
		return -1
	}
	return indentOf([]string{l})
}

func isBullet(l string) bool { return bullet.MatchString(l) }

func underlined(line, under string) bool {
	under = strings.TrimSpace(under)
	if strings.Contains(strings.TrimSpace(line), "  ") { // the columns of a table
		return false
	}
	return len(under) >= 3 && (strings.Trim(under, "-") == "" || strings.Trim(under, "=") == "")
}

// step is one instruction: on one line, unless its lines are ones of code or a list.
func step(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	b := block{lines, indentOf(lines)}
	keep := b.indent >= 5 || len(lines) > 1 && (isList(b) || isTable(b))
	for i, l := range lines {
		if i > 0 && (isBullet(l) || numbered.MatchString(l)) {
			keep = true
		}
	}
	if !keep {
		return mended(b.unwrap())
	}
	return strings.TrimSpace(strings.Join(dedented(b), "\n"))
}

// isTable reports whether each line of a block is a row.
func isTable(b block) bool {
	for _, l := range b.lines {
		if !strings.Contains(l, "|") {
			return false
		}
	}
	return len(b.lines) > 1
}

// below is a block that belongs to the step before: a listing and a list keep
// their lines.
func below(b block, announced bool) string {
	lines := dedented(b)
	switch {
	case isBullet(lines[0]) || numbered.MatchString(lines[0]):
		return strings.TrimRight(strings.Join(lines, "\n"), " ")
	case announced || isList(b) || isTable(b):
		return "   " + strings.Join(lines, "\n   ")
	}
	return mended(b.unwrap())
}

// dedented are the lines of a block without what all are indented by.
func dedented(b block) []string {
	out := make([]string, len(b.lines))
	for i, l := range b.lines {
		out[i] = strings.TrimRight(l[min(b.indent, len(l)):], " ")
	}
	return out
}
