package engine

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/engine/lexicon"
	"github.com/kbtriage/kbtriage/rules"
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
	// Words says what the words of articles tell.
	Words WordWeights `yaml:"words" json:"words"`
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

// WordWeights say how the words of a case, and the codes and events of rules that
// were imported, become bits. They come from a fit: see docs/ranking.md.
type WordWeights struct {
	// Fields are the parts of a rule: title, symptoms, cause, resolution, notes, product, words.
	Fields map[string]FieldWeight `yaml:"fields" json:"fields"`
	// Match says how words and pairs of words become bits.
	Match lexicon.Weights `yaml:"match" json:"match"`
	// Besides is how much of the words of an event or a code counts where a symptom
	// counts its number.
	Besides float64 `yaml:"besides" json:"besides"`
	// Information and Warning are how much a record of a log counts that says so of itself.
	Information float64 `yaml:"information" json:"information"`
	Warning     float64 `yaml:"warning" json:"warning"`
	// Among is how much of log2(n) bits the words of each of n records lose: the best
	// of many is likelier to fit by chance.
	Among float64 `yaml:"among" json:"among"`
	// Crowd is how much of the bits of the sixth rule that a text fits best is taken
	// from all of them: where many fit, that a rule does is chance.
	Crowd float64 `yaml:"crowd" json:"crowd"`
	// Trust is what all bits of an imported rule are multiplied with: its symptoms
	// are less independent of each other than they are taken for.
	Trust float64 `yaml:"trust" json:"trust"`
	// Prior is added to the prior of an imported rule where a base has articles:
	// it knows many causes, of which each is rarer.
	Prior float64 `yaml:"prior" json:"prior"`
	// Suggests[k-1] is the most bits of a symptom of class k of an imported rule.
	Suggests []float64 `yaml:"suggests" json:"suggests"`
}

// FieldWeight is how much the words of a part count, and how many such a part usually has.
type FieldWeight struct {
	Weight float64 `yaml:"weight" json:"weight"`
	Usual  float64 `yaml:"usual" json:"usual"`
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
