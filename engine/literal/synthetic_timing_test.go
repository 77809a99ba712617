package literal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A made-up language: the words are syllables, so that literals and lines share
// pairs of letters as real ones do, and words of every length occur.
func syllables() []string {
	return strings.Fields(`con ser ver net work fail ed er ing tion pro cess data base con nect time out re quest mes sage
		ac cess de nied sys tem fi le not found in va lid pa ra me ter me mo ry dis k in dex que ue mail box group name start
		stop load un able to open close up date ex change di rec to ry store log on user do main pol i cy a an of is the`)
}

func madeUpWord(r *rand.Rand) string {
	parts := syllables()
	var b strings.Builder
	for range 1 + r.IntN(4) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// madeUpLiterals are n literals of 8 to 160 bytes: messages, codes, and short
// ones of two words.
func madeUpLiterals(n int) []string {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	list := make([]string, 0, n)
	for len(list) < n {
		s := ""
		switch r.IntN(10) {
		case 0:
			s = fmt.Sprintf("0x%08x", r.Uint32())
		case 1:
			s = fmt.Sprintf("event %d", r.IntN(10000))
		default:
			words := []string{}
			for range 2 + r.IntN(12) {
				words = append(words, madeUpWord(r))
			}
			s = strings.Join(words, " ")
		}
		if len(s) >= 8 {
			list = append(list, s[:min(len(s), 160)])
		}
	}
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
	}
	return list
}

// madeUpLog is about size bytes of lines of 16 forms, one line in 2,000 with a
// literal.
func madeUpLog(size int, literals []string) []byte {
	r := rand.New(rand.NewPCG(8, 9))
	var forms [16][40]string
	for i := range forms {
		for k := range forms[i] {
			words := []string{}
			for range 4 + r.IntN(12) {
				words = append(words, madeUpWord(r))
			}
			forms[i][k] = strings.Join(words, " ")
		}
	}
	text := make([]byte, 0, size+1000)
	for n := 1; len(text) < size; n++ {
		i := r.IntN(len(forms))
		text = fmt.Appendf(text, "2024-%02d-%02dT%02d:%02d:%02d.%03d host%d Source%d[%d]: ", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000), r.IntN(9), i, r.IntN(30000))
		text = append(text, forms[i][r.IntN(len(forms[i]))]...)
		if n%2000 == 0 {
			text = append(text, ' ')
			text = append(text, strings.ToUpper(literals[r.IntN(len(literals))])...)
		}
		text = fmt.Appendf(text, " id=%d\n", r.IntN(100000))
	}
	return text
}

func asPatterns(literals []string) []Pattern {
	list := make([]Pattern, len(literals))
	for i, s := range literals {
		list[i] = Pattern{Text: s}
	}
	return list
}

func BenchmarkScan(b *testing.B) {
	for _, n := range []int{100, 1000, 20000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			literals := madeUpLiterals(n)
			timeScan(b, literals, madeUpLog(16<<20, literals))
		})
	}
}

// timeScan scans the text in chunks of 1 MiB.
func timeScan(b *testing.B, literals []string, text []byte) {
	set := mustOpen(b, asPatterns(literals))
	scratch, hits := new(Scratch), 0
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		hits = 0
		for rest := text; len(rest) > 0; {
			chunk := rest[:min(len(rest), 1<<20)]
			set.Scan(chunk, scratch, func(uint32, int, int) bool {
				hits++
				return true
			})
			rest = rest[len(chunk):]
		}
	}
	b.ReportMetric(float64(hits), "hits")
}

func BenchmarkBuild(b *testing.B) {
	patterns := asPatterns(madeUpLiterals(20000))
	size := 0
	for b.Loop() {
		data, err := Build(patterns)
		if err != nil {
			b.Fatal(err)
		}
		size = len(data)
	}
	b.ReportMetric(float64(size), "bytes")
}

func BenchmarkOpen(b *testing.B) {
	data, err := Build(asPatterns(madeUpLiterals(20000)))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Open(data); err != nil {
			b.Fatal(err)
		}
	}
}
