package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/internal/playground"
)

// The page is made anew to the same bytes, holds no path of this machine, and is
// never written over a file or in part.
func TestWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short: the program of the page is not compiled")
	}
	page := pageOf(t, program)
	out := filepath.Join(t.TempDir(), "playground.html")
	size, err := write(out, false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if size != len(again) || !bytes.Equal(page, again) {
		t.Errorf("two pages of the same sources differ: %d and %d bytes", len(page), len(again))
	}
	if _, err := write(out, false); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a page over a file: %v", err)
	}
	if _, err := write(out, true); err != nil {
		t.Error(err)
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); len(names) != 1 {
		t.Errorf("left behind: %q", names)
	}
	here, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := build(program)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(page, []byte(here)) || bytes.Contains(parts.program, []byte(here)) {
		t.Errorf("the page holds %s", here)
	}
	for _, name := range []string{"Go go1.", "github.com/expr-lang/expr v", "go.yaml.in/yaml/v4 v", "github.com/klauspost/compress v", "golang.org/x/text v", "github.com/kbtriage/kbtriage: LICENSE"} {
		if !strings.Contains(parts.licences, name) {
			t.Errorf("no licence of %q", name)
		}
	}
}

// A page is put together from parts that cannot break out of their place.
func TestAssemble(t *testing.T) {
	p := &parts{program: []byte("\x00asm"), glue: "class Go {}", compiler: "<b>", licences: "</pre><script>"}
	page, err := assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	if mark.Match(bytes.ReplaceAll(page, []byte("[[x]]"), nil)) {
		t.Error("a mark was left in the page")
	}
	if n := bytes.Count(page, []byte("</script>")); n != 4 {
		t.Errorf("%d scripts end in the page", n)
	}
	for _, glue := range []string{"</script>", "<!--", "x</SCRIPT >", "<script>"} {
		p.glue = glue
		if _, err := assemble(p); err == nil {
			t.Errorf("a page was made with the glue %q", glue)
		}
	}
}

// Each sample but the skeleton of a new rule shows a rule that leads, without a
// message, and tests that hold.
func TestSamples(t *testing.T) {
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	p, err := playground.New()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		a, err := p.Answer(&playground.Question{Rule: s.Rule, Tests: s.Tests, Facts: s.Facts, Neighbours: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Messages) > 0 {
			t.Errorf("%s: %+v", s.Title, a.Messages)
		}
		if i == len(list)-1 {
			continue
		}
		if len(a.Tests) == 0 || !a.Ranking.Rows[0].Own {
			t.Errorf("%s: %d tests, first is %s", s.Title, len(a.Tests), a.Ranking.Rows[0].Rule)
		}
		for _, x := range a.Tests {
			if len(x.Failures) > 0 {
				t.Errorf("%s: %s: %q", s.Title, x.Name, x.Failures)
			}
		}
	}
}
