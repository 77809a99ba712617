package source

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	keys := []string{"title", "status", "symptoms", "suggests", "resolution", "id"}
	for _, c := range []struct{ name, want string }{
		{"titel", "title"},      // neighbours swapped: one edit
		{"Title", "title"},      // case is no edit
		{"symptom", "symptoms"}, // left out
		{"symtoms", "symptoms"}, //
		{"sugests", "suggests"}, //
		{"resolutoin", "resolution"},
		{"resoltn", ""}, // three edits in seven letters
		{"statusses", "status"},
		{"xyz", ""},
		{"colour", ""},
	} {
		got, ok := Nearest(c.name, keys)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s: %q %v, want %q", c.name, got, ok, c.want)
		}
	}
	if got, _ := Nearest("cot", []string{"cut", "cat", "dot"}); got != "cat" {
		t.Errorf("among equals: %q", got)
	}
	if got, ok := Nearest("x", nil); ok {
		t.Errorf("without candidates: %q", got)
	}
}

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		name  string
		valid []string
		want  string
	}{
		{"titel", []string{"id", "title"}, `did you mean "title"?`},
		{"colour", []string{"title", "id"}, "expected one of id, title"},
		{"colour", nil, ""},
		{"colour", strings.Fields("a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1 m1 n1 o1 p1 q1"), ""},
	} {
		if got := DidYouMean(c.name, c.valid); got != c.want {
			t.Errorf("%s of %v: %q, want %q", c.name, c.valid, got, c.want)
		}
	}
}

// TestDistance checks what makes a distance one, below the limit.
func TestDistance(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abé")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b, 100)
		switch {
		case (d == 0) != (a == b):
			t.Fatalf("%q to %q: %d", a, b, d)
		case d != distance(b, a, 100):
			t.Fatalf("%q to %q is %d, back it is %d", a, b, d, distance(b, a, 100))
		case d > max(len([]rune(a)), len([]rune(b))):
			t.Fatalf("%q to %q: %d", a, b, d)
		}
		for limit := range 8 {
			if got := distance(a, b, limit); got != min(d, limit) {
				t.Fatalf("%q to %q with limit %d: %d, without %d", a, b, limit, got, d)
			}
		}
		if len(a) > 0 {
			r := []rune(a)
			if got := distance(a, string(r[1:]), 100); got != 1 {
				t.Fatalf("%q without its first letter: %d", a, got)
			}
		}
	})
}
