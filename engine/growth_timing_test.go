package engine

import (
	"fmt"
	"math"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

var sizes = []int{10, 1_000, 20_000}

func eachSize(b *testing.B, sizes []int, run func(*testing.B, *rules.Set)) {
	for _, n := range sizes {
		set := timingRules(n)
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, set)
		})
	}
}

func timingBase(tb testing.TB, set *rules.Set) *Base {
	tb.Helper()
	base, err := Compile(set, randomWeights())
	if err != nil {
		tb.Fatal(err)
	}
	return base
}

func BenchmarkCompile(b *testing.B) {
	eachSize(b, sizes, func(b *testing.B, set *rules.Set) {
		for b.Loop() {
			timingBase(b, set)
		}
		perRule(b, len(set.Rules))
	})
}

func perRule(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rule")
}

func BenchmarkOpen(b *testing.B) {
	eachSize(b, sizes, func(b *testing.B, set *rules.Set) {
		data := timingBase(b, set).Bytes()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Open(data); err != nil {
				b.Fatal(err)
			}
		}
		perRule(b, len(set.Rules))
	})
}

// The index alone: which rules a case of ten facts may concern.
func BenchmarkCandidates(b *testing.B) {
	eachSize(b, sizes, func(b *testing.B, set *rules.Set) {
		base := timingBase(b, set)
		c := theCase()
		c.Sort()
		found := 0
		for b.Loop() {
			found = len(base.index.Candidates(c.Facts))
		}
		b.ReportMetric(float64(found), "candidates")
	})
}

// A diagnosis on a base that was used before, and on one that was just opened.
func BenchmarkDiagnose(b *testing.B) {
	eachSize(b, sizes, func(b *testing.B, set *rules.Set) {
		base := timingBase(b, set)
		c := theCase()
		for b.Loop() {
			if d := base.Diagnose(c, Settings{Workers: 1}); len(d.Diagnoses) != 3 {
				b.Fatalf("%d diagnoses", len(d.Diagnoses))
			}
		}
	})
}

func BenchmarkOpenAndDiagnose(b *testing.B) {
	eachSize(b, sizes, func(b *testing.B, set *rules.Set) {
		data := timingBase(b, set).Bytes()
		c := theCase()
		for b.Loop() {
			base, err := Open(data)
			if err != nil {
				b.Fatal(err)
			}
			base.Diagnose(c, Settings{Workers: 1})
		}
	})
}

const logFacts = 10_000

// The cost of a fact against rules that it does not concern.
func BenchmarkPerFact(b *testing.B) {
	for _, log := range []struct {
		name string
		make func(int) *facts.Case
	}{{"foreign", foreignLog}, {"related", relatedLog}} {
		c := log.make(logFacts)
		c.Sort()
		for _, part := range []struct {
			name string
			run  func(*Base) int
		}{
			{"candidates", func(base *Base) int { return len(base.index.Candidates(c.Facts)) }},
			{"diagnose", func(base *Base) int { base.Diagnose(c, Settings{Workers: 1}); return 0 }},
		} {
			b.Run(log.name+"/"+part.name, func(b *testing.B) {
				eachSize(b, []int{100, 1_000, 20_000}, func(b *testing.B, set *rules.Set) {
					base := timingBase(b, set)
					found := part.run(base)
					for b.Loop() {
						part.run(base)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(c.Facts)), "ns/fact")
					if found > 0 {
						b.ReportMetric(float64(found), "candidates")
					}
				})
			})
		}
	}
}

// What a case costs before any rule is looked at.
func BenchmarkNewView(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("facts=%d", n), func(b *testing.B) {
			c := foreignLog(n)
			c.Sort()
			b.ReportAllocs()
			for b.Loop() {
				cond.NewView(c)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/fact")
		})
	}
}

// Ten thousand events of one number, from two sources.
func BenchmarkNewViewOneEvent(b *testing.B) {
	c := &facts.Case{}
	for i := range logFacts {
		source := "First"
		if i >= logFacts/2 {
			source = "Second"
		}
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindEvent, Origin: facts.Origin{Path: "app.log", Line: i + 1}, Event: &facts.Event{ID: 1000, Source: source}})
	}
	c.Sort()
	b.ReportAllocs()
	for b.Loop() {
		cond.NewView(c)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/logFacts, "ns/fact")
}

// Texts beside codes: each text is compared with the messages of each code.
func BenchmarkNewViewCodes(b *testing.B) {
	for _, codes := range []int{1, 10, 50} {
		b.Run(fmt.Sprintf("texts=500/codes=%d", codes), func(b *testing.B) {
			c := foreignLog(500)
			for i := range codes {
				v := 0xB0000000 + uint32(i)
				c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindCode, Origin: facts.Origin{Path: "app.log", Line: 10 * i}, Code: &facts.Code{Value: v, Literal: fmt.Sprintf("0x%x", v)}})
			}
			c.Sort()
			for b.Loop() {
				cond.NewView(c)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(c.Facts)), "ns/fact")
		})
	}
}

// The cost of a fact must not grow with the rules that it does not concern:
// at most twice from 100 to 20,000 rules, for the index and for a whole
// diagnosis. The least of several turns is compared, since a busy machine only
// ever makes a turn longer.
func TestCostPerFact(t *testing.T) {
	if os.Getenv("KBTRIAGE_TIMING") == "" {
		t.Skip("a timed test: set KBTRIAGE_TIMING=1 to run it")
	}
	few, many := timingBase(t, timingRules(100)), timingBase(t, timingRules(20_000))
	c := foreignLog(2_000)
	c.Sort()
	for _, part := range []struct {
		name string
		run  func(*Base)
	}{
		{"candidates", func(b *Base) { b.index.Candidates(c.Facts) }},
		{"diagnose", func(b *Base) { b.Diagnose(c, Settings{Workers: 1}) }},
	} {
		least := [2]float64{math.Inf(1), math.Inf(1)}
		for range 15 {
			for i, base := range []*Base{few, many} {
				start := time.Now()
				part.run(base)
				least[i] = min(least[i], float64(time.Since(start).Nanoseconds())/float64(len(c.Facts)))
			}
		}
		t.Logf("%s: %.0f ns a fact with 100 rules, %.0f with 20,000: %.2f times", part.name, least[0], least[1], least[1]/least[0])
		if least[1] > 2*least[0] {
			t.Errorf("%s: a fact costs %.2f times as much with 20,000 rules as with 100", part.name, least[1]/least[0])
		}
	}
}

// Reading rule files, as --kb does with a folder.
func BenchmarkLoadYAML(b *testing.B) {
	const form = `schema: 1
id: generated/r%05d
title: %s
status: stable
refs: [{kb: Q%d}]
applies_to: [{product: Product %s}]
symptoms:
  code: {code: "0x%08X", suggests: 4, expected: 4}
  event: {event: {id: %d, source: Source%d}, suggests: 3, expected: 3}
  text: {text: "%s", suggests: 3, expected: 3}
cause: %s.
resolution:
  steps:
    - %s
`
	for _, n := range sizes {
		files := fstest.MapFS{}
		size := int64(0)
		for i := range n {
			r := timingRand(uint64(i))
			data := fmt.Appendf(nil, form, i, sentence(r, 6), 500_000+i, word(skewed(r, 50)), 0xA0000000+skewed(r, popularCodes),
				10_000+skewed(r, 1000), i%40, sentence(r, 6), sentence(r, 20), sentence(r, 12))
			files[fmt.Sprintf("generated/r%05d.yaml", i)] = &fstest.MapFile{Data: data}
			size += int64(len(data))
		}
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(size)
			for b.Loop() {
				if set, msgs := rules.Load(files, ""); len(set.Rules) != n {
					b.Fatal(msgs[0])
				}
			}
			perRule(b, n)
		})
	}
}
