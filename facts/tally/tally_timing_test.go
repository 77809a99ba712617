package tally

import (
	"testing"
)

// BenchmarkAdd is a log that goes forward, with records of 100 kinds.
func BenchmarkAdd(b *testing.B) {
	var samples []sample
	for i := range 10_000 {
		samples = append(samples, madeOf("h", "a.log", Zoned, float64(i)/100, i+1, i%10 == 0, uint32(i%100)))
	}
	b.ReportAllocs()
	for b.Loop() {
		t := New(testGap)
		for _, s := range samples {
			s.addTo(t)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(samples))/b.Elapsed().Seconds(), "records/s")
}
