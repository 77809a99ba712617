package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

func TestWords(t *testing.T) {
	zone := clock("2026-03-02T08:14:22.25+01:00")
	noYear := facts.Time{Time: time.Date(0, 11, 3, 10, 14, 22, 0, time.UTC)}
	for _, x := range []struct{ got, want string }{
		{thousands(0), "0"},
		{thousands(999), "999"},
		{thousands(-1234567), "-1,234,567"},
		{thousands(1000), "1,000"},
		{counted(1, "case"), "1 case"},
		{counted(12345, "case"), "12,345 cases"},
		{size(1), "1 byte"},
		{size(999), "999 bytes"},
		{size(1000), "1.0 kB"},
		{size(48_230_112), "48.2 MB"},
		{size(999_999), "1.0 MB"},
		{size(123_456_789_012), "123 GB"},
		{moment(zone), "2026-03-02 08:14:22.25+01:00"},
		{toSecond(zone), "2026-03-02 08:14:22+01:00"},
		{moment(noYear), "11-03 10:14:22"},
		{moment(facts.Time{}), ""},
		{stretch(zone, clock("2026-03-02T09:00:00+01:00")), "2026-03-02 08:14:22+01:00 to 09:00:00+01:00"},
		{stretch(zone, zone), "2026-03-02 08:14:22+01:00"},
		{stretch(zone, clock("2026-03-03T09:00:00+01:00")), "2026-03-02 08:14:22+01:00 to 2026-03-03 09:00:00+01:00"},
		{stretch(facts.Time{}, zone), "2026-03-02 08:14:22+01:00"},
		{inert("=1"), "'=1"},
		{inert("\t+1"), "' +1"},
		{inert("a=1"), "a=1"},
		{inert("－1"), "'－1"},
		{inert(""), ""},
		{inert("\r=1"), "'=1"},
		{plain(`[a](1) {0} \`), `\[a\](1) {{0}} \\`},
		{passive("@all <b> www.x http://x"), "&#64;all &lt;b&gt; www&#46;x http&#58;//x"},
		{joined([]string{"a", "b", "c", "d"}, 2), "a, b, and 2 more"},
	} {
		if x.got != x.want {
			t.Errorf("%q, expected %q", x.got, x.want)
		}
	}
}

func FuzzShorten(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(0, min(n, 1000))
		got := shorten(s, n)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unprintable) {
			t.Fatalf("%q: %q", s, got)
		}
		whole := utf8.RuneCountInString(s) <= n
		if whole && got != Clean(s) || !whole && !strings.HasPrefix(Clean(s), strings.TrimSuffix(got, "…")) {
			t.Fatalf("%q at %d: %q", s, n, got)
		}
		if cell := inert(s); strings.ContainsAny(cell, "\t\r\n") || strings.IndexAny(strings.TrimSpace(cell), "=+-@") == 0 {
			t.Fatalf("%q: cell %q", s, cell)
		}
	})
}

func TestStepLines(t *testing.T) {
	got := stepLines("Set it.\n" + result.DerivedMark + "\n    set a=1\n\n    set b=2\nThen start it.\n    not a command\n" + strings.Repeat("x", 2*longRunes) + "\nleft out")
	want := []stepLine{
		{Text: "Set it."}, {Text: result.DerivedMark, Mark: true}, {Text: "set a=1", Code: true}, {Text: "set b=2", Code: true}, {Text: "Then start it."}, {Text: "not a command"},
	}
	if len(got) != 7 || !slices.Equal(got[:6], want) || utf8.RuneCountInString(got[6].Text) > longRunes+1 {
		t.Errorf("%v", got)
	}
}

func TestChart(t *testing.T) {
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, span := range []time.Duration{0, time.Millisecond, time.Second, time.Minute, 50 * time.Minute, 7 * time.Hour, 3 * 24 * time.Hour, 40 * 24 * time.Hour, 400 * 24 * time.Hour, 80_000 * time.Hour, 2_500_000 * time.Hour} {
		ticks := newAxis(begin, begin.Add(span)).ticks()
		if len(ticks) > 9 || len(ticks) < 1 && span > time.Second {
			t.Errorf("%v: %v", span, ticks)
		}
	}
	ticks := newAxis(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 2, 0, 0, 0, 0, time.UTC)).ticks()
	if len(ticks) < 2 || len(ticks) > 9 {
		t.Errorf("all of time: %v", ticks)
	}
	if newChart([]instant{{Row: "a", Time: clock("2026-03-02T08:14:22Z")}, {Row: "a"}}) != nil {
		t.Error("a chart of one moment")
	}
	var list []instant
	for i := range 20_000 {
		list = append(list, instant{Row: fmt.Sprint("host", i%97), Time: facts.Time{Time: begin.Add(time.Duration(i*7919%20_000) * time.Minute), Zoned: true}, Group: i%200 + 1})
	}
	c := newChart(append(list, instant{Row: "x"}))
	if len(c.Rows) != chartRows || c.OtherRow != 97-chartRows+1 || len(c.Marks) != chartMarks || c.Undated != 1 || c.LeftOut == 0 {
		t.Errorf("%d rows, %d in the last, %d marks, %d without a day, %d left out", len(c.Rows), c.OtherRow, len(c.Marks), c.Undated, c.LeftOut)
	}
	sum := c.LeftOut
	for _, m := range c.Marks {
		sum += m.count
		if m.X < chartLeft || m.X > 1000 || m.Y < 0 || m.Y > float64(c.Height) {
			t.Errorf("a mark at %g, %g", m.X, m.Y)
		}
	}
	if sum != len(list) {
		t.Errorf("%d of %d are drawn or counted", sum, len(list))
	}
}
