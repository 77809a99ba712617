package tally

import (
	"container/heap"
	"encoding/json"
	"time"
)

// saved is the form in which a tally is kept while a long scan goes on.
type saved struct {
	Gap          time.Duration  `json:"gap"`
	Records      int64          `json:"records"`
	Cut          uint64         `json:"cut"`
	Observations []*Observation `json:"observations"`
}

// MarshalJSON writes the tally; equal tallies give equal bytes.
func (t *Tally) MarshalJSON() ([]byte, error) {
	return json.Marshal(saved{t.Gap, t.Records, t.cut, t.Observations()})
}

// UnmarshalJSON reads it again.
func (t *Tally) UnmarshalJSON(data []byte) error {
	var s saved
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	*t = *New(s.Gap)
	t.Records, t.cut = s.Records, s.Cut
	for _, obs := range s.Observations {
		obs.hash = obs.Key.hash()
		t.kept[obs.Key] = obs
		t.buckets += len(obs.Buckets)
		heap.Push(&t.order, obs)
	}
	return nil
}
