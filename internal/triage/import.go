package triage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/importer"
	"github.com/kbtriage/kbtriage/rules/importer/cre"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
	"github.com/kbtriage/kbtriage/rules/importer/sigma"
)

// Imported is what `rules import` did.
type Imported struct {
	Articles  int              `json:"articles"`  // that were read
	Foreign   []ForeignRules   `json:"foreign"`   // files with rules of other programs that were read
	Rules     int              `json:"rules"`     // made of all these
	Written   int              `json:"written"`   // files that are new or have changed
	Changed   []string         `json:"changed"`   // those that have, as their articles did
	Unchanged int              `json:"unchanged"` // files that were there already
	Edited    []string         `json:"edited"`    // files that somebody has changed since, and that were kept
	Behind    []string         `json:"behind"`    // of these, those whose articles have changed since
	Flags     []Flagged        `json:"flags"`     // what was odd, most often met first
	Without   []NoRule         `json:"without_rule"`
	Lines     int              `json:"lines"`    // of the articles
	Unclear   int              `json:"unclear"`  // of them under headings that no part of a rule has a place for; they are in its notes
	Messages  []source.Message `json:"messages"` // why rules of other programs were refused
	Problems  []facts.Problem  `json:"problems"`
}

// Flagged counts the articles of which something is odd.
type Flagged struct {
	What     string   `json:"what"`
	Articles []string `json:"articles"`
}

// NoRule is an article that is no known error.
type NoRule struct {
	Article string `json:"article"`
	Reason  string `json:"reason"`
}

// maxArticle bounds the bytes of an article, and of a file of rules.
const maxArticle = 4 << 20

// Import makes rules of articles and of the rules of other programs, files or
// folders of them, and writes them into a folder. A file that was edited since it
// was made is kept.
func Import(ctx context.Context, out string, sources []string) (*Imported, error) {
	articles, problems, err := articleFiles(sources)
	if err != nil {
		return nil, err
	}
	results := make([]imported, len(articles))
	errs := make([]error, len(articles))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(articles) && ctx.Err() == nil; i = next.Add(1) - 1 {
				data, err := readArticle(articles[i].file)
				if errs[i] = err; err == nil {
					results[i], errs[i] = importOne(articles[i].name, data)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &Imported{
		Foreign: []ForeignRules{}, Changed: []string{}, Edited: []string{}, Behind: []string{}, Flags: []Flagged{}, Without: []NoRule{},
		Messages: []source.Message{}, Problems: problems,
	}
	w := &ruleFolder{root: out, from: map[string]string{}, made: map[string]bool{}}
	flags := map[string][]string{}
	files := map[string]string{} // rule -> the file of its article
	for i, x := range results {
		if errs[i] != nil {
			r.Problems = append(r.Problems, facts.Problem{Source: articles[i].file, Stage: "read", Reason: "article.unreadable", Text: errs[i].Error()})
			continue
		}
		switch {
		case x.foreign != nil:
			r.count(x.form, x.foreign, articles[i].file)
		case x.form == formArticle:
			r.Articles++
		}
		r.Lines += x.Lines
		r.Unclear += x.Unclear
		for _, f := range x.Flags {
			flags[f] = append(flags[f], x.Path)
		}
		if x.Reason != "" {
			r.Without = append(r.Without, NoRule{x.Path, x.Reason})
		}
		for _, d := range x.Drafts {
			if first, taken := files[d.ID]; taken {
				r.Problems = append(r.Problems, facts.Problem{
					Source: articles[i].file, Stage: "write", Reason: "article.twice",
					Text: fmt.Sprintf("its rule %s is made of %s already; import one of the two", d.ID, first),
				})
				continue
			}
			w.from[d.ID], files[d.ID] = x.Path, articles[i].file
			other, err := w.put(d, r)
			if err != nil {
				return nil, err
			}
			if other != "" {
				r.Problems = append(r.Problems, facts.Problem{
					Source: articles[i].file, Stage: "write", Reason: "article.twice",
					Text: fmt.Sprintf("its rule %s was made of %s before, and is kept; remove that rule, or give %s", d.ID, other, x.form.another()),
				})
				continue
			}
			r.Rules++
		}
	}
	r.Messages = source.Sort(r.Messages)
	for what, list := range flags {
		r.Flags = append(r.Flags, Flagged{what, list})
	}
	slices.SortFunc(r.Flags, func(a, b Flagged) int {
		if n := len(b.Articles) - len(a.Articles); n != 0 {
			return n
		}
		return strings.Compare(a.What, b.What)
	})
	return r, nil
}

// importOne makes the rules of an article. That one brings the importer down is a
// defect, and no reason to lose the others.
func importOne(name string, data []byte) (r imported, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("the importer failed: %v; please report the file", x)
		}
	}()
	r.form = formOf(name, data)
	switch r.form {
	case formSigma:
		f := sigma.Import(name, data)
		r.foreign = &f
	case formCRE:
		f := cre.Import(name, data)
		r.foreign = &f
	case formArticle:
		r.Result = importer.Import(name, data)
		return r, nil
	default:
		r.Result = importer.Result{Path: name, Reason: "it is YAML, but neither a Sigma rule nor a common reliability enumeration"}
		return r, nil
	}
	r.Result = importer.Result{Path: name, Drafts: r.foreign.Drafts, Flags: r.foreign.Flags}
	return r, nil
}

// article is a file with its name below what was named.
type article struct{ file, name string }

// articleFiles lists the articles of files and folders, in the order of their names.
func articleFiles(sources []string) (list []article, problems []facts.Problem, err error) {
	problems = []facts.Problem{}
	for _, s := range sources {
		info, err := os.Stat(s)
		if err != nil {
			return nil, nil, &UsageError{fmt.Sprintf("articles at %s: %v", s, err)}
		}
		if !info.IsDir() {
			if !info.Mode().IsRegular() {
				return nil, nil, &UsageError{fmt.Sprintf("articles at %s: not a regular file or a folder", s)}
			}
			list = append(list, article{s, filepath.Base(s)})
			continue
		}
		if s, err = filepath.EvalSymlinks(s); err != nil { // a walk does not follow one
			return nil, nil, &UsageError{fmt.Sprintf("articles at %s: %v", s, err)}
		}
		err = filepath.WalkDir(s, func(file string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				problems = append(problems, facts.Problem{Source: file, Stage: "open", Reason: "file.unreadable", Text: err.Error()})
				return nil
			case e.IsDir() && file != s && strings.HasPrefix(e.Name(), "."):
				return fs.SkipDir
			case !e.Type().IsRegular() || !isImported(e.Name()):
				return nil
			}
			name, _ := filepath.Rel(s, file)
			list = append(list, article{file, filepath.ToSlash(name)})
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b article) int { return strings.Compare(a.name, b.name) })
	return list, problems, nil
}

func isImported(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".md", ".markdown", ".html", ".htm", ".yaml", ".yml":
		return true
	}
	return false
}

func readArticle(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxArticle+1))
	if err == nil && len(data) > maxArticle {
		err = fmt.Errorf("the file has more than %d bytes, which is more than is read", maxArticle)
	}
	return data, err
}

// ruleFolder is where rules are written.
type ruleFolder struct {
	root string
	from map[string]string // rule -> article
	made map[string]bool   // folders
}

// put writes the file of a rule, unless somebody has edited it, or it was made of
// an article with another name, which is returned.
func (w *ruleFolder) put(d rulefile.Draft, r *Imported) (other string, err error) {
	file := filepath.Join(w.root, filepath.FromSlash(d.ID)+".yaml")
	have, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(have, d.YAML):
		r.Unchanged++
		return "", nil
	case err == nil && rulefile.Edited(have):
		r.Edited = append(r.Edited, file)
		if rulefile.Digest(have) != rulefile.Digest(d.YAML) {
			r.Behind = append(r.Behind, file)
		}
		return "", nil
	case err == nil && path.Base(rulefile.Source(have)) != path.Base(w.from[d.ID]): // a folder may have moved
		return rulefile.Source(have), nil
	case err == nil:
		r.Changed = append(r.Changed, file)
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("import: %w", err)
	}
	if dir := filepath.Dir(file); !w.made[dir] {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return "", fmt.Errorf("import: %w", err)
		}
		w.made[dir] = true
	}
	if err := writeWhole(file, d.YAML); err != nil {
		return "", fmt.Errorf("import: %w", err)
	}
	r.Written++
	return "", nil
}

// writeWhole writes a file whole or not at all.
func writeWhole(file string, data []byte) error { return writeAs(file, data, 0o666) }

// writeAs is writeWhole for a file that only those may read whom the mode names, at any
// time.
func writeAs(file string, data []byte, mode fs.FileMode) error {
	temp := filepath.Join(filepath.Dir(file), fmt.Sprintf(".%s.%d.tmp", filepath.Base(file), os.Getpid()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temp, file)
	}
	if err != nil {
		_ = os.Remove(temp)
	}
	return err
}
