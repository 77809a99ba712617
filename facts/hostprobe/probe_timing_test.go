package hostprobe

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkPackages reads a list of 2,000 packages, as a large server has.
func BenchmarkPackages(b *testing.B) {
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "Package: package-%d\nStatus: install ok installed\nVersion: 1:%d.2.3-1\nDescription: %s\n\n", i, i, strings.Repeat("word ", 200))
	}
	data := []byte(text.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		parsePackages(data)
	}
}

func BenchmarkRegistry(b *testing.B) {
	var text strings.Builder
	text.WriteString("Windows Registry Editor Version 5.00\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Services\\Service%d]\n\"Start\"=dword:00000002\n\"List\"=hex(7):61,00,\\\n  62,00,00,00\n", i)
	}
	data := export(text.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseRegistry(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkThisHost is the whole of it, commands included.
func BenchmarkThisHost(b *testing.B) {
	for b.Loop() {
		Probe(context.Background(), Host(), Options{Now: time.Now()})
	}
}
