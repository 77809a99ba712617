package sigma

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHostile: files that are made to take long are refused within a few seconds.
func TestHostile(t *testing.T) {
	head := "title: x\nlogsource: {product: windows}\ndetection:\n"
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, data string }{
		{"many keywords", head + "  s:\n" + many(30_000, "    - the keyword %d of many\n") + "  condition: s\n"},
		{"many patterns of one field", head + "  s:\n    Message|contains:\n" + many(30_000, "      - the *word %d of many\n") + "  condition: s\n"},
		{"many searches", head + many(20_000, "  s%d: {EventID: 1}\n") + "  condition: 1 of them\n"},
		{"a product of alternatives", head + many(100, "  s%[1]d: [{EventID: %[1]d}, {Channel: c%[1]d}]\n") + "  condition: all of them\n"},
		{"a long condition", head + "  s: {EventID: 1}\n  condition: '" + strings.Repeat("not ", 500_000) + "s'\n"},
		{"deep brackets", head + "  s: {EventID: 1}\n  condition: '" + strings.Repeat("(", 400) + "s'\n"},
		{"many documents", strings.Repeat("---\na: 1\n", 20_000)},
		{"many correlations of one rule", many(5_000, "title: x\ncorrelation: {type: temporal, rules: [r%d], timespan: 1m}\n---\n")},
		{"many filters", many(3_000, "title: x%d\nfilter: {rules: any}\n---\n") + many(3_000, "title: x%d\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n---\n")},
		{"deep lists", head + "  s: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\n  condition: s\n"},
	} {
		start := time.Now()
		f := Import("x.yml", []byte(c.data))
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: %s", c.name, took)
		} else {
			t.Logf("%s: %s, %d messages", c.name, took, len(f.Messages))
		}
		if len(f.Drafts) > 0 || f.Refused != f.Rules || len(f.Messages) == 0 {
			t.Errorf("%s: %d drafts, %d of %d refused", c.name, len(f.Drafts), f.Refused, f.Rules)
		}
	}
}
