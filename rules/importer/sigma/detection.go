package sigma

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// detection is the section that says which records are meant.
type detection struct {
	node       *yaml.Node
	searches   []search
	conditions []*yaml.Node // any of them
}

// search is a search identifier with what it means.
type search struct {
	name    string
	formula formula
}

// field is what a test of a record reads.
type field string

// The fields of Sigma that our facts carry, as a condition reads them.
const (
	fieldID      field = ".id"
	fieldSource  field = ".source"
	fieldLog     field = ".log"
	fieldMessage field = ".message" // of a text: the text itself
)

// fields are the fields by their names in the taxonomy of Sigma.
func fields() map[string]field {
	return map[string]field{"EventID": fieldID, "Provider_Name": fieldSource, "Channel": fieldLog, "Message": fieldMessage}
}

// readDetection reads the search identifiers and the condition.
func (x *rule) readDetection(n *yaml.Node) {
	d := &detection{node: n}
	x.detection = d
	for _, p := range x.pairs(n, "detection") {
		switch p.key.Value {
		case "condition":
			d.conditions = elements(p.value)
		case "timeframe":
			x.refuse(p.key, "sigma.timeframe", "timeframe belongs to the aggregations of Sigma 1", "write a correlation rule with timespan")
		default:
			d.searches = append(d.searches, search{p.key.Value, x.search(p.value)})
		}
	}
	if d.conditions == nil && n.Kind == yaml.MappingNode {
		x.refuse(n, "sigma.condition", "the detection has no condition", "")
	}
}

// search reads what a search identifier holds: a mapping, all of which must hold;
// a list of mappings and keywords, any of which must; or one keyword.
func (x *rule) search(n *yaml.Node) formula {
	switch n.Kind {
	case yaml.MappingNode:
		all := formula{op: and}
		for _, p := range x.pairs(n, "a search identifier") {
			all.parts = append(all.parts, x.item(p.key, p.value))
		}
		if len(n.Content) == 0 {
			x.refuse(n, "sigma.detection", "a search identifier without any test would hold for every record", "")
		}
		return all
	case yaml.SequenceNode:
		some := formula{op: or}
		var words []*yaml.Node
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode {
				words = append(words, c)
				continue
			}
			some.parts = append(some.parts, x.search(c))
		}
		if len(words) > 0 {
			some.parts = append(some.parts, x.values(n, "", nil, words))
		}
		if len(n.Content) == 0 {
			x.refuse(n, "sigma.detection", "a search identifier without any test", "")
		}
		return some
	}
	return x.values(n, "", nil, []*yaml.Node{n})
}

// item reads "Field|modifier: values".
func (x *rule) item(key, value *yaml.Node) formula {
	name, rest, modified := strings.Cut(key.Value, "|")
	var mods []string
	if modified {
		mods = strings.Split(rest, "|")
	}
	if value.Kind == yaml.MappingNode {
		x.refuse(value, "sigma.form", fmt.Sprintf("the value of %q must be a text, a number or a list of these", key.Value), "")
		return formula{}
	}
	list := elements(value)
	if len(list) == 0 {
		x.refuse(value, "sigma.detection", fmt.Sprintf("%q has an empty list of values", key.Value), "")
		return formula{}
	}
	return x.values(key, name, mods, list)
}

// values is the meaning of the values of a field, or of keywords where it has no
// name. What is wrong with the key stands at the key.
func (x *rule) values(key *yaml.Node, name string, mods []string, list []*yaml.Node) formula {
	f, known := fields()[name]
	switch {
	case name == "":
		f = fieldMessage
	case x.logsource.texts || !known:
		text := fmt.Sprintf("the field %q is not among what facts hold of an event", name)
		if x.logsource.texts {
			text = fmt.Sprintf("a text has no fields such as %q; only keywords can be looked for in it", name)
		}
		hint := ""
		if !x.logsource.texts {
			hint = source.DidYouMean(name, keys(fields()))
		}
		x.refuse(key, "sigma.field", text, hint)
		x.modifiers(key, name, "", mods) // what else is wrong is said at once
		return formula{}
	}
	m, ok := x.modifiers(key, name, f, mods)
	if !ok {
		return formula{}
	}
	some := &test{field: f, op: m.compare, regex: m.regex}
	whole := formula{op: or, parts: []formula{{test: some}}}
	if m.all {
		whole = formula{op: and}
	}
	for _, n := range list {
		t := some
		if m.all {
			t = &test{field: f, regex: m.regex}
			whole.parts = append(whole.parts, formula{test: t})
		}
		x.value(n, name, m, t)
	}
	if m.neq {
		return formula{op: not, parts: []formula{whole}}
	}
	return whole
}

// value adds what one value asks for to a test.
func (x *rule) value(n *yaml.Node, name string, m modifiers, t *test) {
	switch {
	case n.Kind != yaml.ScalarNode:
		x.refuse(n, "sigma.form", "expected a text or a number", "")
		return
	case isNull(n) || n.Value == "":
		x.refuse(n, "sigma.null", fmt.Sprintf("%s cannot be told to be empty: a record that does not name it may have had it", orKeyword(name)), "")
		return
	}
	if t.field == fieldID {
		id, err := strconv.ParseUint(n.Value, 10, 32)
		if err != nil {
			x.refuse(n, "sigma.value", fmt.Sprintf("%q is no event id; expected a whole number", n.Value), "")
			return
		}
		if t.op != "" && len(t.numbers) > 0 {
			x.refuse(n, "sigma.value", "a comparison takes one number", "")
			return
		}
		t.numbers = append(t.numbers, uint32(id))
		return
	}
	patterns, wrong := m.patterns(n.Value, t.field == fieldMessage, name == "")
	if wrong != nil {
		x.refuse(n, wrong.check, wrong.text, wrong.hint)
		return
	}
	t.patterns = append(t.patterns, patterns...)
}

func orKeyword(name string) string {
	if name == "" {
		return "a keyword"
	}
	return name
}
