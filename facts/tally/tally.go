// Package tally counts what was observed in logs, by host and file, in bounded
// memory. Two tallies merge, in any order and any number of parts, to the same
// tally: that gives workers, continued runs and, where it is wanted, many
// machines. Sessions makes cases of what was counted.
package tally

import (
	"cmp"
	"container/heap"
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// The bounds of a tally. All are on what is kept, not on what is counted.
const (
	DefaultBuckets = 40_000 // stretches of time with a record kept in full
	maxBuckets     = 4096   // of one observation: the latest ones, 85 days without a pause
	maxOccurrences = 1000   // in a stretch, where each one counts
)

// Clock says what is known of the times of an observation: they are ordered
// only against times of the same clock.
type Clock uint8

// The clocks.
const (
	Timeless Clock = iota // no times
	Local                 // times without a zone
	Zoned                 // times with a zone
)

// ClockOf is the clock of a time.
func ClockOf(t facts.Time) Clock {
	switch {
	case t.IsZero():
		return Timeless
	case t.Zoned:
		return Zoned
	}
	return Local
}

// Key is what makes records the same observation: the host that they name, the
// file that they are in, and what of them a rule names.
type Key struct {
	Host  string `json:"h,omitempty"`
	Path  string `json:"p"`
	Clock Clock  `json:"c"`
	Things
}

// Things is a set of the numbers that a record.Filter gives to things.
type Things struct {
	Digest uint64 `json:"d"`           // of the numbers, ascending, and of whether each occurrence counts
	Rare   bool   `json:"r,omitempty"` // one of them is: where there is no room for all, it stays
}

// Occurrence is the place of one record.
type Occurrence struct {
	Time   facts.Time `json:"t,omitzero"`
	Offset int64      `json:"o,omitempty"` // of the record in its file, where it has no line yet
	Line   int        `json:"l,omitempty"`
	Record uint64     `json:"r,omitempty"`
}

func (o Occurrence) before(p Occurrence) int {
	if c := cmp.Or(o.Time.Time.Compare(p.Time.Time), cmp.Compare(o.Offset, p.Offset),
		cmp.Compare(o.Line, p.Line), cmp.Compare(o.Record, p.Record)); c != 0 || o == p {
		return c
	}
	return cmp.Compare(o.Time.String(), p.Time.String()) // the same moment in two zones
}

// Bucket is what was observed within one stretch of time, as long as the gap
// that ends a session.
type Bucket struct {
	At    int64        `json:"at"` // number of the stretch since 1970
	Count int64        `json:"n"`
	Last  Occurrence   `json:"last"`
	Known []Occurrence `json:"known"` // the first; where each counts, the first 1,000, ascending
	Facts []facts.Fact `json:"facts"` // of the first
}

// Observation is the records that are the same to every rule.
type Observation struct {
	Key
	Whats   []uint32 `json:"w"` // ascending
	Each    bool     `json:"each,omitempty"`
	Count   int64    `json:"n"`
	Buckets []Bucket `json:"b"` // ascending, the latest ones

	hash uint64
}

// Tally is the observations of some input.
type Tally struct {
	Gap     time.Duration // that ends a session
	Limit   int           // buckets; 0 means DefaultBuckets
	Records int64         // that were observed
	kept    map[Key]*Observation
	order   byHash
	buckets int
	cut     uint64 // observations with a hash from here on are not kept
}

// New returns an empty tally.
func New(gap time.Duration) *Tally {
	return &Tally{Gap: gap, Limit: DefaultBuckets, kept: map[Key]*Observation{}, cut: math.MaxUint64}
}

// DigestOf is the digest of the numbers, which must be ascending.
func DigestOf(whats []uint32, each, rare bool) Things {
	h := uint64(0xcbf29ce484222325)
	for _, w := range whats {
		h = (h ^ uint64(w)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	if each {
		h = ^h
	}
	return Things{Digest: h, Rare: rare}
}

// Add counts a record. The facts of a record are asked for only where it is the
// first of its stretch of time, as far as is known; whats is copied.
func (t *Tally) Add(k Key, whats []uint32, each bool, o Occurrence, facts func() []facts.Fact) {
	t.Records++
	obs := t.observation(k, whats, each)
	if obs == nil {
		return
	}
	obs.Count++
	b := t.bucket(obs, t.stretch(o.Time))
	if b == nil {
		return
	}
	b.add(o, obs.Each, facts)
	t.shrink()
}

// stretch is the number of the stretch of time.
func (t *Tally) stretch(at facts.Time) int64 {
	if at.IsZero() {
		return 0
	}
	s, gap := at.Time.Unix(), max(int64(t.Gap/time.Second), 1)
	n := s / gap
	if s%gap < 0 {
		n--
	}
	return n
}

func (t *Tally) observation(k Key, whats []uint32, each bool) *Observation {
	if obs := t.kept[k]; obs != nil {
		return obs
	}
	h := k.hash()
	if h >= t.cut {
		return nil
	}
	obs := &Observation{Key: k, Whats: slices.Clone(whats), Each: each, hash: h}
	t.kept[k] = obs
	heap.Push(&t.order, obs)
	return obs
}

// bucket finds or makes the bucket of a stretch; nil where it is older than
// those that are kept.
func (t *Tally) bucket(obs *Observation, at int64) *Bucket {
	n := len(obs.Buckets)
	if n > 0 && obs.Buckets[n-1].At == at { // the usual case: logs go forward
		return &obs.Buckets[n-1]
	}
	i, found := slices.BinarySearchFunc(obs.Buckets, at, func(b Bucket, at int64) int { return cmp.Compare(b.At, at) })
	if found {
		return &obs.Buckets[i]
	}
	if n == maxBuckets {
		if i == 0 {
			return nil
		}
		copy(obs.Buckets, obs.Buckets[1:i])
		obs.Buckets[i-1] = Bucket{At: at}
		return &obs.Buckets[i-1]
	}
	obs.Buckets = slices.Insert(obs.Buckets, i, Bucket{At: at})
	t.buckets++
	return &obs.Buckets[i]
}

// add counts an occurrence.
func (b *Bucket) add(o Occurrence, each bool, facts func() []facts.Fact) {
	b.Count++
	if b.Count == 1 || b.Last.before(o) < 0 {
		b.Last = o
	}
	first := len(b.Known) == 0 || o.before(b.Known[0]) < 0
	b.know(o, each)
	if first {
		b.Facts = facts()
	}
}

// know keeps the first occurrence, or the first maxOccurrences.
func (b *Bucket) know(o Occurrence, each bool) {
	if !each {
		if len(b.Known) == 0 {
			b.Known = append(b.Known, o)
		} else if o.before(b.Known[0]) < 0 {
			b.Known[0] = o
		}
		return
	}
	n := len(b.Known)
	if n == maxOccurrences && b.Known[n-1].before(o) <= 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(b.Known, o, Occurrence.before)
	b.Known = slices.Insert(b.Known, i, o)
	b.Known = b.Known[:min(len(b.Known), maxOccurrences)]
}

// shrink drops observations, those with the highest hash first, until the
// buckets fit. Which ones stay depends on what was observed alone, not on its
// order: an observation goes only if those with lower hashes fill the tally.
func (t *Tally) shrink() {
	limit := cmp.Or(t.Limit, DefaultBuckets)
	for t.buckets > limit {
		t.dropFrom(t.order[0].hash)
	}
}

// dropFrom drops the observations with that hash or a higher one, for good.
func (t *Tally) dropFrom(hash uint64) {
	t.cut = hash
	for len(t.order) > 0 && t.order[0].hash >= hash {
		obs := heap.Pop(&t.order).(*Observation)
		t.buckets -= len(obs.Buckets)
		delete(t.kept, obs.Key)
	}
}

// Merge adds the other tally, which must not be used afterwards.
func (t *Tally) Merge(other *Tally) {
	t.Records += other.Records
	if other.cut < t.cut {
		t.dropFrom(other.cut)
	}
	for _, from := range other.order {
		obs := t.observation(from.Key, from.Whats, from.Each)
		if obs == nil {
			continue
		}
		obs.Count += from.Count
		for i := range from.Buckets {
			src := &from.Buckets[i]
			dst := t.bucket(obs, src.At)
			if dst == nil {
				continue
			}
			if dst.Count == 0 {
				*dst = *src
				continue
			}
			dst.merge(src, obs.Each)
		}
		t.shrink()
	}
}

func (b *Bucket) merge(other *Bucket, each bool) {
	b.Count += other.Count
	if b.Last.before(other.Last) < 0 {
		b.Last = other.Last
	}
	if c := other.Known[0].before(b.Known[0]); c < 0 || c == 0 && written(other.Facts) < written(b.Facts) {
		b.Facts = other.Facts
	}
	for _, o := range other.Known {
		b.know(o, each)
	}
}

// written orders the facts of records that have one and the same place, as two
// members of an archive with one name have.
func written(list []facts.Fact) string {
	text, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return string(text)
}

// Observations lists what is kept, in an order that depends on nothing else.
func (t *Tally) Observations() []*Observation {
	list := append([]*Observation{}, t.order...) // never nil
	slices.SortFunc(list, func(a, b *Observation) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Digest, b.Digest))
	})
	return list
}

// Lost counts the records that are in no session: those of observations that
// were dropped, because there are more than fit, and those that are older than
// the stretches of time that are kept of their observation, of which only the
// number is known.
func (t *Tally) Lost() (dropped, old int64) {
	dropped = t.Records
	for _, obs := range t.order {
		dropped -= obs.Count
		old += obs.Count
		for i := range obs.Buckets {
			old -= obs.Buckets[i].Count
		}
	}
	return dropped, old
}

// hash is the same in every run.
func (k Key) hash() uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, s := range []string{k.Host, k.Path} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 0x100000001b3
		}
		h = (h ^ 0xff) * 0x100000001b3
	}
	h = (h ^ k.Digest ^ uint64(k.Clock)) * 0x9E3779B97F4A7C15
	h = (h ^ h>>31) >> 1
	if !k.Rare { // what is common goes first
		h |= 1 << 63
	}
	return h
}

// byHash is a heap with the highest hash on top.
type byHash []*Observation

func (h byHash) Len() int           { return len(h) }
func (h byHash) Less(i, j int) bool { return h[i].hash > h[j].hash }
func (h byHash) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byHash) Push(x any)        { *h = append(*h, x.(*Observation)) }

func (h *byHash) Pop() any {
	old := *h
	n := len(old) - 1
	x := old[n]
	old[n] = nil
	*h = old[:n]
	return x
}
