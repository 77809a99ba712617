package literal

import (
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

// FuzzScan compares with the oracle. Patterns are the lines of the first
// argument, and some pieces of the text; a mark in front asks for edges.
func FuzzScan(f *testing.F) {
	f.Add("event 40\n<error 99\n>0xc00203e5", "Event\r\n  40, error 99 0xC00203E5", uint8(3), uint8(9))
	f.Add("a b c d e f\nошибка", "A B C\nD E F ОШИБКА", uint8(0), uint8(5))
	f.Add("k\ufffd i'\"-", "\u212a\xff \u0130\u2019\u201c\u2013", uint8(1), uint8(4))
	f.Fuzz(func(t *testing.T, lines, text string, from, size uint8) {
		if len(lines) > 4000 || len(text) > 40000 {
			return
		}
		var patterns []Pattern
		add := func(s string, begin, end bool) {
			if s = facts.Fold(s); len(s) >= MinLength {
				patterns = append(patterns, Pattern{s, begin, end})
			}
		}
		for line := range strings.Lines(lines) {
			add(strings.TrimLeft(line, "<>"), strings.HasPrefix(line, "<"), strings.HasPrefix(line, ">"))
		}
		for at := int(from); at+int(size) <= len(text) && len(patterns) < 100; at += 1 + int(size) {
			add(text[at:at+int(size)], at%3 == 0, at%5 == 0)
		}
		if err := differs(t, mustOpen(t, patterns), patterns, text, new(Scratch)); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzOpen damages tables: a byte is changed, or the end cut off. Open refuses
// them, or the hits are within the text and the patterns.
func FuzzOpen(f *testing.F) {
	whole, err := Build([]Pattern{{Text: "event 40"}, {"error", true, true}, {Text: "a b c d e f"}, {Text: "ошибка 5"}, {Text: "abcd"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, uint32(20), byte(1), uint32(0), "event 40 error")
	f.Add(whole, uint32(len(whole)-3), byte(255), uint32(0), "a b c\nd e f ОШИБКА 5")
	f.Add(whole, uint32(len(whole)-20), byte(7), uint32(9), "abcd")
	f.Fuzz(func(t *testing.T, data []byte, at uint32, value byte, cut uint32, text string) {
		if len(data) > 1<<20 || len(text) > 1<<16 {
			return
		}
		damaged := append([]byte(nil), data...)
		if n := uint32(len(damaged)); n > 0 {
			damaged[at%n] ^= value
			damaged = damaged[:n-cut%n]
		}
		scanDamaged(t, damaged, text)
	})
}

func scanDamaged(t *testing.T, data []byte, text string) {
	set, err := Open(data)
	if err != nil {
		if set != nil {
			t.Fatal("a set beside an error")
		}
		return
	}
	hits := 0
	set.Scan([]byte(text), new(Scratch), func(p uint32, start, end int) bool {
		if int(p) >= set.Len() || start < 0 || end < start || end > len(text) {
			t.Fatalf("pattern %d of %d at [%d:%d] of %d", p, set.Len(), start, end, len(text))
		}
		hits++
		return hits < 10000
	})
}

// TestDamagedTables changes each byte that is not of a bitmap, and cuts at each
// length.
func TestDamagedTables(t *testing.T) {
	patterns := []Pattern{{Text: "event 40"}, {"error", true, true}, {Text: "a b c d e f"}, {Text: "ошибка 5"}}
	whole, err := Build(patterns)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("Event\n40 errors, error; a b  c d e f ОШИБКА 5 \xff", 3)
	for i := range whole {
		if i > 300 && whole[i] == 0 && i%13 != 0 {
			continue
		}
		for _, value := range []byte{1, 0x80, 0xff} {
			damaged := append([]byte(nil), whole...)
			damaged[i] ^= value
			scanDamaged(t, damaged, text)
		}
	}
	for n := range whole {
		if _, err := Open(whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes are opened", n, len(whole))
		}
	}
}
