package journal

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

type count struct {
	n    int
	text bool
}

func (c *count) Record(r *record.Record) error {
	c.n++
	if c.text {
		r.Text()
	}
	return nil
}
func (c *count) Damage(facts.Problem) {}

func BenchmarkRead(b *testing.B) {
	var data bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&data, "__CURSOR=s=0123;i=%x\n__REALTIME_TIMESTAMP=1709792701%06d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=web1\nPRIORITY=3\nSYSLOG_IDENTIFIER=exampled\n_COMM=ex\n_PID=%d\n_EXE=/usr/bin/exampled\nMESSAGE=request %d failed: connection refused\n\n", i, i, i, i, i)
	}
	for _, text := range []bool{false, true} {
		b.Run(fmt.Sprintf("text=%v", text), func(b *testing.B) {
			b.SetBytes(int64(data.Len()))
			b.ReportAllocs()
			for b.Loop() {
				c := &count{text: text}
				if err := Read(context.Background(), bytes.NewReader(data.Bytes()), c); err != nil || c.n != 5000 {
					b.Fatal(err, c.n)
				}
			}
		})
	}
}
