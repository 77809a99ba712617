package overlap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Kind says what a symptom is.
type Kind string

// The kinds of symptoms.
const (
	Code    Kind = "code"
	Event   Kind = "event"
	Message Kind = "message"
)

// Symptom is a code, an event or a message that a rule looks for, wherever it
// stands in the presenting symptoms.
type Symptom struct {
	Kind   Kind   `json:"kind"`
	Text   string `json:"text"`             // 0xC00203E5, the number of the event, or the folded message
	Family string `json:"family,omitempty"` // of a code whose notation names it
	Source string `json:"source,omitempty"` // of an event, as the first rule spells it
}

// String is "code 0xC00203E5", "code 57 (0x00000039)", "event 4067 (MSExchangeIMC)"
// or "message “...”".
func (s Symptom) String() string {
	switch {
	case s.Kind == Message:
		return "message “" + s.Text + "”"
	case s.Source != "":
		return fmt.Sprintf("%s %s (%s)", s.Kind, s.Text, s.Source)
	}
	if digits, plain := strings.CutPrefix(s.Text, "0x0000"); plain && s.Kind == Code {
		if v, err := strconv.ParseUint(digits, 16, 16); err == nil { // people write these as decimal numbers
			return fmt.Sprintf("%s %d (%s)", s.Kind, v, s.Text)
		}
	}
	return string(s.Kind) + " " + s.Text
}

// key is what makes two symptoms the same.
type key struct {
	kind  Kind
	value uint32 // of a code, or the number of an event
	name  string // the family, the folded source, or the folded message
}

// compare orders symptoms by kind, then by text.
func compare(x, y Symptom) int {
	if n := strings.Compare(string(x.Kind), string(y.Kind)); n != 0 {
		return n
	}
	if x.Kind == Event {
		if n := len(x.Text) - len(y.Text); n != 0 { // numbers without leading zeros
			return n
		}
	}
	if n := strings.Compare(x.Text, y.Text); n != 0 {
		return n
	}
	if n := strings.Compare(x.Family, y.Family); n != 0 {
		return n
	}
	return strings.Compare(facts.FoldName(x.Source), facts.FoldName(y.Source))
}

// number reads the presenting symptoms of all rules.
func (b *base) number() {
	numbers := map[key]int32{}
	b.of, b.reads = make([][]int32, len(b.rules)), make([]bool, len(b.rules))
	for i, r := range b.rules {
		var list []int32
		add := func(k key, s Symptom) {
			n, ok := numbers[k]
			if !ok {
				n = int32(len(b.symptoms))
				numbers[k] = n
				b.symptoms = append(b.symptoms, s)
			}
			list = append(list, n)
		}
		for _, s := range r.Presenting() {
			s.Condition.Leaves(func(_ string, leaf *cond.Condition) {
				if leaf.Environment != nil || leaf.Correlate != nil || leaf.Probe != nil || leaf.When != nil {
					b.reads[i] = true
				}
				symptomsOf(leaf, add)
				if leaf.Event != nil && len(leaf.Event.IDs) == 0 {
					b.reads[i] = true
				}
			})
		}
		slices.Sort(list)
		b.of[i] = slices.Clip(slices.Compact(list))
	}
	b.having = make([][]int32, len(b.symptoms))
	for i, list := range b.of {
		for _, n := range list {
			b.having[n] = append(b.having[n], int32(i))
		}
	}
}

// symptomsOf adds the codes, events and messages of one test. The events of a
// correlation count: the rule waits for them, if only for all together.
func symptomsOf(c *cond.Condition, add func(key, Symptom)) {
	for _, code := range c.Codes {
		k := key{Code, code.Value, string(code.Family)}
		// Without what is nested: two notations of one code are one symptom.
		add(k, Symptom{Kind: Code, Text: errcode.Code{Value: code.Value, Family: code.Family}.String(), Family: k.name})
	}
	for _, t := range c.Texts {
		folded := strings.TrimRight(facts.Fold(t.String()), " .") // as a template matches
		add(key{Message, 0, unnamed(folded)}, Symptom{Kind: Message, Text: folded})
	}
	events := []cond.Event{}
	if c.Event != nil {
		events = append(events, *c.Event)
	}
	if c.Correlate != nil {
		events = append(events, c.Correlate.Events...)
	}
	for _, e := range events {
		for _, id := range e.IDs {
			k := key{Event, id, facts.FoldName(e.Source)}
			s := Symptom{Kind: Event, Text: strconv.FormatUint(uint64(id), 10)}
			if k.name != "" {
				s.Source = e.Source
			}
			add(k, s)
		}
	}
}

// unnamed is a message without the names of its placeholders: <service> and <name>
// stand for the same.
func unnamed(message string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(message, "<")
		name, after, closed := strings.Cut(rest, ">")
		if !open || !closed || strings.ContainsAny(name, "<") {
			b.WriteString(message)
			return b.String()
		}
		b.WriteString(before + "<>")
		message = after
	}
}

// listed is the symptoms with the numbers, in their order.
func (b *base) listed(numbers []int32) []Symptom {
	list := make([]Symptom, 0, len(numbers))
	for _, n := range numbers {
		list = append(list, b.symptoms[n])
	}
	slices.SortFunc(list, compare)
	return list
}
