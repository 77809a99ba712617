package rules

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// migration brings the text of a rule file from one schema to the next. It changes
// lines and never writes a file anew, so that comments and order stay.
type migration struct {
	from  int
	what  string // what it does, for people
	apply func(text string, root *yaml.Node) string
}

// migrations lists the steps, one for each schema that there was. Files from before
// there was a number have the schema 0.
func migrations() []migration {
	return []migration{
		{0, "the file says its schema", func(text string, root *yaml.Node) string {
			lines := strings.SplitAfter(text, "\n")
			at := max(root.Line-1, 0)
			if len(root.Content) > 0 {
				at = root.Content[0].Line - 1
			}
			return strings.Join(lines[:at], "") + "schema: 1\n" + strings.Join(lines[at:], "")
		}},
	}
}

// Migrate brings a rule file to the schema that is read now. The steps say what was
// done, in order; there are none where the file has that schema already. A file that
// would not load afterwards, or that has a later schema, is refused with what is wrong,
// and stays as it is.
func Migrate(name string, data []byte) (out []byte, steps []string, msgs []source.Message) {
	d := &decoder{file: name}
	root := d.parse(data)
	if root == nil {
		return nil, nil, d.all()
	}
	if root.Kind != yaml.MappingNode {
		d.say(root, "rule.type", "", "a rule must be a mapping (key: value)")
		return nil, nil, d.all()
	}
	text := string(d.data)
	list := migrations()
	for {
		schema, n := schemaOf(root)
		switch {
		case schema == Schema:
			if len(steps) > 0 {
				if _, msgs := Parse(name, []byte(text)); len(msgs) > 0 {
					return nil, nil, msgs
				}
			}
			return []byte(text), steps, nil
		case schema < 0 || schema > Schema:
			d.say(n, "rule.schema", "", "the schema %q is not one that this program knows; it reads 0 to %d", n.Value, Schema)
			return nil, nil, d.all()
		}
		m := list[schema]
		text = m.apply(text, root)
		steps = append(steps, fmt.Sprintf("%d to %d: %s", m.from, m.from+1, m.what))
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
			d.say(root, "rule.schema", "", "the file cannot be brought from schema %d to %d; do it by hand: %s", m.from, m.from+1, m.what)
			return nil, nil, d.all()
		}
		root = doc.Content[0]
		if after, _ := schemaOf(root); after != schema+1 {
			d.say(root, "rule.schema", "", "the file cannot be brought from schema %d to %d; do it by hand: %s", m.from, m.from+1, m.what)
			return nil, nil, d.all()
		}
	}
}

// schemaOf is the schema that a file says, 0 where it says none, and -1 where it is no
// number.
func schemaOf(root *yaml.Node) (int, *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != "schema" {
			continue
		}
		n, err := strconv.Atoi(root.Content[i+1].Value)
		if err != nil || n < 1 {
			return -1, root.Content[i+1]
		}
		return n, root.Content[i+1]
	}
	return 0, root
}
