package literal

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

// Pieces of which patterns and texts are made: few, so that they meet.
func alphabets() [][]string {
	return [][]string{
		{"a", "b", "A", " "},
		{"a", "b", "k", "i", "K", "I", "\u212a", "\u0130", " "},
		{"a", " ", " ", "\n", "\r\n", "\t", "b", "\u00a0", "\x00", "  "},
		{"event", "error", " ", "4", "0", "1", "9", "\n", "  ", "0xc00203e5", "Event", "\n    "},
		{"ж", "Ж", "ш", "Ш", "о", "О", " ", "a", "\n"},
		{"漢", "字", "a", " ", "　", "\u2028", "é", "É", "\xe9", "\xff", "\ufffd"},
		{"\"", "\u201c", "\u201d", "'", "\u2019", "-", "\u2013", "a", "x", " ", "@", "`", "[", "{"},
		{"ⱥ", "Ⱥ", "ß", "ẞ", "ω", "Ω", "Å", "å", "a", "\xe2", "\x80", "\x93", "\xce", " "},
		{"the", "operation", "failed", " ", "with", "code", "\n", "OPERATION", "Failed", ".", "-", "1", "23"},
		{"\x01", "\x11", "1", "!", " ", "\n", "a", "A", "\x1f", "?", "\x7f", "_"},
	}
}

func randomText(r *rand.Rand, alphabet []string, size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// randomPatterns makes up patterns, some of them pieces of the text.
func randomPatterns(r *rand.Rand, alphabet []string, text string, count, shortest int) []Pattern {
	var list []Pattern
	for tries := 0; len(list) < count && tries < 20*count; tries++ {
		size := shortest + r.IntN(41-shortest)
		if r.IntN(2) == 0 {
			size = shortest + r.IntN(6)
		}
		s := ""
		if from := r.IntN(len(text)); r.IntN(3) > 0 && from+size < len(text) {
			s = text[from : from+size]
		} else {
			s = randomText(r, alphabet, size)
		}
		if s = facts.Fold(s); len(s) >= shortest {
			list = append(list, Pattern{s, r.IntN(4) == 0, r.IntN(4) == 0})
		}
	}
	return list
}

func TestAgainstOracle(t *testing.T) {
	var scratch Scratch
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 1))
		sets := alphabets()
		alphabet := sets[r.IntN(len(sets))]
		if r.IntN(3) == 0 {
			alphabet = append(alphabet[:len(alphabet):len(alphabet)], sets[r.IntN(len(sets))]...)
		}
		text := randomText(r, alphabet, 1+r.IntN(400))
		count := 1 + r.IntN(30)
		if seed%50 == 0 {
			count = 1 + r.IntN(2000)
			text = randomText(r, alphabet, 3*blockSize+r.IntN(100))
			if seed%100 == 0 {
				count = 20
			}
		}
		patterns := randomPatterns(r, alphabet, text, count, []int{4, 5, 6, 8, 10}[r.IntN(5)])
		if len(patterns) > 300 && len(text) > 1000 {
			text = text[:1000]
		}
		set := mustOpen(t, patterns)
		for range 3 {
			if err := differs(t, set, patterns, text, &scratch); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			text = text[r.IntN(min(len(text), 4)):]
		}
	}
}
