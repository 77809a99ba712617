package cond

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// Truth is what can be said of an expression before any case is known.
type Truth int

// The truths.
const (
	Depends Truth = iota // on the case, as far as can be told
	Always               // true in every case
	Never                // false in every case
)

// Idle is a part of an expression that decides nothing.
type Idle struct {
	Part  string // as expr writes it
	Truth Truth  // Always or Never
}

// Truth says whether the expression is the same in every case: x > 3 and x < 2, or
// .value == -5, as values are unsigned. It finds contradictions between
// comparisons with constants, not every one that there is: Depends proves nothing.
func (w *When) Truth() Truth {
	p, err := w.checked()
	if err != nil {
		return Depends
	}
	truth, _ := p.sure()
	return truth
}

// Idle lists the operands of and, or and the ternary operator that are the same in
// every case, where the expression as a whole is not.
func (w *When) Idle() []Idle {
	p, err := w.checked()
	if err != nil {
		return nil
	}
	_, idle := p.sure()
	return idle
}

func (s *sureness) idleOf(root ast.Node) (list []Idle) {
	var visit func(n ast.Node)
	visit = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.BinaryNode:
			if !isJunction(n.Operator) {
				return
			}
			for _, side := range []ast.Node{n.Left, n.Right} {
				if t := s.truthOf(side); t != Depends {
					list = append(list, Idle{side.String(), t})
				} else {
					visit(side)
				}
			}
		case *ast.UnaryNode:
			visit(n.Node)
		case *ast.ConditionalNode:
			if t := s.truthOf(n.Cond); t != Depends {
				list = append(list, Idle{n.Cond.String(), t})
			}
			visit(n.Exp1)
			visit(n.Exp2)
		case *ast.BuiltinNode:
			if _, p := loopParts(n); p != nil {
				visit(p)
			}
		}
	}
	visit(root)
	return list
}

func isJunction(operator string) bool {
	return operator == "and" || operator == "&&" || operator == "or" || operator == "||"
}

// loopParts is the list that a loop goes through and its predicate, or nil.
func loopParts(n *ast.BuiltinNode) (list string, predicate ast.Node) {
	if len(n.Arguments) != 2 {
		return "", nil
	}
	p, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		return "", nil
	}
	return n.Arguments[0].String(), p.Node
}

// sureness is the work on one expression: a node is looked at once, however many of
// the questions about those around it come down to it.
type sureness struct {
	of   map[ast.Node]Truth
	text map[ast.Node]string
}

// written is a node as expr writes it.
func (s *sureness) written(n ast.Node) string {
	t, known := s.text[n]
	if !known {
		t = n.String()
		s.text[n] = t
	}
	return t
}

// truthOf looks for a contradiction in each way in which the expression, or its
// opposite, can be true.
func (s *sureness) truthOf(n ast.Node) Truth {
	if t, known := s.of[n]; known {
		return t
	}
	t := s.find(n)
	s.of[n] = t
	return t
}

func (s *sureness) find(n ast.Node) Truth {
	if ways, ok := s.waysOf(n, false); ok && impossible(ways) {
		return Never
	}
	if ways, ok := s.waysOf(n, true); ok && impossible(ways) {
		return Always
	}
	return Depends
}

func impossible(ways []way) bool {
	for _, w := range ways {
		if w.possible() {
			return false
		}
	}
	return true
}

// maxWays is how many ways are looked through before giving up.
const maxWays = 256

// waysOf is the ways in which an expression can be true, or with not false: each is
// claims that must hold together (the disjunctive normal form). ok is false where
// there are too many.
func (s *sureness) waysOf(n ast.Node, not bool) (ways []way, ok bool) {
	switch n := n.(type) {
	case *ast.BoolNode:
		if n.Value != not {
			return []way{{}}, true
		}
		return nil, true
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return s.waysOf(n.Node, !not)
		}
	case *ast.BinaryNode:
		if isJunction(n.Operator) {
			left, ok1 := s.waysOf(n.Left, not)
			right, ok2 := s.waysOf(n.Right, not)
			if !ok1 || !ok2 {
				return nil, false
			}
			if (n.Operator == "and" || n.Operator == "&&") == not { // not (a and b) is not a or not b
				return append(left, right...), len(left)+len(right) <= maxWays
			}
			if len(left)*len(right) > maxWays {
				return nil, false
			}
			for _, l := range left {
				for _, r := range right {
					ways = append(ways, append(append(way{}, l...), r...))
				}
			}
			return ways, true
		}
	case *ast.BuiltinNode:
		if _, predicate := loopParts(n); predicate != nil {
			switch t := s.truthOf(predicate); {
			case t == Never && (n.Name == "any" || n.Name == "one"): // nothing fits
				return s.waysOf(&ast.BoolNode{Value: false}, not)
			case t == Never && n.Name == "none", t == Always && n.Name == "all":
				return s.waysOf(&ast.BoolNode{Value: true}, not)
			}
		}
	}
	return []way{{s.claimOf(n, not)}}, true
}

// neverUpper reports whether the texts of a term have no upper case letters, as facts
// are folded: messages and texts, roles and groups.
func neverUpper(n ast.Node, records string) bool {
	switch n := n.(type) {
	case *ast.PointerNode:
		return records == listTexts || records == "roles" || records == "account.groups"
	case *ast.MemberNode:
		if isField(n, "message") {
			return records == listEvents
		}
		return n.String() == "account.groups"
	case *ast.IdentifierNode:
		return n.Value == "roles" || n.Value == listTexts
	case *ast.BuiltinNode:
		return n.Name == "lower" || n.Name == "trim" && len(n.Arguments) == 1 && neverUpper(n.Arguments[0], records)
	}
	return false
}

// Unfolded lists the constants with upper case letters that the expression compares
// with texts that never have any.
func (w *When) Unfolded() (list []string) {
	p, err := w.checked()
	if err != nil {
		return nil
	}
	var visit func(n ast.Node, records string)
	compare := func(text, constant ast.Node, records string) {
		if s, ok := constant.(*ast.StringNode); ok && neverUpper(text, records) && strings.ToLower(s.Value) != s.Value {
			list = append(list, s.Value)
		}
	}
	visit = func(n ast.Node, records string) {
		switch n := n.(type) {
		case *ast.BinaryNode:
			switch n.Operator {
			case "==", "!=", "contains", "startsWith", "endsWith":
				compare(n.Left, n.Right, records)
				compare(n.Right, n.Left, records)
			case "in":
				compare(n.Right, n.Left, records)
				if a, ok := n.Right.(*ast.ArrayNode); ok {
					for _, e := range a.Nodes {
						compare(n.Left, e, records)
					}
				}
			}
			visit(n.Left, records)
			visit(n.Right, records)
		case *ast.UnaryNode:
			visit(n.Node, records)
		case *ast.ConditionalNode:
			visit(n.Cond, records)
			visit(n.Exp1, records)
			visit(n.Exp2, records)
		case *ast.BuiltinNode:
			if list, predicate := loopParts(n); predicate != nil {
				visit(predicate, list)
				return
			}
			if (n.Name == "hasPrefix" || n.Name == "hasSuffix") && len(n.Arguments) == 2 {
				compare(n.Arguments[0], n.Arguments[1], records)
			}
			for _, a := range n.Arguments {
				visit(a, records)
			}
		}
	}
	visit(p.node, "")
	return list
}
