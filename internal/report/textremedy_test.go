package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine/result"
)

// TestLongCause: a long cause is cut at a character, what is left out is counted,
// and --verbose has all.
func TestLongCause(t *testing.T) {
	for name, cause := range map[string]string{
		"without a blank": strings.Repeat("原因", 720),
		"with blanks":     strings.Repeat("why it is ", 400),
	} {
		for _, verbose := range []bool{false, true} {
			var b bytes.Buffer
			p := &page{w: &b, style: Style{Verbose: verbose}}
			p.causeOf(cause)
			out := b.String()
			if !utf8.ValidString(out) || strings.Contains(out, "more bytes") == verbose {
				t.Errorf("%s, verbose %v: %.200q", name, verbose, out)
			}
			if n := len(strings.Join(strings.Fields(out), "")); !verbose && n < 1000 {
				t.Errorf("%s: only %d bytes of it", name, n)
			}
		}
	}
}

// TestManySteps: the first diagnosis shows more steps than the others.
func TestManySteps(t *testing.T) {
	steps := make([]string, 60)
	for i := range steps {
		steps[i] = "Do it."
	}
	for rank, want := range map[int]string{1: "and 20 more steps", 2: "and 48 more steps"} {
		var b bytes.Buffer
		p := &page{w: &b}
		p.resolution(&result.Diagnosis{Rank: rank, Resolution: result.Resolution{Kind: "fix", Steps: steps}})
		if !strings.Contains(b.String(), want) {
			t.Errorf("rank %d: %s", rank, b.String())
		}
	}
}
