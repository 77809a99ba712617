package triage

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// Formatted is what `rules fmt` did, or with a check would do.
type Formatted struct {
	Files   int      `json:"files"`   // rule files that were read
	Changed []string `json:"changed"` // those that were not in the usual form
	Broken  []source.Message
}

// FormatRules brings rule files, or those below folders, into their usual form. With
// check nothing is written. Files of tests are left alone. A file that cannot be
// loaded is named and stays as it is.
func FormatRules(paths []string, check bool) (*Formatted, error) {
	out := &Formatted{Changed: []string{}}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, &UsageError{err.Error()}
		}
		if !info.IsDir() && strings.HasSuffix(p, ".test.yaml") {
			continue
		}
		if !info.IsDir() {
			if err := out.file(p, check); err != nil {
				return nil, err
			}
			continue
		}
		err = filepath.WalkDir(p, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return &UsageError{err.Error()}
			case e.IsDir() && name != p && strings.HasPrefix(e.Name(), "."):
				return fs.SkipDir
			case !e.Type().IsRegular() || filepath.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml"):
				return nil
			case name == filepath.Join(p, rules.ManifestFile):
				return nil
			}
			return out.file(name, check)
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out.Changed)
	return out, nil
}

func (o *Formatted) file(name string, check bool) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return &UsageError{err.Error()}
	}
	o.Files++
	text, msgs := rules.Format(filepath.ToSlash(name), data)
	if len(msgs) > 0 {
		o.Broken = append(o.Broken, msgs...)
		return nil
	}
	if bytes.Equal(text, data) {
		return nil
	}
	o.Changed = append(o.Changed, filepath.ToSlash(name))
	if check {
		return nil
	}
	if name, err = filepath.EvalSymlinks(name); err != nil { // the file, not the link to it
		return &UsageError{err.Error()}
	}
	info, err := os.Stat(name)
	if err != nil {
		return &UsageError{err.Error()}
	}
	if err := writeWhole(name, text); err != nil {
		return err
	}
	return os.Chmod(name, info.Mode().Perm())
}
