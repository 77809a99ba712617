package cond

import (
	"strings"

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
	With   string // folded text that the record holds as well, or ""
	Each   bool   // every occurrence counts, not only that there is one
}

// Literal is a piece of folded text that every text holds which can match.
type Literal struct {
	Text       string
	Begin, End bool     // its edge is the edge of a word
	Words      []string // of all that the text must hold besides
	Expression bool     // an expression asks for it
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

// needs takes what the expression asks of the records that it goes through:
// any(events, .id == 4058 and .message contains "resolver") needs the events with
// the number and the text. Records that are read in another way, or without a
// constant that they are compared with, leave it unbounded.
func (w *When) needs(n *Needs) {
	p, err := w.checked()
	if err != nil {
		return
	}
	n.Unbounded = n.Unbounded || len(p.open) > 0
	for i := range p.loops {
		l := &p.loops[i]
		text := l.longestText()
		switch {
		case l.list == listEvents && len(l.ids) > 0:
			for _, id := range l.ids {
				n.Events = append(n.Events, EventNeed{ID: id, Source: l.source, With: text, Each: true})
			}
		case l.list != listCodes && text != "":
			n.Literals = append(n.Literals, Literal{Text: text, Expression: true})
		case l.list == listEvents && l.source != "":
			n.Events = append(n.Events, EventNeed{AnyID: true, Source: l.source, Each: true})
		case l.list == listCodes && len(l.values) > 0:
			for _, v := range l.values {
				n.Codes = append(n.Codes, errcode.Code{Value: v})
			}
		default:
			n.Unbounded = true
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
		Words: t.AnchorWords(),
	}
}
