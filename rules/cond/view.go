package cond

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// View is a case prepared for evaluation: look-ups by code, event and word, and
// the groups of facts that are one and the same observation. It never changes,
// and Without gives a second view on the same tables.
type View struct {
	tables *tables
	hidden []bool // by group; nil hides nothing
}

type tables struct {
	facts  []facts.Fact
	group  []int            // fact -> group; a code and its own message text are one group
	codes  map[uint32][]int // value -> facts that are the code
	inner  map[uint32][]int // value -> facts that carry the code inside
	events map[uint32][]int
	texts  []folded
	text   []string         // fact -> its text folded, or ""; folding is most of what reading a text costs, so it is done once
	words  map[string][]int // word -> indexes of texts
	kinds  map[facts.Kind][]int
	covers []facts.Coverage
	host   string     // of the case, "" where it is not one
	from   facts.Time // when its first fact was
}

type folded struct {
	fact int
	text string
}

// maxPairs bounds the comparison of codes with texts when groups are formed:
// distinct codes times short texts. Above it only texts near the code are compared:
// in its file, a few lines away.
const maxPairs = 20_000

// NewView prepares the case, whose facts must be in canonical order.
func NewView(c *facts.Case) *View {
	t := &tables{
		facts: c.Facts, text: make([]string, len(c.Facts)), covers: c.Coverage,
		codes: map[uint32][]int{}, inner: map[uint32][]int{}, events: map[uint32][]int{},
		words: map[string][]int{}, kinds: map[facts.Kind][]int{},
	}
	t.host = c.Host()
	t.from, _ = c.Span()
	for i := range c.Facts {
		f := &c.Facts[i]
		t.kinds[f.Kind] = append(t.kinds[f.Kind], i)
		switch f.Kind {
		case facts.KindCode:
			t.codes[f.Code.Value] = append(t.codes[f.Code.Value], i)
			for _, n := range f.Code.Nested {
				t.inner[n.Value] = append(t.inner[n.Value], i)
			}
			t.addText(i, f.Code.Message)
		case facts.KindEvent:
			t.events[f.Event.ID] = append(t.events[f.Event.ID], i)
			t.addText(i, f.Event.Message)
		case facts.KindText:
			t.addText(i, f.Text.Value)
		}
	}
	t.formGroups()
	return &View{tables: t}
}

func (t *tables) addText(fact int, text string) {
	if text == "" {
		return
	}
	at := len(t.texts)
	t.text[fact] = facts.Fold(text)
	t.texts = append(t.texts, folded{fact, t.text[fact]})
	for w := range Words(t.texts[at].text) {
		if list := t.words[w]; len(list) == 0 || list[len(list)-1] != at {
			t.words[w] = append(list, at)
		}
	}
}

// formGroups joins facts that are one observation: the same code met twice, the
// same event met twice, and a code with its own message text.
func (t *tables) formGroups() {
	t.group = make([]int, len(t.facts))
	for i := range t.group {
		t.group[i] = i
	}
	var distinct []int // one fact for each code
	for _, i := range t.kinds[facts.KindCode] {
		for _, earlier := range t.codes[t.facts[i].Code.Value] {
			if t.facts[earlier].Code.Family == t.facts[i].Code.Family {
				t.group[i] = t.group[earlier]
				break
			}
		}
		if t.group[i] == i {
			distinct = append(distinct, i)
		}
	}
	for _, list := range t.events {
		// The first event of each source; comparing each with all before it
		// takes seconds for ten thousand events of one number.
		first := make(map[string]int, 1)
		for _, i := range list {
			source := t.facts[i].Event.Source
			name := facts.FoldName(source)
			if name == "" && source != "" {
				name = "-" // punctuation only, which is not the same as no source
			}
			if earlier, met := first[name]; met {
				t.group[i] = earlier
			} else {
				first[name] = i
			}
		}
	}
	texts := t.kinds[facts.KindText]
	messages := make(map[int]errcode.Messages, len(distinct))
	for _, i := range distinct {
		messages[i] = errcode.MessagesOf(ReadCode(t.facts[i].Code))
	}
	everywhere := len(distinct)*len(texts) <= maxPairs
	for _, ti := range texts {
		text := t.text[ti]
		for _, ci := range distinct {
			if !everywhere && !near(&t.facts[ci].Origin, &t.facts[ti].Origin) {
				continue
			}
			if t.messageOf(ci, messages[ci], text) {
				t.group[ti] = t.group[ci]
				break
			}
		}
	}
}

// near reports whether two facts of a large case may be a code and its message:
// they stand in one file, a few lines apart.
func near(a, b *facts.Origin) bool {
	const lines = 50
	return a.Path == b.Path && a.Line-b.Line < lines && b.Line-a.Line < lines
}

// messageOf reports whether the folded text is the message of the code and little else.
func (t *tables) messageOf(code int, messages errcode.Messages, text string) bool {
	if m := strings.TrimRight(t.text[code], "."); m != "" && strings.Contains(text, m) && len(text) <= 2*len(m)+40 {
		return true
	}
	return len(text) <= 300 && messages.In(text)
}

// ReadCode turns a code fact back into a code that can be explained.
func ReadCode(c *facts.Code) errcode.Code {
	code := errcode.Code{Value: c.Value, Literal: c.Literal, Family: errcode.Family(c.Family), Params: c.Params}
	for i := range c.Nested {
		code.Nested = append(code.Nested, ReadCode(&c.Nested[i]))
	}
	return code
}

// Fact is the fact with the index that results name.
func (v *View) Fact(i int) *facts.Fact { return &v.tables.facts[i] }

// Len is the number of facts, hidden ones included.
func (v *View) Len() int { return len(v.tables.facts) }

// Group is the observation that a fact belongs to; facts with one group count once.
func (v *View) Group(fact int) int { return v.tables.group[fact] }

// Hidden reports whether the fact was taken away.
func (v *View) Hidden(fact int) bool {
	return v.hidden != nil && v.hidden[v.tables.group[fact]]
}

// Without is the view on the case without the observations that the facts belong to.
func (v *View) Without(list []int) *View {
	hidden := make([]bool, len(v.tables.facts))
	copy(hidden, v.hidden)
	for _, i := range list {
		hidden[v.tables.group[i]] = true
	}
	return &View{tables: v.tables, hidden: hidden}
}

// visible is the list without hidden facts.
func (v *View) visible(list []int) []int {
	if v.hidden == nil {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), v.Hidden)
}

// ofKind lists the visible facts of a kind.
func (v *View) ofKind(k facts.Kind) []int { return v.visible(v.tables.kinds[k]) }

// answer is what a person said to the question: the fact's index and the state.
func (v *View) answer(key string) (int, facts.State) {
	for _, i := range v.ofKind(facts.KindAnswer) {
		if a := v.tables.facts[i].Answer; a.Question == key {
			return i, a.State
		}
	}
	return -1, facts.Unknown
}

// environment is the value of a field, with the fact that says so. Two different
// values mean that it is not known which holds.
func (v *View) environment(field string) (int, string) {
	found, value := -1, ""
	for _, i := range v.ofKind(facts.KindEnvironment) {
		switch e := v.tables.facts[i].Environment; {
		case e.Field != field || e.Not:
		case found < 0:
			found, value = i, e.Value
		case !sameName(e.Value, value):
			return -1, ""
		}
	}
	return found, value
}

// withTemplate lists the facts whose text matches the template.
func (v *View) withTemplate(t Template) []int {
	t0 := v.tables
	candidates, limited := []int(nil), false
	for _, w := range t.AnchorWords() {
		list := t0.words[w]
		if len(list) == 0 {
			return nil
		}
		if !limited || len(list) < len(candidates) {
			candidates, limited = list, true
		}
	}
	var found []int
	match := func(f folded) {
		if !v.Hidden(f.fact) && t.Match(f.text) && (len(found) == 0 || found[len(found)-1] != f.fact) {
			found = append(found, f.fact)
		}
	}
	if !limited {
		for _, f := range t0.texts {
			match(f)
		}
		return found
	}
	for _, i := range candidates {
		match(t0.texts[i])
	}
	return found
}

func sameName(a, b string) bool { return facts.FoldName(a) == facts.FoldName(b) }
