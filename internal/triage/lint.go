package triage

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/lint"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// LintOptions say what is looked at.
type LintOptions struct {
	Paths []string  // folders and files; the embedded base where there are none
	Since string    // the same rules as they were: a folder, a file or a built base; or ""
	Fix   bool      // mend what has one right answer
	Today time.Time // suppressions end by it
}

// LintResult is what is wrong with rule files.
type LintResult struct {
	Rules     int            `json:"rules"`
	TestFiles int            `json:"test_files"`
	Broken    []lint.Finding `json:"broken"`          // files that cannot be loaded
	Messages  []lint.Finding `json:"messages"`        // what else should be better
	Fixed     []string       `json:"fixed,omitempty"` // files that were mended
}

// Lint checks rule files and their tests. Nothing of the embedded base is looked at
// unless no path is named. What is mended is written at once, file by file, and looked
// at again.
func Lint(o LintOptions) (*LintResult, error) {
	if o.Fix && len(o.Paths) == 0 {
		return nil, &UsageError{"--fix needs the path of files: the embedded base is a part of the program"}
	}
	var before *rules.Set
	if o.Since != "" {
		was, err := setOf(o.Since)
		if err != nil {
			return nil, err
		}
		before = was
	}
	out := &LintResult{}
	var mended []string
	const rounds = 8 // one edit may make room for another
	for round := 0; ; round++ {
		kept := &texts{files: map[string][]byte{}}
		if err := out.look(o, before, kept); err != nil {
			return nil, err
		}
		if !o.Fix || round == rounds {
			break
		}
		files, err := mend(append(slices.Clone(out.Broken), out.Messages...), kept)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			break
		}
		mended = append(mended, files...)
	}
	slices.Sort(mended)
	out.Fixed = slices.Compact(mended)
	return out, nil
}

// setOf is the rules of a folder, a file, a pack or a built base, drafts included.
func setOf(path string) (*rules.Set, error) {
	return LoadSet(BaseOptions{Paths: []string{path}, NoEmbedded: true, Drafts: true})
}

// texts keeps the text of the files that were read.
type texts struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (t *texts) of(file string) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.files[file]
}

// keeping is a file system that keeps what is read of it.
type keeping struct {
	fs.FS
	prefix string
	in     *texts
}

// ReadFile reads and keeps.
func (k keeping) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(k.FS, name)
	if err == nil {
		k.in.mu.Lock()
		k.in.files[k.prefix+name] = data
		k.in.mu.Unlock()
	}
	return data, err
}

// ReadDir reads a folder.
func (k keeping) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(k.FS, name) }

// look loads and checks everything once.
func (l *LintResult) look(o LintOptions, before *rules.Set, kept *texts) error {
	list, err := trees(o.Paths)
	if err != nil {
		return err
	}
	all := &rules.Set{}
	var files []*tests.File
	var broken []source.Message
	var formed sync.Map
	part := false
	for _, t := range list {
		part = part || t.file != ""
		t.fsys = keeping{t.fsys, t.prefix, kept}
		set, more, msgs := t.loadLooking(func(file string, inForm bool) { formed.Store(file, inForm) })
		broken = append(broken, msgs...)
		broken = append(broken, all.Add(set)...)
		files = append(files, more...)
	}
	broken = append(broken, strayTests(files, all, broken)...)
	l.Rules, l.TestFiles = len(all.Rules), len(files)
	l.Broken, l.Messages = []lint.Finding{}, []lint.Finding{}
	for _, m := range source.Sort(broken) {
		l.Broken = append(l.Broken, lint.Refused(m, kept.of(m.File)))
	}
	if len(broken) > 0 {
		return nil
	}
	b := &lint.Base{Rules: all, Tests: files, Before: before, Part: part, Text: kept.of, Today: o.Today, InForm: func(file string) bool {
		v, _ := formed.Load(file)
		return v == true
	}}
	if len(o.Paths) > 0 { // their tests may name rules of the embedded base
		embedded, err := Load(BaseOptions{Drafts: false})
		if err != nil {
			return err
		}
		b.Elsewhere = func(id string) bool { _, ok := embedded.Base.Number(id); return ok }
		b.Taken = b.Elsewhere
	}
	l.Messages = append(l.Messages, lint.Run(b)...)
	return nil
}

// mend makes the edits of the findings. A file that would be worse for it stays as it is.
func mend(found []lint.Finding, kept *texts) (files []string, err error) {
	edits := map[string][]edit{}
	for _, f := range found {
		for _, e := range f.Edits {
			edits[e.File] = append(edits[e.File], edit{e, f.Text})
		}
	}
	for file, list := range edits {
		was := bytes.TrimPrefix(kept.of(file), []byte("\ufeff"))
		is := apply(file, was, list)
		for i := 0; is == nil && i < len(list); i++ { // one of them spoils it: the first that does not is made, and the others are tried again
			is = apply(file, was, list[i:i+1])
		}
		if is == nil {
			continue
		}
		if err := replaceFile(filepath.FromSlash(file), is); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// edit is one edit, and what it is to do away with.
type edit struct {
	lint.Edit
	text string
}

// apply makes edits of a file, or gives nil where it would be worse for them, or no
// other.
func apply(file string, was []byte, list []edit) []byte {
	var edits []lint.Edit
	mended := map[string]bool{}
	for _, e := range list {
		edits = append(edits, e.Edit)
		mended[e.text] = true
	}
	is := lint.Apply(was, edits)
	if bytes.Equal(was, is) || worse(file, was, is, mended) {
		return nil
	}
	return is
}

// worse reports whether the edits of a file were no good: a rule that loaded does not any
// more, or says another thing; or the file is still refused for what was to be mended, or
// is no YAML. That a key can be read now brings to light what stands below it, and is no
// reason.
func worse(file string, was, is []byte, mended map[string]bool) bool {
	if tests.IsTestFile(file) {
		_, before := tests.Parse(file, was)
		_, after := tests.Parse(file, is)
		return unmended(before, after, mended)
	}
	old, before := rules.Parse(file, was)
	now, after := rules.Parse(file, is)
	return unmended(before, after, mended) || old != nil && now != nil && !lint.Same(old, now)
}

func unmended(before, after []source.Message, mended map[string]bool) bool {
	return len(before) == 0 && len(after) > 0 || slices.ContainsFunc(after, func(m source.Message) bool {
		return mended[m.Text] || strings.HasPrefix(m.Check, "yaml.")
	})
}
