package tally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

const testGap = 10 * time.Minute

var morning = time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC)

// at is a time so many minutes behind the morning.
func at(clock Clock, minutes float64) facts.Time {
	t := morning.Add(time.Duration(minutes * float64(time.Minute)))
	switch clock {
	case Zoned:
		return facts.Time{Time: t.In(time.FixedZone("", int(minutes)%3*3600)), Zoned: true}
	case Local:
		return facts.Time{Time: t}
	}
	return facts.Time{}
}

// madeOf makes one sample; number tells it from all others.
func madeOf(host, path string, clock Clock, minutes float64, number int, each bool, whats ...uint32) sample {
	return sample{
		key:   Key{Host: host, Path: path, Clock: clock, Things: DigestOf(whats, each, false)},
		whats: whats, each: each,
		o: Occurrence{Time: at(clock, minutes), Line: number, Offset: int64(number) * 10},
	}
}

// drawSamples draws records of a few hosts, files and things.
func drawSamples(t *rapid.T, most int, minutes float64) (list []sample) {
	for i := range rapid.IntRange(0, most).Draw(t, "records") {
		clock := rapid.SampledFrom([]Clock{Zoned, Zoned, Zoned, Local, Timeless}).Draw(t, "clock")
		whats := [][]uint32{{1}, {2}, {3}, {1, 2}, {4, 5}}[rapid.IntRange(0, 4).Draw(t, "whats")]
		minute := rapid.Float64Range(-minutes, minutes).Draw(t, "minute")
		if rapid.IntRange(0, 3).Draw(t, "same time") == 0 {
			minute = 0
		}
		list = append(list, madeOf(
			rapid.SampledFrom([]string{"", "web1", "db"}).Draw(t, "host"), rapid.SampledFrom([]string{"a.log", "b.log"}).Draw(t, "path"),
			clock, minute, i+1, whats[0] == 3, whats...))
	}
	return list
}

func asJSON(t interface{ Fatal(...any) }, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnyOrderAnySplitGivesOneTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int{1, 3, 8, 20, 1000}).Draw(t, "limit")
		samples := drawSamples(t, 60, 90)
		empty := func() *Tally {
			x := New(testGap)
			x.Limit = limit
			return x
		}
		whole := empty()
		for _, s := range samples {
			s.addTo(whole)
		}
		want := asJSON(t, whole)

		parts := []*Tally{empty()}
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			parts = append(parts, empty())
		}
		for _, s := range rapid.Permutation(samples).Draw(t, "order") {
			s.addTo(parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")])
		}
		for len(parts) > 1 { // any tree
			parts = rapid.Permutation(parts).Draw(t, "tree")
			if rapid.Bool().Draw(t, "saved between") {
				again := &Tally{}
				if err := json.Unmarshal(asJSON(t, parts[0]), again); err != nil {
					t.Fatal(err)
				}
				parts[0] = again
			}
			parts[0].Merge(parts[1])
			parts = slices.Delete(parts, 1, 2)
		}
		if got := asJSON(t, parts[0]); !bytes.Equal(got, want) {
			t.Fatalf("merged:\n%s\nadded in order:\n%s", got, want)
		}

		list, cut := plainTally(samples, testGap, limit)
		if got, want := asJSON(t, whole.Observations()), asJSON(t, list); !bytes.Equal(got, want) && len(list) > 0 {
			t.Fatalf("tally:\n%s\noracle:\n%s", got, want)
		}
		if whole.cut != cut || len(whole.Observations()) != len(list) {
			t.Fatalf("cut %d with %d observations, the oracle has %d with %d", whole.cut, len(whole.Observations()), cut, len(list))
		}
		kept := int64(0)
		for _, s := range whole.Sessions(hostOf, oneRule) {
			kept += s.Records
		}
		dropped, old := whole.Lost()
		if whole.Records != int64(len(samples)) || kept+dropped+old != whole.Records {
			t.Fatalf("%d records: %d in sessions, %d dropped, %d old", whole.Records, kept, dropped, old)
		}
	})
}

func TestManyStretchesAndOccurrences(t *testing.T) {
	for name, x := range map[string]struct {
		samples []sample
		old     int64
	}{
		"more stretches than are kept": {old: 2 * 44, samples: func() (list []sample) {
			for i := range 2 * (maxBuckets + 44) {
				list = append(list, madeOf("h", "a.log", Zoned, float64(i%(maxBuckets+44))*10, i+1, false, 1))
			}
			return list
		}()},
		"more occurrences than are kept": {samples: func() (list []sample) {
			for i := range 2500 {
				list = append(list, madeOf("h", "a.log", Zoned, float64(i%7)/10, i+1, true, 1))
			}
			return list
		}()},
		"both": {old: 3 * 10, samples: func() (list []sample) {
			for i := range (maxBuckets + 10) * 3 {
				list = append(list, madeOf("h", "a.log", Local, float64(i%(maxBuckets+10))*10+float64(i%5), i+1, true, 1))
			}
			for i := range 1200 {
				list = append(list, madeOf("h", "a.log", Local, (maxBuckets+9)*10, 100_000+i, true, 1))
			}
			return list
		}()},
	} {
		t.Run(name, func(t *testing.T) {
			list, _ := plainTally(x.samples, testGap, DefaultBuckets)
			want := asJSON(t, list)
			for _, order := range []func(i int) int{
				func(i int) int { return i },
				func(i int) int { return len(x.samples) - 1 - i },
				func(i int) int { return i * 7919 % len(x.samples) },
			} {
				parts := []*Tally{New(testGap), New(testGap), New(testGap)}
				for i := range x.samples {
					x.samples[order(i)].addTo(parts[i*5%7%3])
				}
				all := New(testGap)
				for _, p := range parts {
					all.Merge(p)
				}
				if got := asJSON(t, all.Observations()); !bytes.Equal(got, want) {
					t.Fatalf("%.2000s\nwant\n%.2000s", got, want)
				}
				if dropped, old := all.Lost(); dropped != 0 || old != x.old {
					t.Errorf("%d dropped and %d old, want 0 and %d", dropped, old, x.old)
				}
			}
		})
	}
}

func TestRecordsAtOnePlaceDoNotDependOnOrder(t *testing.T) {
	made := func(text string) *Tally {
		x := New(testGap)
		s := madeOf("h", "a.tar!x.log", Zoned, 1, 1, true, 1)
		x.Add(s.key, s.whats, s.each, s.o, func() []facts.Fact {
			return []facts.Fact{{Kind: facts.KindText, Text: &facts.Text{Value: text}}}
		})
		return x
	}
	a, b := made("one"), made("two")
	a.Merge(made("two"))
	b.Merge(made("one"))
	if x, y := asJSON(t, a), asJSON(t, b); !bytes.Equal(x, y) {
		t.Errorf("%s\n%s", x, y)
	}
}

func TestDamagedSavedFormsAreRefused(t *testing.T) {
	x := New(testGap)
	for i := range 3 {
		madeOf("h", "a.log", Zoned, float64(i)*20, i+1, true, 1).addTo(x)
	}
	good := string(asJSON(t, x))
	if err := json.Unmarshal([]byte(good), &Tally{}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		`{"observations":[null]}`,
		`{"observations":[{"p":"a","c":7,"d":1,"b":[{"at":0,"n":1,"known":[{}]}]}]}`,
		`{"observations":[{"p":"a","c":0,"d":1,"b":[{"at":0,"n":1,"known":[]}]}]}`,
		`{"observations":[{"p":"a","c":0,"d":1,"b":[]}]}`,
		`{"observations":[{"p":"a","c":0,"d":1,"b":[{"at":3,"n":1,"known":[{}]},{"at":1,"n":1,"known":[{}]}]}]}`,
		`{"observations":[{"p":"a","c":0,"d":1,"b":[{"at":0,"n":1,"known":[{}]}]},{"p":"a","c":0,"d":1,"b":[{"at":0,"n":1,"known":[{}]}]}]}`,
	} {
		if err := json.Unmarshal([]byte(bad), &Tally{}); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
}

// FuzzSaved: what is read back is as good as new, or is refused.
func FuzzSaved(f *testing.F) {
	x := New(testGap)
	for i := range 3 {
		madeOf("h", "a.log", Zoned, float64(i)*20, i+1, i > 0, 1).addTo(x)
	}
	f.Add(asJSON(f, x))
	f.Add([]byte(`{"gap":1,"observations":[{"p":"a","c":0,"d":1,"b":[{"at":0,"n":1,"known":[{}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := &Tally{}
		if json.Unmarshal(data, a) != nil {
			return
		}
		first := asJSON(t, a)
		b := &Tally{}
		if err := json.Unmarshal(first, b); err != nil {
			t.Fatalf("its own form is refused: %v\n%s", err, first)
		}
		if again := asJSON(t, b); !bytes.Equal(again, first) {
			t.Fatalf("%s\nthen\n%s", first, again)
		}
		madeOf("h", "a.log", Zoned, 5, 9, true, 1).addTo(b)
		b.Merge(a)
		for _, s := range b.Sessions(hostOf, oneRule) {
			s.Facts(lineOf)
		}
	})
}

func ExampleTally() {
	logs := New(30 * time.Minute)
	whats := []uint32{17} // what a filter found in the record
	key := Key{Host: "web1", Path: "a.log", Clock: Zoned, Things: DigestOf(whats, false, false)}
	for i := range 3 {
		when := facts.Time{Time: time.Date(2024, 3, 5, 8, i, 0, 0, time.UTC), Zoned: true}
		logs.Add(key, whats, false, Occurrence{Time: when, Line: 100 + i}, func() []facts.Fact {
			return []facts.Fact{{Kind: facts.KindText, Text: &facts.Text{Value: "disk full"}}}
		})
	}
	for _, s := range logs.Sessions(func(o *Observation) string { return o.Host }, func(uint32, func(uint32)) {}) {
		for _, f := range s.Facts(func(_ string, o Occurrence) int { return o.Line }) {
			fmt.Println(s.Host, f.Text.Value, f.Origin, f.Repeated.Count)
		}
	}
	// Output: web1 disk full a.log:100 3
}
