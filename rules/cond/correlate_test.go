package cond

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

// records reads "1 h a 10:00:00Z; 2 - b -": id, host, path and time of event records.
func records(s string) []facts.Fact {
	var list []facts.Fact
	for r := range strings.SplitSeq(s, ";") {
		var id uint32
		var where [3]string
		if _, err := fmt.Sscan(r, &id, &where[0], &where[1], &where[2]); err != nil {
			panic(err)
		}
		f := at(event(id, ""), strings.Join(where[:], " "))
		f.Origin.Record = uint64(len(list) + 1) // two records are never one
		list = append(list, f)
	}
	return list
}

func ids(list ...uint32) []Event {
	var events []Event
	for _, id := range list {
		events = append(events, Event{IDs: []uint32{id}})
	}
	return events
}

func TestCorrelate(t *testing.T) {
	ordered := Correlate{Events: ids(1, 2), Ordered: true}
	together := Correlate{Events: ids(1, 2)}
	within := Correlate{Events: ids(1, 2), Ordered: true, Within: time.Minute}
	three := Correlate{Events: ids(1), AtLeast: 3, Within: time.Minute}
	twoOfEach := Correlate{Events: ids(1, 2), Ordered: true, AtLeast: 2}
	anyHost := Correlate{Events: ids(1, 2), Ordered: true, AnyHost: true}
	for _, c := range []struct {
		name    string
		pattern Correlate
		records string
		partial State // the log was not read in full
		full    State
	}{
		{"in order", ordered, "1 h a 10:00:00Z; 2 h a 10:00:01Z", Seen, Seen},
		{"out of order in the input", ordered, "2 h a 10:00:01Z; 1 h a 10:00:00Z", Seen, Seen},
		{"wrong order", ordered, "2 h a 10:00:00Z; 1 h a 10:00:01Z", Unknown, Missing},
		{"wrong order, then right", ordered, "2 h a 10:00:00Z; 1 h a 10:00:01Z; 2 h a 10:00:02Z", Seen, Seen},
		{"any order", together, "2 h a 10:00:00Z; 1 h a 10:00:01Z", Seen, Seen},
		{"one is not there", together, "1 h a 10:00:00Z", Unknown, Missing},
		{"in another source", ordered, "1 h a 10:00:00Z; 2 h b 10:00:01Z", Seen, Seen},

		{"within", within, "1 h a 10:00:00Z; 2 h a 10:01:00Z", Seen, Seen},
		{"not within", within, "1 h a 10:00:00Z; 2 h a 10:01:01Z", Unknown, Missing},
		{"within, from a later one", within, "1 h a 10:00:00Z; 1 h a 10:05:00Z; 2 h a 10:05:30Z", Seen, Seen},
		{"in order within, wrong order", within, "2 h a 10:00:00Z; 1 h a 10:00:30Z", Unknown, Missing},

		{"often enough", three, "1 h a 10:00:00Z; 1 h a 10:00:10Z; 1 h a 10:00:20Z", Seen, Seen},
		{"not often enough", three, "1 h a 10:00:00Z; 1 h a 10:00:10Z", Unknown, Missing},
		{"often enough, but not within", three, "1 h a 10:00:00Z; 1 h a 10:00:50Z; 1 h a 10:01:20Z", Unknown, Missing},
		{"often enough within, later", three, "1 h a 10:00:00Z; 1 h a 10:05:00Z; 1 h a 10:05:10Z; 1 h a 10:05:20Z", Seen, Seen},
		{"two of each, in order", twoOfEach, "1 h a 10:00:00Z; 1 h a 10:00:01Z; 2 h a 10:00:02Z; 2 h a 10:00:03Z", Seen, Seen},
		{"two of each, mixed", twoOfEach, "1 h a 10:00:00Z; 2 h a 10:00:01Z; 1 h a 10:00:02Z; 2 h a 10:00:03Z", Unknown, Missing},

		{"other host", ordered, "1 h a 10:00:00Z; 2 i a 10:00:01Z", Unknown, Missing},
		{"any host", anyHost, "1 h a 10:00:00Z; 2 i a 10:00:01Z", Seen, Seen},
		{"any host, wrong order", anyHost, "2 h a 10:00:00Z; 1 i a 10:00:01Z", Unknown, Missing},
		{"host names fold", ordered, "1 SRV1 a 10:00:00Z; 2 srv1. a 10:00:01Z", Seen, Seen},
		{"short and full host name", ordered, "1 srv1 a 10:00:00Z; 2 SRV1.corp.example a 10:00:01Z", Seen, Seen},
		{"a short name of two hosts", ordered, "1 srv1 a 10:00:00Z; 2 srv1.corp.example a 10:00:01Z; 3 srv1.other.example a 10:00:02Z", Unknown, Missing},
		{"no hosts", ordered, "1 - a 10:00:00Z; 2 - a 10:00:01Z", Seen, Seen},
		{"one host is not known", ordered, "1 - a 10:00:00Z; 2 h a 10:00:01Z", Unknown, Unknown},

		{"no zone, one source", ordered, "1 h a 10:00:00; 2 h a 10:00:01", Seen, Seen},
		{"no zone, one source, wrong order", ordered, "2 h a 10:00:00; 1 h a 10:00:01", Unknown, Missing},
		{"no zone, two sources", ordered, "1 h a 10:00:00; 2 h b 10:00:01", Unknown, Unknown},
		{"no zone, two sources, wrong order", ordered, "2 h a 10:00:00; 1 h b 10:00:01", Unknown, Unknown},
		{"with and without zone", ordered, "1 h a 10:00:00Z; 2 h a 10:00:01", Unknown, Unknown},
		{"with and without zone, no source", ordered, "1 h - 10:00:00Z; 2 h - 10:00:01", Unknown, Unknown},
		{"no zone, two sources, even without order", together, "1 h a 10:00:00; 2 h b 10:00:01", Unknown, Unknown},
		{"without a time", ordered, "1 h a 10:00:00Z; 2 h a -", Unknown, Unknown},
		{"all without a time", ordered, "1 h a -; 2 h a -", Unknown, Unknown},
		{"one without a time, another with", ordered, "1 h a 10:00:00Z; 2 h a -; 2 h a 10:00:03Z", Seen, Seen},
		{"one without a time, wrong order", ordered, "2 h a 10:00:00Z; 1 h a 10:00:01Z; 2 h a -", Unknown, Unknown},
	} {
		cond := &Condition{Correlate: &c.pattern}
		list := records(c.records)
		for i, v := range []*View{viewOf(list...), covering(all, list...)} {
			want := []State{c.partial, c.full}[i]
			name := c.name + []string{", partial", ""}[i]
			r := wantState(t, name, cond, v, want)
			if need := len(c.pattern.Events) * max(c.pattern.AtLeast, 1); want == Seen && len(r.Facts) != need {
				t.Errorf("%s: rests on %d facts, want %d", name, len(r.Facts), need)
			}
		}
	}
}

func TestCorrelateWithout(t *testing.T) {
	pattern := func(within time.Duration, anyHost bool) *Condition {
		return &Condition{Correlate: &Correlate{Events: ids(1), Without: &Event{IDs: []uint32{9}}, Within: within, AnyHost: anyHost}}
	}
	forever, minute, anywhere := pattern(0, false), pattern(time.Minute, false), pattern(time.Minute, true)
	for _, c := range []struct {
		name          string
		cond          *Condition
		records       string
		partial, full State
	}{
		{"it did not occur", minute, "1 h a 10:00:00Z", Unknown, Seen},
		{"it occurred", minute, "1 h a 10:00:00Z; 9 h a 10:00:30Z", Missing, Missing},
		{"it occurred at the same time", minute, "1 h a 10:00:00Z; 9 h a 10:00:00Z", Missing, Missing},
		{"it occurred before", minute, "9 h a 09:59:59Z; 1 h a 10:00:00Z", Unknown, Seen},
		{"it occurred too late", minute, "1 h a 10:00:00Z; 9 h a 10:01:01Z", Unknown, Seen},
		{"it occurred ever after", forever, "1 h a 10:00:00Z; 9 h a 23:00:00Z", Missing, Missing},
		{"the first time it did, the second not", minute, "1 h a 10:00:00Z; 9 h a 10:00:30Z; 1 h a 11:00:00Z", Unknown, Seen},
		{"on one host it did, on the other not", minute, "1 h a 10:00:00Z; 9 h a 10:00:30Z; 1 i a 11:00:00Z", Unknown, Seen},
		{"on another host", minute, "1 h a 10:00:00Z; 9 i a 10:00:30Z", Unknown, Seen},
		{"on any host", anywhere, "1 h a 10:00:00Z; 9 i a 10:00:30Z", Missing, Missing},
		{"on a host that is not known", minute, "1 h a 10:00:00Z; 9 - a 10:00:30Z", Unknown, Unknown},
		{"at a time that is not known", minute, "1 h a 10:00:00Z; 9 h a -", Unknown, Unknown},
		{"in a zone that is not known", minute, "1 h a 10:00:00Z; 9 h b 10:00:30", Unknown, Unknown},
		{"at an unknown time, and at a known one", minute, "1 h a 10:00:00Z; 9 h a -; 9 h a 10:00:30Z", Missing, Missing},
	} {
		list := records(c.records)
		wantState(t, c.name+", partial", c.cond, viewOf(list...), c.partial)
		wantState(t, c.name, c.cond, covering(all, list...), c.full)
	}
	between := &Condition{Correlate: &Correlate{Events: ids(1, 2), Ordered: true, Without: &Event{IDs: []uint32{9}}}}
	wantState(t, "between", between, covering(all, records("1 h a 10:00:00Z; 9 h a 10:00:01Z; 2 h a 10:00:02Z")...), Missing)
	wantState(t, "not between", between, covering(all, records("9 h a 09:00:01Z; 1 h a 10:00:00Z; 2 h a 10:00:02Z")...), Seen)
}

// TestCorrelateLogs: a pattern is missing only where every log that its events are in was read.
func TestCorrelateLogs(t *testing.T) {
	c := &Condition{Correlate: &Correlate{Events: []Event{{IDs: []uint32{1}, Log: "System"}, {IDs: []uint32{2}, Log: "Application"}}, Ordered: true}}
	wrongOrder := records("2 h a 10:00:00Z; 1 h a 10:00:01Z")
	for _, x := range []struct {
		logs []string
		list []facts.Fact
		want State
	}{
		{[]string{"System", "Application"}, wrongOrder, Missing},
		{[]string{"System"}, wrongOrder, Unknown},
		{[]string{"Application"}, wrongOrder, Unknown},
		{[]string{"Application"}, wrongOrder[1:], Missing},
		{[]string{"System"}, wrongOrder[1:], Unknown},
	} {
		k := &facts.Case{Facts: slices.Clone(x.list)}
		for _, l := range x.logs {
			k.Coverage = append(k.Coverage, facts.Coverage{Kind: facts.KindEvent, Log: l})
		}
		k.Sort()
		wantState(t, fmt.Sprintf("%d records, %v read", len(x.list), x.logs), c, NewView(k), x.want)
	}
}

// TestCorrelateSimple compares with the definition, tried on all choices of records.
func TestCorrelateSimple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Correlate{
			Events: ids(1, 2), Ordered: rapid.Bool().Draw(t, "ordered"), AtLeast: rapid.IntRange(1, 2).Draw(t, "at least"),
			Within: time.Duration(rapid.IntRange(0, 4).Draw(t, "within")) * time.Second, AnyHost: rapid.Bool().Draw(t, "any host"),
		}
		var list []facts.Fact
		seconds := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "seconds")
		for i := range rapid.IntRange(0, 7).Draw(t, "records") {
			f := event(rapid.Uint32Range(1, 2).Draw(t, "id"), "")
			f = at(f, fmt.Sprintf("%s a 10:00:%02dZ", rapid.SampledFrom([]string{"h", "i"}).Draw(t, "host"), seconds[i]))
			f.Origin.Record = uint64(i + 1)
			list = append(list, f)
		}
		want := Missing
		if p.holds(list) {
			want = Seen
		}
		if r := (&Condition{Correlate: &p}).Eval(covering(all, list...)); r.State != want {
			t.Fatalf("%+v: %s (%s), want %s", p, r.State, r.Why, want)
		}
	})
}

// holds tries all subsets of the records.
func (c *Correlate) holds(list []facts.Fact) bool {
	for mask := range 1 << len(list) {
		var chosen []facts.Fact
		for i, f := range list {
			if mask>>i&1 == 1 {
				chosen = append(chosen, f)
			}
		}
		slices.SortFunc(chosen, func(a, b facts.Fact) int { return a.Origin.Time.Time.Compare(b.Origin.Time.Time) })
		count := map[uint32]int{}
		ok := true
		for i, f := range chosen {
			count[f.Event.ID]++
			ok = ok && (c.AnyHost || f.Origin.Host == chosen[0].Origin.Host)
			ok = ok && (!c.Ordered || i == 0 || chosen[i-1].Event.ID <= f.Event.ID)
			ok = ok && (c.Within == 0 || f.Origin.Time.Time.Sub(chosen[0].Origin.Time.Time) <= c.Within)
		}
		if ok && count[1] == c.AtLeast && count[2] == c.AtLeast {
			return true
		}
	}
	return false
}

// TestCorrelateTime: a flood of records does not make a pattern dear.
func TestCorrelateTime(t *testing.T) {
	var list []facts.Fact
	for i := range 20_000 {
		f := at(event(1, "S"), "h a 10:00:00Z")
		f.Origin.Time.Time = f.Origin.Time.Time.Add(time.Duration(i) * time.Second)
		f.Origin.Record = uint64(i + 1)
		list = append(list, f)
	}
	last := at(event(2, ""), "h a 10:00:00Z")
	last.Origin.Time.Time = last.Origin.Time.Time.AddDate(1, 0, 0)
	list = append(list, last, at(event(9, ""), "h a 23:00:00Z"))
	v := covering(all, list...)
	for name, c := range map[string]*Correlate{
		"never within":        {Events: ids(1, 2), Within: 24 * time.Hour},
		"never within, order": {Events: ids(1, 2), Within: 24 * time.Hour, Ordered: true},
		"often":               {Events: ids(1), AtLeast: 19_000, Within: time.Hour},
		"always broken":       {Events: ids(1), Without: &Event{IDs: []uint32{2}}},
		"not there":           {Events: ids(1, 3)},
	} {
		begin := time.Now()
		r := (&Condition{Correlate: c}).Eval(v)
		if d := time.Since(begin); d > 3*time.Second || r.State == Seen {
			t.Errorf("%s: %s after %s", name, r.State, d)
		}
	}
}
