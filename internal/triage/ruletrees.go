package triage

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// tree is a file system with rules and their tests.
type tree struct {
	fsys   fs.FS
	prefix string
	file   string // the only file wanted, or ""
}

// trees are the paths, or the embedded base where none is named.
func trees(paths []string) ([]tree, error) {
	if len(paths) == 0 {
		return []tree{{fsys: kb.Rules, prefix: "kb/"}}, nil
	}
	var list []tree
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, &UsageError{err.Error()}
		}
		clean := filepath.ToSlash(filepath.Clean(p))
		if info.IsDir() {
			if !holdsRules(os.DirFS(p)) {
				return nil, &UsageError{"there are no rule files below " + p}
			}
			list = append(list, tree{fsys: os.DirFS(p), prefix: clean + "/"})
			continue
		}
		if !info.Mode().IsRegular() {
			return nil, &UsageError{p + " is neither a folder nor a regular file"}
		}
		if name := filepath.Base(p); !rules.IsRuleFile(name) && !tests.IsTestFile(name) {
			return nil, &UsageError{p + " is no rule file, whose name ends in .yaml; of a pack or a built base name the folder that it was made of"}
		}
		dir := filepath.ToSlash(filepath.Dir(clean)) + "/"
		if !strings.Contains(clean, "/") {
			dir = ""
		}
		list = append(list, tree{fsys: os.DirFS(filepath.Dir(p)), prefix: dir, file: filepath.Base(p)})
	}
	return list, nil
}

// holdsRules reports whether there is any file of rules or tests.
func holdsRules(fsys fs.FS) bool {
	found := false
	_ = fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if found = found || err != nil || e.Type().IsRegular() && (rules.IsRuleFile(name) || tests.IsTestFile(name)); found {
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// only is a file system of which one file is seen.
type only struct {
	fs.FS
	names map[string]bool
}

// ReadDir lists the one file.
func (o only) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	var kept []fs.DirEntry
	for _, e := range all {
		if o.names[e.Name()] {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// ReadFile reads a file.
func (o only) ReadFile(name string) ([]byte, error) { return fs.ReadFile(o.FS, name) }

// load reads rules and tests of a tree.
func (t tree) load() (*rules.Set, []*tests.File, []source.Message) { return t.loadLooking(nil) }

// loadLooking is load, and tells which rule files are in the usual form.
func (t tree) loadLooking(look func(string, bool)) (*rules.Set, []*tests.File, []source.Message) {
	fsys := t.fsys
	if t.file != "" {
		base := strings.TrimSuffix(strings.TrimSuffix(t.file, ".yaml"), ".test")
		fsys = only{fsys, map[string]bool{t.file: true, base + ".test.yaml": true, base + ".yaml": true}}
	}
	set, msgs := rules.LoadLooking(fsys, t.prefix, look)
	tests, more := tests.Load(fsys, t.prefix)
	return set, tests, append(msgs, more...)
}

// strayTests names the files of tests whose rule is not there, but for those beside a
// rule file that cannot be loaded: that is said already.
func strayTests(files []*tests.File, set *rules.Set, broken []source.Message) []source.Message {
	var ids []string
	for _, r := range set.Rules {
		ids = append(ids, r.ID)
	}
	refused := map[string]bool{}
	for _, m := range broken {
		refused[strings.TrimSuffix(m.File, ".yaml")] = true
	}
	var msgs []source.Message
	for _, f := range files {
		if refused[strings.TrimSuffix(f.Path, ".test.yaml")] || slices.Contains(ids, f.Rule) {
			continue
		}
		m := source.Message{Position: source.Position{File: f.Path, Line: 1, Column: 1}, Check: "test.rule", Text: fmt.Sprintf("the tests are for a rule %q, which is not there", f.Rule)}
		if near, ok := source.Nearest(f.Rule, ids); ok {
			m.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		msgs = append(msgs, m)
	}
	return msgs
}
