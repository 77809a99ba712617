package evt

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

type count struct {
	decode  bool
	records int
	bytes   int
}

func (c *count) Record(r *record.Record) error {
	c.records++
	if c.decode {
		c.bytes += len(r.Text())
	}
	return nil
}

func (*count) Damage(facts.Problem) {}

func BenchmarkRead(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	f := newLogFile(16 << 20)
	for f.wrapped = false; !f.wrapped; {
		f.put(entry{
			time: r.Uint32N(1 << 30), event: r.Uint32N(1 << 16), kind: 4, source: "Service Control Manager", host: "SERVER-0001",
			strings: []string{"Background Intelligent Transfer Service", "running", "C:\\WINDOWS\\system32\\svchost.exe -k netsvcs"},
			data:    make([]byte, 4*r.IntN(6)), sid: make([]byte, 28),
		})
	}
	data := f.finish(false)
	for _, decode := range []bool{true, false} {
		name := map[bool]string{true: "all texts", false: "no text"}[decode]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			c := &count{decode: decode}
			for b.Loop() {
				if err := Read(context.Background(), bytes.NewReader(data), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
