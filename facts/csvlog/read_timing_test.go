package csvlog

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
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

// export is what Event Viewer writes of many events.
func export() string {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("Level,Date and Time,Source,Event ID,Task Category\r\n")
	for b.Len() < 16<<20 {
		message := "The Background Intelligent Transfer Service service entered the running state."
		if r.IntN(3) == 0 {
			message = "An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\tS-1-5-18\r\n\tAccount Name:\t\"svc\", or none\r\n\r\nStatus:\t0xC000006D"
		}
		writeRow(r, &b, []string{
			"Information", fmt.Sprintf("%d/%d/2024 %d:%02d:%02d PM", 1+r.IntN(12), 1+r.IntN(28), 1+r.IntN(11), r.IntN(60), r.IntN(60)),
			"Service Control Manager", fmt.Sprint(r.IntN(9000)), "None", message,
		}, ',', "\r\n")
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	data := export()
	for _, decode := range []bool{true, false} {
		name := map[bool]string{true: "all texts", false: "no text"}[decode]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			c := &count{decode: decode}
			for b.Loop() {
				if err := Read(context.Background(), strings.NewReader(data), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.records)/b.Elapsed().Seconds(), "records/s")
		})
	}
	b.Run("the library, fields alone", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(data))
			r.FieldsPerRecord = -1
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkQuotes reads a file in which every line opens a quote.
func BenchmarkQuotes(b *testing.B) {
	data := "time,level,message\n" + strings.Repeat("2024-01-02 03:04:05,info,\"some text that is not closed\n", 300_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := Read(context.Background(), strings.NewReader(data), &count{}); err != nil {
			b.Fatal(err)
		}
	}
}
