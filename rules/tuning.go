package rules

import (
	"fmt"

	"github.com/kbtriage/kbtriage/rules/cond"
)

// Tuning is one thing that an overlay of the site changed of a rule: it is off, it is
// excluded where a condition is seen, or a symptom of it has another class.
type Tuning struct {
	Off    bool            `json:"off,omitempty"`
	Except *cond.Condition `json:"except,omitempty"`

	Symptom     string `json:"symptom,omitempty"`
	Suggests    int    `json:"suggests,omitempty"` // 0: as it was
	Expected    int    `json:"expected,omitempty"` // 0: as it was
	WasSuggests int    `json:"was_suggests,omitempty"`
	WasExpected int    `json:"was_expected,omitempty"`

	Reason  string `json:"reason"`
	Expires string `json:"expires"` // the day from which on it does not act, such as 2027-03-01
	By      string `json:"by"`      // file and line of the entry
}

// String says what was changed, by whom, why and how long.
func (t *Tuning) String() string {
	by := fmt.Sprintf("by the overlay %s until %s: %s", t.By, t.Expires, t.Reason)
	switch {
	case t.Off:
		return "switched off " + by
	case t.Except != nil:
		return "exception " + by
	}
	classes := ""
	if t.Suggests != 0 {
		classes = fmt.Sprintf("suggests is %d and was %d", t.Suggests, t.WasSuggests)
	}
	if t.Expected != 0 {
		if classes != "" {
			classes += ", "
		}
		classes += fmt.Sprintf("expected is %d and was %d", t.Expected, t.WasExpected)
	}
	return t.Symptom + ": " + classes + ", " + by
}
