package cond

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// Result is the state of a condition in a view.
type Result struct {
	State State
	Facts []int  // the facts that it rests on, in canonical order
	Weak  bool   // seen only through a code inside another one, or a bare number that may be of another family
	Why   string // one sentence for a person
	Err   error  // the condition failed while it was evaluated; State is Unknown
}

// Eval evaluates the condition.
func (c *Condition) Eval(v *View) Result {
	var r Result
	switch {
	case len(c.Any) > 0:
		r = c.evalAny(v)
	case len(c.All) > 0:
		r = c.evalAll(v)
	default:
		r = c.evalLeaf(v)
	}
	slices.Sort(r.Facts)
	r.Facts = slices.Compact(r.Facts)
	return r
}

// evalAny is seen when a member is; it is missing only when every member is.
func (c *Condition) evalAny(v *View) Result {
	var seen, missing, unknown []Result
	for i := range c.Any {
		m := &c.Any[i]
		r := m.Condition.Eval(v)
		r.Why = m.Name + ": " + r.Why
		switch r.State {
		case Seen:
			seen = append(seen, r)
		case Missing:
			missing = append(missing, r)
		default:
			unknown = append(unknown, r)
		}
	}
	switch {
	case len(seen) > 0:
		r := merge(Seen, seen, unknown)
		r.Err = nil // a member that failed does not take the others' evidence away
		for _, s := range seen {
			r.Weak = r.Weak && s.Weak
		}
		return r
	case len(unknown) > 0:
		return merge(Unknown, unknown, nil)
	}
	return merge(Missing, missing, nil)
}

// evalAll is seen when every member is; one missing member makes it missing.
func (c *Condition) evalAll(v *View) Result {
	var all, missing []Result
	state := Seen
	for i := range c.All {
		m := &c.All[i]
		r := m.Condition.Eval(v)
		r.Why = m.Name + ": " + r.Why
		state = and(state, r.State)
		if r.State == Missing {
			missing = append(missing, r)
		}
		all = append(all, r)
	}
	if state == Missing {
		return merge(Missing, missing, nil)
	}
	r := merge(state, all, nil)
	for _, m := range all {
		r.Weak = r.Weak || m.Weak
	}
	return r
}

func merge(state State, results, failed []Result) Result {
	r := Result{State: state, Weak: state == Seen}
	var why []string
	for _, m := range results {
		r.Facts = append(r.Facts, m.Facts...)
		why = append(why, m.Why)
		r.Weak = r.Weak && m.Weak
		if r.Err == nil {
			r.Err = m.Err
		}
	}
	for _, m := range failed {
		if r.Err == nil {
			r.Err = m.Err
		}
	}
	r.Why = strings.Join(why, "; ")
	return r
}

// evalLeaf tries the machine-read forms, any of which shows the condition, and
// then the person's answer, which counts more than a code, event or text that
// was looked for and is not there.
func (c *Condition) evalLeaf(v *View) Result {
	var forms []Result
	if c.When != nil || c.Probe != nil {
		forms = append(forms, c.evalWhen(v))
	}
	if c.Environment != nil {
		forms = append(forms, c.Environment.eval(v))
	}
	if c.Correlate != nil {
		forms = append(forms, c.Correlate.eval(v))
	}
	direct := len(c.Codes) > 0 || c.Event != nil || len(c.Texts) > 0
	if direct {
		r := c.direct(v)
		if len(r.Facts) == 0 {
			r = c.absent(v)
		}
		forms = append(forms, r)
	}
	state := Unknown
	if len(forms) > 0 {
		state = Missing
		for _, r := range forms {
			state = or(state, r.State)
		}
	}
	if state == Seen || state == Missing && !direct {
		return alternatives(forms, state)
	}
	if key := c.answeredBy(v); key != "" {
		seenIf := c.Ask == nil || c.Ask.SeenIf
		if i, said := v.answer(key); i >= 0 && said != facts.Unknown {
			r := Result{State: Missing, Facts: []int{i}, Why: "answered " + yesNo(said)}
			if (said == facts.True) == seenIf {
				r.State = Seen
			}
			return r
		}
	}
	if len(forms) == 0 {
		return Result{State: Unknown, Why: "not looked for"}
	}
	return alternatives(forms, state)
}

// answeredBy is the key of the question whose answer may show the condition, ""
// where nobody was asked anything.
func (c *Condition) answeredBy(v *View) string {
	if len(v.tables.kinds[facts.KindAnswer]) == 0 {
		return ""
	}
	key, _ := c.DefaultQuestion()
	return key
}

// alternatives joins the forms that are in the state.
func alternatives(forms []Result, state State) Result {
	forms = slices.DeleteFunc(forms, func(r Result) bool { return r.State != state })
	if len(forms) == 1 {
		return forms[0]
	}
	return merge(state, forms, nil)
}

func yesNo(s facts.State) string {
	if s == facts.True {
		return "yes"
	}
	return "no"
}

// direct looks for codes, events and texts.
func (c *Condition) direct(v *View) Result {
	r := Result{State: Seen, Weak: true}
	var why []string
	for _, code := range c.Codes {
		strong, weak := v.withCode(code)
		switch {
		case len(strong) > 0:
			r.Facts, r.Weak = append(r.Facts, strong...), false
			why = append(why, "code "+code.Literal)
		case len(weak) > 0:
			r.Facts = append(r.Facts, weak...)
			why = append(why, fmt.Sprintf("%s carries code %s", v.Fact(weak[0]).Code.Literal, code.Literal))
		}
	}
	if c.Event != nil {
		if found := v.withEvent(c.Event); len(found) > 0 {
			r.Facts, r.Weak = append(r.Facts, found...), false
			why = append(why, v.Fact(found[0]).Event.String())
		}
	}
	for _, t := range c.Texts {
		if found := v.withTemplate(t.Template); len(found) > 0 {
			r.Facts, r.Weak = append(r.Facts, found...), false
			why = append(why, "text “"+t.source+"”")
		}
	}
	r.Why = strings.Join(why, "; ")
	return r
}

// absent tells missing from unknown for codes, events and texts: nothing is missing unless it was looked for.
func (c *Condition) absent(v *View) Result {
	why := ""
	if c.Event != nil {
		why = cmp.Or(why, v.uncovered(facts.KindEvent, c.Event.Log))
	}
	if len(c.Codes) > 0 {
		why = cmp.Or(why, v.uncovered(facts.KindCode, ""))
	}
	if len(c.Texts) > 0 {
		why = cmp.Or(why, v.uncovered(facts.KindText, ""))
	}
	near := c.alike(v)
	if why == "" {
		return Result{State: Missing, Why: near + "looked for and not there"}
	}
	return Result{State: Unknown, Why: near + why}
}

// alike says that an event of the number is there, and what of it is another, or is "".
func (c *Condition) alike(v *View) string {
	if c.Event == nil {
		return ""
	}
	for _, id := range c.Event.IDs {
		for _, i := range v.visible(v.tables.events[id]) {
			switch e := v.Fact(i).Event; {
			case c.Event.Source != "" && e.Source != "" && !sameName(e.Source, c.Event.Source):
				return fmt.Sprintf("event %d is there, but from %s; ", id, e.Source)
			case c.Event.Log != "" && e.Log != "" && !sameName(logName(e.Log), logName(c.Event.Log)):
				return fmt.Sprintf("event %d is there, but in the log %s; ", id, e.Log)
			}
		}
	}
	return ""
}

// withCode lists the facts that are the code, and those that carry it inside or
// are a bare number of the same value. 32-bit families share their numbers.
func (v *View) withCode(c Code) (strong, weak []int) {
	for _, i := range v.visible(v.tables.codes[c.Value]) {
		have := v.Fact(i).Code.Family
		switch want := string(c.Family); {
		case want == have || numeric(want) && numeric(have):
			strong = append(strong, i)
		case have == "" || want == "":
			weak = append(weak, i)
		}
	}
	for _, i := range v.visible(v.tables.inner[c.Value]) {
		for _, n := range v.Fact(i).Code.Nested {
			if n.Value == c.Value && (n.Family == string(c.Family) || numeric(n.Family) && numeric(string(c.Family))) {
				weak = append(weak, i)
				break
			}
		}
	}
	return strong, weak
}

// numeric reports whether codes of the family are 32-bit values written as a
// bare number, so that a rule that says 997 means Win32's 997 as well.
func numeric(family string) bool {
	switch family {
	case "", "win32", "hresult", "ntstatus", "exchange55", "jet", "winsock":
		return true
	}
	return false
}

func (v *View) withEvent(e *Event) []int {
	var found []int
	ids := e.IDs
	for _, id := range ids {
		for _, i := range v.visible(v.tables.events[id]) {
			if e.matches(v.Fact(i).Event) {
				found = append(found, i)
			}
		}
	}
	if len(ids) == 0 {
		for _, i := range v.ofKind(facts.KindEvent) {
			if e.matches(v.Fact(i).Event) {
				found = append(found, i)
			}
		}
	}
	return found
}

// matches compares everything but the id. What the record does not name is no contradiction.
func (e *Event) matches(have *facts.Event) bool {
	if len(e.IDs) == 0 && have.Source == "" {
		return false
	}
	return agree(e.Source, have.Source) && agree(logName(e.Log), logName(have.Log)) && agree(e.Category, named(have.Category))
}

func agree(want, have string) bool { return want == "" || have == "" || sameName(want, have) }

// logName is the name of a log without the word log behind it.
func logName(s string) string {
	name := facts.FoldName(s)
	return strings.TrimSuffix(strings.TrimSuffix(name, "log"), "event")
}

// named is a category, or "" where the viewer had no name for it: (3), 3, None, N/A.
func named(category string) string {
	switch name := facts.FoldName(category); {
	case name == "none" || name == "na" || strings.Trim(name, "0123456789") == "":
		return ""
	}
	return category
}

func (e *Environment) eval(v *View) Result {
	r := Result{State: Seen}
	var why []string
	for _, s := range e.Check(v) {
		r.State = and(r.State, s.State)
		if s.Fact >= 0 {
			r.Facts = append(r.Facts, s.Fact)
			why = append(why, orWord(s.Reason, v.Fact(s.Fact).String()))
		} else {
			why = append(why, s.Field+" is not known")
		}
	}
	r.Why = strings.Join(why, "; ")
	return r
}
