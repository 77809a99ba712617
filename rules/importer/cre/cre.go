// Package cre makes rules of common reliability enumerations, the YAML form of
// https://github.com/prequel-dev/cre: known problems with cause and mitigation,
// and a rule that looks for them in logs.
//
// A rule is made where one text of a log shows the problem. What needs the order
// or the number of texts, their fields, or something that is no log is a message
// with its place, and the rule is refused as a whole; the others go on.
package cre

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

// Is reports whether a file is one of such rules: a list "rules:" whose elements
// have "cre:". It reads no YAML, so that a file with a mistake is still known for
// what it was meant to be.
func Is(data []byte) bool {
	list := false
	for line := range bytes.Lines(data) {
		switch {
		case bytes.HasPrefix(line, []byte("rules:")):
			list = true
		case list && bytes.HasPrefix(bytes.TrimLeft(line, " -"), []byte("cre:")):
			return true
		}
	}
	return false
}

// Import makes rules of a file. Its path, below what is imported, is its name in
// rules and messages.
func Import(path string, data []byte) rulefile.Foreign {
	f := &file{path: path}
	unread, msgs := rules.StrictDocuments(path, data, func(_ *rules.Reader, root *yaml.Node, last int) {
		f.document(root, last)
	})
	r := rulefile.Foreign{Rules: unread + len(f.rules), Refused: unread}
	msgs = append(msgs, f.msgs...)
	if len(f.msgs) > 0 { // of a file that is not a list of rules
		r.Rules++
		r.Refused++
	}
	digest := rulefile.DigestOf(data)
	for _, x := range f.rules {
		if len(x.msgs) == 0 {
			text := x.made.File(cmp.Or(strings.TrimSpace(path), x.made.ID), digest)
			if _, wrong := rules.Parse(x.made.ID, text); len(wrong) == 0 {
				r.Drafts = append(r.Drafts, rulefile.Draft{ID: x.made.ID, YAML: text})
				for _, flag := range x.made.Flags {
					if !slices.Contains(r.Flags, flag) {
						r.Flags = append(r.Flags, flag)
					}
				}
				continue
			} else {
				x.refuse(x.node, "cre.limits", "its rule would not load: "+wrong[0].Text, "")
			}
		}
		r.Refused++
		msgs = append(msgs, x.msgs...)
	}
	r.Messages = source.Sort(msgs)
	return r
}

// file is a file with its rules, in their order.
type file struct {
	path  string
	rules []*rule
	msgs  []source.Message
}

// rule is one element of the list of a file.
type rule struct {
	file string
	node *yaml.Node
	made rulefile.Rule
	msgs []source.Message

	terms map[string]bool // names of terms of the file
}

// refuse says why the rule cannot be made.
func (x *rule) refuse(n *yaml.Node, check, text, hint string) {
	x.msgs = append(x.msgs, source.Message{
		Position: source.Position{File: x.file, Line: n.Line, Column: n.Column}, Check: check, Text: text, Hint: hint,
	})
}

// document reads the rules of a document, whose last line is given.
func (f *file) document(root *yaml.Node, last int) {
	top := &rule{file: f.path, node: root}
	terms := map[string]bool{}
	var list *yaml.Node
	for _, p := range top.pairs(root, "a file of rules") {
		switch p.key.Value {
		case "rules":
			list = p.value
		case "terms":
			for _, t := range top.pairs(p.value, "terms") {
				terms[t.key.Value] = true
			}
		case "version", "section":
		default:
			top.refuse(p.key, "cre.key", fmt.Sprintf("a file of rules has no key %q", p.key.Value), source.DidYouMean(p.key.Value, []string{"rules", "terms", "version", "section"}))
		}
	}
	if root.Kind == yaml.MappingNode && (list == nil || list.Kind != yaml.SequenceNode) {
		top.refuse(root, "cre.form", "expected a list of rules under the key rules", "")
	}
	f.msgs = append(f.msgs, top.msgs...)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	for i, n := range list.Content {
		x := &rule{file: f.path, node: n, terms: terms}
		end := last
		if i+1 < len(list.Content) {
			end = list.Content[i+1].Line - 1
		}
		x.read(n)
		x.made.Part = fmt.Sprintf("rule %d-%d", n.Line, max(end, n.Line))
		f.rules = append(f.rules, x)
	}
}

// read reads an element of the list.
func (x *rule) read(n *yaml.Node) {
	x.made = rulefile.Rule{Symptom: "text", Suggests: 4, Expected: 4}
	said, ruled := false, false
	for _, p := range x.pairs(n, "a rule") {
		switch p.key.Value {
		case "cre":
			said = true
			x.describe(p.value)
		case "rule":
			ruled = true
			x.detect(p.value)
		case "metadata":
		default:
			x.refuse(p.key, "cre.key", fmt.Sprintf("a rule has no key %q", p.key.Value), source.DidYouMean(p.key.Value, []string{"cre", "rule", "metadata"}))
		}
	}
	if n.Kind == yaml.MappingNode && !said {
		x.refuse(n, "cre.form", "the rule has no cre, which says what it is about", "")
	}
	if n.Kind == yaml.MappingNode && !ruled {
		x.refuse(n, "cre.form", "the rule has no rule, which says what to look for", "")
	}
}

// pair is a key with its value.
type pair struct{ key, value *yaml.Node }

// pairs lists the keys of a mapping; one that is there twice gets a message.
func (x *rule) pairs(n *yaml.Node, what string) (list []pair) {
	if n.Kind != yaml.MappingNode {
		x.refuse(n, "cre.form", what+" must be a mapping (key: value)", "")
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] || key.Kind != yaml.ScalarNode {
			x.refuse(key, "cre.form", fmt.Sprintf("%s has the key %q twice, or a key that is no text", what, key.Value), "")
			continue
		}
		seen[key.Value] = true
		list = append(list, pair{key, n.Content[i+1]})
	}
	return list
}
