package jsonlog

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/valyala/fastjson"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// count is a sink that asks for the text of every nth record.
type count struct{ records, each int }

func (c *count) Record(r *record.Record) error {
	c.records++
	if c.each > 0 && c.records%c.each == 0 {
		r.Text()
	}
	return nil
}
func (c *count) Damage(facts.Problem) {}

func samples() map[string][]byte {
	var zap, ecs, journal bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&zap, `{"level":"error","ts":1709792%03d.1234567,"logger":"store","caller":"a/b.go:%d","msg":"cannot write block %d: no space left","error":"errno 28","trace_id":"%016x"}`+"\n", i%1000, i, i, i*7919)
		fmt.Fprintf(&ecs, `{"@timestamp":"2024-03-07T06:25:01.%03dZ","event":{"code":"4625","provider":"Example-Audit","kind":"event"},"winlog":{"event_id":4625,"provider_name":"Example-Audit","channel":"Security","record_id":%d,"computer_name":"dc1.corp.example","event_data":{"Status":"0xc000006d","User":"user%d","Path":"C:\\x\\y"}},"host":{"name":"dc1"},"log":{"level":"information"},"message":"An account failed to log on.\n\nSubject:\n\tUser: user%d"}`+"\n", i%1000, i, i, i)
		fmt.Fprintf(&journal, `{"__CURSOR":"s=0123;i=%x","__REALTIME_TIMESTAMP":"1709792701%06d","_HOSTNAME":"web1","PRIORITY":"3","SYSLOG_IDENTIFIER":"exampled","_COMM":"ex","_PID":"%d","_EXE":"/usr/bin/exampled","_BOOT_ID":"0123456789abcdef0123456789abcdef","MESSAGE":"request %d failed: connection refused"}`+"\n", i, i, i, i)
	}
	return map[string][]byte{"zap": zap.Bytes(), "ecs": ecs.Bytes(), "journal": journal.Bytes()}
}

func BenchmarkRead(b *testing.B) {
	for name, data := range samples() {
		for _, each := range []int{0, 1} {
			b.Run(fmt.Sprintf("%s/text=%d", name, each), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					c := &count{each: each}
					if err := Read(context.Background(), bytes.NewReader(data), c); err != nil || c.records != 5000 {
						b.Fatal(err, c.records)
					}
				}
			})
		}
	}
}

// BenchmarkOther is the parser of the oracle, which only makes its tree.
func BenchmarkOther(b *testing.B) {
	for name, data := range samples() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			var p fastjson.Parser
			for b.Loop() {
				for line := range bytes.Lines(data) {
					if _, err := p.ParseBytes(line); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
