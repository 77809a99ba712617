package cond

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/kbtriage/kbtriage/facts"
)

// Anchor is the indexable part of a condition: the condition can be seen only
// in a case that has a fact with one of its anchors.
type Anchor struct {
	Kind   facts.Kind
	Value  uint64   // the code, the event id, or a hash of a word, a question or a finding id
	Words  []string // for texts: any one of them serves; the index takes the rarest
	Source uint64   // for event ids: hash of the source that the record has if it names one, or 0
	Name   string   // what a person calls it: the code as written, the source of the event, the key of the question, the finding
}

// String is "code 0xC00203E5", "event 4058 of MSExchangeIMC", "the words resolver and
// initialized".
func (a Anchor) String() string {
	switch a.Kind {
	case facts.KindCode:
		if a.Name == "" {
			return fmt.Sprintf("code 0x%08X", a.Value)
		}
		return "code " + a.Name
	case facts.KindEvent:
		switch {
		case a.Value>>63 != 0:
			return "events of " + a.Name
		case a.Name == "":
			return fmt.Sprintf("event %d", a.Value)
		}
		return fmt.Sprintf("event %d of %s", a.Value, a.Name)
	case facts.KindText:
		if len(a.Words) == 1 {
			return "the word " + a.Words[0]
		}
		return "the words " + strings.Join(a.Words[:len(a.Words)-1], ", ") + " and " + a.Words[len(a.Words)-1]
	case facts.KindFinding:
		return "the finding " + a.Name
	case facts.KindAnswer:
		return "an answer to " + a.Name
	case facts.KindAccount:
		return "the account"
	}
	return "anything known of the host"
}

// Met reports whether some fact of the view has the anchor, so that the index finds the
// rule in the case.
func (a Anchor) Met(v *View) bool {
	want := map[uint64]bool{}
	for _, w := range a.Words {
		want[WordHash(w)] = true
	}
	for i := range v.Len() {
		if e := v.Fact(i).Event; e != nil && a.Source != 0 && e.Source != "" && sourceHash(e.Source) != a.Source {
			continue // the index keeps events of other sources apart
		}
		left := len(want)
		met := false
		FactAnchors(v.Fact(i), func(k facts.Kind, value uint64) {
			switch {
			case k != a.Kind:
			case k == facts.KindText && want[value]:
				want[value] = false
				left--
			case k != facts.KindText:
				met = met || value == a.Value
			}
		})
		if met || a.Kind == facts.KindText && left == 0 {
			return true
		}
		for w := range want {
			want[w] = true
		}
	}
	return false
}

// Anchors lists the anchors of the condition. A condition with ok false has
// none that can stand for it: its rule is a candidate in every case.
func (c *Condition) Anchors() (anchors []Anchor, ok bool) {
	switch {
	case len(c.Any) > 0:
		for i := range c.Any {
			list, found := c.Any[i].Condition.Anchors()
			if !found {
				return nil, false
			}
			anchors = append(anchors, list...)
		}
		return anchors, true
	case len(c.All) > 0: // any one member is enough to find it: take the one with the fewest, and of these a text
		for i := range c.All {
			list, found := c.All[i].Condition.Anchors()
			if found && (!ok || len(list) < len(anchors) || len(list) == len(anchors) && longText(list) && !longText(anchors)) {
				anchors, ok = list, true
			}
		}
		return anchors, ok
	}
	return c.leafAnchors()
}

// longText reports whether the first anchor is a text of several words.
func longText(list []Anchor) bool { return len(list) > 0 && len(list[0].Words) > 1 }

// innerWords are the words of a folded text that every text holding it has as
// whole words: the first and the last may be parts of longer ones.
func innerWords(text string) (words []string) {
	text = strings.TrimLeftFunc(text, isWordRune)
	text = strings.TrimRightFunc(text, isWordRune)
	for w := range Words(text) {
		words = append(words, w)
	}
	return words
}

func (c *Condition) leafAnchors() (anchors []Anchor, ok bool) {
	for _, code := range c.Codes {
		anchors = append(anchors, Anchor{Kind: facts.KindCode, Value: uint64(code.Value), Name: code.Literal})
	}
	events := []*Event{c.Event}
	if c.Correlate != nil {
		events = append(events, &c.Correlate.Events[0])
	}
	for _, e := range events {
		if e == nil {
			continue
		}
		if len(e.IDs) == 0 {
			anchors = append(anchors, Anchor{Kind: facts.KindEvent, Value: sourceHash(e.Source), Name: e.Source})
		}
		for _, id := range e.IDs {
			a := Anchor{Kind: facts.KindEvent, Value: uint64(id), Name: e.Source}
			if e.Source != "" {
				a.Source = sourceHash(e.Source)
			}
			anchors = append(anchors, a)
		}
	}
	for _, t := range c.Texts {
		words := t.AnchorWords()
		if len(words) == 0 {
			return nil, false
		}
		anchors = append(anchors, Anchor{Kind: facts.KindText, Words: words})
	}
	if c.Environment != nil {
		anchors = append(anchors, Anchor{Kind: facts.KindEnvironment, Value: hashOf("environment")})
	}
	if c.When != nil {
		list, found := c.whenAnchors()
		if !found {
			return nil, false
		}
		anchors = append(anchors, list...)
	}
	if key, _ := c.DefaultQuestion(); key != "" {
		anchors = append(anchors, Anchor{Kind: facts.KindAnswer, Value: hashOf("answer", key), Name: key})
	}
	return anchors, len(anchors) > 0
}

func (c *Condition) whenAnchors() ([]Anchor, bool) {
	p, err := c.When.checked()
	if err != nil {
		return nil, false
	}
	if len(p.dns) > 0 {
		var list []Anchor
		for _, name := range p.dns {
			f, ok := dnsFieldOf(name)
			if ok && c.Probe != nil && c.Probe.Type == "PTR" && f.id == facts.FindingMissingA {
				f.id = facts.FindingMissingPTR
			}
			if ok {
				list = append(list, Anchor{Kind: facts.KindFinding, Value: hashOf("finding", string(f.id)), Name: string(f.id)})
			}
		}
		return list, true
	}
	if p.reads["account"] {
		return []Anchor{{Kind: facts.KindAccount, Value: hashOf("account")}}, true
	}
	return p.anchors, len(p.anchors) > 0
}

// FactAnchors yields the keys under which a fact can reach rules: those of
// Anchor, with the words of its text hashed. A fact has one text at most, and an
// event at most one source, whose key is the one with the top bit set.
func FactAnchors(f *facts.Fact, yield func(facts.Kind, uint64)) {
	words := func(text string) {
		if text == "" {
			return
		}
		for w := range Words(facts.Fold(text)) {
			yield(facts.KindText, WordHash(w))
		}
	}
	switch f.Kind {
	case facts.KindCode:
		yield(facts.KindCode, uint64(f.Code.Value))
		for _, n := range f.Code.Nested {
			yield(facts.KindCode, uint64(n.Value))
		}
		words(f.Code.Message)
	case facts.KindEvent:
		yield(facts.KindEvent, uint64(f.Event.ID))
		if f.Event.Source != "" {
			yield(facts.KindEvent, sourceHash(f.Event.Source))
		}
		words(f.Event.Message)
	case facts.KindText:
		words(f.Text.Value)
	case facts.KindEnvironment:
		yield(facts.KindEnvironment, hashOf("environment"))
	case facts.KindAnswer:
		yield(facts.KindAnswer, hashOf("answer", f.Answer.Question))
	case facts.KindFinding:
		yield(facts.KindFinding, hashOf("finding", string(f.Finding.ID)))
	case facts.KindAccount:
		yield(facts.KindAccount, hashOf("account"))
	}
}

func sourceHash(source string) uint64 { return hashOf("source", facts.FoldName(source)) }

// SourceHash is the Source of the anchor of an event, 0 for any.
func SourceHash(source string) uint64 {
	if source == "" {
		return 0
	}
	return sourceHash(source)
}

// WordHash is the index key of a word.
func WordHash(word string) uint64 { return hashOf("word", word) }

// hashOf hashes the parts (FNV-1a, 64 bit, a zero byte behind each) with the top
// bit set, so that no hash is a small number such as an event id. The loop is
// written out because every word of every text goes through it: hash/fnv costs
// two allocations and a call of an interface a word. Compiled bases hold the
// values: another hash needs another magic.
func hashOf(parts ...string) uint64 {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3
	h := uint64(offset)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * prime
		}
		h *= prime // the zero byte
	}
	return h | 1<<63
}

// spineAnchors finds, on the AND-spine of an expression, a test that any event
// or code has a constant number: any(events, .id == 4058), or that any event or
// text holds a text or has a source. Tests under not, or and ?: anchor nothing.
func spineAnchors(n ast.Node) []Anchor {
	switch n := n.(type) {
	case *ast.BinaryNode:
		if n.Operator != "and" && n.Operator != "&&" {
			return nil
		}
		if left := spineAnchors(n.Left); left != nil {
			return left
		}
		return spineAnchors(n.Right)
	case *ast.BuiltinNode:
		if n.Name != "any" || len(n.Arguments) != 2 || !isRecords(n.Arguments[0]) {
			return nil
		}
		predicate, ok := n.Arguments[1].(*ast.PredicateNode)
		if !ok {
			return nil
		}
		var k constraint
		k.conjunct(predicate.Node)
		list := n.Arguments[0].(*ast.IdentifierNode).Value
		words := innerWords(k.longestText())
		if list == listCodes {
			return numbers(predicate.Node, "value", facts.KindCode)
		}
		text := []Anchor{{Kind: facts.KindText, Words: words}}
		if len(words) > 1 {
			return text // fewer facts have them than a number
		}
		if list == listEvents {
			if found := numbers(predicate.Node, "id", facts.KindEvent); found != nil {
				return found
			}
			if k.source != "" {
				return []Anchor{{Kind: facts.KindEvent, Value: hashOf("source", k.source)}}
			}
		}
		if len(words) > 0 {
			return text
		}
	}
	return nil
}

// numbers finds `.field == 4058` or `.field in [4058, 4067]` on the AND-spine of a predicate.
func numbers(n ast.Node, field string, kind facts.Kind) []Anchor {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	switch b.Operator {
	case "and", "&&":
		if left := numbers(b.Left, field, kind); left != nil {
			return left
		}
		return numbers(b.Right, field, kind)
	case "==":
		if !isField(b.Left, field) {
			return nil
		}
		if i, ok := b.Right.(*ast.IntegerNode); ok {
			return []Anchor{{Kind: kind, Value: uint64(i.Value)}}
		}
	case "in":
		list, ok := b.Right.(*ast.ArrayNode)
		if !ok || !isField(b.Left, field) {
			return nil
		}
		var anchors []Anchor
		for _, e := range list.Nodes {
			i, ok := e.(*ast.IntegerNode)
			if !ok {
				return nil
			}
			anchors = append(anchors, Anchor{Kind: kind, Value: uint64(i.Value)})
		}
		return anchors
	}
	return nil
}

func isField(n ast.Node, field string) bool {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return false
	}
	if _, ok := m.Node.(*ast.PointerNode); !ok {
		return false
	}
	s, ok := m.Property.(*ast.StringNode)
	return ok && s.Value == field
}
