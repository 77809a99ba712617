package engine

import (
	"fmt"
	"testing"

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
