package syslog

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/leodido/go-syslog/v4/rfc3164"
	"github.com/leodido/go-syslog/v4/rfc5424"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

type count int

func (c *count) Record(r *record.Record) error {
	*c++
	r.Text()
	return nil
}
func (c *count) Damage(facts.Problem) {}

func BenchmarkRead(b *testing.B) {
	var file, protocol bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&file, "Mar  7 06:25:%02d web1 exampled[%d]: request %d failed: connection refused by 192.0.2.%d\n", i%60, i, i, i%256)
		fmt.Fprintf(&protocol, `<165>1 2024-03-07T06:25:%02d.123Z web1 exampled %d ID7 [a@1 x="%d"] request failed: connection refused by 192.0.2.%d`+"\n", i%60, i, i, i%256)
	}
	for name, data := range map[string][]byte{"file": file.Bytes(), "rfc5424": protocol.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var c count
				if err := Read(context.Background(), bytes.NewReader(data), &c); err != nil || c != 5000 {
					b.Fatal(err, c)
				}
			}
		})
	}
}

func BenchmarkParseHeader(b *testing.B) {
	for name, line := range map[string]string{
		"file": "Mar  7 06:25:01 web1 exampled[123]: request failed: connection refused by 192.0.2.1", "rfc3164": "<34>Mar  7 06:25:01 web1 exampled[123]: request failed: connection refused by 192.0.2.1",
		"rfc5424": `<165>1 2024-03-07T06:25:01.123Z web1 exampled 123 ID7 [a@1 x="1"] request failed: connection refused by 192.0.2.1`,
		"rsyslog": "2024-03-07T06:25:01.123456+01:00 web1 exampled[123]: request failed: connection refused by 192.0.2.1", "no header": "        at some.java.Class.method(Class.java:77) and more of the trace of a stack",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			in := []byte(line)
			for b.Loop() {
				ParseHeader(in)
			}
		})
	}
}

// BenchmarkOther is the parser of the oracle.
func BenchmarkOther(b *testing.B) {
	old, protocol := rfc3164.NewParser(), rfc5424.NewParser()
	b.Run("rfc3164", func(b *testing.B) {
		line := []byte("<34>Mar  7 06:25:01 web1 exampled[123]: request failed: connection refused by 192.0.2.1")
		b.SetBytes(int64(len(line)))
		for b.Loop() {
			if _, err := old.Parse(line); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rfc5424", func(b *testing.B) {
		line := []byte(`<165>1 2024-03-07T06:25:01.123Z web1 exampled 123 ID7 [a@1 x="1"] request failed: connection refused by 192.0.2.1`)
		b.SetBytes(int64(len(line)))
		for b.Loop() {
			if _, err := protocol.Parse(line); err != nil {
				b.Fatal(err)
			}
		}
	})
}
