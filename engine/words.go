package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/engine/lexicon"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// wording is what the words of a case say about the rules that have an article:
// bits for each record of the case and each rule that some record fits.
type wording struct {
	lex     *lexicon.Lexicon
	w       *lexicon.Weights
	records []wordRecord
	among   float64
}

// wordRecord is a text of the case that belongs together.
type wordRecord struct {
	facts []int // it counts while all are known
	text  lexicon.Text
	less  float64 // bits that it loses, as it fits so many rules
}

// The bounds of what is looked for by words.
const (
	mostRecords     = 400  // texts of a case
	mostByRecord    = 24   // rules of each that are assessed
	longestTogether = 4000 // bytes of paragraphs that are read as one text, too
	crowd           = 5    // so many rules may fit a text better than one that shows what chance gives
)

// wordsEvidence is the name of the line of evidence that words give.
const wordsEvidence = "words"

// byWords is the symptom that the words of an article are, with a limit where an
// author has taken the rule over.
var byWords = &rules.Symptom{Name: wordsEvidence, Suggests: 3, Expected: 4}

var scores = sync.Pool{New: func() any { return new(lexicon.Scores) }}

// newWording reads the texts of the case, and lists the rules that they fit; nil
// where no rule has an article.
func (b *Base) newWording(c *facts.Case) (*wording, []int) {
	if b.lexicon == nil {
		return nil, nil
	}
	x := &wording{lex: b.lexicon, w: &b.header.Weights.Words.Match, among: b.header.Weights.Words.Among}
	seen := map[string]bool{}
	var together []int
	var all strings.Builder
	for i := range c.Facts {
		text, paragraph := textOf(&c.Facts[i])
		if text == "" || len(x.records) >= mostRecords {
			continue
		}
		if paragraph && all.Len()+len(text) < longestTogether {
			together = append(together, i)
			all.WriteString(text)
			all.WriteString("\n\n")
		}
		if seen[text] {
			continue
		}
		seen[text] = true
		x.records = append(x.records, wordRecord{facts: []int{i}, text: x.lex.Read(text, x.w)})
	}
	if len(together) > 1 {
		x.records = append(x.records, wordRecord{facts: together, text: x.lex.Read(all.String(), x.w)})
	}
	s := scores.Get().(*lexicon.Scores)
	defer scores.Put(s)
	var found []int
	for i := range x.records {
		r := &x.records[i]
		hits := x.lex.Search(&r.text, x.w, s, mostByRecord)
		if len(hits) > crowd {
			r.less = b.header.Weights.Words.Crowd * math.Max(hits[crowd].Bits, 0)
		}
		for _, h := range hits {
			if h.Bits > r.less+x.lost(len(x.records)) {
				found = append(found, h.Rule)
			}
		}
	}
	slices.Sort(found)
	return x, slices.Compact(found)
}

// textOf is the words of a fact, and whether it is running text, of which one
// paragraph goes on where the one before ends.
func textOf(f *facts.Fact) (text string, paragraph bool) {
	switch f.Kind {
	case facts.KindText:
		return f.Text.Value, f.Origin.Time.IsZero()
	case facts.KindEvent:
		return f.Event.Source + "\n\n" + f.Event.Message, false
	case facts.KindCode:
		return fmt.Sprintf("0x%X %s\n\n%s", f.Code.Value, parameters(f.Code.Literal), f.Code.Message), true
	}
	return "", false
}

// weighed is the evidence of an imported rule as the fit has it. What a record of
// a log says that tells of no failure counts less.
func (e *evidence) weighed(v *cond.View, w *WordWeights) {
	most := 0.0
	for _, i := range e.result.Facts {
		f := v.Fact(i)
		level := 1.0
		if f.Event != nil {
			switch severity(f.Event.Level) {
			case informs:
				level = w.Information
			case warns:
				level = w.Warning
			}
		}
		most = math.Max(most, level)
	}
	if len(e.result.Facts) > 0 && e.bits > 0 {
		e.bits *= most
	}
	e.bits *= w.Trust
}

// What a record of a log is: an error, unless it says that it is less.
const (
	fails = iota
	warns
	informs
)

func severity(level string) int {
	switch l := strings.ToLower(level); {
	case strings.HasPrefix(l, "info"), strings.HasPrefix(l, "success"), strings.HasPrefix(l, "audit succ"), l == "verbose", l == "debug", l == "notice", l == "4", l == "0":
		return informs
	case strings.HasPrefix(l, "warn"), l == "3":
		return warns
	}
	return fails
}

// evidence is what the words of the case say for a rule: those of the record that
// fits best. The number of a code or an event that one of the symptoms counts is no
// word.
func (x *wording) evidence(number int, v *cond.View, symptoms []evidence) (evidence, bool) {
	var counted []uint32
	for _, e := range symptoms {
		if e.symptom == nil || e.result.State != cond.Seen {
			continue
		}
		for _, i := range e.result.Facts {
			switch f := v.Fact(i); {
			case f.Code != nil:
				counted = append(counted, f.Code.Value)
			case f.Event != nil:
				counted = append(counted, f.Event.ID)
			}
		}
	}
	slices.Sort(counted)
	counted = slices.Compact(counted)
	known := 0
	for i := range x.records {
		if !slices.ContainsFunc(x.records[i].facts, v.Hidden) {
			known++
		}
	}
	best, bits := -1, 0.0
	var has []lexicon.Term
	for i := range x.records {
		r := &x.records[i]
		if slices.ContainsFunc(r.facts, v.Hidden) {
			continue
		}
		b, terms := x.lex.Of(&r.text, number, x.w, counted)
		if b -= r.less + x.lost(known); b > bits {
			best, bits, has = i, b, terms
		}
	}
	if best < 0 {
		return evidence{}, false
	}
	return evidence{
		symptom: byWords, name: wordsEvidence, bits: bits,
		result: cond.Result{State: cond.Seen, Facts: x.records[best].facts, Why: x.why(&x.records[best].text, has)},
	}, true
}

// lost is the bits that each of so many records loses: the best of them is likelier
// to fit by chance.
func (x *wording) lost(records int) float64 { return x.among * math.Log2(float64(max(records, 1))) }

// most is the limit of the words of a rule that an author has taken over: that of
// their class, and the bits that single out one of the rules that have an article.
func (x *wording) most(w rates) float64 {
	return w.limit(byWords, false) + math.Log2(float64(max(x.lex.Rules(), 1)))
}

// why names the words that count most, with how many rules have them.
func (x *wording) why(t *lexicon.Text, has []lexicon.Term) string {
	words, total := 0, 0
	for _, term := range has {
		if !term.Pair {
			words++
		}
	}
	for _, term := range t.Terms {
		if !term.Pair {
			total++
		}
	}
	parts := []string{}
	for _, term := range has[:min(len(has), 4)] {
		text := "“" + term.Text + "”"
		if term.For != "" {
			text += " taken for “" + term.For + "”"
		}
		parts = append(parts, fmt.Sprintf("%s (%d of %d rules)", text, term.Rules, x.lex.Rules()))
	}
	return fmt.Sprintf("%d of %d words that rules know: %s", words, total, strings.Join(parts, ", "))
}

// fields are the parts of a rule whose words find it.
func (w *WordWeights) fields(r *rules.Rule) []lexicon.Field {
	if r.Article == nil {
		return nil
	}
	products := []string{}
	for _, a := range r.AppliesTo {
		product := a.Product
		if a.Version != nil {
			product += " " + a.Version.String()
		}
		products = append(products, strings.TrimSpace(product+" "+a.OS))
	}
	slices.Sort(products)
	steps := make([]string, len(r.Resolution.Steps))
	for i, s := range r.Resolution.Steps {
		steps[i] = s.Text
	}
	field := func(name, text string) lexicon.Field {
		f := w.Fields[name]
		return lexicon.Field{Text: text, Weight: f.Weight, Usual: cmp.Or(f.Usual, 1)}
	}
	return []lexicon.Field{
		field("title", r.Title), field("symptoms", r.Article.Symptoms), field("cause", r.Cause),
		field("resolution", strings.Join(steps, "\n\n")), field("notes", r.Article.Notes),
		field("product", strings.Join(slices.Compact(products), "\n\n")), field("words", strings.Join(r.Article.Words, "\n\n")),
	}
}

// parameters is what stands in parentheses behind a code, as it was written.
func parameters(literal string) string {
	if i := strings.IndexByte(literal, '('); i > 0 {
		return literal[i:]
	}
	return ""
}
