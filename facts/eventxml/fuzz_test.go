package eventxml

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// FuzzRead: any text is read in bounds, whatever the pieces in which it comes;
// and where nothing is said to be wrong, the library sees the same events.
func FuzzRead(f *testing.F) {
	for _, tt := range forms {
		f.Add(tt.in)
	}
	prefix := regexp.MustCompile(`[^\s"'/]:[^\s"'/]`) // the library takes names without it
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 1<<18 || !utf8.ValidString(in) {
			return
		}
		Is([]byte(in))
		g := read(t, in)
		if n := strings.Count(in, "<Event"); len(g.all) > n {
			t.Fatalf("%d events, and %d begin", len(g.all), n)
		}
		for _, s := range g.all {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %q", s)
			}
		}
		pieces := &gather{}
		if err := Read(context.Background(), iotest.HalfReader(strings.NewReader(in)), pieces); err != nil || !slices.Equal(g.all, pieces.all) || g.problems() != pieces.problems() {
			t.Fatal("it depends on the pieces")
		}
		if len(g.faults) > 0 || strings.ContainsAny(in, "\r\ufeff") || prefix.MatchString(in) {
			return
		}
		want, err := oracle(in)
		if err == nil && !slices.Equal(g.all, want) {
			t.Fatalf("the library sees another thing:\n got %s\nwant %s", g.all, want)
		}
	})
}

// FuzzTime: the fast form means what the library says.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2024-01-02T03:04:05.678900000Z", "2024-02-30T03:04:05Z", "2024-01-02T24:00:00.1Z", "2024-01-02T03:04:60Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fast, ok := fixedTime([]byte(s))
		slow, err := rfc3339(s)
		if ok && (err != nil || !fast.Time.Equal(slow)) {
			t.Fatalf("%q: %s, the library: %s, %v", s, fast, slow, err)
		}
	})
}
