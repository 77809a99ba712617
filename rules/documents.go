package rules

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// StrictDocuments reads a YAML file of several documents, divided by lines that
// begin with "---", each as strictly as Strict reads its one. decode is called
// with the root of every document that can be read and holds something, and with
// its last line; a document that cannot be read takes no other one with it. The
// first result counts those.
func StrictDocuments(file string, data []byte, decode func(r *Reader, root *yaml.Node, last int)) (unread int, msgs []source.Message) {
	d := &decoder{file: file}
	text, ok := d.plain(data)
	if !ok {
		return 1, d.all()
	}
	read := false
	for _, doc := range documentsOf(text) {
		before := len(d.msgs)
		root := d.document(doc)
		if root == nil {
			if len(d.msgs) > before {
				unread++
			}
			continue
		}
		read = true
		last := doc.line + bytes.Count(bytes.TrimRight(doc.text, "\r\n\t "), []byte("\n"))
		decode(&Reader{d}, root, max(last, root.Line)) // an empty value may stand behind the last text
	}
	if !read && unread == 0 {
		d.fail(1, "yaml.empty", "the file is empty; expected a rule")
	}
	return unread, d.all()
}

// document is a stretch of a file, with the number of its first line.
type document struct {
	text []byte
	line int
}

// documentsOf divides a file at its document markers. YAML allows "---" and "..."
// at the begin of a line nowhere else, not even within a text; what stands behind
// "---" on its line belongs to the document.
func documentsOf(text []byte) (list []document) {
	current, line := document{line: 1}, 1
	from := 0
	end := func(to int) {
		if current.text = text[from:to]; len(bytes.TrimSpace(current.text)) > 0 {
			list = append(list, current)
		}
		from, current.line = to, line
	}
	for at := 0; at < len(text); line++ {
		next := len(text)
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		if isMarker(text[at:next], "---") && !directives(text[from:at]) {
			end(at)
		} else if isMarker(text[at:next], "...") {
			line++
			end(next)
			line--
		}
		at = next
	}
	end(len(text))
	return list
}

// isMarker reports whether the line is the marker, alone or before a blank.
func isMarker(line []byte, marker string) bool {
	rest, found := bytes.CutPrefix(line, []byte(marker))
	return found && (len(rest) == 0 || bytes.ContainsRune([]byte(" \t\r\n"), rune(rest[0])))
}

// directives reports whether the text holds directives and comments alone, which
// belong to the document behind the marker that follows.
func directives(text []byte) bool {
	found := false
	for line := range bytes.Lines(text) {
		switch line = bytes.TrimSpace(line); {
		case len(line) > 0 && line[0] == '%':
			found = true
		case len(line) > 0 && line[0] != '#':
			return false
		}
	}
	return found
}

// document reads one document, or nil: it is empty, or a message says why not.
func (d *decoder) document(doc document) *yaml.Node {
	before := len(d.msgs)
	d.data = doc.text
	loader, err := yaml.NewLoader(bytes.NewReader(doc.text))
	if err != nil {
		d.fail(doc.line, "yaml.syntax", "%v", err)
		return nil
	}
	var node yaml.Node
	switch err := loader.Load(&node); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		d.syntax(err)
	default:
		var second yaml.Node
		if err := loader.Load(&second); err == nil {
			d.say(&second, "yaml.documents", "", "another document begins here, without a line --- of its own before it")
		} else if !errors.Is(err, io.EOF) {
			d.syntax(err)
		}
	}
	root := rootOf(&node)
	sane := len(d.msgs) == before && !isNull(root) && d.sane(root, 1)
	for i := range d.msgs[before:] {
		if p := &d.msgs[before+i].Position; p.Line > 0 {
			p.Line += doc.line - 1
		}
	}
	if !sane {
		return nil
	}
	shift(root, doc.line-1)
	return root
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// shift moves a node and all below it down by some lines.
func shift(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		shift(c, lines)
	}
}
