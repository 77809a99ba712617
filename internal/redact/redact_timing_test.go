package redact_test

import (
	"fmt"
	"strings"
	"testing"
)

// clean is a log without secrets, of about a megabyte.
func clean() string {
	var b strings.Builder
	for n := 0; b.Len() < 1<<20; n++ {
		fmt.Fprintf(&b, "2026-01-02T10:%02d:%02d.%03d+01:00 Error 0xc00203e5 event %d (MSExchangeIMC) record %d: The Internet Mail Connector cannot start because the name resolver cannot be initialized.\n",
			n/60%60, n%60, n%1000, 4000+n%100, n)
		fmt.Fprintf(&b, "INFO dfs.FSNamesystem: BLOCK* NameSystem.allocateBlock: /data/part-%05d. blk_%d of size %d\n", n, 1<<60+n, n*512)
	}
	return b.String()
}

func BenchmarkClean(b *testing.B) {
	text := clean()
	r := fresh(b)
	if r.Text(text) != text {
		b.Fatal("the clean text is not clean")
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Text(text)
	}
}

// The same, with names that were learned and an address in every tenth line.
func BenchmarkAddresses(b *testing.B) {
	var out strings.Builder
	for n, line := range strings.SplitAfter(clean(), "\n") {
		if n%10 == 0 {
			fmt.Fprintf(&out, "connection from 10.1.%d.%d port 4242 to EXCHVS1\n", n/250%250, n%250)
		}
		out.WriteString(line)
	}
	r := fresh(b)
	r.Learn("host", "exchvs1.corp.example")
	text := out.String()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(text)
	}
}

func BenchmarkCorpus(b *testing.B) {
	var out strings.Builder
	for out.Len() < 1<<20 {
		for _, x := range samples(b, uint64(out.Len())) {
			out.WriteString(x.Text + "\n")
		}
	}
	text := out.String()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		fresh(b).Text(text)
	}
}
