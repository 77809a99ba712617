package cond

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// Condition is one test on the facts of a case. The machine-read forms and Ask
// of one condition are alternatives: any of them shows it. All and Any hold
// named members instead.
type Condition struct {
	Codes       []Code       `json:"codes,omitempty"`
	Event       *Event       `json:"event,omitempty"`
	Texts       []Text       `json:"texts,omitempty"`
	Environment *Environment `json:"environment,omitempty"`
	Correlate   *Correlate   `json:"correlate,omitempty"`
	Probe       *Probe       `json:"probe,omitempty"`
	When        *When        `json:"when,omitempty"`
	Ask         *Ask         `json:"ask,omitempty"`

	All []Member `json:"all,omitempty"`
	Any []Member `json:"any,omitempty"`
}

// Member is a named part of a group, in the order of the rule file.
type Member struct {
	Name      string    `json:"name"`
	Condition Condition `json:"condition"`
}

// Code is a code that a condition looks for.
type Code struct {
	errcode.Code
}

// MarshalJSON writes the code as the rule file has it.
func (c Code) MarshalJSON() ([]byte, error) { return json.Marshal(c.Literal) }

// UnmarshalJSON reads the code again.
func (c *Code) UnmarshalJSON(b []byte) (err error) {
	var literal string
	if err := json.Unmarshal(b, &literal); err != nil {
		return err
	}
	c.Code, err = errcode.Parse(literal)
	return err
}

// Event is what a condition asks of an event record; empty fields ask nothing.
// A record that does not name its source or log matches any.
type Event struct {
	IDs      []uint32 `json:"ids,omitempty"`
	Source   string   `json:"source,omitempty"`
	Log      string   `json:"log,omitempty"`
	Category string   `json:"category,omitempty"`
}

// Text is a Template that survives JSON.
type Text struct{ Template }

// MarshalJSON writes the template as the rule file has it.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.source) }

// UnmarshalJSON reads the template again.
func (t *Text) UnmarshalJSON(b []byte) (err error) {
	var source string
	if err := json.Unmarshal(b, &source); err != nil {
		return err
	}
	t.Template, err = ParseTemplate(source)
	return err
}

// Environment is what a condition asks of the host and its product.
type Environment struct {
	Product string        `json:"product,omitempty"`
	Version *VersionRange `json:"version,omitempty"`
	OS      string        `json:"os,omitempty"`
	Role    string        `json:"role,omitempty"`
}

// VersionRange is a Range that survives JSON.
type VersionRange struct{ Range }

// MarshalJSON writes the range as the rule file has it.
func (r VersionRange) MarshalJSON() ([]byte, error) { return json.Marshal(r.source) }

// UnmarshalJSON reads the range again.
func (r *VersionRange) UnmarshalJSON(b []byte) (err error) {
	var source string
	if err := json.Unmarshal(b, &source); err != nil {
		return err
	}
	r.Range, err = ParseRange(source)
	return err
}

// Correlate is a pattern of events in event time.
type Correlate struct {
	Events  []Event       `json:"events"`             // each must occur
	Ordered bool          `json:"ordered,omitempty"`  // in this order
	AtLeast int           `json:"at_least,omitempty"` // so many occurrences of each; 0 means 1
	Within  time.Duration `json:"within,omitempty"`   // from the first to the last; 0 means any time
	Without *Event        `json:"without,omitempty"`  // and none of these from the first of them on, until Within after it
	AnyHost bool          `json:"any_host,omitempty"` // they may come from different hosts
}

// ProbeKind names what a probe does.
type ProbeKind string

// The probes.
const (
	ProbeDNS       ProbeKind = "dns"       // records of names on the DNS servers
	ProbeResolvers ProbeKind = "resolvers" // the order in which resolvers are asked
	ProbeUpdate    ProbeKind = "update"    // whether the zone accepts dynamic update
)

// Probe is a way to learn a symptom from the network. Its result is the
// variable dns of the condition's When.
type Probe struct {
	Kind  ProbeKind `json:"kind"`
	Names []string  `json:"names,omitempty"` // inputs of kind endpoint; empty means every endpoint of the case
	Type  string    `json:"type,omitempty"`  // for dns: the record that must be there, "A" or "PTR"
	Local bool      `json:"local,omitempty"` // only what the local DNS says counts
}

// Ask is a question to a person.
type Ask struct {
	Text   string `json:"text"`
	Key    string `json:"key"`     // two symptoms with one key are asked once
	SeenIf bool   `json:"seen_if"` // the answer that shows the symptom
}

// When is an expression over the typed environment of whenenv.go. It is kept
// as source and compiled when it is first needed.
type When struct {
	source string
	once   *sync.Once
	prog   *program
	err    error
}

// String is the expression as it was written.
func (w *When) String() string { return w.source }

// MarshalJSON writes the source.
func (w *When) MarshalJSON() ([]byte, error) { return json.Marshal(w.source) }

// UnmarshalJSON reads the source; it does not compile it.
func (w *When) UnmarshalJSON(b []byte) error {
	w.once = new(sync.Once)
	return json.Unmarshal(b, &w.source)
}

// DefaultQuestion is the question that a machine-read condition puts to a
// person when it has none of its own, and the key under which the answer is
// kept: one key for each observable thing, whatever the rule.
func (c *Condition) DefaultQuestion() (key, text string) {
	switch {
	case c.Ask != nil:
		return c.Ask.Key, c.Ask.Text
	case c.Event != nil && len(c.Event.IDs) > 0:
		key = fmt.Sprintf("event:%d", c.Event.IDs[0])
		text = fmt.Sprintf("Is event %d in the %s log", c.Event.IDs[0], orWord(c.Event.Log, "event"))
		if c.Event.Source != "" {
			key += ":" + facts.FoldName(c.Event.Source)
			text += ", from source " + c.Event.Source
		}
		return key, text + "?"
	case len(c.Codes) > 0:
		code := c.Codes[0]
		return "code:" + code.Code.String(), "Is code " + code.Literal + " reported?"
	case len(c.Texts) > 0:
		return "text:" + facts.Fold(c.Texts[0].source), fmt.Sprintf("Is this message shown: “%s”?", c.Texts[0].source)
	case c.Environment != nil:
		return "environment:" + c.Environment.String(), "Does this hold: " + c.Environment.String() + "?"
	case c.Correlate != nil:
		return "", ""
	}
	return "", ""
}

func orWord(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// String is "product Exchange Server, version >=5.5".
func (e *Environment) String() string {
	s := ""
	add := func(name, value string) {
		if value != "" {
			if s != "" {
				s += ", "
			}
			s += name + " " + value
		}
	}
	add("product", e.Product)
	if e.Version != nil {
		add("version", e.Version.String())
	}
	add("os", e.OS)
	add("role", e.Role)
	return s
}

// Leaves calls f for c, or for every leaf below it, with its path ("no_record").
func (c *Condition) Leaves(f func(name string, leaf *Condition)) { c.leaves("", f) }

func (c *Condition) leaves(name string, f func(string, *Condition)) {
	if len(c.All) == 0 && len(c.Any) == 0 {
		f(name, c)
		return
	}
	for _, group := range [][]Member{c.All, c.Any} {
		for i := range group {
			group[i].Condition.leaves(group[i].Name, f)
		}
	}
}
