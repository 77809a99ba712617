package engine

import (
	"bytes"
	"fmt"
	"math"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Weights are the numbers behind the classes of rules. They are data, handed to
// Compile and stored with the base; nothing in the engine is a constant that a
// fit would want to change.
type Weights struct {
	// Expected[k-1] is P(seen | cause) of a symptom of class k.
	Expected []float64 `yaml:"expected" json:"expected"`
	// Suggests[k-1] is the most bits that a symptom of class k can add.
	Suggests []float64 `yaml:"suggests" json:"suggests"`
	// WeakClasses is how many classes a match counts less that rests on a code inside another one.
	WeakClasses int `yaml:"weak_classes" json:"weak_classes"`
	// Priors are log2 odds against "none of these", by status.
	Priors map[rules.Status]float64 `yaml:"priors" json:"priors"`
	// OtherProduct is added, in bits, when the case is about another product.
	OtherProduct float64 `yaml:"other_product" json:"other_product"`
	// Background is P(seen | another cause).
	Background Background `yaml:"background" json:"background"`
	// Chance is what a large input shows whatever the cause.
	Chance Chance `yaml:"chance" json:"chance"`
	// Check holds what checks cost and when one is worth listing.
	Check CheckWeights `yaml:"check" json:"check"`
}

// Background is how often symptoms are seen whatever the cause.
type Background struct {
	// Documents is how many problem descriptions the counts are from.
	Documents int `yaml:"documents" json:"documents"`
	// Codes and Events count the descriptions that name a code or an event id.
	Codes  map[string]int `yaml:"codes" json:"codes"`
	Events map[uint32]int `yaml:"events" json:"events"`
	// Code, Event, ... are used where there is no count.
	Code        float64 `yaml:"code" json:"code"`
	Event       float64 `yaml:"event" json:"event"`
	Environment float64 `yaml:"environment" json:"environment"`
	Correlate   float64 `yaml:"correlate" json:"correlate"`
	Probe       float64 `yaml:"probe" json:"probe"`
	Ask         float64 `yaml:"ask" json:"ask"`
	AskProof    float64 `yaml:"ask_proof" json:"ask_proof"` // for a question that proves the cause
	// Text is for a template of one word; each further word divides it by TextWord, down to TextLeast.
	Text      float64 `yaml:"text" json:"text"`
	TextWord  float64 `yaml:"text_word" json:"text_word"`
	TextLeast float64 `yaml:"text_least" json:"text_least"`
}

// Chance is the probability that one record of a log shows a symptom although
// nothing that it stands for is there. See docs/ranking.md.
type Chance struct {
	Code        float64 `yaml:"code" json:"code"`
	GenericCode float64 `yaml:"generic_code" json:"generic_code"`
	SmallCode   float64 `yaml:"small_code" json:"small_code"`
	Event       float64 `yaml:"event" json:"event"`
	EventID     float64 `yaml:"event_id" json:"event_id"`
	// ForeignEvent is for an event with its source where nothing else is of the rule's product.
	ForeignEvent float64 `yaml:"foreign_event" json:"foreign_event"`
	Other        float64 `yaml:"other" json:"other"`
	// A text has 2^-bits, where each word adds bits of its kind.
	RareWord   float64 `yaml:"rare_word" json:"rare_word"`
	ShortWord  float64 `yaml:"short_word" json:"short_word"`
	CommonWord float64 `yaml:"common_word" json:"common_word"`
	Number     float64 `yaml:"number" json:"number"`
	// ForeignProduct is the bits that a text loses when nothing names its product.
	ForeignProduct float64 `yaml:"foreign_product" json:"foreign_product"`
	// Special is how many records may be expected to show a symptom by chance.
	Special float64 `yaml:"special" json:"special"`
	// Common lists the words of little weight, divided by blanks.
	Common string `yaml:"common" json:"common"`
}

// CheckWeights are the costs of checks, in any unit, and the least gain in bits.
type CheckWeights struct {
	Probe       float64 `yaml:"probe" json:"probe"`
	Question    float64 `yaml:"question" json:"question"`
	Environment float64 `yaml:"environment" json:"environment"`
	Input       float64 `yaml:"input" json:"input"` // for each input that has to be asked for first
	LeastGain   float64 `yaml:"least_gain" json:"least_gain"`
	Most        int     `yaml:"most" json:"most"` // checks listed
}

// ParseWeights reads a weights file strictly and checks that its numbers make sense.
func ParseWeights(data []byte) (Weights, error) {
	var w Weights
	if err := yaml.Load(bytes.TrimPrefix(data, []byte("\ufeff")), &w, yaml.WithKnownFields()); err != nil {
		return Weights{}, fmt.Errorf("weights: %w", err)
	}
	return w, w.check()
}

func (w *Weights) check() error {
	if len(w.Expected) != 5 || len(w.Suggests) != 5 {
		return fmt.Errorf("weights: expected and suggests need five numbers each, one for each class")
	}
	for _, p := range w.Expected {
		if !(p > 0 && p < 1) {
			return fmt.Errorf("weights: expected holds %v; a probability between 0 and 1 is needed", p)
		}
	}
	b := w.Background
	for name, q := range map[string]float64{
		"code": b.Code, "event": b.Event, "environment": b.Environment, "correlate": b.Correlate,
		"probe": b.Probe, "ask": b.Ask, "ask_proof": b.AskProof, "text": b.Text, "text_least": b.TextLeast,
	} {
		if !(q > 0 && q < 1) {
			return fmt.Errorf("weights: background.%s is %v; a probability between 0 and 1 is needed", name, q)
		}
	}
	c := w.Chance
	for name, q := range map[string]float64{
		"code": c.Code, "generic_code": c.GenericCode, "small_code": c.SmallCode, "event": c.Event, "event_id": c.EventID, "foreign_event": c.ForeignEvent,
		"other": c.Other, "special": c.Special,
	} {
		if !(q > 0 && q < 1) {
			return fmt.Errorf("weights: chance.%s is %v; a probability between 0 and 1 is needed", name, q)
		}
	}
	for _, s := range []rules.Status{rules.Draft, rules.Imported, rules.Stable} {
		if _, ok := w.Priors[s]; !ok {
			return fmt.Errorf("weights: priors has no number for status %s", s)
		}
	}
	if b.TextWord < 1 || w.Check.Probe <= 0 || w.Check.Question <= 0 || w.Check.Environment <= 0 || w.Check.Most < 1 {
		return fmt.Errorf("weights: text_word must be at least 1, the costs of checks above 0, and check.most at least 1")
	}
	return nil
}

// expected is P(seen | cause) of a symptom.
func (w *Weights) expected(s *rules.Symptom) float64 { return w.Expected[s.Expected-1] }

// limit is the most bits that a symptom can add.
func (w *Weights) limit(s *rules.Symptom, weak bool) float64 {
	class := s.Suggests
	if weak {
		class = max(1, class-w.WeakClasses)
	}
	return w.Suggests[class-1]
}

// background is P(seen | another cause) of a symptom, by its condition or what of it was seen.
// In a large input that is at most P(seen | cause): what it shows by chance says
// nothing, neither for nor against.
func (w *Weights) background(s *rules.Symptom, c *cond.Condition, in *input) float64 {
	q := w.rate(c, s.Proof, in)
	if in != nil {
		q = math.Min(q, w.expected(s))
	}
	return q
}

// rate is that of a condition. Alternatives add up, conjunctions multiply, both
// as if independent. In an input of many records each leaf may be there by chance too.
func (w *Weights) rate(c *cond.Condition, proof bool, in *input) float64 {
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
		or(in.among(b.codeRate(code.Code), in.code(code.Code)))
	}
	if c.Event != nil {
		if len(c.Event.IDs) == 0 {
			or(in.among(b.Event, in.event(c.Event)))
		}
		for _, id := range c.Event.IDs {
			or(in.among(b.eventRate(id), in.event(c.Event)))
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

func (b *Background) codeRate(c errcode.Code) float64 {
	if n, ok := b.Codes[c.String()]; ok && b.Documents > 0 {
		return rate(n, b.Documents)
	}
	return b.Code
}

func (b *Background) eventRate(id uint32) float64 {
	if n, ok := b.Events[id]; ok && b.Documents > 0 {
		return rate(n, b.Documents)
	}
	return b.Event
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
