package tally

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

func hostOf(o *Observation) string { return o.Host }

func oneRule(_ uint32, yield func(uint32)) { yield(1) }

func lineOf(_ string, o Occurrence) int { return o.Line }

// shape is the sessions as text: host, records, and the minutes of the first
// occurrences with the letter of the clock.
func shape(list []Session) string {
	var out []string
	for _, s := range list {
		var parts []string
		for _, p := range s.Parts {
			for _, b := range p.Buckets {
				if p.Clock == Timeless {
					parts = append(parts, "t")
				} else {
					parts = append(parts, fmt.Sprintf("%c%.0f", "tlz"[p.Clock], b.Known[0].Time.Time.Sub(morning).Minutes()))
				}
			}
		}
		slices.Sort(parts)
		out = append(out, fmt.Sprintf("%s(%d): %s", s.Host, s.Records, strings.Join(parts, " ")))
	}
	return strings.Join(out, "\n")
}

func TestSessions(t *testing.T) {
	const day = 24 * 60
	withoutYear := func(s sample) sample {
		s.o.Time.Time = s.o.Time.Time.AddDate(-2024, 0, 0)
		return s
	}
	for _, x := range []struct {
		name    string
		samples []sample
		want    string
	}{
		{"a gap divides", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "a", Zoned, 9, 2, false, 1),
			madeOf("h", "a", Zoned, 31, 3, false, 2), madeOf("h", "a", Zoned, 40.9, 4, false, 1),
		}, "h(2): z0\nh(2): z31 z41"},
		{"exactly the gap does not", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "a", Zoned, 10, 2, false, 1), madeOf("h", "a", Zoned, 20, 3, false, 2),
		}, "h(3): z0 z10 z20"},
		{"hosts are apart, and so are files without one", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("g", "a", Zoned, 0, 2, false, 1),
			madeOf("", "a", Zoned, 0, 3, false, 1), madeOf("", "b", Zoned, 0, 4, false, 1),
		}, "(1): z0\n(1): z0\ng(1): z0\nh(1): z0"},
		{"local times join the only session that they can overlap", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "b", Local, 13*60, 2, false, 1),
		}, "h(2): l780 z0"},
		{"but none that is too far away", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "b", Local, 15*60, 2, false, 1),
		}, "h(1): z0\nh(1): l900"},
		{"nor one of two", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "a", Zoned, 60, 2, false, 1), madeOf("h", "b", Local, 30, 3, false, 1),
		}, "h(1): z0\nh(1): l30\nh(1): z60"},
		{"what joined does not draw others after it", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "b", Local, 13*60, 2, false, 1), madeOf("h", "b", Local, 26*60, 3, false, 1),
		}, "h(2): l780 z0\nh(1): l1560"},
		{"times without a year are of the year of the session", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), withoutYear(madeOf("h", "b", Local, 60, 2, false, 1)),
			withoutYear(madeOf("h", "b", Local, 30*day, 3, false, 1)),
		}, "h(1): l-153722867\nh(2): l-153722867 z0"},
		{"also when a year ends between the clocks", []sample{
			madeOf("h", "a", Zoned, 301*day+15*60+50, 1, false, 1), withoutYear(madeOf("h", "b", Local, -64*day-3*60, 2, false, 1)),
		}, ""},
		{"records without a time join the only session", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "b", Timeless, 0, 2, false, 2),
		}, "h(2): t z0"},
		{"or are one of their own", []sample{
			madeOf("h", "a", Zoned, 0, 1, false, 1), madeOf("h", "a", Zoned, 60, 2, false, 1), madeOf("h", "b", Timeless, 0, 3, false, 2),
		}, "h(1): t\nh(1): z0\nh(1): z60"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := New(testGap)
			for _, s := range x.samples {
				s.addTo(c)
			}
			got := shape(c.Sessions(hostOf, oneRule))
			if x.want == "" {
				if strings.Contains(got, "\n") {
					t.Errorf("two sessions, want one:\n%s", got)
				}
				return
			}
			if got != x.want {
				t.Errorf("got\n%s\nwant\n%s", got, x.want)
			}
		})
	}
}

func TestOnlyWhatSharesARuleIsOneCase(t *testing.T) {
	rules := map[uint32][]uint32{1: {10}, 2: {10, 11}, 3: {11}, 4: {12}}
	concerned := func(what uint32, yield func(uint32)) {
		for _, r := range rules[what] {
			yield(r)
		}
	}
	c := New(testGap)
	for i, whats := range [][]uint32{{1}, {4}, {3}, {2}} {
		madeOf("h", "a", Zoned, float64(i), i+1, false, whats...).addTo(c)
	}
	if got, want := shape(c.Sessions(hostOf, concerned)), "h(3): z0 z2 z3\nh(1): z1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSessionsAgainstPairs: two records with a zone are in one session exactly if
// a chain of records of the same host, each not farther than the gap from the
// next, joins them. Stretches that are not kept are avoided.
func TestSessionsAgainstPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(testGap)
		var zoned []sample
		for _, s := range drawSamples(t, 40, 150) {
			if s.key.Clock == Zoned && s.key.Host != "" {
				zoned = append(zoned, s)
				s.addTo(c)
			}
		}
		slices.SortFunc(zoned, func(a, b sample) int {
			return cmp.Or(cmp.Compare(a.key.Host, b.key.Host), a.o.Time.Time.Compare(b.o.Time.Time))
		})
		type span struct {
			host     string
			from, to time.Time
			records  int64
		}
		var want, got []span
		for _, s := range zoned {
			n := len(want) - 1
			if n < 0 || want[n].host != s.key.Host || s.o.Time.Time.Sub(want[n].to) > testGap {
				want = append(want, span{s.key.Host, s.o.Time.Time.UTC(), s.o.Time.Time.UTC(), 1})
				continue
			}
			want[n].to = s.o.Time.Time.UTC()
			want[n].records++
		}
		for _, s := range c.Sessions(hostOf, oneRule) {
			got = append(got, span{s.Host, s.From.Time.UTC(), s.To.Time.UTC(), s.Records})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestSessionsDoNotDependOnOrder also covers their facts.
func TestSessionsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := drawSamples(t, 30, 60)
		text := func(list []sample) []byte {
			c := New(testGap)
			for _, s := range list {
				s.addTo(c)
			}
			sessions := c.Sessions(hostOf, oneRule)
			var all []any
			for i := range sessions {
				all = append(all, sessions[i], sessions[i].Facts(lineOf))
			}
			return asJSON(t, all)
		}
		if a, b := text(samples), text(rapid.Permutation(samples).Draw(t, "order")); !bytes.Equal(a, b) {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

func TestFactsOfASession(t *testing.T) {
	c := New(testGap)
	for i, minute := range []float64{0, 1, 2, 11, 19, 25} {
		madeOf("h", "a", Zoned, minute, 100+i, true, 7).addTo(c)  // each counts
		madeOf("h", "b", Zoned, minute, 200+i, false, 8).addTo(c) // only that it is there
	}
	sessions := c.Sessions(hostOf, oneRule)
	if len(sessions) != 1 {
		t.Fatalf("%d sessions, want 1", len(sessions))
	}
	var got []string
	for _, f := range sessions[0].Facts(lineOf) {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		repeated := ""
		if r := f.Repeated; r != nil {
			repeated = fmt.Sprintf(" %dx %.0f-%.0f", r.Count, r.First.Time.Sub(morning).Minutes(), r.Last.Time.Sub(morning).Minutes())
		}
		message := ""
		if f.Kind == facts.KindEvent && f.Event.Message != "" {
			message = " with message"
		}
		got = append(got, fmt.Sprintf("%s %s at %.0f%s%s", f.Kind, f.Origin, f.Origin.Time.Time.Sub(morning).Minutes(), repeated, message))
	}
	want := []string{
		"event a:100 at 0 6x 0-25 with message", "text a:101 at 0 6x 0-25",
		"event a:101 at 1", "event a:102 at 2",
		"event a:103 at 11 with message", "text a:104 at 11", "event a:104 at 19",
		"event a:105 at 25 with message", "text a:106 at 25",
		"event b:200 at 0 6x 0-25 with message", "text b:201 at 0 6x 0-25",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
