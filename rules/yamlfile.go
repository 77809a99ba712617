package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// The bounds of a YAML file.
const (
	maxFile  = 4 << 20 // bytes
	maxDepth = 64

	maxMessages = 1000 // of one file; what is more is counted
	maxQuoted   = 400  // bytes of a message, which may quote what is wrong
)

func itoa(n int) string { return strconv.Itoa(n) }

// decoder turns the nodes of one file into values and gathers what is wrong.
type decoder struct {
	file string
	data []byte
	msgs []source.Message
	more int // messages that were not kept

	names map[string]bool // of symptoms and members of groups so far
	// Where the values stand that checkRule looks at, beside the values.
	cause              *yaml.Node
	steps, ifs, verify []*yaml.Node
	probed             map[*cond.Probe][]*yaml.Node
}

func (d *decoder) at(n *yaml.Node) source.Position {
	return source.Position{File: d.file, Line: n.Line, Column: n.Column}
}

func (d *decoder) say(n *yaml.Node, check, hint, format string, args ...any) {
	if d.full() {
		return
	}
	text := fmt.Sprintf(format, args...)
	if len(text) > 2*maxQuoted { // both ends of it say what is meant
		text = strings.ToValidUTF8(text[:maxQuoted], "") + " ... " + strings.ToValidUTF8(text[len(text)-maxQuoted:], "")
	}
	d.msgs = append(d.msgs, source.Message{Position: d.at(n), Check: check, Text: text, Hint: hint})
}

// full reports whether no more messages are kept, so that nothing need be worked out for
// another one, and counts it.
func (d *decoder) full() bool {
	if len(d.msgs) < maxMessages {
		return false
	}
	d.more++
	return true
}

// fail adds a message about a line of the file, or about all of it where line is 0.
func (d *decoder) fail(line int, check, format string, args ...any) {
	p := source.Position{File: d.file, Line: line, Column: min(line, 1)}
	d.msgs = append(d.msgs, source.Message{Position: p, Check: check, Text: fmt.Sprintf(format, args...)})
}

// plain is the text of a file without byte order mark, or false after a message:
// size, NUL, broken UTF-8 and control characters are refused before anything is
// parsed.
func (d *decoder) plain(data []byte) ([]byte, bool) {
	lineOf := func(offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }
	switch {
	case len(data) > maxFile:
		d.fail(0, "yaml.size", "the file has %d bytes; at most %d are read", len(data), maxFile)
		return nil, false
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		d.fail(1, "yaml.encoding", "the file is UTF-16; save it as UTF-8")
		return nil, false
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		d.fail(1, "yaml.encoding", "the file begins with two marks of the byte order; save it as UTF-8 without one")
		return nil, false
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		d.fail(lineOf(i), "yaml.encoding", "the file holds a NUL byte; expected UTF-8 text")
		return nil, false
	}
	if !utf8.Valid(data) {
		i := 0
		for i < len(data) {
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		d.fail(lineOf(i), "yaml.encoding", "the file is not valid UTF-8; save it as UTF-8")
		return nil, false
	}
	if i := bytes.IndexFunc(data, isControl); i >= 0 {
		r, _ := utf8.DecodeRune(data[i:])
		d.fail(lineOf(i), "yaml.encoding", "the file holds the control character %U; expected text", r)
		return nil, false
	}
	return data, true
}

// parse reads the one document of a file, or nil after a message. What makes
// decoders fall over or lose data is refused before or right after parsing:
// what plain refuses, depth, aliases, a second document, null list elements.
func (d *decoder) parse(data []byte) *yaml.Node {
	data, ok := d.plain(data)
	if !ok {
		return nil
	}
	d.data = data
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		d.fail(0, "yaml.syntax", "%v", err)
		return nil
	}
	var doc yaml.Node
	if err := loader.Load(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			d.fail(1, "yaml.empty", "the file is empty; expected a rule")
			return nil
		}
		return d.syntax(err)
	}
	var second yaml.Node
	switch err := loader.Load(&second); {
	case err == nil:
		d.say(&second, "yaml.documents", "", "a second document in one file; expected one rule a file")
		return nil
	case !errors.Is(err, io.EOF):
		return d.syntax(err)
	}
	root := rootOf(&doc)
	if !d.sane(root, 1) {
		return nil
	}
	return root
}

// all is what there is to say, sorted.
func (d *decoder) all() []source.Message {
	msgs := source.Sort(d.msgs)
	if d.more > 0 {
		msgs = append(msgs, source.Message{
			Position: source.Position{File: d.file}, Check: "rule.more",
			Text: fmt.Sprintf("%d more messages are not shown; is it a rule file?", d.more),
		})
	}
	return msgs
}

// rootOf is the value of a document.
func rootOf(doc *yaml.Node) *yaml.Node {
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return doc.Content[0]
	}
	return doc
}

// isControl reports whether YAML does not allow the character anywhere.
func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff'
}

func (d *decoder) syntax(err error) *yaml.Node {
	p := source.Position{File: d.file}
	text := err.Error()
	var le *yaml.LoadError
	if errors.As(err, &le) {
		p.Line, p.Column = le.Mark.Line, le.Mark.Column
		text = le.Message
		if what := unclosed(le); what != "" { // the reader notices it only where something else begins
			p.Line, p.Column = le.ContextMark.Line, le.ContextMark.Column
			text = what + " that begins here is not closed"
		}
	}
	d.msgs = append(d.msgs, source.Message{Position: p, Check: "yaml.syntax", Text: "not valid YAML: " + text, Hint: syntaxHint(text)})
	return nil
}

// unclosed names what was opened on an earlier line and has no end, or is "".
func unclosed(le *yaml.LoadError) string {
	if le.ContextMark.Line < 1 || le.ContextMark.Line >= le.Mark.Line {
		return ""
	}
	switch {
	case strings.Contains(le.ContextMsg, "flow sequence"):
		return "the ["
	case strings.Contains(le.ContextMsg, "flow mapping"):
		return "the {"
	case strings.Contains(le.ContextMsg, "quoted scalar"):
		return "the quoted text"
	}
	return ""
}

// syntaxHint says what usually causes a message of the YAML reader.
func syntaxHint(text string) string {
	switch {
	case strings.Contains(text, "cannot start any token"):
		return "indent with blanks, not with tabs, and put text that begins with @, ` or % into quotes"
	case strings.Contains(text, "mapping values are not allowed"):
		return `put text that holds ": " into quotes`
	case strings.Contains(text, "did not find expected"):
		return "check the indentation, and put text that begins with {, [, & or * into quotes"
	}
	return ""
}

// sane refuses aliases, deep nesting and null elements of lists.
func (d *decoder) sane(n *yaml.Node, depth int) bool {
	if depth > maxDepth {
		d.say(n, "yaml.depth", "", "nested deeper than %d levels", maxDepth)
		return false
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.say(n, "yaml.alias", "", "anchors and aliases are not allowed in rule files; write the value out")
		return false
	}
	ok := true
	for _, c := range n.Content {
		if n.Kind == yaml.SequenceNode && c.Kind == yaml.ScalarNode && c.Tag == "!!null" {
			d.say(c, "yaml.null", "", "an empty list element")
			ok = false
			continue
		}
		ok = d.sane(c, depth+1) && ok
	}
	return ok
}

// field is one key of a mapping and what reads its value.
type field struct {
	name     string
	required bool
	read     func(*yaml.Node)
}

// mapping reads a mapping strictly: unknown and repeated keys, and missing
// required ones, get a message.
func (d *decoder) mapping(n *yaml.Node, what string, fields ...field) bool {
	if n.Kind != yaml.MappingNode {
		d.say(n, "rule.type", "", "%s must be a mapping (key: value)", what)
		return false
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		known := false
		for _, f := range fields {
			if f.name != key.Value {
				continue
			}
			known = true
			if seen[f.name] {
				d.say(key, "rule.repeated-key", "", "%s has the key %q twice", what, key.Value)
				break
			}
			seen[f.name] = true
			f.read(value)
		}
		if !known && !d.full() {
			d.say(key, "rule.unknown-key", source.DidYouMean(key.Value, names), "%s has no key %q", what, key.Value)
		}
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			d.say(n, "rule.missing-key", "", "%s needs the key %q", what, f.name)
		}
	}
	return true
}

// named reads a mapping whose keys are names that the author chooses, in order.
func (d *decoder) named(n *yaml.Node, what string, read func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.say(n, "rule.type", "", "%s must be a mapping (name: ...)", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case seen[key.Value]:
			d.say(key, "rule.repeated-key", "", "%s has the name %q twice", what, key.Value)
		case !isName(key.Value):
			d.say(key, "rule.name", "", "%q is no name; expected lower case letters, digits and _, beginning with a letter", key.Value)
		default:
			seen[key.Value] = true
			read(key, n.Content[i+1])
		}
	}
}

func isName(s string) bool {
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '_')) {
			return false
		}
	}
	return s != ""
}

// list reads a sequence, or a single value as a list of one.
func (d *decoder) list(n *yaml.Node, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		read(n)
		return
	}
	if len(n.Content) == 0 {
		d.say(n, "rule.empty", "", "an empty list")
	}
	for _, c := range n.Content {
		read(c)
	}
}

// text stores a non-empty string.
func (d *decoder) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Value == "" || n.Tag == "!!null" {
			d.say(n, "rule.type", "", "expected a text")
			return
		}
		*into = n.Value
	}
}

// number stores a whole number within bounds.
func (d *decoder) number(into *int, low, high int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < low || v > high {
			d.say(n, "rule.type", "", "expected a whole number from %d to %d, not %q", low, high, n.Value)
			return
		}
		*into = v
	}
}

// flag stores true or false.
func (d *decoder) flag(into *bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		switch n.Value {
		case "true":
			*into = true
		case "false":
			*into = false
		default:
			d.say(n, "rule.type", "", "expected true or false, not %q", n.Value)
		}
	}
}

// oneOf stores one of a few words.
func oneOf[T ~string](d *decoder, into *T, what string, words ...T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		names := make([]string, len(words))
		for i, w := range words {
			if names[i] = string(w); n.Kind == yaml.ScalarNode && n.Value == names[i] {
				*into = w
				return
			}
		}
		d.say(n, "rule.value", source.DidYouMean(n.Value, names), "%q is no %s", n.Value, what)
	}
}
