package rules

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/rules/cond"
)

// decodeRule reads the root of a rule file. The second result is false when
// anything was wrong.
func (d *decoder) decodeRule(root *yaml.Node) *Rule {
	r := &Rule{File: d.file, Version: 1}
	r.Resolution.Kind = Fix
	var symptoms, proofs []Symptom
	d.mapping(root, "a rule",
		field{"schema", true, d.schema},
		field{"id", true, func(n *yaml.Node) { d.id(n, &r.ID) }},
		field{"version", false, d.number(&r.Version, 1, 1<<30)},
		field{"title", true, d.text(&r.Title)},
		field{"status", true, oneOf(d, &r.Status, "status", Draft, Imported, Stable, Retired)},
		field{"refs", false, func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) { r.Refs = append(r.Refs, d.ref(n)) })
		}},
		field{"setup", false, d.flag(&r.Setup)},
		field{"applies_to", false, func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) { r.AppliesTo = append(r.AppliesTo, d.applies(n)) })
		}},
		field{"inputs", false, func(n *yaml.Node) {
			d.named(n, "inputs", func(key, value *yaml.Node) { r.Inputs = append(r.Inputs, d.input(key.Value, value)) })
		}},
		field{"symptoms", false, func(n *yaml.Node) { symptoms = d.symptoms(n, r.ID, false) }},
		field{"proof", false, func(n *yaml.Node) { proofs = d.symptoms(n, r.ID, true) }},
		field{"cause", false, func(n *yaml.Node) { d.cause = n; d.text(&r.Cause)(n) }},
		field{"resolution", true, func(n *yaml.Node) { d.resolution(n, &r.Resolution) }},
		field{"article", false, func(n *yaml.Node) { r.Article = d.article(n) }},
	)
	r.Symptoms = append(symptoms, proofs...)
	d.checkRule(root, r)
	return r
}

// schema refuses files of another schema.
func (d *decoder) schema(n *yaml.Node) {
	switch v, err := strconv.Atoi(n.Value); {
	case n.Kind != yaml.ScalarNode || err != nil || v < 1:
		d.say(n, "rule.schema", "", "%q is no schema; expected %d", n.Value, Schema)
	case v > Schema:
		d.say(n, "rule.schema", "a later kbtriage reads it", "the file has schema %d; this program reads %d", v, Schema)
	case v < Schema:
		d.say(n, "rule.schema", "kbtriage rules migrate brings it to this one", "the file has schema %d; this program reads %d", v, Schema)
	}
}

// article reads the running text of a known error.
func (d *decoder) article(n *yaml.Node) *Article {
	a := &Article{}
	texts := func(into *[]string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) {
				var s string
				d.text(&s)(n)
				*into = append(*into, s)
			})
		}
	}
	d.mapping(n, "the article",
		field{"symptoms", false, d.text(&a.Symptoms)},
		field{"notes", false, d.text(&a.Notes)},
		field{"related", false, texts(&a.Related)},
		field{"words", false, texts(&a.Words)},
		field{"origin", false, func(n *yaml.Node) {
			a.Origin = &Origin{}
			d.mapping(n, "the origin",
				field{"file", true, d.text(&a.Origin.File)},
				field{"sha256", true, d.text(&a.Origin.SHA256)},
				field{"made", true, d.text(&a.Origin.Made)},
				field{"parts", false, texts(&a.Origin.Parts)},
				field{"flags", false, texts(&a.Origin.Flags)})
		}})
	return a
}

// IsID reports whether a text is a rule id: product/name.
func IsID(s string) bool {
	ok := strings.Count(s, "/") >= 1
	for part := range strings.SplitSeq(s, "/") {
		ok = ok && part != "" && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-._") == "" && part[0] != '-' && part[0] != '.'
	}
	return ok
}

// id reads "product/name".
func (d *decoder) id(n *yaml.Node, into *string) {
	if n.Kind != yaml.ScalarNode || !IsID(n.Value) {
		d.say(n, "rule.id", "", "%q is no rule id; expected product/name in lower case letters, digits and -", n.Value)
		return
	}
	*into = n.Value
}

func (d *decoder) ref(n *yaml.Node) Ref {
	var r Ref
	d.mapping(n, "a reference",
		field{"kb", false, d.text(&r.KB)},
		field{"rfc", false, d.number(&r.RFC, 1, 99999)},
		field{"url", false, d.text(&r.URL)})
	return r
}

func (d *decoder) applies(n *yaml.Node) Applies {
	var a Applies
	fields := append(d.environmentFields(&a.Environment), field{"fixed_in", false, func(n *yaml.Node) {
		if v, err := cond.ParseVersion(n.Value); err != nil {
			d.say(n, "rule.version", "", "%v", err)
		} else {
			a.FixedIn = v.String()
		}
	}})
	d.mapping(n, "an environment", fields...)
	return a
}

func (d *decoder) environmentFields(e *cond.Environment) []field {
	return []field{
		{"product", false, d.text(&e.Product)},
		{"version", false, func(n *yaml.Node) {
			r, err := cond.ParseRange(n.Value)
			if err != nil {
				d.say(n, "rule.version", "", "%v", err)
				return
			}
			e.Version = &cond.VersionRange{Range: r}
		}},
		{"os", false, d.text(&e.OS)},
		{"role", false, d.text(&e.Role)},
	}
}

func (d *decoder) input(name string, n *yaml.Node) Input {
	in := Input{Name: name, Kind: Endpoint}
	var askNode *yaml.Node
	d.mapping(n, "an input",
		field{"kind", true, oneOf(d, &in.Kind, "kind of input", Endpoint, Value)},
		field{"ask", true, func(n *yaml.Node) { askNode = n }})
	if askNode == nil {
		return in
	}
	if in.Kind == Value {
		ask := Ask{Key: name}
		d.text(&ask.Text)(askNode)
		in.Ask = []Ask{ask}
		return in
	}
	var nameText, addressText string
	d.mapping(askNode, "the questions for an endpoint",
		field{"name", true, d.text(&nameText)},
		field{"address", true, d.text(&addressText)})
	in.Ask = []Ask{{name + ".name", nameText}, {name + ".address", addressText}}
	return in
}

func (d *decoder) resolution(n *yaml.Node, r *Resolution) {
	var ways *yaml.Node // behind the steps, wherever the file has them
	d.mapping(n, "the resolution",
		field{"kind", false, oneOf(d, &r.Kind, "kind of resolution", Fix, Workaround, ByDesign, NoSolution)},
		field{"steps", false, func(n *yaml.Node) { d.list(n, d.step(r, "")) }},
		field{"ways", false, func(n *yaml.Node) { ways = n }},
		field{"verify", false, func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) {
				var s string
				d.text(&s)(n)
				r.Verify = append(r.Verify, s)
				d.verify = append(d.verify, n)
			})
		}})
	if ways == nil {
		return
	}
	named := map[string]bool{}
	d.list(ways, func(n *yaml.Node) {
		var name string
		var steps *yaml.Node
		d.mapping(n, "a way",
			field{"name", true, func(n *yaml.Node) {
				switch d.text(&name)(n); {
				case named[name]:
					d.say(n, "rule.duplicate-way", "", "two ways have the name %q", name)
				case strings.Contains(name, "{{"):
					d.say(n, "rule.template", "", "the name of a way has no placeholders")
				}
			}},
			field{"steps", true, func(n *yaml.Node) { steps = n }})
		if named[name] = true; steps != nil {
			d.list(steps, d.step(r, name))
		}
	})
}

// step reads an instruction: a text, or a text with its condition.
func (d *decoder) step(r *Resolution, way string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := Step{Way: way}
		text, condition := n, n
		if n.Kind == yaml.ScalarNode {
			d.text(&s.Text)(n)
		} else {
			d.mapping(n, "a step",
				field{"do", true, func(n *yaml.Node) { text = n; d.text(&s.Text)(n) }},
				field{"if", false, func(n *yaml.Node) { condition = n; d.text(&s.If)(n) }})
		}
		r.Steps = append(r.Steps, s)
		d.steps, d.ifs = append(d.steps, text), append(d.ifs, condition)
	}
}
