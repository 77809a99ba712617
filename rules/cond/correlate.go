package cond

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// occurrence is one event record that matches one of the events of a pattern.
type occurrence struct {
	fact int
	of   int // index of the pattern's event
	time time.Time
	host string
}

// eval looks for the pattern in event time. Records whose order is unknown
// (without a time, or without a zone and from different sources) cannot show it.
func (c *Correlate) eval(v *View) Result {
	need := max(c.AtLeast, 1)
	streams, unordered := c.streams(v)
	for _, stream := range streams {
		if found := c.find(stream, need); found != nil {
			r := Result{State: Seen, Facts: found, Why: c.describe()}
			if c.Without != nil {
				return c.withoutBetween(v, r, stream)
			}
			return r
		}
	}
	for i := range c.Events {
		found := v.withEvent(&c.Events[i])
		if len(found) < need && !v.covered(facts.KindEvent, c.Events[i].Log) {
			return Result{Why: "not all of its events are known, and the log was not read in full"}
		}
		if len(found) < need {
			return Result{State: Missing, Why: fmt.Sprintf("event %v did not occur %d times", c.Events[i].IDs, need)}
		}
	}
	if unordered {
		return Result{Why: "its events are there, but their order in time is not known"}
	}
	if !v.covered(facts.KindEvent, c.Events[0].Log) {
		return Result{Why: "its events are there, but not in this pattern, and the log was not read in full"}
	}
	return Result{State: Missing, Why: "its events are there, but not in this pattern"}
}

func (c *Correlate) describe() string {
	s := "its events occurred"
	if c.Ordered {
		s += " in order"
	}
	if c.Within > 0 {
		s += " within " + c.Within.String()
	}
	return s
}

// streams gathers the occurrences that can be ordered against each other: all
// that have a zone, and each source of those that have none; by host unless the
// pattern spans hosts. Short and full host names are one where that is unambiguous.
func (c *Correlate) streams(v *View) (streams [][]occurrence, unordered bool) {
	type key struct{ host, source string }
	byKey := map[key][]occurrence{}
	hosts := v.hostNames()
	for of := range c.Events {
		for _, i := range v.withEvent(&c.Events[of]) {
			o := v.Fact(i).Origin
			if o.Time.IsZero() {
				unordered = true
				continue
			}
			k := key{}
			if !c.AnyHost {
				k.host = hosts(o.Host)
			}
			if !o.Time.Zoned {
				k.source = o.Path
				unordered = true
			}
			byKey[k] = append(byKey[k], occurrence{i, of, o.Time.Time, k.host})
		}
	}
	keys := make([]key, 0, len(byKey))
	for k := range byKey {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.host, b.host), cmp.Compare(a.source, b.source)) })
	for _, k := range keys {
		list := byKey[k]
		slices.SortFunc(list, func(a, b occurrence) int {
			return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.of, b.of), cmp.Compare(a.fact, b.fact))
		})
		streams = append(streams, list)
	}
	return streams, unordered && len(byKey) != 1
}

// find returns the facts of the first window that shows the pattern, or nil.
func (c *Correlate) find(list []occurrence, need int) []int {
	for start := range list {
		var found []int
		counts := make([]int, len(c.Events))
		step, full := 0, 0
		for _, o := range list[start:] {
			if c.Within > 0 && o.time.Sub(list[start].time) > c.Within {
				break
			}
			if c.Ordered && o.of != step || counts[o.of] >= need {
				continue
			}
			counts[o.of]++
			found = append(found, o.fact)
			if counts[o.of] == need {
				full++
				step++
			}
			if full == len(c.Events) {
				return found
			}
		}
	}
	return nil
}

// withoutBetween checks the absence that a pattern asks for: none between its
// first event and Within after it (or ever after, where Within is not given).
func (c *Correlate) withoutBetween(v *View, r Result, stream []occurrence) Result {
	first := v.Fact(r.Facts[0]).Origin
	for _, i := range v.withEvent(c.Without) {
		o := v.Fact(i).Origin
		if !facts.Comparable(first, o) {
			return Result{Facts: r.Facts, Why: "the order of the event that must be absent is not known"}
		}
		d := o.Time.Time.Sub(first.Time.Time)
		if d >= 0 && (c.Within == 0 || d <= c.Within) {
			return Result{State: Missing, Facts: []int{i}, Why: fmt.Sprintf("event %d occurred", v.Fact(i).Event.ID)}
		}
	}
	if !v.covered(facts.KindEvent, c.Without.Log) {
		return Result{Facts: r.Facts, Why: "the event that must be absent was not found, but the log was not read in full"}
	}
	r.Why += fmt.Sprintf(", and event %v did not", c.Without.IDs)
	return r
}

// hostNames returns a function that brings host names to one form: folded, and
// a short name to the full one where exactly one full name begins with it.
func (v *View) hostNames() func(string) string {
	full := map[string]string{} // short -> full, "" when ambiguous
	for i := range v.tables.facts {
		name := foldHost(v.tables.facts[i].Origin.Host)
		if short, _, isFull := cutHost(name); isFull {
			if other, known := full[short]; known && other != name {
				full[short] = ""
			} else {
				full[short] = name
			}
		}
	}
	return func(host string) string {
		name := foldHost(host)
		if f := full[name]; f != "" {
			return f
		}
		return name
	}
}
