package rules

import (
	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Strict reads a YAML file that is not a rule with the same strictness: the
// checks of the file as a whole, and messages with places. Decode is called with
// the root unless the file cannot be read at all.
func Strict(file string, data []byte, decode func(*Reader, *yaml.Node)) []source.Message {
	d := &decoder{file: file}
	if root := d.parse(data); root != nil {
		decode(&Reader{d}, root)
	}
	return d.all()
}

// Reader reads nodes and gathers messages about them.
type Reader struct{ d *decoder }

// Key is a key of a mapping, and what reads its value.
type Key struct {
	Name     string
	Required bool
	Read     func(*yaml.Node)
}

// Mapping reads a mapping; unknown, repeated and missing keys get a message.
func (r *Reader) Mapping(n *yaml.Node, what string, keys ...Key) {
	fields := make([]field, len(keys))
	for i, k := range keys {
		fields[i] = field{k.Name, k.Required, k.Read}
	}
	r.d.mapping(n, what, fields...)
}

// Pairs reads a mapping with any keys, in order.
func (r *Reader) Pairs(n *yaml.Node, read func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.Say(n, "rule.type", "expected a mapping (key: value)")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		read(n.Content[i], n.Content[i+1])
	}
}

// List reads a sequence, or one value as a list of one.
func (r *Reader) List(n *yaml.Node, read func(*yaml.Node)) { r.d.list(n, read) }

// Text stores a non-empty text.
func (r *Reader) Text(into *string) func(*yaml.Node) { return r.d.text(into) }

// Texts stores a list of texts.
func (r *Reader) Texts(into *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.d.list(n, func(n *yaml.Node) {
			var s string
			r.d.text(&s)(n)
			*into = append(*into, s)
		})
	}
}

// OneOf stores one of a few words.
func (r *Reader) OneOf(into *string, what string, words ...string) func(*yaml.Node) {
	return oneOf(r.d, into, what, words...)
}

// Number stores a whole number within bounds.
func (r *Reader) Number(into *int, low, high int) func(*yaml.Node) {
	return r.d.number(into, low, high)
}

// Flag stores true or false.
func (r *Reader) Flag(into *bool) func(*yaml.Node) { return r.d.flag(into) }

// At is the place of a node.
func (r *Reader) At(n *yaml.Node) source.Position { return r.d.at(n) }

// Say adds a message.
func (r *Reader) Say(n *yaml.Node, check, text string) { r.d.say(n, check, "", "%s", text) }
