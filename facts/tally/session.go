package tally

import (
	"cmp"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// Session is observations of one host that belong together: rules connect them,
// and no gap in time divides them.
type Session struct {
	Host     string
	From, To facts.Time
	Records  int64
	Parts    []Part
}

// Part is what a session holds of one observation: some of its buckets.
type Part struct {
	*Observation
	Buckets []*Bucket
}

// farthest is how far a clock without a zone can be from UTC.
const farthest = 14 * time.Hour

// Sessions divides what was observed. host names the host of an observation, or
// "" where it is not known, and then its file stands for one. concerned lists
// the rules that a thing concerns: observations that share a rule compete for it
// or support it, and belong into one case.
//
// Times without a zone are on a clock of their own. A session on it joins the
// only one with a zone that it can overlap, whatever its zone; records without
// any time join the only session that there is.
func (t *Tally) Sessions(host func(*Observation) string, concerned func(what uint32, yield func(rule uint32))) []Session {
	byHost := map[string][]*Observation{}
	for _, obs := range t.Observations() {
		key := host(obs)
		if key == "" {
			key = "\x00" + obs.Path
		}
		byHost[key] = append(byHost[key], obs)
	}
	var list []Session
	for _, observations := range byHost {
		name := host(observations[0])
		for _, group := range connected(observations, concerned) {
			list = append(list, t.divide(name, group)...)
		}
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), a.From.Time.Compare(b.From.Time), a.To.Time.Compare(b.To.Time),
			comparePlaces(a.Parts[0].Observation, b.Parts[0].Observation))
	})
	return list
}

// connected groups the observations that a chain of shared rules connects.
func connected(list []*Observation, concerned func(uint32, func(uint32))) [][]*Observation {
	parent := make([]int, len(list))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	ofRule, ofThing := map[uint32]int{}, map[uint32]int{}
	for i, obs := range list {
		for _, what := range obs.Whats {
			if j, known := ofThing[what]; known {
				parent[find(i)] = find(j)
				continue
			}
			ofThing[what] = i
			concerned(what, func(rule uint32) {
				if j, known := ofRule[rule]; known {
					parent[find(i)] = find(j)
				} else {
					ofRule[rule] = i
				}
			})
		}
	}
	groups := map[int][]*Observation{}
	var order []int
	for i, obs := range list {
		root := find(i)
		if groups[root] == nil {
			order = append(order, root)
		}
		groups[root] = append(groups[root], obs)
	}
	out := make([][]*Observation, len(order))
	for i, root := range order {
		out[i] = groups[root]
	}
	return out
}

// divide makes sessions of the observations of a group.
func (t *Tally) divide(host string, group []*Observation) []Session {
	var byClock [3][]stretch
	for _, obs := range group {
		for i := range obs.Buckets {
			b := &obs.Buckets[i]
			byClock[obs.Clock] = append(byClock[obs.Clock], stretch{obs, b})
		}
	}
	list := t.split(byClock[Zoned])
	spans := make([][2]time.Time, len(list)) // before times of another clock join them
	for i, s := range list {
		spans[i][0], spans[i][1] = span(s)
	}
	for _, local := range t.split(byClock[Local]) {
		if i := onlyOverlap(spans, local); i >= 0 {
			list[i] = append(list[i], local...)
		} else {
			list = append(list, local)
		}
	}
	if timeless := byClock[Timeless]; len(timeless) > 0 {
		if len(list) == 1 {
			list[0] = append(list[0], timeless...)
		} else {
			list = append(list, timeless)
		}
	}
	sessions := make([]Session, len(list))
	for i, s := range list {
		sessions[i] = sessionOf(host, s)
	}
	return sessions
}

type stretch struct {
	obs *Observation
	*Bucket
}

func (s stretch) first() time.Time { return s.Known[0].Time.Time }
func (s stretch) last() time.Time  { return s.Last.Time.Time }

// split divides stretches of one clock where nothing was observed for the gap.
func (t *Tally) split(list []stretch) (sessions [][]stretch) {
	slices.SortStableFunc(list, func(a, b stretch) int { return a.first().Compare(b.first()) })
	var until time.Time
	for i, s := range list {
		if i == 0 || s.first().Sub(until) > t.Gap {
			sessions = append(sessions, nil)
			until = s.last()
		}
		n := len(sessions) - 1
		sessions[n] = append(sessions[n], s)
		if s.last().After(until) {
			until = s.last()
		}
	}
	return sessions
}

// onlyOverlap is the one of the spans that the local session can overlap, or -1.
// Local times without a year are taken to be of a year of the other.
func onlyOverlap(spans [][2]time.Time, local []stretch) int {
	from, to := span(local)
	found := -1
	for i, s := range spans {
		if !canOverlap(s[0], s[1], from, to) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// canOverlap reports whether what was from one local time to another may have
// been between the two moments, in whatever zone.
func canOverlap(start, end, from, to time.Time) bool {
	first, last := 0, 0
	if from.Year() == 0 { // near the turn of a year, it has changed on one side only
		first, last = start.Year()-1, min(end.Year()+1, start.Year()+2)
	}
	for year := first; year <= last; year++ {
		f, l := from.AddDate(year, 0, 0).Add(-farthest), to.AddDate(year, 0, 0).Add(farthest)
		if !f.After(end) && !l.Before(start) {
			return true
		}
	}
	return false
}

func span(list []stretch) (from, to time.Time) {
	from, to = list[0].first(), list[0].last()
	for _, s := range list[1:] {
		if s.first().Before(from) {
			from = s.first()
		}
		if s.last().After(to) {
			to = s.last()
		}
	}
	return from, to
}

func sessionOf(host string, list []stretch) Session {
	s := Session{Host: host}
	place := map[*Observation]int{}
	for _, x := range list {
		i, known := place[x.obs]
		if !known {
			i = len(s.Parts)
			place[x.obs] = i
			s.Parts = append(s.Parts, Part{Observation: x.obs})
		}
		s.Parts[i].Buckets = append(s.Parts[i].Buckets, x.Bucket)
		s.Records += x.Count
		if first := x.Known[0].Time; !first.IsZero() && (s.From.IsZero() || earlier(first, s.From)) {
			s.From = first
		}
		if last := x.Last.Time; !last.IsZero() && (s.To.IsZero() || later(last, s.To)) {
			s.To = last
		}
	}
	slices.SortFunc(s.Parts, func(a, b Part) int { return comparePlaces(a.Observation, b.Observation) })
	return s
}

// comparePlaces is 0 only for one and the same observation.
func comparePlaces(a, b *Observation) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Digest, b.Digest), cmp.Compare(a.Host, b.Host))
}

// earlier and later order times for the span of a session, which times with a
// zone decide where there are any.
func earlier(a, b facts.Time) bool {
	if a.Zoned != b.Zoned {
		return a.Zoned
	}
	return a.Time.Before(b.Time)
}

func later(a, b facts.Time) bool {
	if a.Zoned != b.Zoned {
		return a.Zoned
	}
	return a.Time.After(b.Time)
}

// Facts are the facts of the session: of each observation the first record, with
// how often it was met; where each occurrence counts, all that are known. numbered brings an occurrence to the line that it
// is in.
func (s *Session) Facts(numbered func(path string, o Occurrence) int) []facts.Fact {
	var list []facts.Fact
	for _, p := range s.Parts {
		count := int64(0)
		for _, b := range p.Buckets {
			count += b.Count
		}
		last := p.Buckets[len(p.Buckets)-1]
		repeated := &facts.Repeated{Count: count, First: p.Buckets[0].Known[0].Time, Last: last.Last.Time}
		for i, b := range p.Buckets {
			if !p.Each && i > 0 {
				continue
			}
			list = append(list, place(b.Facts, p.Path, b.Known[0], repeated, numbered)...)
			for _, o := range b.Known[1:] {
				list = append(list, place(eventsOf(b.Facts), p.Path, o, nil, numbered)...)
			}
			repeated = nil
		}
	}
	return list
}

// eventsOf keeps the events, without their messages and times: those of the
// first record are not those of the others.
func eventsOf(list []facts.Fact) (events []facts.Fact) {
	for _, f := range list {
		if f.Kind == facts.KindEvent {
			e := *f.Event
			e.Message = ""
			f.Event, f.Origin.Time = &e, facts.Time{}
			events = append(events, f)
		}
	}
	return events
}

func place(list []facts.Fact, path string, o Occurrence, repeated *facts.Repeated, numbered func(string, Occurrence) int) []facts.Fact {
	out := slices.Clone(list)
	for i := range out {
		f := &out[i]
		f.Origin.Path, f.Origin.Record = path, o.Record
		f.Origin.Line += numbered(path, o)
		if f.Origin.Time.IsZero() {
			f.Origin.Time = o.Time
		}
		if repeated != nil && repeated.Count > 1 {
			f.Repeated = repeated
		}
	}
	return out
}
