package literal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
)

// found is one occurrence.
type found struct {
	pattern    uint32
	start, end int
}

func (f found) compare(g found) int {
	if f.start != g.start {
		return f.start - g.start
	}
	if f.end != g.end {
		return f.end - g.end
	}
	return int(f.pattern) - int(g.pattern)
}

// folded is the folded text with the places that its bytes come from.
type folded struct {
	text       string
	start, end []int
}

// foldMapped folds rune by rune with facts.Fold alone.
func foldMapped(text string) folded {
	var f folded
	var b strings.Builder
	gap := -1
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		one := facts.Fold(text[i : i+n])
		if one == "" {
			if gap < 0 {
				gap = i
			}
			i += n
			continue
		}
		if gap >= 0 && b.Len() > 0 {
			b.WriteByte(' ')
			f.start, f.end = append(f.start, gap), append(f.end, i)
		}
		gap = -1
		for range len(one) {
			f.start, f.end = append(f.start, i), append(f.end, i+n)
		}
		b.WriteString(one)
		i += n
	}
	f.text = b.String()
	return f
}

// oracle looks for one pattern after the other in the folded text.
func oracle(patterns []Pattern, text string) []found {
	f := foldMapped(text)
	var all []found
	for i, p := range patterns {
		for at := 0; ; at++ {
			k := strings.Index(f.text[at:], p.Text)
			if k < 0 {
				break
			}
			at += k
			end := at + len(p.Text)
			if p.Begin && !wordEdge(f.text, at, p.Text, true) || p.End && !wordEdge(f.text, at, p.Text, false) {
				continue
			}
			all = append(all, found{uint32(i), f.start[at], f.end[end-1]})
		}
	}
	slices.SortFunc(all, found.compare)
	return all
}

// wordEdge is that of conditions on text.
func wordEdge(text string, at int, part string, begin bool) bool {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if begin {
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		first, _ := utf8.DecodeRuneInString(part)
		return at == 0 || !word(before) || !word(first)
	}
	end := at + len(part)
	after, _ := utf8.DecodeRuneInString(text[end:])
	last, _ := utf8.DecodeLastRuneInString(part)
	return end == len(text) || !word(after) || !word(last)
}

// mustOpen builds and opens patterns.
func mustOpen(t testing.TB, patterns []Pattern) *Set {
	t.Helper()
	data, err := Build(patterns)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// scanAll gathers all hits, sorted.
func scanAll(set *Set, text string, scratch *Scratch) []found {
	var all []found
	set.Scan([]byte(text), scratch, func(p uint32, start, end int) bool {
		all = append(all, found{p, start, end})
		return true
	})
	slices.SortFunc(all, found.compare)
	return all
}

// differs scans and compares with the oracle.
func differs(t testing.TB, set *Set, patterns []Pattern, text string, scratch *Scratch) error {
	t.Helper()
	if f := foldMapped(text); f.text != facts.Fold(text) {
		t.Fatalf("the oracle folds %q as %q", text, f.text)
	}
	want, got := oracle(patterns, text), scanAll(set, text, scratch)
	for i := 0; i < len(want) || i < len(got); i++ {
		switch {
		case i >= len(got) || i < len(want) && want[i].compare(got[i]) < 0:
			f := want[i]
			return fmt.Errorf("missing: %q at [%d:%d] %q, of %d", patterns[f.pattern].Text, f.start, f.end, text[max(0, f.start-30):min(len(text), f.end+30)], len(want))
		case i >= len(want) || want[i] != got[i]:
			f := got[i]
			return fmt.Errorf("too much: %q at [%d:%d] %q", patterns[f.pattern].Text, f.start, f.end, text[max(0, f.start-30):min(len(text), f.end+30)])
		}
	}
	return nil
}

func TestFoldRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		want := facts.Fold("x" + string(r) + "y")
		if got := "x" + string(foldRune(r)) + "y"; got != want {
			t.Fatalf("%U: %q, want %q", r, got, want)
		}
		c := string(r)[0]
		if f := foldRune(r); r >= utf8.RuneSelf && f < utf8.RuneSelf && !oddLead(c) {
			t.Errorf("%U folds to %q, and its first byte %#x is not listed", r, f, c)
		}
		if r < utf8.RuneSelf && (isBlank(c) != (foldRune(r) == ' ') || !isBlank(c) && rune(lower(c)) != foldRune(r)) {
			t.Errorf("%U: byte and rune fold differently", r)
		}
	}
}
