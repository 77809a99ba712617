package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// BenchmarkEvents matches events against rules of the form event.id, source,
// message contains. Numbers and sources follow a cube law over 3,000 pairs, so
// that the commonest has hundreds of rules; one event in fifty carries a rule's
// text. It is the matching alone: no reading, and no diagnosis of what hits.
func BenchmarkEvents(b *testing.B) {
	for _, n := range []int{1000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 2))
			pair := func() int { x := random.Float64(); return int(3000 * x * x * x) }
			phrase := func(words int) string {
				s := ""
				for range words {
					s += fmt.Sprintf(" w%c%c%c%c%d", 'a'+random.IntN(26), 'a'+random.IntN(26), 'a'+random.IntN(26), 'a'+random.IntN(26), random.IntN(10))
				}
				return s[1:]
			}
			set := &rules.Set{}
			type wanted struct {
				pair int
				text string
			}
			var all []wanted
			for i := range n {
				w := wanted{pair(), phrase(5)}
				all = append(all, w)
				when, err := cond.NewWhen(fmt.Sprintf("any(events, .id == %d and .source == 'source-%d' and .message contains '%s')", 1000+w.pair, w.pair%97, w.text))
				if err != nil {
					b.Fatal(err)
				}
				set.Rules = append(set.Rules, &rules.Rule{
					ID: fmt.Sprintf("bench/%05d", i), Title: "t", Status: rules.Imported, Cause: "c", Resolution: rules.Resolution{Kind: rules.NoSolution},
					Symptoms: []rules.Symptom{{Name: "s", Suggests: 3, Expected: 3, Condition: cond.Condition{When: when}}},
				})
			}
			base, err := Compile(set, randomWeights())
			if err != nil {
				b.Fatal(err)
			}
			filter, _, err := base.Filter()
			if err != nil {
				b.Fatal(err)
			}
			events := make([]record.Record, 20_000)
			size := 0
			for i := range events {
				p, text := pair(), phrase(16)
				if i%50 == 0 {
					w := all[random.IntN(len(all))]
					p, text = w.pair, text+" "+w.text
				}
				events[i] = record.Record{Event: true, ID: uint32(1000 + p), Source: fmt.Appendf(nil, "source-%d", p%97), Message: []byte(text)}
				size += len(text)
			}
			scanner := filter.Scanner()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				found = 0
				for i := range events {
					var parts record.Parts
					scanner.Event(&events[i], func(h record.Hit) { parts.Add(h) })
					if parts.Matter() {
						found++
					}
				}
			}
			if found < len(events)/50 {
				b.Fatalf("%d of %d events were found", found, len(events)/50)
			}
			b.ReportMetric(float64(b.N)*float64(len(events))/b.Elapsed().Seconds(), "events/s")
		})
	}
}
