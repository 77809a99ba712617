package importer

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

// articles are the made-up articles of testdata by their path below it.
func articles(t testing.TB) map[string][]byte {
	t.Helper()
	list := map[string][]byte{}
	root := os.DirFS(filepath.Join("testdata", "articles"))
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		list[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil || len(list) == 0 {
		t.Fatal("no articles", err)
	}
	return list
}

// Each article gives the rules that were looked at, and what is said of it;
// KBTRIAGE_UPDATE=1 writes them anew.
func TestArticles(t *testing.T) {
	made := []string{"report.txt"}
	var report strings.Builder
	list := articles(t)
	names := make([]string, 0, len(list))
	for name := range list {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r := Import(name, list[name])
		report.WriteString(name + "\n")
		for _, d := range r.Drafts {
			file := strings.ReplaceAll(d.ID, "/", "-") + ".yaml"
			made = append(made, file)
			golden(t, file, d.YAML)
			report.WriteString("  rule " + d.ID + "\n")
			if rule, msgs := rules.Parse(file, d.YAML); len(msgs) > 0 || rule == nil {
				t.Errorf("%s: %s does not load: %v", name, d.ID, msgs)
			}
		}
		if r.Reason != "" {
			report.WriteString("  no rule: " + r.Reason + "\n")
		}
		for _, f := range r.Flags {
			report.WriteString("  " + f + "\n")
		}
	}
	golden(t, "report.txt", []byte(report.String()))
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(made, filepath.Base(f)) {
			t.Errorf("%s is made of no article", f)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if os.Getenv("KBTRIAGE_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another one; run with KBTRIAGE_UPDATE=1 and look at the difference. It is:\n%s", path, got)
	}
}
