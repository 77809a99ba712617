package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/ulikunitz/xz"
)

// logText is like a log: lines that resemble one another.
func logText(size int) []byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	words := []string{"connection", "refused", "service", "started", "timeout", "user", "session", "closed", "0x80070005", "event"}
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "2024-03-01T10:%02d:%02d.%03dZ host%d %s %s %d: %s\n", i/6000%60, i/100%60, i*7%1000, rnd.IntN(9),
			words[rnd.IntN(len(words))], words[rnd.IntN(len(words))], rnd.IntN(100000), words[rnd.IntN(len(words))])
	}
	return b.Bytes()[:size]
}

func BenchmarkWalk(b *testing.B) {
	text := logText(16 << 20)
	parts := make([]file, 16)
	for i := range parts {
		parts[i] = file{fmt.Sprintf("log%d", i), string(text[i<<20 : (i+1)<<20])}
	}
	for _, c := range []struct {
		name string
		b    []byte
	}{
		{"gz", gz(text)}, {"zst", zst(text)}, {"tar.gz", gz(tarOf(parts...))}, {"tar", tarOf(parts...)}, {"zip", zipOf("", parts...)}, {"xz", xzOf(text)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				walkInto(b, &recorder{discard: true}, c.b, DefaultLimits())
			}
		})
	}
}

// BenchmarkDecoders are the libraries alone: what the layers around them cost is
// the difference.
func BenchmarkDecoders(b *testing.B) {
	text := logText(16 << 20)
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, -1)
	must(err)
	deflated := packed(text, w, &out)
	xzed := xzOf(text)
	for name, open := range map[string]func() io.Reader{
		"deflate": func() io.Reader { return flate.NewReader(bytes.NewReader(deflated)) },
		"xz":      func() io.Reader { r, err := xz.NewReader(bytes.NewReader(xzed)); must(err); return r },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, err := io.Copy(io.Discard, open())
				must(err)
			}
		})
	}
}

func BenchmarkManyMembers(b *testing.B) {
	files := make([]file, 5000)
	for i := range files {
		files[i] = file{fmt.Sprintf("logs/%05d.log", i), "one line of a small file\n"}
	}
	for name, content := range map[string][]byte{"zip": zipOf("", files...), "tar.gz": gz(tarOf(files...))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v := &recorder{discard: true}
				must(Walk(context.Background(), "x", bytes.NewReader(content), int64(len(content)), NewBudget(DefaultLimits()), v))
			}
		})
	}
}
