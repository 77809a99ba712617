package weblog

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
	var extended, combined bytes.Buffer
	extended.WriteString(iis)
	for i := range 5000 {
		fmt.Fprintf(&extended, "2024-03-07 06:25:01 192.0.2.1 GET /path/page%d.aspx id=%d 443 - 192.0.2.9 Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64) 500 19 5 %d\n", i, i, i)
		fmt.Fprintf(&combined, `192.0.2.9 - - [07/Mar/2024:06:25:01 +0000] "GET /path/page%d HTTP/1.1" 404 %d "https://r.example/" "Mozilla/5.0 (X11; Linux x86_64)"`+"\n", i, i)
	}
	for name, data := range map[string][]byte{"iis": extended.Bytes(), "combined": combined.Bytes()} {
		for _, text := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/text=%v", name, text), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					c := &count{text: text}
					if err := Read(context.Background(), bytes.NewReader(data), c); err != nil || c.n != 5000 {
						b.Fatal(err, c.n)
					}
				}
			})
		}
	}
}
