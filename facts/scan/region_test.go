package scan

import (
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts/intake"
)

func TestRegion(t *testing.T) {
	const stamp = "2024-03-05T08:00:00Z "
	long := strings.Repeat("x", 300)
	for _, x := range []struct{ name, before, region, after string }{
		{"a line with a stamp", stamp + "x\n", stamp + "boom\n", stamp + "x\n"},
		{"a stamp and what continues it", stamp + "x\n", stamp + "x\n\tat boom\n\tat y\n", "x\n"},
		{"the hit in a line that does not look like it", stamp + "x\n", stamp + "x\nboom\n", "y\n"},
		{"a paragraph", "x\n\n", "x\nboom\ny\n", "\nz\n"},
		{"a paragraph before a stamp", "\n", "boom\nx\n", stamp + "x\n"},
		{"the whole", "", "boom", ""},
		{"CRLF", stamp + "x\r\n", stamp + "boom\r\n", stamp + "x\r\n"},
		{"a blank line that is not empty", "x\n \t\n", "boom\n", " \n"},
		{"a part of a long line", strings.Repeat("x", 128), strings.Repeat("x", 20) + " boom " + strings.Repeat("x", 38), long},
		{"the begin of a long line behind a long line", strings.Repeat("x", 90) + "\n", "boom" + strings.Repeat("x", 60), strings.Repeat("x", 24)},
		{"a record with a long line behind it", stamp + "x\n", stamp + "boom\n", "\t" + long},
	} {
		t.Run(x.name, func(t *testing.T) {
			content := x.before + x.region + x.after
			at := strings.Index(content, "boom")
			start, end, stamped := region([]byte(content), 0, at, at+4, 64)
			if got := content[start:end]; got != x.region || stamped != strings.HasPrefix(x.region, stamp) {
				t.Errorf("got %q (%v), want %q", got, stamped, x.region)
			}
		})
	}
}

// FuzzRegion: a region holds its hit as far as no other record begins in it, has a
// bound, begins where a line does or the line is long, and is the same when what is
// far away is not there.
func FuzzRegion(f *testing.F) {
	f.Add([]byte("2024-03-05T08:00:00Z x\n\tat boom\n\nz"), uint16(30))
	f.Add([]byte(strings.Repeat("a\n", 200)), uint16(100))
	f.Fuzz(func(t *testing.T, content []byte, at uint16) {
		const size = 64
		hit := int(at)
		if hit+4 > len(content) {
			return
		}
		start, end, stamped := region(content, 0, hit, hit+4, size)
		held := end >= hit+4
		if !held { // the hit reaches into the next record
			_, _, held = intake.Stamp(lineAt(content, end, size))
		}
		if start > hit || !held || end-start > size+hit+4-start || hit-start > 2*size {
			t.Fatalf("hit %d, region %d to %d of %d", hit, start, end, len(content))
		}
		from, to := max(0, hit-2*size-4), min(len(content), start+4*size)
		s, e, again := region(content[from:to], int64(from), hit-from, hit-from+4, size)
		if s+from != start || e+from != end || again != stamped {
			t.Fatalf("within %d to %d: %d to %d, want %d to %d", from, to, s+from, e+from, start, end)
		}
	})
}
