package report

import (
	"bytes"
	"testing"
)

// BenchmarkFleet prints a scan of 10,000 cases; bytes are those of the output.
func BenchmarkFleet(b *testing.B) {
	f := manyCases(10_000)
	for _, form := range []Form{Text, JSON, Markdown, HTML, CSV, SARIF} {
		b.Run(string(form), func(b *testing.B) {
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := Fleet(&out, f, form, Style{}); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(out.Len()))
			b.ReportMetric(float64(out.Len())/1e6, "MB")
		})
	}
}
