package engine

import (
	"math"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// input is what a case was found in. A description of a problem is about that
// problem, and a nil input stands for it; in a million records of a log, nearly
// every common word, small number and event number occurs without any.
type input struct {
	w       *Weights
	records float64
	common  map[string]bool
	names   map[string]bool // words of sources, logs and paths: signs of products
	system  map[string]bool // words, four by four, of the messages of the system's codes
	foreign bool            // of the rule's product there is no sign
}

// newInput describes what the case was found in; nil where that is no log of
// so many records.
func (b *Base) newInput(c *facts.Case, records int64) *input {
	if records == 0 {
		return nil
	}
	b.wordsOnce.Do(func() { b.commonWords = b.header.Weights.Chance.commonWords() })
	in := &input{
		w: &b.header.Weights, records: math.Max(float64(records), fewRecords),
		common: b.commonWords, system: systemTexts(), names: map[string]bool{},
	}
	sign := func(s string) {
		in.names[facts.FoldName(s)] = true
	}
	for _, f := range c.Facts {
		switch f.Kind {
		case facts.KindEvent:
			sign(f.Event.Source)
			sign(f.Event.Log)
		case facts.KindEnvironment:
			if !f.Environment.Not {
				sign(f.Environment.Value)
			}
		}
	}
	for _, s := range c.Coverage {
		sign(s.Log)
	}
	return in
}

// commonWords is the set of the words of little weight.
func (c *Chance) commonWords() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(c.Common) {
		words[word] = true
	}
	return words
}

// systemTexts is the words, four by four, of the messages of the system's codes.
// It follows from static tables; making it takes 20 ms, and only scans and the
// compiling of a base need it.
var systemTexts = sync.OnceValue(func() map[string]bool {
	system := map[string]bool{}
	errcode.EachMessage(func(text string) { eachGram(wordsOf(plainText(text)), func(gram string) { system[gram] = true }) })
	return system
})

// gram is how many words in a row are compared with the messages of the system.
const gram = 4

// eachGram yields the words of a text four by four, or a shorter text whole.
func eachGram(words []string, yield func(string)) {
	for i := 0; i == 0 || i+gram <= len(words); i++ {
		yield(strings.Join(words[i:min(i+gram, len(words))], " "))
	}
}

func wordsOf(folded string) (words []string) {
	for w := range cond.Words(folded) {
		words = append(words, w)
	}
	return words
}

// isSystems reports whether a text is a message of the system, or a piece of one.
func (in *input) isSystems(words []string) bool {
	all := true
	eachGram(words, func(g string) { all = all && in.system[g] })
	return all
}

func plainText(s string) string { return strings.TrimRight(facts.Fold(s), " .") }

// about is the input as seen by a rule: whether there is a sign of its product.
func (in *input) about(r *rules.Rule) *input {
	if in == nil || len(r.AppliesTo) == 0 {
		return in
	}
	named := false
	for i := range r.AppliesTo {
		product := r.AppliesTo[i].Product
		if product == "" {
			return in
		}
		named = named || in.signOf(product)
	}
	if named {
		return in
	}
	alien := *in
	alien.foreign = true
	return &alien
}

// certain is the class of a symptom that points at its cause so strongly, says
// the author of the rule, that it is no chance in any input.
const certain = 5

// of is the input as far as it matters for a symptom: nil where nothing of it is
// chance. A number is: a bare one that is small, or that only may be the code that
// the symptom names.
func (in *input) of(s *rules.Symptom, number bool) *input {
	if s.Suggests == certain && !number && !in.alienated() {
		return nil
	}
	return in
}

// onlyNumbers reports whether the facts are small codes that are written as
// numbers: "error 112".
func onlyNumbers(v *cond.View, list []int) bool {
	for _, i := range list {
		c := v.Fact(i).Code
		if c == nil || c.Family != "" || !isSmall(c.Value) || !isNumber(c.Literal) {
			return false
		}
	}
	return len(list) > 0
}

// alienated reports whether the rule is about a product of which there is no sign.
func (in *input) alienated() bool { return in != nil && in.foreign }

// fewRecords is how many records an input is taken to have at least: a small
// part of a log does not make a common word special.
const fewRecords = 1000

// signOf reports whether a name in the input holds a word of the product's that
// is not one of every product.
func (in *input) signOf(product string) bool {
	for word := range cond.Words(facts.Fold(product)) {
		if len(word) < 3 {
			continue
		}
		switch word {
		case "microsoft", "windows", "server", "for", "client", "service", "services", "edition", "version", "and", "the", "system", "personal", "professional", "standard", "enterprise":
			continue
		}
		for name := range in.names {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return false
}

// among is P(seen | another cause) of a leaf in an input whose records show it
// by chance with the probability: q, or at least one of the records.
func (in *input) among(q, chance float64) float64 {
	if in == nil {
		return q
	}
	return 1 - (1-q)*math.Exp(-chance*in.records)
}

// seenForms is the condition with those of its alternatives that are seen in the
// case: how common the others are does not matter.
func seenForms(c *cond.Condition, v *cond.View) *cond.Condition {
	seen := func(part cond.Condition) bool { return part.Eval(v).State == cond.Seen }
	out := *c
	switch {
	case len(c.Any) > 0:
		out.Any = nil
		for _, m := range c.Any {
			if seen(m.Condition) {
				out.Any = append(out.Any, cond.Member{Name: m.Name, Condition: *seenForms(&m.Condition, v)})
			}
		}
		return &out
	case len(c.All) > 0:
		out.All = nil
		for _, m := range c.All {
			out.All = append(out.All, cond.Member{Name: m.Name, Condition: *seenForms(&m.Condition, v)})
		}
		return &out
	}
	forms := len(c.Codes) + len(c.Texts)
	if c.Event != nil {
		forms++
	}
	if forms < 2 { // it is the one
		return &out
	}
	out.Codes, out.Texts = nil, nil
	for _, code := range c.Codes {
		if seen(cond.Condition{Codes: []cond.Code{code}}) {
			out.Codes = append(out.Codes, code)
		}
	}
	for _, t := range c.Texts {
		if seen(cond.Condition{Texts: []cond.Text{t}}) {
			out.Texts = append(out.Texts, t)
		}
	}
	if c.Event != nil && !seen(cond.Condition{Event: c.Event}) {
		out.Event = nil
	}
	return &out
}

// expected is how many records of the input show the condition by chance: for
// alternatives the sum, for conjunctions the least.
func (in *input) expected(c *cond.Condition) float64 {
	sum := 0.0
	switch {
	case len(c.Any) > 0:
		for i := range c.Any {
			sum += in.expected(&c.Any[i].Condition)
		}
		return sum
	case len(c.All) > 0:
		sum = math.Inf(1)
		for i := range c.All {
			sum = math.Min(sum, in.expected(&c.All[i].Condition))
		}
		return sum
	}
	for _, code := range c.Codes {
		sum += in.code(code.Code)
	}
	if c.Event != nil {
		sum += in.event(c.Event)
	}
	for _, t := range c.Texts {
		sum += in.text(t.Template)
	}
	if c.Correlate != nil {
		sum += in.other()
	}
	if c.When != nil {
		sum += in.when(c)
	}
	return sum * in.records
}

func (in *input) code(c errcode.Code) float64 {
	if in == nil {
		return 0
	}
	w := in.w.Chance
	switch {
	case c.Family == errcode.Bugcheck:
		return in.alien(w.Code)
	case isSmall(c.Value):
		return w.SmallCode
	case c.Value>>16 == 0x8007 || c.Value>>16 == 0x8000 || c.Value>>16 == 0xC000:
		return w.GenericCode
	}
	return in.alien(w.Code)
}

// alien raises the chance of what is about a product of which there is no sign.
func (in *input) alien(chance float64) float64 {
	if in.foreign {
		chance *= math.Exp2(in.w.Chance.ForeignProduct)
	}
	return chance
}

func (in *input) event(e *cond.Event) float64 {
	switch {
	case in == nil:
		return 0
	case e.Source != "" && len(e.IDs) > 0:
		if in.foreign {
			return in.w.Chance.ForeignEvent
		}
		return in.w.Chance.Event
	}
	return in.w.Chance.EventID
}

func (in *input) other() float64 {
	if in == nil {
		return 0
	}
	return in.w.Chance.Other
}

// when is that of an expression: of the most special record that it demands. One
// over probes or settings is not seen in records.
func (in *input) when(c *cond.Condition) float64 {
	if in == nil || c.Probe != nil {
		return 0
	}
	least := in.w.Chance.Other
	for _, d := range c.When.Demands() {
		if d.Event {
			least = math.Min(least, in.event(&cond.Event{IDs: []uint32{0}, Source: orNothing(d.Source)}))
		}
		if d.Text != "" {
			least = math.Min(least, in.words(wordsOf(d.Text)))
		}
		sum := 0.0
		for _, v := range d.Codes {
			sum += in.code(errcode.Code{Value: v})
		}
		if sum > 0 {
			least = math.Min(least, sum)
		}
	}
	return least
}

func orNothing(named bool) string {
	if named {
		return "named"
	}
	return ""
}

// text weighs the words of a template.
func (in *input) text(t cond.Template) float64 {
	if in == nil {
		return 0
	}
	return in.words(t.AnchorWords())
}

// words weighs the words of a text.
func (in *input) words(words []string) float64 {
	w := in.w.Chance
	if in.isSystems(words) { // as special as the code whose message it is
		return w.SmallCode
	}
	bits := 0.0
	for _, word := range words {
		switch {
		case strings.Trim(word, "0123456789") == "":
			bits += w.Number
		case in.common[word] || len(word) == 1:
			bits += w.CommonWord
		case len(word) <= 4:
			bits += w.ShortWord
		default:
			bits += w.RareWord
		}
	}
	return math.Min(in.alien(math.Exp2(-bits)), 1)
}
