// Package cond is the condition language of rules: it parses the short forms
// (code, event, text, environment, probe, ask, correlate) and
// expressions (when), checks them against the vocabulary of package facts,
// bounds their cost, extracts their anchors for the index, and evaluates them
// on a View of a case. It is pure: no I/O, and the same view gives the same result.
package cond

// State is what became of a symptom in a case.
type State uint8

// Unknown is the zero value: nothing counts as missing unless somebody looked.
const (
	Unknown State = iota
	Seen
	Missing
)

// String is "seen", "missing" or "unknown", as in the JSON contract.
func (s State) String() string {
	switch s {
	case Seen:
		return "seen"
	case Missing:
		return "missing"
	}
	return "unknown"
}

// and is Kleene's conjunction with Seen as true and Missing as false.
func and(a, b State) State {
	switch {
	case a == Missing || b == Missing:
		return Missing
	case a == Seen && b == Seen:
		return Seen
	}
	return Unknown
}

// or is Kleene's disjunction.
func or(a, b State) State {
	switch {
	case a == Seen || b == Seen:
		return Seen
	case a == Missing && b == Missing:
		return Missing
	}
	return Unknown
}
