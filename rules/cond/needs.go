package cond

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// Needs is what of raw input can matter to conditions: a record that holds none
// of it leaves them as they are. It is wider than the anchors, which find rules:
// the second event of a pattern finds no rule, but its rule needs it.
type Needs struct {
	Codes    []errcode.Code
	Events   []EventNeed
	Literals []Literal
	// Unbounded says that a condition reads events, codes or texts in a way that
	// names none of them, so that only all of them would do.
	Unbounded bool
}

// EventNeed is a kind of event records.
type EventNeed struct {
	ID     uint32
	AnyID  bool
	Source string // folded, or "" for any
	Each   bool   // every occurrence counts, not only that there is one
}

// Literal is a piece of folded text that every text holds which can match.
type Literal struct {
	Text       string
	Begin, End bool // its edge is the edge of a word
}

// Needs adds what the condition and all its parts need.
func (c *Condition) Needs(n *Needs) {
	c.Leaves(func(_ string, leaf *Condition) {
		for _, code := range leaf.Codes {
			n.Codes = append(n.Codes, code.Code)
		}
		if leaf.Event != nil {
			leaf.Event.needs(n, false)
		}
		for _, t := range leaf.Texts {
			l := t.Literal()
			n.Literals = append(n.Literals, l)
			n.Unbounded = n.Unbounded || len(l.Text) < LeastLiteral
		}
		if leaf.Correlate != nil {
			for i := range leaf.Correlate.Events {
				leaf.Correlate.Events[i].needs(n, true)
			}
			if leaf.Correlate.Without != nil {
				leaf.Correlate.Without.needs(n, true)
			}
		}
		if leaf.When != nil {
			leaf.When.needs(n)
		}
	})
}

func (e *Event) needs(n *Needs, each bool) {
	source := facts.FoldName(e.Source)
	for _, id := range e.IDs {
		n.Events = append(n.Events, EventNeed{ID: id, Source: source, Each: each})
	}
	if len(e.IDs) == 0 {
		n.Events = append(n.Events, EventNeed{AnyID: true, Source: source, Each: each})
	}
}

// LeastLiteral is how many bytes a literal has at least: shorter ones stand in
// nearly every text, and Needs leaves their condition unbounded.
const LeastLiteral = 4

// needs takes the constants that an expression compares records with: the
// numbers beside .id and .value, and the strings beside .source and everything
// that is text. A list of records that is compared with no constant needs all.
func (w *When) needs(n *Needs) {
	p, err := w.compiled()
	if err != nil || !p.reads["events"] && !p.reads["codes"] && !p.reads["texts"] {
		return
	}
	found := constants{}
	found.visit(p.node)
	for _, v := range found.ids {
		n.Events = append(n.Events, EventNeed{ID: v, Each: true})
	}
	for _, v := range found.values {
		n.Codes = append(n.Codes, errcode.Code{Value: v})
	}
	for _, s := range found.sources {
		n.Events = append(n.Events, EventNeed{AnyID: true, Source: facts.FoldName(s), Each: true})
	}
	long := false
	for _, s := range found.texts {
		if s = facts.Fold(s); len(s) >= LeastLiteral {
			n.Literals = append(n.Literals, Literal{Text: s})
			long = true
		}
	}
	bounded := !p.reads["texts"] || long
	bounded = bounded && (!p.reads["codes"] || len(found.values) > 0)
	bounded = bounded && (!p.reads["events"] || len(found.ids)+len(found.sources) > 0 || long)
	n.Unbounded = n.Unbounded || !bounded
}

// constants gathers the constants of an expression by what they are beside.
type constants struct {
	ids, values    []uint32
	sources, texts []string
}

func (c *constants) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		c.compared(n.Left, n.Right)
		c.compared(n.Right, n.Left)
		c.visit(n.Left)
		c.visit(n.Right)
	case *ast.UnaryNode:
		c.visit(n.Node)
	case *ast.ConditionalNode:
		c.visit(n.Cond)
		c.visit(n.Exp1)
		c.visit(n.Exp2)
	case *ast.ArrayNode:
		c.all(n.Nodes)
	case *ast.BuiltinNode:
		c.calls(n.Arguments)
	case *ast.CallNode:
		c.calls(n.Arguments)
	case *ast.PredicateNode:
		c.visit(n.Node)
	case *ast.MemberNode:
		c.visit(n.Node)
	case *ast.ChainNode:
		c.visit(n.Node)
	}
}

// calls takes hasPrefix(.message, "x") as a comparison.
func (c *constants) calls(arguments []ast.Node) {
	if len(arguments) == 2 {
		c.compared(arguments[0], arguments[1])
	}
	c.all(arguments)
}

func (c *constants) all(list []ast.Node) {
	for _, n := range list {
		c.visit(n)
	}
}

// compared takes the constants in value, which something is compared with.
func (c *constants) compared(something, value ast.Node) {
	switch v := value.(type) {
	case *ast.IntegerNode:
		switch {
		case isField(something, "id"):
			c.ids = append(c.ids, uint32(v.Value))
		case isField(something, "value"):
			c.values = append(c.values, uint32(v.Value))
		}
	case *ast.StringNode:
		switch {
		case isField(something, "source"):
			c.sources = append(c.sources, v.Value)
		case !isField(something, "log") && !isField(something, "category") && !isField(something, "family"):
			c.texts = append(c.texts, v.Value)
		}
	case *ast.ArrayNode:
		for _, e := range v.Nodes {
			c.compared(something, e)
		}
	}
}

// Literal is the part of the template by which a text is looked for: the one
// with the most letters and digits in it. Its edges are edges of words where the
// template begins or ends there, or a blank stands between it and a placeholder.
func (t Template) Literal() Literal {
	best, most := 0, -1
	for i, part := range t.parts {
		n := 0
		for w := range Words(part) {
			n += len(w)
		}
		if n > most {
			best, most = i, n
		}
	}
	part := t.parts[best]
	return Literal{
		Text:  strings.Trim(part, " "),
		Begin: best == 0 || strings.HasPrefix(part, " "),
		End:   best == len(t.parts)-1 || strings.HasSuffix(part, " "),
	}
}
