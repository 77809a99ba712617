package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// latency shows how long it takes from the text of a ticket to its ranked list, on
// one processor, after a first round that warms the base.
func latency(out io.Writer, b *engine.Base, list []*ticket) error {
	times := map[string][]time.Duration{}
	for round := range 2 {
		for _, t := range list {
			begin := time.Now()
			c := intake.Pasted("ticket", t.Query)
			derive.Findings(c)
			b.Rank(c, 10)
			if took := time.Since(begin); round == 1 {
				times[t.Kind] = append(times[t.Kind], took)
				times["all"] = append(times["all"], took)
			}
		}
	}
	if _, err := fmt.Fprintf(out, "%d rules\n\n| kind | tickets | p50 ms | p95 ms | p99 ms |\n| --- | --: | --: | --: | --: |\n", b.Len()); err != nil {
		return err
	}
	for _, k := range slices.Sorted(maps.Keys(times)) {
		l := times[k]
		slices.Sort(l)
		at := func(p float64) float64 { return float64(l[int(p*float64(len(l)-1))].Microseconds()) / 1000 }
		if _, err := fmt.Fprintf(out, "| %s | %d | %.2f | %.2f | %.2f |\n", k, len(l), at(0.5), at(0.95), at(0.99)); err != nil {
			return err
		}
	}
	return nil
}
