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

// maxWindows bounds how many windows of one pattern are tried for the absence
// that it asks for.
const maxWindows = 1000

// eval looks for the pattern in event time. Records whose order is unknown
// (without a time, or without a zone and from different sources) cannot show it.
func (c *Correlate) eval(v *View) Result {
	need := max(c.AtLeast, 1)
	full := true
	for i := range c.Events {
		full = full && v.covered(facts.KindEvent, c.Events[i].Log)
	}
	for i := range c.Events {
		switch short := len(v.withEvent(&c.Events[i])) < need; {
		case short && !v.covered(facts.KindEvent, c.Events[i].Log):
			return Result{Why: "not all of its events are known, and the log was not read in full"}
		case short:
			return Result{State: Missing, Why: fmt.Sprintf("event %v did not occur %d times", c.Events[i].IDs, need)}
		}
	}
	hosts := v.hostNames()
	streams, unordered := c.streams(v, hosts)
	broken := Result{State: Missing} // the most that is known of a window in which something occurred that must not
	tried := 0
	for _, stream := range streams {
		places := make([][]int, len(c.Events)) // of each event in the stream, ascending
		for i, o := range stream {
			places[o.of] = append(places[o.of], i)
		}
		for from := 0; from < len(stream); tried++ {
			found, start := c.find(stream, places, from, need)
			if found == nil {
				break
			}
			r := Result{State: Seen, Facts: found, Why: c.describe()}
			if c.Without == nil {
				return r
			}
			switch r = c.without(v, r, hosts); {
			case r.State == Seen:
				return r
			case tried == maxWindows:
				return Result{Facts: r.Facts, Why: "its events occurred too often to look at each time"}
			case broken.Facts == nil || r.State == Unknown:
				broken = r
			}
			from = start + 1
		}
	}
	switch {
	case broken.Facts != nil:
		return broken
	case unordered:
		return Result{Why: "its events are there, but their order in time or their host is not known"}
	case !full:
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
func (c *Correlate) streams(v *View, hosts func(string) string) (streams [][]occurrence, unordered bool) {
	type key struct{ host, source string }
	byKey := map[key][]occurrence{}
	untimed, unzoned, hosted, hostless := false, false, false, false
	for of := range c.Events {
		for _, i := range v.withEvent(&c.Events[of]) {
			o := v.Fact(i).Origin
			if o.Time.IsZero() {
				untimed = true
				continue
			}
			k := key{}
			if !c.AnyHost {
				k.host = hosts(o.Host)
				hosted, hostless = hosted || k.host != "", hostless || k.host == ""
			}
			if !o.Time.Zoned {
				k.source = "in " + o.Path // never "", the source of all that have a zone
				unzoned = true
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
	return streams, untimed || unzoned && len(byKey) != 1 || hosted && hostless
}

// find returns the facts of the first window at or behind from that shows the
// pattern, in the order of time, and where it starts; or nil.
func (c *Correlate) find(list []occurrence, places [][]int, from, need int) (found []int, start int) {
	for start = from; start < len(list); start++ {
		if c.Ordered && list[start].of != 0 {
			continue
		}
		after, end := start, start
		firsts := make([]int, len(places))
		for of, p := range places {
			first, _ := slices.BinarySearch(p, after)
			if first+need > len(p) {
				return nil, 0 // nor in any later window
			}
			firsts[of] = first
			end = max(end, p[first+need-1])
			if c.Ordered {
				after = end + 1
			}
		}
		if c.Within > 0 && list[end].time.Sub(list[start].time) > c.Within {
			continue
		}
		var window []int
		for of, p := range places {
			window = append(window, p[firsts[of]:firsts[of]+need]...)
		}
		slices.Sort(window)
		for _, i := range window {
			found = append(found, list[i].fact)
		}
		return found, start
	}
	return nil, 0
}

// without checks the absence that a pattern asks for: none on its host between its
// first event and Within after it (or ever after, where Within is not given).
func (c *Correlate) without(v *View, r Result, hosts func(string) string) Result {
	first := v.Fact(r.Facts[0]).Origin
	open := false
	for _, i := range v.withEvent(c.Without) {
		o := v.Fact(i).Origin
		here, there := hosts(first.Host), hosts(o.Host)
		if !c.AnyHost && here != there && here != "" && there != "" {
			continue
		}
		if !facts.Comparable(first, o) || !c.AnyHost && here != there {
			open = true
			continue
		}
		d := o.Time.Time.Sub(first.Time.Time)
		if d >= 0 && (c.Within == 0 || d <= c.Within) {
			return Result{State: Missing, Facts: []int{i}, Why: fmt.Sprintf("event %d occurred", v.Fact(i).Event.ID)}
		}
	}
	switch {
	case open:
		return Result{Facts: r.Facts, Why: "the order or the host of the event that must be absent is not known"}
	case !v.covered(facts.KindEvent, c.Without.Log):
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
