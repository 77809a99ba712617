package cond

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// The bounds of an expression. They are checked when a rule is loaded, so that
// evaluation needs no clock: expr has no step limit of its own.
const (
	maxSource  = 4096    // bytes, checked before anything parses it
	maxNodes   = 1000    // nodes of the syntax tree
	maxNesting = 32      // brackets within brackets
	maxCost    = 500_000 // nodes times the bounds of the loops around them
	maxStates  = 60      // of a regular expression
)

// program is a checked expression and what it reads. What runs is compiled when
// it is first needed: that takes most of the time, and of thousands of rules
// that have a word in common with a log, few have more.
type program struct {
	src     string
	once    sync.Once
	code    *vm.Program
	err     error
	node    ast.Node               // as it was written
	loops   []loop                 // over records
	open    map[string]bool        // lists of records that are read by more than loops
	reads   map[string]bool        // variables of Env
	sure    func() (Truth, []Idle) // of Truth and Idle, worked out once
	dns     []string               // fields of dns
	anchors []Anchor
	whole   map[string]bool // fields of records of which no part will do
	rising  bool            // more codes, events or texts can only turn it from false to true
	cost    int
}

// NewWhen reads an expression: it is parsed, checked against Env and the bounds,
// and its cost is computed.
func NewWhen(src string) (*When, error) {
	w := &When{source: src, once: new(sync.Once)}
	p, err := w.checked()
	if err == nil {
		_, err = p.compiled()
	}
	return w, err
}

// ExprError is an expression that cannot be used, with the place of the mistake in it.
type ExprError struct {
	Line, Column int // from 1 and 0, within the expression; 0, 0 where it is the expression as a whole
	Text         string
}

// Error is the text without the place.
func (e *ExprError) Error() string { return e.Text }

func (w *When) checked() (*program, error) {
	w.once.Do(func() { w.prog, w.err = checkWhen(w.source) })
	return w.prog, w.err
}

// compiled is what runs.
func (p *program) compiled() (*vm.Program, error) {
	p.once.Do(func() {
		code, err := expr.Compile(p.src, expr.Env(Env{}), expr.AsBool(), expr.MaxNodes(maxNodes), expr.DisableBuiltin("now"))
		if err != nil {
			p.err = exprError(err)
			return
		}
		p.code = code
	})
	return p.code, p.err
}

// Cost is the bound on the steps of one evaluation: nodes times the bounds of
// the loops around them.
func (w *When) Cost() int {
	p, err := w.checked()
	if err != nil {
		return 0
	}
	return p.cost
}

func checkWhen(src string) (*program, error) {
	if len(src) > maxSource {
		return nil, &ExprError{Text: fmt.Sprintf("the expression has %d bytes; at most %d are allowed", len(src), maxSource)}
	}
	if depth := nesting(src); depth > maxNesting {
		return nil, &ExprError{Text: fmt.Sprintf("the expression nests %d deep; at most %d are allowed", depth, maxNesting)}
	}
	tree, err := parser.Parse(src)
	if err != nil {
		return nil, exprError(err)
	}
	b := bounds{}
	b.visit(tree.Node, 1)
	if len(b.errs) > 0 {
		return nil, b.errs[0]
	}
	if b.nodes > maxNodes {
		return nil, &ExprError{Text: fmt.Sprintf("the expression has %d nodes; at most %d are allowed", b.nodes, maxNodes)}
	}
	if b.cost > maxCost {
		return nil, &ExprError{Text: fmt.Sprintf("the expression may take %d steps; at most %d are allowed: nest fewer loops over codes, events or texts", b.cost, maxCost)}
	}
	if len(b.reads) == 0 {
		return nil, &ExprError{Text: "the expression reads nothing of the case, so it says nothing about it"}
	}
	p := &program{src: src, node: tree.Node, reads: map[string]bool{}, cost: b.cost, rising: rising(tree.Node)}
	for name := range b.reads {
		root, field, _ := strings.Cut(name, ".")
		p.reads[root] = true
		if root == "dns" && field != "" {
			p.dns = append(p.dns, field)
		}
	}
	slices.Sort(p.dns)
	p.anchors = spineAnchors(tree.Node)
	p.whole = wholeFields(tree.Node)
	p.loops, p.open = loopsOf(tree.Node)
	p.sure = sync.OnceValues(func() (Truth, []Idle) {
		s := &sureness{of: map[ast.Node]Truth{}, text: map[ast.Node]string{}}
		truth := s.truthOf(p.node)
		if truth != Depends {
			return truth, nil
		}
		return truth, s.idleOf(p.node)
	})
	return p, nil
}

// exprError turns an error of expr, whose text carries a drawn snippet, into
// one line with a place.
func exprError(err error) error {
	var fe *file.Error
	if errors.As(err, &fe) {
		return &ExprError{Line: fe.Line, Column: fe.Column, Text: fe.Message}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return &ExprError{Text: text}
}

// nesting is the deepest nesting of brackets outside of strings, counted
// without parsing. What it cannot see, prefix operators say, is bounded by
// maxSource and maxNodes.
func nesting(src string) int {
	depth, deepest := 0, 0
	quote := byte(0)
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0 && c == '\\' && quote != '`':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ')' || c == ']' || c == '}':
			depth = max(0, depth-1)
		}
	}
	return deepest
}

// loops and calls that an expression may use; everything else is refused, so
// that nothing new in expr is allowed by accident.
func allowedCall(name string) (loop, ok bool) {
	switch name {
	case "any", "all", "none", "one", "count", "filter", "map":
		return true, true
	case "len", "lower", "upper", "trim", "hasPrefix", "hasSuffix", "indexOf", "min", "max", "abs", "int", "string":
		return false, true
	}
	return false, false
}

// bounds walks a syntax tree, adds up its cost and refuses what has no bound.
type bounds struct {
	nodes, cost int
	errs        []*ExprError
	reads       map[string]bool // "dns.missing", "events"
}

func (b *bounds) refuse(n ast.Node, text string) {
	b.errs = append(b.errs, &ExprError{Line: 1, Column: n.Location().From, Text: text})
}

func (b *bounds) read(name string) {
	if b.reads == nil {
		b.reads = map[string]bool{}
	}
	b.reads[name] = true
}

// visit counts n as often as the loops around it may run.
func (b *bounds) visit(n ast.Node, times int) {
	b.nodes++
	b.cost = min(b.cost+times, 1<<40)
	switch n := n.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.ConstantNode, *ast.PointerNode:
	case *ast.IdentifierNode:
		if strings.HasPrefix(n.Value, "$") {
			b.refuse(n, n.Value+" is not available in conditions")
		}
		if n.Value == "dns" {
			b.refuse(n, "dns stands only before a field, such as dns.missing")
		}
		b.read(n.Value)
	case *ast.MemberNode:
		if root, ok := n.Node.(*ast.IdentifierNode); ok && root.Value == "dns" {
			if field, ok := n.Property.(*ast.StringNode); ok {
				b.nodes++
				b.read("dns." + field.Value)
				return
			}
		}
		if u, ok := n.Property.(*ast.UnaryNode); ok && u.Operator == "-" { // without an error it would be empty
			b.refuse(n.Property, "a list has no element before its first")
		}
		b.visit(n.Node, times)
		b.visit(n.Property, times)
	case *ast.ChainNode:
		b.visit(n.Node, times)
	case *ast.UnaryNode:
		b.visit(n.Node, times)
	case *ast.BinaryNode:
		b.binary(n, times)
	case *ast.ConditionalNode:
		b.visit(n.Cond, times)
		b.visit(n.Exp1, times)
		b.visit(n.Exp2, times)
	case *ast.ArrayNode:
		for _, e := range n.Nodes {
			b.visit(e, times)
		}
	case *ast.BuiltinNode:
		b.call(n, n.Name, n.Arguments, times)
	case *ast.CallNode:
		name := "this call"
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			name = id.Value
		}
		b.call(n, name, n.Arguments, times)
	case *ast.PredicateNode:
		b.visit(n.Node, times)
	default:
		b.refuse(n, fmt.Sprintf("%s is not available in conditions", strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast."), "Node")))
	}
}

func (b *bounds) call(n ast.Node, name string, args []ast.Node, times int) {
	loop, ok := allowedCall(name)
	if !ok {
		b.refuse(n, name+" is not available in conditions; expected one of any, all, none, one, count, filter, map, len, lower, upper, trim, hasPrefix, hasSuffix, indexOf, min, max, abs, int, string")
		return
	}
	if name == "lower" || name == "upper" || name == "string" {
		b.cost = min(b.cost+times*growCost, 1<<40)
	}
	if name == "string" && (len(args) != 1 || !isElement(args[0])) {
		b.refuse(n, "string takes a field of a record, such as .id")
		return
	}
	for i, a := range args {
		inner := times
		if loop && i > 0 {
			inner = min(times*maxItems, 1<<40)
		}
		b.visit(a, inner)
	}
}

func (b *bounds) binary(n *ast.BinaryNode, times int) {
	switch n.Operator {
	case "matches":
		pattern, ok := n.Right.(*ast.StringNode)
		if !ok {
			b.refuse(n, "matches needs a constant pattern")
			return
		}
		cost, err := patternCost(pattern.Value)
		if err != nil {
			b.refuse(n, err.Error())
			return
		}
		b.cost = min(b.cost+times*cost, 1<<40)
	case "..", "**", "^", "/": // 1/0 is infinite without an error
		b.refuse(n, n.Operator+" is not available in conditions")
		return
	case "in":
		length := maxItems
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			length = len(list.Nodes)
		}
		b.cost = min(b.cost+times*(4+length), 1<<40)
	case "+":
		b.cost = min(b.cost+times*growCost*pluses(n), 1<<40)
	case "contains", "startsWith", "endsWith", "==", "!=":
		b.cost = min(b.cost+times*4, 1<<40) // they walk strings of at most maxText bytes
	}
	b.visit(n.Left, times)
	b.visit(n.Right, times)
}

// growCost is what one new string costs, so that all strings of an expression
// together stay below 16 MiB.
const growCost = 250

// pluses counts the additions in an expression: a string that comes of k of
// them may have k+1 times maxText bytes.
func pluses(n ast.Node) int {
	b, ok := n.(*ast.BinaryNode)
	if !ok || b.Operator != "+" {
		return 0
	}
	return 1 + pluses(b.Left) + pluses(b.Right)
}

// isElement reports whether the node is an element of a list, or a field of one.
func isElement(n ast.Node) bool {
	if m, ok := n.(*ast.MemberNode); ok {
		n = m.Node
	}
	_, ok := n.(*ast.PointerNode)
	return ok
}

// patternCost bounds what a regular expression costs on the texts of a list, in
// steps of an expression; repetitions multiply.
func patternCost(pattern string) (int, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	size := repetitions(re)
	if size > maxStates {
		return 0, fmt.Errorf("pattern %q expands to %d states; at most %d are allowed: use fewer or smaller repetitions", pattern, size, maxStates)
	}
	return 10 + 30*size, nil
}

func repetitions(re *syntax.Regexp) int {
	size := 1 + len(re.Rune)/8
	for _, sub := range re.Sub {
		size += repetitions(sub)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Max, re.Min, 1)
	}
	return min(size, 1<<30)
}

// CostLimit is the most that Cost may be.
func CostLimit() int { return maxCost }
