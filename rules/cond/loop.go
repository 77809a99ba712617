package cond

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/kbtriage/kbtriage/facts"
)

// The lists of records that an expression can read.
const (
	listCodes  = "codes"
	listEvents = "events"
	listTexts  = "texts"
)

// loop is a call such as any(events, ...) or count(events, ...), whose value
// depends on those records only that its predicate can hold for.
type loop struct {
	list string
	constraint
	must bool // the expression is false unless a record fits
}

// loopsOf finds the loops over records, and the lists that are read in another
// way as well.
func loopsOf(n ast.Node) ([]loop, map[string]bool) {
	w := loopFinder{open: map[string]bool{}}
	w.visit(n, true)
	return w.loops, w.open
}

type loopFinder struct {
	loops []loop
	open  map[string]bool
}

// visit walks the expression; spine says that it is false where n is.
func (w *loopFinder) visit(n ast.Node, spine bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if isRecords(n) {
			w.open[n.Value] = true
		}
	case *ast.BinaryNode:
		spine = spine && (n.Operator == "and" || n.Operator == "&&")
		w.visit(n.Left, spine)
		w.visit(n.Right, spine)
	case *ast.UnaryNode:
		w.visit(n.Node, false)
	case *ast.ConditionalNode:
		w.all([]ast.Node{n.Cond, n.Exp1, n.Exp2})
	case *ast.ArrayNode:
		w.all(n.Nodes)
	case *ast.BuiltinNode:
		w.call(n.Name, n.Arguments, spine)
	case *ast.CallNode:
		w.all(n.Arguments)
	case *ast.PredicateNode:
		w.visit(n.Node, false)
	case *ast.MemberNode:
		w.visit(n.Node, false)
	case *ast.ChainNode:
		w.visit(n.Node, false)
	}
}

func (w *loopFinder) all(list []ast.Node) {
	for _, n := range list {
		w.visit(n, false)
	}
}

func (w *loopFinder) call(name string, arguments []ast.Node, spine bool) {
	switch name {
	case "any", "none", "one", "count", "filter":
		if len(arguments) == 2 && isRecords(arguments[0]) {
			if predicate, ok := arguments[1].(*ast.PredicateNode); ok {
				l := loop{list: arguments[0].(*ast.IdentifierNode).Value, must: spine && (name == "any" || name == "one")}
				l.conjunct(predicate.Node)
				w.loops = append(w.loops, l)
				w.visit(predicate.Node, false)
				return
			}
		}
	}
	w.all(arguments)
}

// constraint is what a predicate needs of a record to hold: a number out of
// each list, the source, all texts.
type constraint struct {
	ids, values []uint32
	source      string // folded
	texts       []string
}

// conjunct adds the parts of the predicate that must hold together.
func (k *constraint) conjunct(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			k.conjunct(n.Left)
			k.conjunct(n.Right)
		case "==":
			k.equals(n.Left, n.Right)
			k.equals(n.Right, n.Left)
		case "in":
			k.in(n.Left, n.Right)
		case "contains", "startsWith", "endsWith":
			k.holds(n.Left, n.Right)
		}
	case *ast.BuiltinNode:
		if (n.Name == "hasPrefix" || n.Name == "hasSuffix") && len(n.Arguments) == 2 {
			k.holds(n.Arguments[0], n.Arguments[1])
		}
	}
}

func (k *constraint) equals(field, value ast.Node) {
	switch v := value.(type) {
	case *ast.IntegerNode:
		k.numbers(field, []uint32{uint32(v.Value)})
	case *ast.StringNode:
		if isField(field, "source") || isLower(field, "source") {
			k.source = facts.FoldName(v.Value)
		}
		k.holds(field, value)
	}
}

// isLower reports whether the node is lower(.field).
func isLower(n ast.Node, field string) bool {
	b, ok := n.(*ast.BuiltinNode)
	return ok && b.Name == "lower" && len(b.Arguments) == 1 && isField(b.Arguments[0], field)
}

func (k *constraint) in(field, value ast.Node) {
	list, ok := value.(*ast.ArrayNode)
	if !ok {
		return
	}
	var values []uint32
	for _, e := range list.Nodes {
		i, ok := e.(*ast.IntegerNode)
		if !ok {
			return
		}
		values = append(values, uint32(i.Value))
	}
	k.numbers(field, values)
}

func (k *constraint) numbers(field ast.Node, values []uint32) {
	switch {
	case isField(field, "id") && k.ids == nil:
		k.ids = values
	case isField(field, "value") && k.values == nil:
		k.values = values
	}
}

// holds takes a text that the message of an event, or the text itself, must hold.
func (k *constraint) holds(field, value ast.Node) {
	v, ok := value.(*ast.StringNode)
	if _, itself := field.(*ast.PointerNode); ok && (itself || isField(field, "message")) {
		k.texts = append(k.texts, facts.Fold(v.Value))
	}
}

// longestText is the longest of the texts that can be looked for, or "".
func (k *constraint) longestText() (longest string) {
	for _, t := range k.texts {
		if len(t) >= LeastLiteral && len(t) > len(longest) {
			longest = t
		}
	}
	return longest
}

// fits reports whether the predicate can hold for the fact.
func (l *loop) fits(f *facts.Fact, folded string) bool {
	switch {
	case f.Event != nil:
		if l.ids != nil && !slices.Contains(l.ids, f.Event.ID) || l.source != "" && facts.FoldName(f.Event.Source) != l.source {
			return false
		}
	case f.Code != nil:
		return l.values == nil || slices.Contains(l.values, f.Code.Value)
	}
	for _, t := range l.texts {
		if !strings.Contains(folded, t) {
			return false
		}
	}
	return true
}

// fitting lists the visible facts of the kind that a loop over the list can hold
// for; all of them where the list is read in another way too. A loop that must
// hold, and for which there is none, decides: ok is false.
func (v *View) fitting(p *program, list string, k facts.Kind) (found []int, ok bool) {
	if p.open[list] {
		return v.ofKind(k), true
	}
	for i := range p.loops {
		l := &p.loops[i]
		if l.list != list {
			continue
		}
		some := false
		for _, f := range v.outOf(l, k) {
			if l.fits(v.Fact(f), v.tables.text[f]) {
				found, some = append(found, f), true
			}
		}
		if l.must && !some {
			return nil, false
		}
	}
	slices.Sort(found)
	return slices.Compact(found), true
}

// outOf lists the facts out of which those that fit are chosen: by number where
// the loop names some.
func (v *View) outOf(l *loop, k facts.Kind) (list []int) {
	switch {
	case k == facts.KindEvent && l.ids != nil:
		for _, id := range l.ids {
			list = append(list, v.visible(v.tables.events[id])...)
		}
		return list
	case k == facts.KindCode && l.values != nil:
		for _, value := range l.values {
			list = append(list, v.visible(v.tables.codes[value])...)
		}
		return list
	}
	return v.ofKind(k)
}

// Demand is what a record must be, at least, for a condition to hold.
type Demand struct {
	Codes  []uint32 // one of these codes
	Event  bool     // an event with one of some numbers,
	Source bool     // from a source that is named
	Text   string   // holds the folded text
}

// Demands lists what records must be there for the expression to hold.
func (w *When) Demands() (list []Demand) {
	p, err := w.checked()
	if err != nil {
		return nil
	}
	for i := range p.loops {
		if l := &p.loops[i]; l.must {
			list = append(list, Demand{Codes: l.values, Event: l.ids != nil, Source: l.source != "", Text: l.longestText()})
		}
	}
	return list
}
