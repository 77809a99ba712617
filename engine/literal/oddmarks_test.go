package literal

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestOddMarks compares both ways to mark with the definition, from each offset.
func TestOddMarks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 400)
	for round := range 60 {
		for i := range text {
			switch r.IntN(6) {
			case 0:
				text[i] = byte(r.IntN(256))
			case 1, 2:
				text[i] = "\x1f !\x7f\x80\n\t\x00\xff"[r.IntN(9)]
			default:
				text[i] = byte('a' + r.IntN(26))
			}
		}
		from := round
		to := from + r.IntN(len(text)-from)
		var m oddMarks
		words := m.mark(text, from, to)
		for at := from; at < to; at++ {
			c := text[at]
			want := c >= 0x80 || c < ' ' || c == ' ' && at > 0 && text[at-1] <= ' '
			if got := words[(at-from)/64]>>((at-from)%64)&1 == 1; got != want {
				t.Fatalf("%q in %q: marked %v, want %v", text[at], text[max(at-2, 0):at+2], got, want)
			}
			if slow := slowMarks(text, at, at+1) == 1; slow != want {
				t.Fatalf("%q in %q: marked slowly %v, want %v", text[at], text[max(at-2, 0):at+2], slow, want)
			}
		}
		if n := len(words); n != (to-from+63)/64 || n > 0 && words[n-1]>>((to-from-1)%64+1)>>1 > 0 && (to-from)%64 != 0 {
			t.Fatalf("%d to %d: %d words, the last %x", from, to, n, words[n-1])
		}
	}
}

// TestMarksOfAStretch: at most as much is marked as has room.
func TestMarksOfAStretch(t *testing.T) {
	var m oddMarks
	if n := len(m.mark(make([]byte, 3*blockSize), 1, 3*blockSize)); n != len(m) {
		t.Errorf("%d words", n)
	}
}

func BenchmarkOddMarks(b *testing.B) {
	text := madeUpLog(blockSize, madeUpLiterals(300))[:blockSize]
	var m oddMarks
	for name, mark := range map[string]func(){
		"fast": func() { m.mark(text, 0, len(text)) },
		"slow": func() {
			for at := 0; at < len(text); at += 64 {
				m[at/64] = slowMarks(text, at, at+64)
			}
		},
	} {
		b.Run(fmt.Sprint(name), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				mark()
			}
		})
	}
}
