package triage

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkRedactedLog is a syslog of 8 MiB, in which every tenth line has
// something to hide.
func BenchmarkRedactedLog(b *testing.B) {
	var text strings.Builder
	for i := 0; text.Len() < 8<<20; i++ {
		fmt.Fprintf(&text, "Nov 22 11:%02d:%02d web1 app[%d]: request %d took 12 ms and ended well\n", i/60%60, i%60, i%9000, i)
		if i%10 == 0 {
			fmt.Fprintf(&text, "Nov 22 11:58:01 web1 sshd[7]: Failed password for root from 10.1.%d.%d port 22 ssh2\n", i/250%250, i%250)
		}
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.Copy(io.Discard, redactor(b).Reader(strings.NewReader(text.String()))); err != nil {
			b.Fatal(err)
		}
	}
}
