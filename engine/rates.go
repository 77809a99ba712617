package engine

import (
	"math"

	"github.com/kbtriage/kbtriage/engine/index"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// rates are the weights as they hold for a rule. For one that was imported, how
// special a code or an event is comes from how many rules of the base name it:
// there are enough of them to tell.
type rates struct {
	*Weights
	imported bool
	index    *index.Index
	rules    int
}

func (b *Base) rates(r *rules.Rule) rates {
	return rates{&b.header.Weights, b.lexicon != nil && r.Status == rules.Imported, &b.index, b.Len()}
}

// expected is P(seen | cause) of a symptom.
func (w *Weights) expected(s *rules.Symptom) float64 { return w.Expected[s.Expected-1] }

// limit is the most bits that a symptom can add.
func (w rates) limit(s *rules.Symptom, weak bool) float64 {
	class := s.Suggests
	if weak {
		class = max(1, class-w.WeakClasses)
	}
	if w.imported {
		return w.Words.Suggests[class-1]
	}
	return w.Suggests[class-1]
}

// background is P(seen | another cause) of a symptom, by its condition or what of it was seen.
// In a large input that is at most P(seen | cause): what it shows by chance says
// nothing, neither for nor against.
func (w rates) background(s *rules.Symptom, c *cond.Condition, in *input) float64 {
	q := w.rate(c, s.Proof, in)
	if in != nil {
		q = math.Min(q, w.expected(s))
	}
	return q
}

// rate is that of a condition. Alternatives add up, conjunctions multiply, both
// as if independent. In an input of many records each leaf may be there by chance too.
func (w rates) rate(c *cond.Condition, proof bool, in *input) float64 {
	b := &w.Background
	ask := b.Ask
	if proof {
		ask = b.AskProof
	}
	no := 1.0 // probability that no alternative is seen
	or := func(q float64) { no *= 1 - q }
	switch {
	case len(c.Any) > 0:
		for i := range c.Any {
			or(w.rate(&c.Any[i].Condition, proof, in))
		}
		return 1 - no
	case len(c.All) > 0:
		q := 1.0
		for i := range c.All {
			q *= w.rate(&c.All[i].Condition, proof, in)
		}
		return math.Max(q, b.TextLeast)
	}
	for _, code := range c.Codes {
		or(in.among(w.codeRate(code.Code), in.code(code.Code)))
	}
	if c.Event != nil {
		if len(c.Event.IDs) == 0 {
			or(in.among(b.Event, in.event(c.Event)))
		}
		for _, id := range c.Event.IDs {
			or(in.among(w.eventRate(id, c.Event.Source), in.event(c.Event)))
		}
	}
	for _, t := range c.Texts {
		or(in.among(b.textRate(t.Template), in.text(t.Template)))
	}
	switch {
	case c.Environment != nil:
		or(b.Environment)
	case c.Correlate != nil:
		or(in.among(b.Correlate, in.other()))
	case c.Probe != nil:
		or(b.Probe)
	case c.When != nil:
		or(in.among(b.demandRate(c.When, ask), in.when(c)))
	}
	if no == 1 { // nothing but a question
		return ask
	}
	return 1 - no
}

func (w rates) codeRate(c errcode.Code) float64 {
	b := &w.Background
	if w.imported {
		return w.share(w.index.Count(facts.KindCode, uint64(c.Value)), b.Code)
	}
	if n, ok := b.Codes[c.String()]; ok && b.Documents > 0 {
		return rate(n, b.Documents)
	}
	return b.Code
}

func (w rates) eventRate(id uint32, source string) float64 {
	b := &w.Background
	if w.imported {
		if source != "" {
			return w.share(w.index.Named(id, cond.SourceHash(source)), b.Event)
		}
		return w.share(w.index.Count(facts.KindEvent, uint64(id)), b.Event)
	}
	if n, ok := b.Events[id]; ok && b.Documents > 0 {
		return rate(n, b.Documents)
	}
	return b.Event
}

// share is how many of the rules name something. In a base of few rules that tells
// little: the rate where there is no count stands for so many more rules.
func (w rates) share(n int, otherwise float64) float64 {
	const more = 500
	return (float64(n) + more*otherwise) / float64(w.rules+more)
}

// rate is the share of descriptions with one added on either side (Laplace), so
// that a count of nothing is not a probability of nothing.
func rate(n, of int) float64 { return float64(n+1) / float64(of+2) }

func (b *Background) textRate(t cond.Template) float64 {
	return b.wordsRate(len(t.AnchorWords()))
}

func (b *Background) wordsRate(words int) float64 {
	return math.Max(b.TextLeast, b.Text/math.Pow(b.TextWord, float64(max(words-1, 0))))
}

// demandRate is that of an expression: of the rarest record that it demands, or
// ask where it demands none.
func (b *Background) demandRate(w *cond.When, ask float64) float64 {
	least := ask
	for _, d := range w.Demands() {
		q := ask
		switch {
		case len(d.Codes) > 0:
			q = b.Code
		case d.Event:
			q = b.Event
		}
		if d.Text != "" {
			words := 0
			for range cond.Words(d.Text) {
				words++
			}
			q = math.Min(q, b.wordsRate(words))
		}
		least = math.Min(least, q)
	}
	return least
}
