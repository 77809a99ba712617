package csvlog

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// FuzzRead: any text is read in bounds and in order, whatever the pieces in
// which it comes; its texts are UTF-8.
func FuzzRead(f *testing.F) {
	for _, tt := range forms {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !utf8.ValidString(in) || len(in) > 1<<18 {
			return
		}
		Is([]byte(in))
		g := read(t, in)
		if n := strings.Count(in, "\n") + strings.Count(in, "\r") + 1; len(g.all) > n {
			t.Fatalf("%d records in %d lines", len(g.all), n)
		}
		if !slices.IsSorted(g.lines) {
			t.Fatal("lines out of order", g.lines)
		}
		for _, s := range g.all {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %q", s)
			}
		}
		again := &gather{}
		if err := Read(context.Background(), iotest.HalfReader(strings.NewReader(in)), again); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(g.all, again.all) || g.problems() != again.problems() {
			t.Fatal("it depends on the pieces")
		}
	})
}

// FuzzRows: what the library reads, we read alike; and of no text a character
// is lost.
func FuzzRows(f *testing.F) {
	for _, tt := range forms {
		f.Add(tt.in, byte(','))
	}
	f.Add("a;\"b;\n\"\"c\";d\n", byte(';'))
	f.Fuzz(func(t *testing.T, in string, delim byte) {
		if delim == '"' || delim == '\n' || delim == '\r' || delim == ' ' || delim == 0 || delim >= 0x80 || len(in) > 1<<18 || !utf8.ValidString(in) {
			return
		}
		s := newRows(strings.NewReader(in))
		s.delim = delim
		s.fill(1)
		var kept strings.Builder
		var r row
		for s.next(&r) {
			kept.Write(r.raw)
			kept.WriteByte('\n')
		}
		drop := strings.NewReplacer("\r", "", "\n", "")
		if drop.Replace(kept.String()) != drop.Replace(in) {
			t.Fatalf("lost: %q of %q", kept.String(), in)
		}
		want, err := plainRows(in, delim)
		if err != nil || strings.Count(in, "\n") > maxLines || strings.Count(in, "\r") != strings.Count(in, "\r\n") {
			return
		}
		if slices.ContainsFunc(want, func(r []string) bool { return len(r) > maxColumns }) { // not sound for us
			return
		}
		if got, sound := allRows(in, delim); !sound || !sameRows(got, want) {
			t.Fatalf("%q:\n got %q\nwant %q", in, got, want)
		}
	})
}
