package tally

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// sample is one call of Add.
type sample struct {
	key   Key
	whats []uint32
	each  bool
	o     Occurrence
}

// factsOf makes facts that tell the sample apart from every other one.
func (s sample) factsOf() []facts.Fact {
	text := s.key.Path + " " + strconv.Itoa(s.o.Line) + " " + s.o.Time.String()
	return []facts.Fact{
		{Kind: facts.KindEvent, Origin: facts.Origin{Time: s.o.Time}, Event: &facts.Event{ID: s.whats[0], Message: text}},
		{Kind: facts.KindText, Origin: facts.Origin{Line: 1}, Text: &facts.Text{Value: text}},
	}
}

func (s sample) addTo(t *Tally) { t.Add(s.key, s.whats, s.each, s.o, s.factsOf) }

// plainTally keeps everything and takes away at the end what does not fit, with
// nothing in common with Tally but the order of occurrences and of hashes.
func plainTally(samples []sample, gap time.Duration, limit int) (list []*Observation, cut uint64) {
	byKey := map[Key]map[int64][]sample{}
	for _, s := range samples {
		if byKey[s.key] == nil {
			byKey[s.key] = map[int64][]sample{}
		}
		at := int64(0)
		if !s.o.Time.IsZero() {
			at = int64(math.Floor(float64(s.o.Time.Time.Unix()) / gap.Seconds()))
		}
		byKey[s.key][at] = append(byKey[s.key][at], s)
	}
	for k, stretches := range byKey {
		obs := &Observation{Key: k, hash: k.hash()}
		for at, of := range stretches {
			obs.Whats, obs.Each = of[0].whats, of[0].each
			obs.Count += int64(len(of))
			slices.SortFunc(of, func(a, b sample) int { return a.o.before(b.o) })
			b := Bucket{At: at, Count: int64(len(of)), Last: of[len(of)-1].o, Facts: of[0].factsOf()}
			known := 1
			if obs.Each {
				known = min(len(of), maxOccurrences)
			}
			for _, s := range of[:known] {
				b.Known = append(b.Known, s.o)
			}
			obs.Buckets = append(obs.Buckets, b)
		}
		slices.SortFunc(obs.Buckets, func(a, b Bucket) int { return cmp.Compare(a.At, b.At) })
		obs.Buckets = obs.Buckets[max(0, len(obs.Buckets)-maxBuckets):]
		list = append(list, obs)
	}
	slices.SortFunc(list, func(a, b *Observation) int { return cmp.Compare(a.hash, b.hash) })
	cut, filled := uint64(math.MaxUint64), 0
	for i, obs := range list {
		if filled += len(obs.Buckets); filled > limit {
			list, cut = list[:i], obs.hash
			break
		}
	}
	slices.SortFunc(list, func(a, b *Observation) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Digest, b.Digest))
	})
	return list, cut
}
