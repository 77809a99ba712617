// Package sigma makes rules of Sigma rules, the YAML form of SigmaHQ
// (https://github.com/SigmaHQ/sigma-specification, version 2): detections of one
// record, and correlations of several.
//
// A rule is made only where it holds for exactly the records for which the Sigma
// rule does. What our facts do not carry, or our conditions cannot say, is a
// message with its place, and the rule that holds it is refused as a whole; the
// other rules of the file go on. Features lists what is supported.
package sigma

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// Is reports whether a file is one of Sigma rules, by the keys at the begin of its
// lines. It reads no YAML, so that a file with a mistake is still known for what
// it was meant to be.
func Is(data []byte) bool {
	has := map[string]bool{}
	for line := range bytes.Lines(data) {
		if key, _, found := bytes.Cut(line, []byte(":")); found && len(key) < 16 {
			has[string(key)] = true
		}
	}
	return (has["detection"] || has["correlation"] || has["filter"]) && (has["title"] || has["logsource"]) && !has["schema"]
}

// Import makes rules of a file. Its path, below what is imported, is its name in
// rules and messages.
func Import(path string, data []byte) rulefile.Foreign {
	f := &file{path: path}
	unread, msgs := rules.StrictDocuments(path, data, func(_ *rules.Reader, root *yaml.Node, last int) {
		f.rules = append(f.rules, f.document(root, last))
	})
	f.settle()
	r := rulefile.Foreign{Rules: unread + len(f.rules), Refused: unread}
	digest := rulefile.DigestOf(data)
	for _, x := range f.rules {
		made := f.rule(x)
		if made != nil {
			text := made.File(cmp.Or(strings.TrimSpace(path), made.ID), digest)
			if _, wrong := rules.Parse(made.ID, text); len(wrong) == 0 {
				r.Drafts = append(r.Drafts, rulefile.Draft{ID: made.ID, YAML: text})
				for _, flag := range made.Flags {
					if !slices.Contains(r.Flags, flag) {
						r.Flags = append(r.Flags, flag)
					}
				}
				continue
			} else {
				x.refuse(x.node, "sigma.limits", "its rule would not load: "+wrong[0].Text, "")
			}
		}
		if len(x.msgs) == 0 {
			r.Parts++
			continue
		}
		r.Refused++
	}
	for _, x := range f.rules {
		msgs = append(msgs, x.msgs...)
	}
	r.Messages = source.Sort(msgs)
	return r
}

// file is a file with its rules, in their order.
type file struct {
	path  string
	rules []*rule
	named map[string]*rule // by name and by id
}

// rule is one document of a file.
type rule struct {
	file string
	head
	node        *yaml.Node
	first, last int // lines
	logsource   logsource
	detection   *detection
	correlation *correlation
	filter      *yaml.Node
	terms       []term // of the detection: any of them shows it
	part        bool   // only correlations want it
	msgs        []source.Message
}

// refuse says why the rule cannot be made.
func (x *rule) refuse(n *yaml.Node, check, text, hint string) {
	x.msgs = append(x.msgs, source.Message{
		Position: source.Position{File: x.file, Line: n.Line, Column: n.Column}, Check: check, Text: text, Hint: hint,
	})
}

// document reads what one document says, without what it means.
func (f *file) document(root *yaml.Node, last int) *rule {
	x := &rule{file: f.path, node: root, first: root.Line, last: last}
	for _, p := range x.pairs(root, "a Sigma rule") {
		switch p.key.Value {
		case "logsource":
			x.readLogsource(p.value)
		case "detection":
			x.readDetection(p.value)
		case "correlation":
			x.readCorrelation(p.value)
		case "filter":
			x.filter = p.value
			x.refuse(p.key, "sigma.filter", "a Sigma filter changes other rules and is none itself", "put what it leaves out into the rules, as a search identifier with not")
		case "action":
			x.refuse(p.key, "sigma.action", fmt.Sprintf("action %q belongs to the collections of Sigma 1", p.value.Value), "write every rule out in full")
		default:
			x.readHead(p.key, p.value)
		}
	}
	x.checkHead(f.path)
	if x.filter == nil && x.detection == nil && x.correlation == nil && len(x.msgs) == 0 {
		x.refuse(root, "sigma.detection", "the document has neither detection nor correlation: it is no Sigma rule", "")
	}
	return x
}

// settle works out what the detections mean, and what rules mean to each other.
func (f *file) settle() {
	for _, x := range f.rules {
		if x.detection != nil && x.filter == nil {
			x.terms = x.meaning()
		}
	}
	for _, x := range f.rules {
		if x.correlation == nil {
			continue
		}
		for _, ref := range x.correlation.rules {
			if base := f.find(ref.Value); base != nil && base != x && base.correlation == nil && !x.correlation.generate {
				base.part = true
			}
		}
	}
	by := map[string]*rule{} // a name or id -> the first filter that names it
	for _, x := range f.rules {
		if x.filter == nil {
			continue
		}
		for _, name := range x.filtered() {
			if by[name] == nil {
				by[name] = x
			}
		}
	}
	for _, base := range f.rules {
		filter := cmp.Or(by["any"], by[base.name], by[base.id])
		if base.filter == nil && filter != nil {
			base.refuse(base.node, "sigma.filter", fmt.Sprintf("the filter in line %d of the file is meant for this rule; without it the rule would hold more often", filter.first), "put what it leaves out into the rule")
		}
	}
}

// find is the first rule of the file with the name or id.
func (f *file) find(name string) *rule {
	if f.named == nil {
		f.named = map[string]*rule{}
		for _, x := range f.rules {
			for _, n := range []string{x.name, x.id} {
				if n != "" && f.named[n] == nil {
					f.named[n] = x
				}
			}
		}
	}
	return f.named[name]
}

// filtered lists the rules that a filter names.
func (x *rule) filtered() (names []string) {
	if x.filter.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(x.filter.Content); i += 2 {
		if x.filter.Content[i].Value != "rules" {
			continue
		}
		list := x.filter.Content[i+1]
		for _, n := range elements(list) {
			if n.Value != "" {
				names = append(names, n.Value)
			}
		}
	}
	return names
}

// rule makes the rule of ours, or nil: it was refused, or is a part of others.
func (f *file) rule(x *rule) *rulefile.Rule {
	var list []rulefile.Condition
	switch {
	case len(x.msgs) > 0:
		return nil
	case x.correlation != nil:
		list = f.correlate(x)
	case !x.part:
		list = x.expressions()
	}
	if len(list) == 0 {
		return nil
	}
	r := x.head.rule()
	r.Conditions = list
	r.Part = fmt.Sprintf("rule %d-%d", x.first, x.last)
	r.Flags = append(r.Flags, x.logsource.flags()...)
	return r
}

// pair is a key with its value.
type pair struct{ key, value *yaml.Node }

// pairs lists the keys of a mapping; one that is there twice gets a message.
func (x *rule) pairs(n *yaml.Node, what string) (list []pair) {
	if n.Kind != yaml.MappingNode {
		x.refuse(n, "sigma.form", what+" must be a mapping (key: value)", "")
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			x.refuse(key, "sigma.form", what+" has a key that is no text", "")
		case seen[key.Value]:
			x.refuse(key, "sigma.form", fmt.Sprintf("%s has the key %q twice", what, key.Value), "")
		default:
			seen[key.Value] = true
			list = append(list, pair{key, n.Content[i+1]})
		}
	}
	return list
}

// elements is a list, or one value as a list of one.
func elements(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
