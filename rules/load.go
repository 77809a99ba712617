package rules

import (
	"cmp"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kbtriage/kbtriage/internal/source"
	"go.yaml.in/yaml/v4"
)

// ManifestFile is the name of the manifest at the root of a pack, which is no rule.
const ManifestFile = "pack.yaml"

// Load reads every rule file below the root of a file system: *.yaml and *.yml,
// but not *.test.yaml, which are tests of rules, nor the manifest of a pack. prefix
// is put before file names in messages. Rules with mistakes are left out of the
// Set; the messages say which and why, all of them at once, sorted by place.
func Load(fsys fs.FS, prefix string) (*Set, []source.Message) { return LoadLooking(fsys, prefix, nil) }

// LoadLooking is Load; look is told of each file that loads whether it is in the form
// that Format gives, while the file's tree is there. It is called from several
// goroutines at once.
func LoadLooking(fsys fs.FS, prefix string, look func(file string, inForm bool)) (*Set, []source.Message) {
	var files []parsed
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			files = append(files, parsed{name: name, err: err})
		} else if entry.Type().IsRegular() && IsRuleFile(name) {
			files = append(files, parsed{name: name})
		}
		return nil
	})
	set, msgs := load(files, func(name string) ([]byte, error) { return fs.ReadFile(fsys, name) }, prefix, look)
	if err != nil {
		msgs = append(msgs, source.Message{Position: source.Position{File: prefix}, Check: "file.read", Text: err.Error()})
	}
	return set, source.Sort(msgs)
}

// LoadFiles reads the rule files with the names, as Load does those of a file system.
func LoadFiles(names []string, read func(name string) ([]byte, error), prefix string) (*Set, []source.Message) {
	files := make([]parsed, len(names))
	for i, name := range names {
		files[i].name = name
	}
	return load(files, read, prefix, nil)
}

func load(files []parsed, read func(string) ([]byte, error), prefix string, look func(string, bool)) (*Set, []source.Message) {
	// Parsing YAML is most of a cold start, and files do not depend on each other.
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(files); i = next.Add(1) - 1 {
				files[i].load(read, prefix, look)
			}
		})
	}
	wg.Wait()
	set := &Set{}
	var msgs []source.Message
	for _, f := range files {
		msgs = append(msgs, f.msgs...)
		if f.rule != nil {
			set.Rules = append(set.Rules, f.rule)
		}
	}
	more := set.settle()
	return set, source.Sort(append(msgs, more...))
}

// parsed is one file of Load: its rule or what is wrong with it.
type parsed struct {
	name string
	err  error
	rule *Rule
	msgs []source.Message
}

func (f *parsed) load(read func(string) ([]byte, error), prefix string, look func(string, bool)) {
	var data []byte
	if f.err == nil {
		data, f.err = read(f.name)
	}
	if f.err != nil {
		f.msgs = []source.Message{{Position: source.Position{File: prefix + f.name}, Check: "file.read", Text: f.err.Error()}}
		return
	}
	d := &decoder{file: prefix + f.name}
	var root *yaml.Node
	if f.rule, root, f.msgs = d.read(data); f.rule != nil && look != nil {
		look(d.file, inForm(data, root))
	}
}

// IsRuleFile reports whether a path below the root of a file system is that of a
// rule, by its name.
func IsRuleFile(name string) bool {
	return name != ManifestFile && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")) && !strings.HasSuffix(name, ".test.yaml") && !strings.HasSuffix(name, ".test.yml")
}

// Parse reads one rule file. The rule is nil when there are messages.
func Parse(file string, data []byte) (*Rule, []source.Message) {
	rule, _, msgs := (&decoder{file: file}).read(data)
	return rule, msgs
}

// read reads a rule, and the tree that it was read from.
func (d *decoder) read(data []byte) (*Rule, *yaml.Node, []source.Message) {
	root := d.parse(data)
	var rule *Rule
	if root != nil {
		rule = d.decodeRule(root)
	}
	if len(d.msgs) > 0 {
		return nil, nil, d.all()
	}
	return rule, root, nil
}

// Add joins another set. Rules with an id that is there already are left out
// and named in the messages.
func (s *Set) Add(other *Set) []source.Message {
	s.Rules = append(s.Rules, other.Rules...)
	return s.settle()
}

// settle sorts by id and drops rules whose id is taken.
func (s *Set) settle() []source.Message {
	slices.SortStableFunc(s.Rules, func(a, b *Rule) int {
		if n := cmp.Compare(a.ID, b.ID); n != 0 {
			return n
		}
		switch x, y := a.named(), b.named(); { // of two with one id the one whose file is called so is kept
		case x && !y:
			return -1
		case y && !x:
			return 1
		}
		return 0
	})
	var msgs []source.Message
	kept := s.Rules[:0]
	for _, r := range s.Rules {
		if n := len(kept); n > 0 && kept[n-1].ID == r.ID {
			msgs = append(msgs, source.Message{
				Position: source.Position{File: r.File, Line: 1, Column: 1}, Check: "rule.duplicate-id",
				Text: "the rule id " + r.ID + " is taken by " + kept[n-1].File,
			})
			continue
		}
		kept = append(kept, r)
	}
	clear(s.Rules[len(kept):])
	s.Rules = kept
	return msgs
}

// named reports whether the file has the name of the rule.
func (r *Rule) named() bool {
	file := path.Base(r.File)
	return strings.TrimSuffix(strings.TrimSuffix(file, ".yaml"), ".yml") == path.Base(r.ID)
}

// Keep drops the rules for which keep is false.
func (s *Set) Keep(keep func(*Rule) bool) {
	s.Rules = slices.DeleteFunc(s.Rules, func(r *Rule) bool { return !keep(r) })
}
