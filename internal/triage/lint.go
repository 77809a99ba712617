package triage

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/lint"
)

// LintResult is what is wrong with rule files.
type LintResult struct {
	Rules     int              `json:"rules"`
	TestFiles int              `json:"test_files"`
	Broken    []source.Message `json:"broken"`   // files that cannot be loaded
	Messages  []source.Message `json:"messages"` // what else should be better
}

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

// load reads rules and tests of a tree.
func (t tree) load() (*rules.Set, []*ruletest.File, []source.Message) {
	fsys := t.fsys
	if t.file != "" {
		base := strings.TrimSuffix(strings.TrimSuffix(t.file, ".yaml"), ".test")
		fsys = only{fsys, map[string]bool{t.file: true, base + ".test.yaml": true, base + ".yaml": true}}
	}
	set, msgs := rules.Load(fsys, t.prefix)
	tests, more := ruletest.Load(fsys, t.prefix)
	return set, tests, append(msgs, more...)
}

// Lint checks rule files and their tests. Nothing of the embedded base is
// loaded unless no path is named.
func Lint(paths []string) (*LintResult, error) {
	list, err := trees(paths)
	if err != nil {
		return nil, err
	}
	out := &LintResult{Broken: []source.Message{}, Messages: []source.Message{}}
	all := &rules.Set{}
	var tests []*ruletest.File
	for _, t := range list {
		set, files, msgs := t.load()
		out.Broken = append(out.Broken, msgs...)
		out.Broken = append(out.Broken, all.Add(set)...)
		tests = append(tests, files...)
	}
	out.Rules, out.TestFiles = len(all.Rules), len(tests)
	covered := map[string]lint.Tests{}
	for _, f := range tests {
		c := covered[f.Rule]
		for _, t := range f.Tests {
			if t.NearMiss {
				c.NearMisses++
			} else {
				c.Positive++
			}
		}
		covered[f.Rule] = c
	}
	for _, f := range tests {
		if !slices.ContainsFunc(all.Rules, func(r *rules.Rule) bool { return r.ID == f.Rule }) {
			out.Broken = append(out.Broken, noRule(f))
		}
	}
	if len(out.Broken) == 0 {
		out.Messages = append(out.Messages, lint.Run(all, covered)...)
	}
	out.Broken = source.Sort(out.Broken)
	return out, nil
}

func noRule(f *ruletest.File) source.Message {
	return source.Message{Position: source.Position{File: f.Path, Line: 1, Column: 1}, Check: "test.rule", Text: fmt.Sprintf("the tests are for a rule %q, which is not there", f.Rule)}
}

// TestResult is the outcome of rule tests.
type TestResult struct {
	Files    int                `json:"files"`
	Tests    int                `json:"tests"`
	Failures []ruletest.Failure `json:"failures"`
}

// Test runs the rule tests of the paths, or of the embedded base. The rules of
// the paths are added to those that the options name.
func Test(paths []string, o BaseOptions) (*TestResult, error) {
	list, err := trees(paths)
	if err != nil {
		return nil, err
	}
	o.Overlays = nil // rules are tested as they are shipped
	set, err := LoadSet(o)
	if err != nil {
		return nil, err
	}
	var tests []*ruletest.File
	var msgs []source.Message
	for _, t := range list {
		more, files, m := t.load()
		tests = append(tests, files...)
		msgs = append(msgs, m...)
		if len(paths) > 0 { // its rules take the place of those with the same id
			own := map[string]bool{}
			for _, r := range more.Rules {
				own[r.ID] = true
			}
			set.Keep(func(r *rules.Rule) bool { return !own[r.ID] })
			msgs = append(msgs, set.Add(more)...)
		}
	}
	ids := map[string]bool{}
	for _, r := range set.Rules {
		ids[r.ID] = true
	}
	for _, f := range tests {
		if !ids[f.Rule] {
			msgs = append(msgs, noRule(f))
		}
	}
	if len(msgs) > 0 {
		return nil, &RuleError{source.Sort(msgs)}
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return nil, err
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		return nil, err
	}
	out := &TestResult{Failures: []ruletest.Failure{}}
	for _, f := range tests {
		out.Files++
		out.Tests += len(f.Tests)
		out.Failures = append(out.Failures, ruletest.Run(base, f, func(pairs []string) ([]facts.Fact, error) {
			return Settings(pairs, func() *rules.Set { return set }, "--set")
		})...)
	}
	return out, nil
}
