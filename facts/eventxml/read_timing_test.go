package eventxml

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

func rfc3339(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) }

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
	for _, form := range []struct {
		name, event string
		decode      bool
	}{
		{"all texts", begin + header + values + rendered + end + "\n", true},
		{"no text", begin + header + values + rendered + end + "\n", false},
		{"pretty printed", strings.ReplaceAll(begin+header+values+rendered+end, "><", ">\n    <") + "\n", true},
	} {
		data := strings.Repeat(form.event, 16<<20/len(form.event))
		b.Run(form.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			c := &count{decode: form.decode}
			for b.Loop() {
				if err := Read(context.Background(), strings.NewReader(data), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.records)/b.Elapsed().Seconds(), "records/s")
		})
	}
	data := strings.Repeat(begin+header+values+rendered+end+"\n", 1000)
	b.Run("the library, tokens alone", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := xml.NewDecoder(strings.NewReader(data))
			for {
				if _, err := d.RawToken(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
