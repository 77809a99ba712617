package cond

import (
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// claim is one thing that must hold for an expression to be true: a comparison of a
// term with constants, or a term that is true or false.
type claim struct {
	term     string // as expr writes it
	operator string // "" for a term that is true or false by itself
	numbers  []int
	texts    []string
	not      bool

	least, most int // what numbers the term can have
}

// claimOf reads a comparison; anything else is a claim about itself.
func (s *sureness) claimOf(n ast.Node, not bool) claim {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return claim{term: s.written(n), not: not}
	}
	left, right, operator := b.Left, b.Right, b.Operator
	if isConstant(left) && operator != "in" { // 3 < x is x > 3
		turned := map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
		if turned[operator] == "" {
			return claim{term: s.written(n), not: not}
		}
		left, right, operator = right, left, turned[operator]
	}
	c := claim{term: s.written(left), operator: operator, not: not}
	c.least, c.most = span(left)
	constants := []ast.Node{right}
	if list, ok := right.(*ast.ArrayNode); ok && operator == "in" {
		constants = list.Nodes
	} else if operator == "in" {
		return claim{term: s.written(n), not: not}
	}
	for _, k := range constants {
		if i, ok := number(k); ok {
			c.numbers = append(c.numbers, i)
			continue
		}
		text, ok := k.(*ast.StringNode)
		if !ok {
			return claim{term: s.written(n), not: not}
		}
		c.texts = append(c.texts, text.Value)
	}
	ordering := operator != "==" && operator != "!=" && operator != "in"
	if len(c.numbers) > 0 && ordering && !isWhole(left) { // between two whole numbers there may be others
		return claim{term: s.written(n), not: not}
	}
	if len(c.numbers) > 0 && len(c.texts) > 0 || len(constants) == 0 || operator == "matches" {
		return claim{term: s.written(n), not: not}
	}
	return c
}

// isWhole reports whether a term is a whole number in every case.
func isWhole(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.MemberNode:
		return isField(n, "id") || isField(n, "value")
	case *ast.BuiltinNode:
		return n.Name == "len" || n.Name == "count" || n.Name == "indexOf" || n.Name == "int"
	}
	return false
}

func isConstant(n ast.Node) bool {
	if _, ok := n.(*ast.StringNode); ok {
		return true
	}
	_, ok := number(n)
	return ok
}

// number is the value of a whole number, which may have a sign.
func number(n ast.Node) (int, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.UnaryNode:
		if i, ok := n.Node.(*ast.IntegerNode); ok && n.Operator == "-" {
			return -i.Value, true
		}
	}
	return 0, false
}

// span is the least and the greatest number that a term can be.
func span(n ast.Node) (least, most int) {
	switch n := n.(type) {
	case *ast.MemberNode:
		if isField(n, "id") || isField(n, "value") {
			return 0, math.MaxUint32
		}
	case *ast.BuiltinNode:
		switch n.Name {
		case "len", "count", "abs":
			return 0, math.MaxInt
		case "indexOf":
			return -1, math.MaxInt
		}
	}
	return math.MinInt, math.MaxInt
}

// way is claims that must hold together.
type way []claim

// possible reports whether no two of the claims are seen to contradict one another.
func (w way) possible() bool {
	byTerm := map[string][]claim{}
	for _, c := range w {
		key := c.term
		if c.operator == "" {
			key += "\x00" // what is compared is no truth by itself
		}
		byTerm[key] = append(byTerm[key], c)
	}
	for _, list := range byTerm {
		if !numbersPossible(list) || !textsPossible(list) || !truthPossible(list) {
			return false
		}
	}
	return true
}

func truthPossible(list []claim) bool {
	yes, no := false, false
	for _, c := range list {
		if c.operator == "" {
			yes, no = yes || !c.not, no || c.not
		}
	}
	return !yes || !no
}

// numbersPossible looks for a number that all claims leave: it is enough to try those
// at and beside the constants and the ends of what the term can be.
func numbersPossible(list []claim) bool {
	var claims []claim
	try := []int{}
	for _, c := range list {
		if len(c.numbers) == 0 {
			continue
		}
		claims = append(claims, c)
		for _, n := range append([]int{c.least, c.most}, c.numbers...) {
			try = append(try, n)
			if n > math.MinInt {
				try = append(try, n-1)
			}
			if n < math.MaxInt {
				try = append(try, n+1)
			}
		}
	}
	if len(claims) == 0 {
		return true
	}
	for _, n := range try {
		fits := n >= claims[0].least && n <= claims[0].most
		for _, c := range claims {
			fits = fits && c.holdsFor(n)
		}
		if fits {
			return true
		}
	}
	return false
}

func (c *claim) holdsFor(n int) bool {
	holds := false
	for _, k := range c.numbers {
		switch c.operator {
		case "==", "in":
			holds = holds || n == k
		case "!=":
			holds = n != k
		case "<":
			holds = n < k
		case "<=":
			holds = n <= k
		case ">":
			holds = n > k
		case ">=":
			holds = n >= k
		default:
			return true
		}
	}
	return holds != c.not
}

// textsPossible tries the texts that a claim names; where none names one, the
// opposite of claims can only be contradicted by their repetition.
func textsPossible(list []claim) bool {
	var named []string
	must := false
	for i := range list {
		c := &list[i]
		if len(c.texts) == 0 {
			continue
		}
		if !c.not && (c.operator == "==" || c.operator == "in") || c.not && c.operator == "!=" {
			must, named = true, append(named, c.texts...)
		}
	}
	if must {
		for _, s := range named {
			fits := true
			for i := range list {
				fits = fits && list[i].holdsForText(s)
			}
			if fits {
				return true
			}
		}
		return false
	}
	for i := range list { // x contains "a" and not (x contains "ab") is possible, and the reverse is not
		for j := range list {
			a, b := &list[i], &list[j]
			if a.not || !b.not || len(a.texts) != 1 || len(b.texts) != 1 || b.operator != "contains" {
				continue
			}
			if (a.operator == "contains" || a.operator == "startsWith" || a.operator == "endsWith") && strings.Contains(a.texts[0], b.texts[0]) {
				return false
			}
		}
	}
	return true
}

func (c *claim) holdsForText(s string) bool {
	if len(c.texts) == 0 {
		return true
	}
	holds := false
	for _, k := range c.texts {
		switch c.operator {
		case "==", "in":
			holds = holds || s == k
		case "!=":
			holds = s != k
		case "contains":
			holds = strings.Contains(s, k)
		case "startsWith":
			holds = strings.HasPrefix(s, k)
		case "endsWith":
			holds = strings.HasSuffix(s, k)
		default:
			return true
		}
	}
	return holds != c.not
}
