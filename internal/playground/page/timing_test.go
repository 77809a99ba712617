package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kbtriage/kbtriage/internal/playground"
)

// What docs/performance.md says of the playground: KBTRIAGE_TIMING=1 measures it.
// The bounds are those of a page that nobody would call broken, on a busy machine.
func TestTiming(t *testing.T) {
	if os.Getenv("KBTRIAGE_TIMING") == "" {
		t.Skip("SKIPPED: set KBTRIAGE_TIMING=1 to measure the playground")
	}
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	parts, err := build(program)
	if err != nil {
		t.Fatal(err)
	}
	text, err := packed(parts.program)
	if err != nil {
		t.Fatal(err)
	}
	page := pageOf(t, program)
	t.Logf("the program has %d bytes, %d packed and %d as text; the page %d", len(parts.program), len(text)/4*3, len(text), len(page))
	if len(page) > 10<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	const runs = 5
	times := map[string][]float64{}
	for range runs {
		b := open(t, program, "")
		add := func(what string) {
			entries := value[[]float64](b, `performance.getEntriesByName("answer").map((e) => e.startTime)`)
			from := value[float64](b, "globalThis.begun ?? 0")
			times[what] = append(times[what], entries[len(entries)-1]-from)
		}
		add("open the file to the first answer")
		measure := func(what string, q playground.Question) {
			b.ask(q) // the first time, code is compiled on the way
			b.run(chromedp.Evaluate[chromedp.Void](`globalThis.begun = performance.now()`))
			b.ask(q)
			add(what)
		}
		first, cluster := list[0], list[2]
		measure("a key to the answer, the rule alone", playground.Question{Rule: first.Rule, Tests: first.Tests, Facts: first.Facts})
		measure("a key to the answer, with the embedded rules", playground.Question{Rule: first.Rule, Tests: first.Tests, Facts: first.Facts, Neighbours: true})
		measure(fmt.Sprintf("the same with %d lines of tests", strings.Count(cluster.Tests, "\n")), playground.Question{Rule: cluster.Rule, Tests: cluster.Tests, Facts: cluster.Facts, Neighbours: true})
		measure("a log of 1 MiB, the rule alone", playground.Question{Rule: first.Rule, Facts: strings.Repeat("Mar  2 10:11:12 web1 kernel: Out of memory: Killed process 4711 (java)\n", 1<<20/70)})
	}
	for _, what := range slices.Sorted(maps.Keys(times)) {
		list := slices.Sorted(slices.Values(times[what]))
		t.Logf("%-50s %6.0f ms (%.0f to %.0f, %d runs)", what, list[len(list)/2], list[0], list[len(list)-1], len(list))
		if list[len(list)/2] > 30000 {
			t.Errorf("%s takes %.0f ms", what, list[len(list)/2])
		}
	}
}
