package tally

import (
	"cmp"
	"container/heap"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// saved is the form in which a tally is kept while a long scan goes on.
type saved struct {
	Gap          time.Duration  `json:"gap"`
	Limit        int            `json:"limit"`
	Records      int64          `json:"records"`
	Cut          uint64         `json:"cut"`
	Observations []*Observation `json:"observations"`
}

// MarshalJSON writes the tally; equal tallies give equal bytes. Text that is no
// UTF-8 is not kept as it is.
func (t *Tally) MarshalJSON() ([]byte, error) {
	return json.Marshal(saved{t.Gap, t.Limit, t.Records, t.cut, t.Observations()})
}

// UnmarshalJSON reads it again. What no tally writes is an error.
func (t *Tally) UnmarshalJSON(data []byte) error {
	var s saved
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	*t = *New(s.Gap)
	t.Limit, t.Records, t.cut = s.Limit, s.Records, s.Cut
	for _, obs := range s.Observations {
		if obs == nil || !obs.sound() || t.kept[obs.Key] != nil {
			return errors.New("tally: an observation of the saved form is damaged")
		}
		obs.hash = obs.Key.hash()
		t.kept[obs.Key] = obs
		t.buckets += len(obs.Buckets)
		heap.Push(&t.order, obs)
	}
	return nil
}

// sound reports whether the observation is one that a tally makes.
func (o *Observation) sound() bool {
	for i := range o.Buckets {
		b := &o.Buckets[i]
		if len(b.Known) == 0 || len(b.Known) > maxOccurrences || !slices.IsSortedFunc(b.Known, Occurrence.before) {
			return false
		}
		if slices.ContainsFunc(b.Facts, func(f facts.Fact) bool { return f.Check() != nil }) {
			return false
		}
	}
	byTime := func(a, b Bucket) int { return cmp.Compare(a.At, b.At) }
	return o.Clock <= Zoned && len(o.Buckets) > 0 && len(o.Buckets) <= maxBuckets && slices.IsSortedFunc(o.Buckets, byTime)
}
