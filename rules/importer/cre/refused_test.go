package cre

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each file in testdata/refused says in comments which messages must come on the
// line: # want `1: begin of the message`, as the bad files of package rules do.
var (
	wantComment = regexp.MustCompile("# want((?: `[^`]*`)+)\\s*$")
	wantQuoted  = regexp.MustCompile("`([^`]*)`")
)

func refusedFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/refused/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestRefused(t *testing.T) {
	for name, data := range refusedFiles(t) {
		want := map[int][]string{}
		for i, line := range strings.Split(string(data), "\n") {
			m := wantComment.FindStringSubmatch(line)
			if m == nil && strings.Contains(line, "# want") {
				t.Fatalf("%s:%d: a want that is not # want `regexp`...", name, i+1)
			}
			if m != nil {
				for _, q := range wantQuoted.FindAllStringSubmatch(m[1], -1) {
					want[i+1] = append(want[i+1], q[1])
				}
			}
		}
		f := Import(name, data)
		if len(f.Drafts) > 0 || f.Refused != f.Rules {
			t.Errorf("%s: %d drafts and %d refused of %d rules", name, len(f.Drafts), f.Refused, f.Rules)
		}
		for _, m := range f.Messages {
			text := fmt.Sprintf("%d: %s", m.Column, m.Text)
			if m.Hint != "" {
				text += "; " + m.Hint
			}
			text += " [" + m.Check + "]"
			found := -1
			for i, w := range want[m.Line] {
				if w[0] >= '0' && w[0] <= '9' {
					w = "^" + w
				}
				if found < 0 && regexp.MustCompile(w).MatchString(text) {
					found = i
				}
			}
			if found < 0 {
				t.Errorf("%s is not wanted", m)
				continue
			}
			list := want[m.Line]
			want[m.Line] = append(list[:found:found], list[found+1:]...)
		}
		for line, list := range want {
			for _, w := range list {
				t.Errorf("%s:%d: no message %q", name, line, w)
			}
		}
	}
}

// TestChecks: every check of the package is wanted by a file.
func TestChecks(t *testing.T) {
	id := regexp.MustCompile(`"(cre\.[a-z-]+)"`)
	wanted := ""
	for _, data := range refusedFiles(t) {
		for line := range strings.Lines(string(data)) {
			if _, w, found := strings.Cut(line, "# want"); found {
				wanted += w
			}
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllSubmatch(data, -1) {
			if !strings.Contains(wanted, string(m[1])) {
				t.Errorf("%s: no file in testdata/refused wants %s", name, m[1])
			}
		}
	}
}
