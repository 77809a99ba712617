package rules

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Document is the text of a YAML file by places: where a value stands that is
// found wanting after the file was read.
type Document struct {
	file string
	data []byte
	root *yaml.Node // nil where the text is no YAML
}

// NewDocument reads the text of a file that loads; of any other it knows the
// file's name alone.
func NewDocument(file string, data []byte) *Document {
	d := &Document{file: file, data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	var doc yaml.Node
	if otherLineEnds(d.data) { // YAML counts lines where they are, and nothing here does
		return d
	}
	if len(data) <= maxFile && yaml.Unmarshal(data, &doc) == nil && len(doc.Content) == 1 {
		d.root = doc.Content[0]
	}
	return d
}

// otherLineEnds reports whether the text has line ends besides LF and CR LF.
func otherLineEnds(text []byte) bool {
	return bytes.ContainsAny(text, "\u0085\u2028\u2029") || bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n"))
}

// At is the place of what stands under a path, or of the nearest thing above it:
// names are keys, numbers elements of a list. A value that stands alone is the
// first element of a list.
func (d *Document) At(path ...any) source.Position {
	_, n := d.find(path)
	if n == nil {
		return source.Position{File: d.file, Line: 1, Column: 1}
	}
	return source.Position{File: d.file, Line: n.Line, Column: n.Column}
}

// KeyAt is At for the key of a path's last name.
func (d *Document) KeyAt(path ...any) source.Position {
	key, n := d.find(path)
	if key == nil {
		key = n
	}
	if key == nil {
		return source.Position{File: d.file, Line: 1, Column: 1}
	}
	return source.Position{File: d.file, Line: key.Line, Column: key.Column}
}

// find follows the path as far as it goes; key is that of the last name on it.
func (d *Document) find(path []any) (key, value *yaml.Node) {
	value = d.root
	for _, step := range path {
		if value == nil {
			break
		}
		var below *yaml.Node
		switch step := step.(type) {
		case string:
			for i := 0; value.Kind == yaml.MappingNode && i+1 < len(value.Content); i += 2 {
				if value.Content[i].Value == step {
					key, below = value.Content[i], value.Content[i+1]
				}
			}
		case int:
			switch {
			case value.Kind == yaml.SequenceNode && step < len(value.Content):
				key, below = nil, value.Content[step]
			case value.Kind == yaml.ScalarNode && step == 0:
				below = value
			}
		}
		if below == nil {
			break
		}
		value = below
	}
	return key, value
}

// Has reports whether there is something under the path.
func (d *Document) Has(path ...any) bool {
	_, n := d.find(path)
	_, above := d.find(path[:len(path)-1])
	return n != nil && n != above
}

// Text is the stretch of bytes that a value takes which stands on one line as it
// is: without its quotes. ok is false for a value of several lines and for one
// with escapes in it.
func (d *Document) Text(path ...any) (from, to int, ok bool) {
	_, n := d.find(path)
	if n == nil || n.Kind != yaml.ScalarNode {
		return 0, 0, false
	}
	return d.stretch(n)
}

func (d *Document) stretch(n *yaml.Node) (from, to int, ok bool) {
	from = d.offset(n.Line, n.Column)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		from++
	}
	to = from + len(n.Value)
	return from, to, from >= 0 && to <= len(d.data) && string(d.data[from:to]) == n.Value
}

// Element is the stretch of bytes of a list's element that has its lines for
// itself, from the begin of its first line to the end of its last.
func (d *Document) Element(path ...any) (from, to int, ok bool) {
	if len(path) == 0 {
		return 0, 0, false
	}
	index, isIndex := path[len(path)-1].(int)
	_, list := d.find(path[:len(path)-1])
	if !isIndex || list == nil || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 || index >= len(list.Content) || len(list.Content) < 2 {
		return 0, 0, false
	}
	n := list.Content[index]
	if !d.verbatim(n) {
		return 0, 0, false
	}
	from, to = d.offset(n.Line, 1), d.offset(lastLine(n)+1, 1)
	line := d.line(n.Line)
	return from, to, from >= 0 && to > from && strings.HasPrefix(strings.TrimLeft(line, " "), "- ") &&
		strings.TrimLeft(line, " -") == strings.TrimLeft(line[min(n.Column-1, len(line)):], " -")
}

// verbatim reports whether each text of a value stands on one line as it is, so that
// the last line of its nodes is that of the value.
func (d *Document) verbatim(n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode {
		_, _, ok := d.stretch(n)
		return ok
	}
	for _, c := range n.Content {
		if !d.verbatim(c) {
			return false
		}
	}
	return true
}

// lastLine is the last line that a value stands on whose texts have one line each.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// Line is the stretch of bytes of a line with its end.
func (d *Document) Line(line int) (from, to int, ok bool) {
	from, to = d.offset(line, 1), d.offset(line+1, 1)
	return from, to, from >= 0 && to > from
}

func (d *Document) line(line int) string {
	from, to, ok := d.Line(line)
	if !ok {
		return ""
	}
	return strings.TrimRight(string(d.data[from:to]), "\r\n")
}

// offset is where a line and column begin, in bytes; the line behind the last one
// begins at the end. -1 where there is no such place.
func (d *Document) offset(line, column int) int {
	at := 0
	for range line - 1 {
		i := bytes.IndexByte(d.data[at:], '\n')
		if i < 0 {
			if at < len(d.data) { // a last line without its end
				return len(d.data)
			}
			return -1
		}
		at += i + 1
	}
	for i := range string(d.data[at:]) {
		if column--; column == 0 {
			return at + i
		}
	}
	if column <= 1 {
		return len(d.data)
	}
	return -1
}

// Bytes is the text of the file, without a mark of byte order.
func (d *Document) Bytes() []byte { return d.data }

// IsComment reports whether a stretch of the text of a YAML file is a comment: without
// it the file says the same. Text that only looks like one is a part of some value.
func IsComment(data []byte, from, to int) bool {
	var with, without yaml.Node
	if yaml.Unmarshal(data, &with) != nil || yaml.Unmarshal(slices.Concat(data[:from], data[to:]), &without) != nil {
		return false
	}
	return sameValues(&with, &without)
}

func sameValues(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !sameValues(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
