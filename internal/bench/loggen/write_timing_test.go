package main

import (
	"io"
	"testing"
)

func BenchmarkWrite(b *testing.B) {
	const size = 8 << 20
	logs := newLogs(inventedSamples(), 1, 1)
	literals := [][]byte{[]byte("The mailbox could not be opened")}
	finder := newFinder(literals)
	b.SetBytes(size)
	for b.Loop() {
		if _, err := writeLog(io.Discard, io.Discard, logs[0], size, 2000, literals, finder); err != nil {
			b.Fatal(err)
		}
	}
}
