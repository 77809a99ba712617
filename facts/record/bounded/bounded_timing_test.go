package bounded

import (
	"bytes"
	"context"
	"testing"
)

func BenchmarkLines(b *testing.B) {
	data := bytes.Repeat([]byte("Mar  7 06:25:01 web1 exampled[123]: request failed: connection refused\n"), 20000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		l := NewLines(bytes.NewReader(data))
		for {
			if _, err := l.Next(context.Background()); err != nil {
				break
			}
		}
	}
}
