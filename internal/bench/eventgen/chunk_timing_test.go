package main

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkRenumber(b *testing.B) {
	chunk, _ := handMade(&counter{next: 1}, rand.New(rand.NewPCG(1, 1)), false)
	b.SetBytes(chunkSize)
	for b.Loop() {
		if err := renumber(chunk, &counter{next: 1}); err != nil {
			b.Fatal(err)
		}
		seal(chunk)
	}
}
