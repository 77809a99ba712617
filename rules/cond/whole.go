package cond

import (
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// An expression sees no more than a part of a long text. A text that holds a word
// holds it however it goes on; that a text holds no word, or is another one, or
// ends in some way, can be said of a whole text alone.

// wholeFields lists what the expression asks of a whole text: fields of events,
// and "" for a text itself. A record of which only a part of such a field is seen
// must not be looked at.
func wholeFields(n ast.Node) map[string]bool {
	w := wholeFinder{}
	w.visit(n)
	return w
}

type wholeFinder map[string]bool

// visit walks what holds the more, the more of the texts is seen.
func (w wholeFinder) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&", "or", "||", ">", ">=":
			w.visit(n.Left)
			w.visit(n.Right)
			return
		case "contains", "startsWith":
			if _, text := recordText(n.Left); text {
				w.all(n.Right)
				return
			}
		case "matches":
			if pattern, constant := n.Right.(*ast.StringNode); constant {
				if _, text := recordText(n.Left); text && !asksForEnd(pattern.Value) {
					return
				}
			}
		}
	case *ast.BuiltinNode:
		switch n.Name {
		case "any", "count", "filter", "len":
			for _, a := range n.Arguments {
				w.visit(a)
			}
			return
		case "hasPrefix":
			if _, text := recordText(n.Arguments[0]); text {
				w.all(n.Arguments[1])
				return
			}
		}
	case *ast.PredicateNode:
		w.visit(n.Node)
		return
	}
	w.all(n)
}

// asksForEnd reports whether what follows in a text can undo a match.
func asksForEnd(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err != nil || hasEnd(re)
}

func hasEnd(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEndLine, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	for _, sub := range re.Sub {
		if hasEnd(sub) {
			return true
		}
	}
	return false
}

// all takes every text below the node.
func (w wholeFinder) all(n ast.Node) {
	members := map[ast.Node]bool{} // pointers that a field is read of
	ast.Find(n, func(n ast.Node) bool {
		if m, ok := n.(*ast.MemberNode); ok {
			members[m.Node] = true
		}
		return false
	})
	ast.Find(n, func(n ast.Node) bool {
		if field, text := recordText(n); text && !members[n] {
			w[field] = true
		}
		return false
	})
}

// recordText is the field of a record that the node reads, "" where it is a text.
func recordText(n ast.Node) (field string, ok bool) {
	switch n := n.(type) {
	case *ast.PointerNode:
		return "", true
	case *ast.MemberNode:
		_, pointer := n.Node.(*ast.PointerNode)
		s, constant := n.Property.(*ast.StringNode)
		if pointer && constant {
			return s.Value, true
		}
	}
	return "", false
}
