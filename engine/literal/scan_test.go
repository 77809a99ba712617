package literal

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestScanCases(t *testing.T) {
	for _, c := range []struct {
		name     string
		patterns []Pattern
		text     string
		want     []found
	}{
		{"case", []Pattern{{Text: "timeout"}}, "a TimeOut, TIMEOUTS", []found{{0, 2, 9}, {0, 11, 18}}},
		{"all that overlap", []Pattern{{Text: "aaaa"}, {Text: "aaaaaaaa"}}, "aaaaaaaaa", []found{{0, 0, 4}, {1, 0, 8}, {0, 1, 5}, {1, 1, 9}, {0, 2, 6}, {0, 3, 7}, {0, 4, 8}, {0, 5, 9}}},
		{"the same text twice", []Pattern{{Text: "0xc00203e5"}, {Text: "0xc00203e5"}}, "(0xC00203E5)", []found{{0, 1, 11}, {1, 1, 11}}},
		{"a wrapped line", []Pattern{{Text: "the operation failed with code 5"}}, "The operation\r\n    failed with\tcode\n5", []found{{0, 0, 37}}},
		{"short words", []Pattern{{Text: "a b c d e f"}}, "A B\n\nC D  E\u00a0F.", []found{{0, 0, 14}}},
		{"edges", []Pattern{{"event 40", true, true}, {Text: "event 40"}}, "event 40 prevent 40 event 401", []found{{0, 0, 8}, {1, 0, 8}, {1, 11, 19}, {1, 20, 28}}},
		{"edges that are no letters", []Pattern{{"(0x57)", true, true}}, "a(0x57)b", []found{{0, 1, 7}}},
		{"single ends of lines", []Pattern{{Text: "a b c d e f"}}, "a\nB\nc d\ne\nF\n", []found{{0, 0, 11}}},
		{"other white space that stands alone", []Pattern{{Text: "error 99 at"}}, "error\t99\rat error\v99\fat error\x0099\nat", []found{{0, 0, 11}, {0, 12, 23}, {0, 24, 35}}},
		{"two blanks behind a letter outside ASCII", []Pattern{{Text: "café 12 a b"}, {Text: "é 1 2 3"}}, "Café  12 a  b é  1 2  3", []found{{0, 0, 14}, {1, 15, 25}}},
		{"control characters beside blanks", []Pattern{{Text: "ab\x01 cd\x02 e"}}, "..ab\x01  cd\x02 \n e..\x01 \n.", []found{{0, 2, 14}}},
		{"marks for ends of lines in the bitmap", []Pattern{{Text: "a b c d e"}}, "a*b*c*d*e a b*c d e", nil},
		{"quotes and dashes", []Pattern{{Text: `can't open "a-b"`}}, "Can\u2019t open \u201ca\u2013b\u201d!", []found{{0, 0, 24}}},
		{"kelvin", []Pattern{{Text: "kernel32.dll"}}, "\u212aERNEL32.DLL", []found{{0, 0, 14}}},
		{"cyrillic", []Pattern{{Text: "ошибка"}}, "ОШИБКА, ошибка", []found{{0, 0, 12}, {0, 14, 26}}},
		{"chinese", []Pattern{{Text: "错误代码"}}, "错误代码5", []found{{0, 0, 12}}},
		{"invalid bytes", []Pattern{{Text: "caf\ufffd creme"}}, "Caf\xe9 Creme", []found{{0, 0, 10}}},
		{"merged by the probe only", []Pattern{{Text: "[email@host]"}}, "{email`host}", nil},
		{"blanks at the ends of the text", []Pattern{{Text: "error 99"}}, "  error  99\n", []found{{0, 2, 11}}},
		{"shorter than an anchor", []Pattern{{Text: "error 99"}}, "or 99", nil},
		{"empty", []Pattern{{Text: "error 99"}}, "", nil},
		{"a long gap", []Pattern{{Text: "error 99"}}, "error" + strings.Repeat(" \n", 40000) + "99", []found{{0, 0, 80007}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := mustOpen(t, c.patterns)
			if got := scanAll(set, c.text, new(Scratch)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if err := differs(t, set, c.patterns, c.text, new(Scratch)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNoPatterns: an empty set finds nothing.
func TestNoPatterns(t *testing.T) {
	if set := mustOpen(t, nil); set.Len() != 0 || scanAll(set, "anything at all", new(Scratch)) != nil {
		t.Error("an empty set has hits")
	}
}

// TestStop: no hit comes after the one that ends the scan.
func TestStop(t *testing.T) {
	set := mustOpen(t, []Pattern{{Text: "abcdefgh"}, {Text: "event"}})
	text := []byte(strings.Repeat("abcdefgh event\n\n\u212a ", 3000))
	for limit := 1; limit < 6000; limit += 500 {
		hits := 0
		set.Scan(text, new(Scratch), func(uint32, int, int) bool {
			hits++
			return hits < limit
		})
		if hits != limit {
			t.Errorf("%d hits after %d were enough", hits, limit)
		}
	}
}

// TestOrder: the order of hits depends on nothing but set and text, and a
// scratch that was used before changes nothing.
func TestOrder(t *testing.T) {
	literals := madeUpLiterals(500)
	set, text := mustOpen(t, asPatterns(literals)), madeUpLog(1<<20, literals[:20])
	run := func(scratch *Scratch) (all []found) {
		set.Scan(text, scratch, func(p uint32, start, end int) bool {
			all = append(all, found{p, start, end})
			return true
		})
		return all
	}
	scratch := new(Scratch)
	want := run(scratch)
	if len(want) == 0 {
		t.Fatal("no hits")
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if !slices.Equal(run(new(Scratch)), want) {
				t.Error("another scan at the same time has other hits")
			}
		})
	}
	wait.Wait()
	if !slices.Equal(run(scratch), want) {
		t.Error("a used scratch gives other hits")
	}
}

func TestNoAllocations(t *testing.T) {
	literals := madeUpLiterals(200)
	set, text, scratch, hits := mustOpen(t, asPatterns(literals)), madeUpLog(1<<20, literals), new(Scratch), 0
	hit := func(uint32, int, int) bool {
		hits++
		return true
	}
	if n := testing.AllocsPerRun(5, func() { set.Scan(text, scratch, hit) }); n != 0 || hits == 0 {
		t.Errorf("%v allocations, %d hits", n, hits)
	}
}

func TestBuildRefuses(t *testing.T) {
	for _, text := range []string{"", "abc", " abcd", "abcd ", "ab  cd", "ABCD", "a\ttab", "\u201cquote\u201d", "bad \xff byte"} {
		if _, err := Build([]Pattern{{Text: "fine"}, {Text: text}}); err == nil || !strings.Contains(err.Error(), "literal 1") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestBuildIsDeterministic: the same patterns give the same bytes.
func TestBuildIsDeterministic(t *testing.T) {
	patterns := asPatterns(madeUpLiterals(3000))
	first, err := Build(patterns)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if again, err := Build(patterns); err != nil || !bytes.Equal(first, again) {
			t.Fatalf("other bytes, or %v", err)
		}
	}
}

// TestBlockEdges puts occurrences of every kind across the edge of a block.
func TestBlockEdges(t *testing.T) {
	patterns := []Pattern{{Text: "error 99"}, {Text: "0xc00203e5"}, {Text: "a b c d"}, {Text: "ошибка"}, {Text: "kill"}}
	set, scratch := mustOpen(t, patterns), new(Scratch)
	for _, s := range []string{"Error 99", "error  99", "error\r\n 99", "0xC00203E5", "a\nb  c d", "ОшибКа", "\u212aill", "kill"} {
		for before := blockSize - len(s) - 9; before < blockSize+9; before++ {
			for _, behind := range []string{"", ".", " and more of it\n"} {
				text := strings.Repeat(".", before) + s + behind
				if got := scanAll(set, text, scratch); len(got) != 1 || got[0].start != before || got[0].end != before+len(s) {
					t.Fatalf("%q at %d before %q: %v", s, before, behind, got)
				}
			}
		}
	}
}

// TestAgainstOracleOnLogs compares on text as it is in logs, with all ends of
// lines and of many blocks.
func TestAgainstOracleOnLogs(t *testing.T) {
	literals := madeUpLiterals(300)
	for i := range 40 { // pieces of the words of lines, so that there are many hits
		literals = append(literals, strings.Fields("message network connect failed system error 1 user name database timeout")[i%11]+" "+strings.Fields("con net ser er")[i%4])
	}
	patterns := asPatterns(slices.DeleteFunc(literals, func(s string) bool { return len(s) < MinLength }))
	set, text := mustOpen(t, patterns), string(madeUpLog(200<<10, literals))
	for _, end := range []string{"\n", "\r\n", "\n  ", "\u2028", "\x00"} {
		if err := differs(t, set, patterns, strings.ReplaceAll(text, "\n", end), new(Scratch)); err != nil {
			t.Errorf("lines end with %q: %v", end, err)
		}
	}
}

// TestBlanksBehindForeign puts two blanks behind a letter outside ASCII at each
// place of a word of the machine.
func TestBlanksBehindForeign(t *testing.T) {
	patterns := []Pattern{{Text: "é 1 2 3"}, {Text: "é a b c d e"}}
	set := mustOpen(t, patterns)
	for before := range 40 {
		text := strings.Repeat(".", before) + "é  1 2 3, é  a b c d e" + strings.Repeat(".", 40)
		if err := differs(t, set, patterns, text, new(Scratch)); err != nil {
			t.Fatal(err)
		}
	}
}
