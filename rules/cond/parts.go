package cond

import "github.com/expr-lang/expr/ast"

// Part is one operand of an and or an or of an expression.
type Part struct {
	Part    string // as expr writes it
	Without string // the expression without it
}

// Parts lists the operands of the ands and ors that an expression is made of, outside
// of loops, and within the predicate of each loop that is one of them.
func (w *When) Parts() (list []Part) {
	p, err := w.checked()
	if err != nil {
		return nil
	}
	var visit func(n ast.Node, around func(string) string)
	visit = func(n ast.Node, around func(string) string) {
		switch n := n.(type) {
		case *ast.BinaryNode:
			if !isJunction(n.Operator) {
				return
			}
			for _, side := range []struct{ this, other ast.Node }{{n.Left, n.Right}, {n.Right, n.Left}} {
				list = append(list, Part{side.this.String(), around(side.other.String())})
				visit(side.this, func(s string) string { return around("(" + s + ") " + n.Operator + " (" + side.other.String() + ")") })
			}
		case *ast.BuiltinNode:
			if records, predicate := loopParts(n); predicate != nil {
				visit(predicate, func(s string) string { return around(n.Name + "(" + records + ", " + s + ")") })
			}
		}
	}
	visit(p.node, func(s string) string { return s })
	return list
}
