package rules

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Format gives a rule file in its usual form: keys in the order of the reference,
// no white space at the ends of lines, one empty line at most between two others.
// Comments stay with the key below them, and what an author has put on one line
// stays there. The rule is the same; a file that does not load is refused with
// what is wrong.
func Format(name string, data []byte) ([]byte, []source.Message) {
	before, msgs := Parse(name, data)
	if before == nil {
		return nil, msgs
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	if strings.ContainsAny(text, "\r\u0085\u2028\u2029") { // YAML ends lines there
		return nil, []source.Message{unformatted(name, "a line ends in another sign than a newline; save it with newlines")}
	}
	lines, ok := arranged(text)
	if !ok {
		return nil, []source.Message{unformatted(name, "it is no single YAML document")}
	}
	// A text of several lines may hold white space that counts: then all of it stays.
	for _, out := range [][]byte{tidied(lines), []byte(strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n")} {
		if after, _ := Parse(name, out); after != nil && sameRule(before, after) {
			return out, nil
		}
	}
	return nil, []source.Message{unformatted(name, "it would not be the same rule afterwards; it stays as it is")}
}

// InForm reports whether Format would leave a rule file that loads as it is. It may
// say no where Format does, but never yes where it does not.
func InForm(data []byte) bool {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) != 1 {
		return false
	}
	return inForm(data, doc.Content[0])
}

// inForm moves no lines, as most files are in form, and lint looks at thousands: where
// all keys are in order and the white space is tidy, there is nothing to move.
func inForm(data []byte, root *yaml.Node) bool {
	return !bytes.ContainsRune(data, '\r') && !bytes.HasPrefix(data, []byte("\ufeff")) && tidy(data) && inOrder(root, "rule")
}

// tidy reports whether tidied would leave the text as it is.
func tidy(data []byte) bool {
	return len(data) > 1 && data[0] != '\n' && data[len(data)-1] == '\n' && !bytes.HasSuffix(data, []byte("\n\n")) &&
		!bytes.Contains(data, []byte("\n\n\n")) && !bytes.Contains(data, []byte(" \n")) && !bytes.Contains(data, []byte("\t\n"))
}

// inOrder reports whether the keys of a block mapping, and of those below it, have the
// usual order.
func inOrder(n *yaml.Node, place string) bool {
	if n.Style&yaml.FlowStyle != 0 {
		return true
	}
	named, isNamed := strings.CutPrefix(place, "*")
	switch {
	case place == "":
		return true
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			if !inOrder(item, place) {
				return false
			}
		}
		return true
	case n.Kind != yaml.MappingNode:
		return true
	}
	keys, below := keysOf(place)
	last := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		next := named
		if !isNamed {
			rank := rankOf(keys, n.Content[i].Value)
			if rank < last {
				return false
			}
			last, next = rank, below[n.Content[i].Value]
		}
		if !inOrder(n.Content[i+1], next) {
			return false
		}
	}
	return true
}

// arranged is the lines of a rule file with their keys in order.
func arranged(text string) (lines []string, ok bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
		return nil, false
	}
	f := &formatter{lines: strings.Split(text, "\n")}
	head := f.head(doc.Content[0])
	return append(slices.Clone(f.lines[:head]), f.mapping(doc.Content[0], "rule", head, len(f.lines))...), true
}

func unformatted(name, why string) source.Message {
	return source.Message{Position: source.Position{File: name, Line: 1, Column: 1}, Check: "format.refused", Text: "the file cannot be formatted: " + why}
}

// sameRule compares all that a rule says, its article included.
func sameRule(a, b *Rule) bool {
	same := func(x, y any) bool {
		one, err := json.Marshal(x)
		if err != nil {
			return false
		}
		two, err := json.Marshal(y)
		return err == nil && bytes.Equal(one, two)
	}
	return same(a, b) && same(a.Article, b.Article)
}

// keysOf is the order of keys at a place of a rule file, and what stands below some
// of them: another place, or with a "*" a mapping of names to such places.
func keysOf(place string) (keys []string, below map[string]string) {
	condition := []string{"code", "event", "text", "environment", "correlate", "probe", "when", "ask", "key", "seen", "any", "all"}
	groups := map[string]string{"event": "event", "environment": "environment", "correlate": "correlate", "any": "*condition", "all": "*condition"}
	switch place {
	case "rule":
		return []string{"schema", "id", "version", "title", "status", "refs", "setup", "applies_to", "inputs", "symptoms", "proof", "cause", "resolution", "article"},
			map[string]string{"refs": "ref", "applies_to": "applies", "inputs": "*input", "symptoms": "*symptom", "proof": "*proof", "resolution": "resolution", "article": "article"}
	case "ref":
		return []string{"kb", "rfc", "url"}, nil
	case "applies", "environment":
		return []string{"product", "version", "os", "role", "fixed_in"}, nil
	case "input":
		return []string{"kind", "ask"}, map[string]string{"ask": "questions"}
	case "questions":
		return []string{"name", "address"}, nil
	case "symptom": // what is looked for, then what it says
		return append(condition, "suggests", "expected"), groups
	case "proof":
		return append(condition, "presents", "suggests", "expected"), groups
	case "condition":
		return condition, groups
	case "event":
		return []string{"log", "id", "source", "category"}, nil
	case "correlate":
		return []string{"events", "ordered", "at_least", "within", "without", "any_host"}, map[string]string{"events": "event", "without": "event"}
	case "resolution":
		return []string{"kind", "steps", "ways", "verify"}, map[string]string{"steps": "step", "ways": "way"}
	case "step":
		return []string{"do", "if"}, nil
	case "way":
		return []string{"name", "steps"}, map[string]string{"steps": "step"}
	case "article":
		return []string{"symptoms", "notes", "related", "words", "origin"}, map[string]string{"origin": "origin"}
	case "origin":
		return []string{"file", "sha256", "made", "parts", "flags"}, nil
	}
	return nil, nil
}

// formatter moves lines.
type formatter struct{ lines []string }

// head is how many lines stay at the begin of the file: what tells editors of it, the
// begin of the document, and comments with an empty line below them.
func (f *formatter) head(root *yaml.Node) int {
	if root.Kind != yaml.MappingNode || len(root.Content) == 0 {
		return 0
	}
	n := 0
	for i := range root.Content[0].Line - 1 {
		switch l := strings.TrimSpace(f.lines[i]); {
		case l == "", strings.HasPrefix(l, "---"), strings.HasPrefix(l, "# yaml-language-server:"):
			n = i + 1
		}
	}
	return n
}

// mapping gives the lines from..to of a mapping with its keys in order. One that
// stands in braces stays as it is.
func (f *formatter) mapping(n *yaml.Node, place string, from, to int) []string {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0 {
		return f.lines[from:to]
	}
	keys, below := keysOf(place)
	type block struct {
		key   string
		lines []string
	}
	var blocks []block
	begin := from
	indent := n.Content[0].Column - 1
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		end := to
		if i+2 < len(n.Content) {
			end = f.above(n.Content[i+2].Line-1, key.Line, indent)
		} else {
			end = f.last(to, key.Line, place == "rule")
		}
		head := key.Line // the lines above the value, and the one that it begins in
		lines := slices.Clone(f.lines[begin:min(head, end)])
		if head < end {
			lines = append(lines, f.value(value, below[key.Value], head, end)...)
		}
		blocks = append(blocks, block{key.Value, lines})
		begin = end
	}
	tail := f.lines[begin:to]
	slices.SortStableFunc(blocks, func(a, b block) int { return rankOf(keys, a.key) - rankOf(keys, b.key) })
	var out []string
	for _, b := range blocks {
		out = append(out, b.lines...)
	}
	return append(out, tail...)
}

// value gives the lines from..to below a key.
func (f *formatter) value(n *yaml.Node, place string, from, to int) []string {
	named, isNamed := strings.CutPrefix(place, "*")
	switch {
	case place == "" || n.Line-1 < from: // it begins in the line of its key
		return f.lines[from:to]
	case isNamed && n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0:
		var out []string
		begin := from
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			end := to
			if i+2 < len(n.Content) {
				end = f.above(n.Content[i+2].Line-1, key.Line, key.Column-1)
			}
			out = append(out, f.lines[begin:min(key.Line, end)]...)
			if key.Line < end {
				out = append(out, f.value(value, named, key.Line, end)...)
			}
			begin = end
		}
		return out
	case n.Kind == yaml.MappingNode:
		return f.mapping(n, place, from, to)
	case n.Kind == yaml.SequenceNode && n.Style&yaml.FlowStyle == 0 && !isNamed:
		var out []string
		begin := from
		for i, item := range n.Content {
			end := to
			if i+1 < len(n.Content) {
				end = f.above(n.Content[i+1].Line-1, item.Line, n.Column-1)
			}
			out = append(out, f.item(item, place, begin, end)...)
			begin = end
		}
		return out
	}
	return f.lines[from:to]
}

// item gives the lines from..to of an item of a list, whose first key stands behind
// the dash.
func (f *formatter) item(n *yaml.Node, place string, from, to int) []string {
	at := n.Line - 1
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || len(n.Content) < 4 || at < from || n.Content[0].Line != n.Line {
		return f.lines[from:to]
	}
	dash := strings.IndexByte(f.lines[at], '-')
	if dash < 0 || strings.Trim(f.lines[at][:n.Column-1], " ") != "-" {
		return f.lines[from:to]
	}
	was := f.lines[at]
	f.lines[at] = was[:dash] + " " + was[dash+1:]
	out := slices.Clone(f.mapping(n, place, at, to))
	f.lines[at] = was
	if len(out) == 0 || len(out[0]) <= dash || strings.TrimSpace(out[0][:n.Column-1]) != "" || strings.HasPrefix(strings.TrimSpace(out[0]), "#") {
		return f.lines[from:to] // a comment would come between the dash and its key
	}
	out[0] = out[0][:dash] + "-" + out[0][dash+1:]
	return append(slices.Clone(f.lines[from:at]), out...)
}

// above is where the block of a key begins that stands in the line: with the comments
// and empty lines above it, down to the line behind the key before.
func (f *formatter) above(line, least, indent int) int {
	for line > least {
		text := f.lines[line-1]
		t := strings.TrimSpace(text)
		if t != "" && (!strings.HasPrefix(t, "#") || len(text)-len(strings.TrimLeft(text, " ")) != indent) {
			break
		}
		line--
	}
	return line
}

// last is where a block ends whose key is the last: before empty lines, and before
// the comments that end the file.
func (f *formatter) last(to, least int, file bool) int {
	for to > least && (strings.TrimSpace(f.lines[to-1]) == "" || file && strings.HasPrefix(f.lines[to-1], "#")) {
		to--
	}
	return to
}

func rankOf(keys []string, key string) int {
	if i := slices.Index(keys, key); i >= 0 {
		return i
	}
	return len(keys)
}

// tidied is the lines without white space at their ends, and without empty lines at
// the begin, at the end, and beside another.
func tidied(lines []string) []byte {
	var b strings.Builder
	empty := true
	for _, l := range lines {
		l = strings.TrimRight(l, " \t")
		if l == "" {
			if empty {
				continue
			}
			empty = true
		} else {
			empty = false
		}
		b.WriteString(l)
		b.WriteByte('\n')
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}
