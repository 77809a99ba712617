package triage

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

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
	if err := ruleFiles(paths, func(name string) error { return out.file(name, check) }); err != nil {
		return nil, err
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
	return replaceFile(name, text)
}
