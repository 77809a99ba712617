package triage

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
			list = append(list, tree{fsys: os.DirFS(p), prefix: clean + "/"})
			continue
		}
		if !info.Mode().IsRegular() {
			return nil, &UsageError{p + " is neither a folder nor a regular file"}
		}
		dir := filepath.ToSlash(filepath.Dir(clean)) + "/"
		if !strings.Contains(clean, "/") {
			dir = ""
		}
		list = append(list, tree{fsys: os.DirFS(filepath.Dir(p)), prefix: dir, file: filepath.Base(p)})
	}
	return list, nil
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

func noRule(f *tests.File) source.Message {
	return source.Message{Position: source.Position{File: f.Path, Line: 1, Column: 1}, Check: "test.rule", Text: fmt.Sprintf("the tests are for a rule %q, which is not there", f.Rule)}
}
