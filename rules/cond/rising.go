package cond

import "github.com/expr-lang/expr/ast"

// rising reports whether more codes, events or texts can only turn the
// expression from false to true. Then one that is true holds although the
// input was not read in full; any other is unknown until it was.
func rising(n ast.Node) bool {
	if !readsRecords(n) {
		return true
	}
	switch n := n.(type) {
	case *ast.ChainNode:
		return rising(n.Node)
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&", "or", "||":
			return rising(n.Left) && rising(n.Right)
		case ">", ">=":
			return growing(n.Left) && !readsRecords(n.Right)
		case "<", "<=":
			return growing(n.Right) && !readsRecords(n.Left)
		}
	case *ast.BuiltinNode:
		return n.Name == "any" && isRecords(n.Arguments[0]) && !readsRecords(n.Arguments[1])
	}
	return false
}

// growing reports whether the number can only grow with more records.
func growing(n ast.Node) bool {
	b, ok := n.(*ast.BuiltinNode)
	if !ok || len(b.Arguments) == 0 {
		return false
	}
	switch b.Name {
	case "count":
		return isRecords(b.Arguments[0]) && (len(b.Arguments) == 1 || !readsRecords(b.Arguments[1]))
	case "len":
		if isRecords(b.Arguments[0]) {
			return true
		}
		f, ok := b.Arguments[0].(*ast.BuiltinNode)
		return ok && f.Name == "filter" && isRecords(f.Arguments[0]) && !readsRecords(f.Arguments[1])
	}
	return false
}

func isRecords(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	return ok && (id.Value == "codes" || id.Value == "events" || id.Value == "texts")
}

func readsRecords(n ast.Node) bool { return ast.Find(n, isRecords) != nil }
