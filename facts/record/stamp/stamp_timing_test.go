package stamp

import "testing"

func BenchmarkISO(b *testing.B) {
	in := []byte("2024-03-07T06:25:01.123456+01:00")
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, n := ISO(in); n == 0 {
			b.Fatal("no time")
		}
	}
}

func BenchmarkSyslog(b *testing.B) {
	in := []byte("Mar  7 06:25:01 web1")
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, n := Syslog(in); n == 0 {
			b.Fatal("no time")
		}
	}
}
