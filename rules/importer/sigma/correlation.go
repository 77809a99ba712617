package sigma

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// correlation is the section that joins records of several rules.
type correlation struct {
	node     *yaml.Node
	kind     string
	rules    []*yaml.Node // names or ids
	host     bool         // all on one host
	within   string       // as a duration of ours
	least    int          // records, 0 where the condition says nothing
	generate bool         // the rules stand for themselves as well
}

// mostRecords is how many records a condition of ours can ask for.
const mostRecords = 1_000_000

// readCorrelation reads the section; whatever our correlations cannot say is
// refused here.
func (x *rule) readCorrelation(n *yaml.Node) {
	c := &correlation{node: n}
	x.correlation = c
	var condition *yaml.Node
	grouped := false
	for _, p := range x.pairs(n, "correlation") {
		switch p.key.Value {
		case "type":
			c.kind = p.value.Value
			switch f, hint, found := feature("correlation", c.kind); {
			case !found:
				x.refuse(p.value, "sigma.correlation", fmt.Sprintf("Sigma has no correlation of the type %q", c.kind), hint)
			case !f.Supported:
				x.refuse(p.value, "sigma.correlation", fmt.Sprintf("the correlation %s cannot be expressed: %s", c.kind, f.Text), "")
			}
		case "rules":
			c.rules = elements(p.value)
		case "group-by":
			grouped = true
			x.groupBy(p.value)
		case "timespan", "timeframe":
			x.timespan(p.value)
		case "condition":
			condition = p.value
		case "aliases":
			x.refuse(p.key, "sigma.aliases", "aliases are names of fields, which facts of an event do not have", "")
		case "generate":
			switch p.value.Value {
			case "true", "false":
				c.generate = p.value.Value == "true"
			default:
				x.refuse(p.value, "sigma.form", fmt.Sprintf("generate must be true or false, not %q", p.value.Value), "")
			}
		default:
			x.refuse(p.key, "sigma.correlation", fmt.Sprintf("%q is no part of a correlation that is known", p.key.Value),
				source.DidYouMean(p.key.Value, []string{"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"}))
		}
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	c.host = grouped
	for _, needed := range []struct {
		key     string
		missing bool
	}{{"type", c.kind == ""}, {"rules", len(c.rules) == 0}, {"timespan", c.within == ""}} {
		if needed.missing && len(x.msgs) == 0 {
			x.refuse(n, "sigma.correlation", fmt.Sprintf("the correlation has no %s", needed.key), "")
		}
	}
	switch {
	case condition != nil:
		x.correlationCondition(condition)
	case c.kind == "event_count" && len(x.msgs) == 0:
		x.refuse(n, "sigma.correlation", "an event_count has no condition that says how many", "")
	}
}

// groupBy takes what the records must have in common: our correlations know the
// host.
func (x *rule) groupBy(n *yaml.Node) {
	for _, f := range elements(n) {
		switch f.Value {
		case "Computer", "ComputerName":
		default:
			x.refuse(f, "sigma.group-by", fmt.Sprintf("records cannot be grouped by %q: correlations know the host alone", f.Value), "expected one of Computer, ComputerName")
		}
	}
	if len(elements(n)) == 0 {
		x.refuse(n, "sigma.group-by", "an empty list", "leave group-by out for records of any host")
	}
}

// timespan reads "15m": seconds, minutes, hours or days.
func (x *rule) timespan(n *yaml.Node) {
	s := n.Value
	if s != "" && len(s) < 8 {
		count, err := strconv.ParseUint(s[:len(s)-1], 10, 31)
		switch unit := s[len(s)-1:]; {
		case err != nil || count == 0 || s[0] == '+':
		case unit == "s" || unit == "m" || unit == "h":
			x.correlation.within = strconv.FormatUint(count, 10) + unit
			return
		case unit == "d":
			x.correlation.within = strconv.FormatUint(24*count, 10) + "h"
			return
		}
	}
	x.refuse(n, "sigma.timespan", fmt.Sprintf("%q is no time span; expected a number below a million and s, m, h or d, such as 15m", s), "")
}

// correlationCondition reads how many records there must be.
func (x *rule) correlationCondition(n *yaml.Node) {
	for _, p := range x.pairs(n, "the condition of a correlation") {
		count, err := strconv.Atoi(p.value.Value)
		switch op := p.key.Value; {
		case op == "field":
			x.refuse(p.key, "sigma.correlation", "values of a field cannot be counted: facts of an event have no such fields", "")
		case op != "gt" && op != "gte":
			text := fmt.Sprintf("the condition %s cannot be expressed: a correlation asks for so many records at least", op)
			hint := "expected gt or gte"
			if !slices.Contains([]string{"lt", "lte", "eq", "neq"}, op) {
				text = fmt.Sprintf("Sigma has no condition %q of a correlation", op)
				hint = source.DidYouMean(op, []string{"gt", "gte", "lt", "lte", "eq", "neq"})
			}
			x.refuse(p.key, "sigma.correlation", text, hint)
		case err != nil || count < 0 || count >= mostRecords:
			x.refuse(p.value, "sigma.form", fmt.Sprintf("%q is no number of records", p.value.Value), "")
		default:
			if op == "gt" {
				count++
			}
			if count == 0 {
				x.refuse(p.value, "sigma.correlation", "it would hold without any record", "")
			}
			x.correlation.least = max(x.correlation.least, count)
		}
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		x.refuse(n, "sigma.correlation", "the condition is empty", "")
	}
}

// event is a record as our correlations can ask for it.
type event struct {
	ids         []uint32
	source, log string
}

// correlate makes the condition of a correlation, or nothing after a message.
func (f *file) correlate(x *rule) []rulefile.Condition {
	c := x.correlation
	var events []event
	seen := map[string]bool{}
	for _, ref := range c.rules {
		base := f.find(ref.Value)
		switch {
		case seen[ref.Value]:
			x.refuse(ref, "sigma.rules", fmt.Sprintf("the rule %q is named twice", ref.Value), "")
			continue
		case base == nil:
			x.refuse(ref, "sigma.rules", fmt.Sprintf("no rule of the file has the name or id %q", ref.Value), "put it into the same file, divided by a line ---")
			continue
		case base.correlation != nil:
			x.refuse(ref, "sigma.rules", fmt.Sprintf("%q is a correlation itself, which a correlation cannot hold", ref.Value), "")
			continue
		case len(base.msgs) > 0:
			x.refuse(ref, "sigma.rules", fmt.Sprintf("the rule %q cannot be expressed, for what is said of it", ref.Value), "")
			continue
		}
		seen[ref.Value] = true
		e, why := base.event()
		if why != "" {
			x.refuse(ref, "sigma.rules", fmt.Sprintf("the rule %q cannot be correlated: %s", ref.Value, why), "correlations take event ids, or a source, of one log")
			continue
		}
		events = append(events, e)
	}
	if len(x.msgs) > 0 {
		return nil
	}
	least := 0
	if c.kind == "event_count" {
		e, same := merged(events)
		if !same {
			x.refuse(c.node, "sigma.correlation", "its rules are about different sources or logs, whose records cannot be counted together", "")
			return nil
		}
		events, least = []event{e}, c.least
	} else if c.least != 0 && c.least != len(events) {
		x.refuse(c.node, "sigma.correlation", fmt.Sprintf("it asks for %d of its %d rules; a correlation asks for all", c.least, len(events)), "")
		return nil
	}
	list := make([]string, len(events))
	for i, e := range events {
		list[i] = e.yaml()
	}
	s := "{events: [" + strings.Join(list, ", ") + "]"
	if c.kind == "temporal_ordered" {
		s += ", ordered: true"
	}
	if least > 0 {
		s += fmt.Sprintf(", at_least: %d", least)
	}
	s += ", within: " + c.within
	if !c.host {
		s += ", any_host: true"
	}
	return []rulefile.Condition{{Key: "correlate", Value: s + "}"}}
}

// event is the detection as one kind of records, or why it is more.
func (x *rule) event() (e event, why string) {
	if x.logsource.texts {
		return e, "texts have no order in time that is known"
	}
	var list []event
	for _, t := range x.terms {
		one, why := t.event()
		if why != "" {
			return e, why
		}
		list = append(list, one)
	}
	e, same := merged(list)
	switch {
	case len(list) == 0:
		return e, "it asks for nothing"
	case !same:
		return e, "its alternatives are about different sources or logs"
	case len(e.ids) == 0 && facts.FoldName(e.source) == "":
		return e, "it names neither event ids nor a source"
	}
	return e, ""
}

// event is an alternative as one kind of records, or why it is more.
func (t term) event() (e event, why string) {
	for _, one := range t {
		switch {
		case one.negated:
			return e, "it holds a not"
		case one.field == fieldMessage:
			return e, "it asks for a text"
		case one.field == fieldID && one.op != "":
			return e, "it compares event ids"
		case one.field == fieldID:
			if e.ids == nil {
				e.ids = slices.Clone(one.numbers)
			} else if e.ids = slices.DeleteFunc(e.ids, func(id uint32) bool { return !slices.Contains(one.numbers, id) }); len(e.ids) == 0 {
				return e, "its event ids contradict each other"
			}
			continue
		case len(one.patterns) != 1 || one.regex:
			return e, "it names more than one source or log"
		}
		s, simple := one.patterns[0].literal()
		into := &e.source
		if one.field == fieldLog {
			into = &e.log
		}
		switch {
		case !simple:
			return e, "it names a source or log with wildcards"
		case *into != "" && lower(*into) != lower(s):
			return e, "its sources or logs contradict each other"
		case facts.FoldName(s) == "":
			return e, "it names a source or log without a letter"
		}
		*into = s
	}
	return e, ""
}

// merged is all events as one, if they differ in their ids alone.
func merged(list []event) (e event, same bool) {
	for i, one := range list {
		switch {
		case i == 0:
			e = event{slices.Clone(one.ids), one.source, one.log}
		case lower(one.source) != lower(e.source) || lower(one.log) != lower(e.log) || (len(one.ids) == 0) != (len(e.ids) == 0):
			return e, false
		default:
			e.ids = append(e.ids, one.ids...)
		}
	}
	slices.Sort(e.ids)
	e.ids = slices.Compact(e.ids)
	return e, true
}

func (e event) yaml() string {
	var parts []string
	if len(e.ids) > 0 {
		list := make([]string, len(e.ids))
		for i, id := range e.ids {
			list[i] = number(id)
		}
		parts = append(parts, "id: ["+strings.Join(list, ", ")+"]")
	}
	if e.source != "" {
		parts = append(parts, "source: "+rulefile.Quote(e.source))
	}
	if e.log != "" {
		parts = append(parts, "log: "+rulefile.Quote(e.log))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
