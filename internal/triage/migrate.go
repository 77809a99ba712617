package triage

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// Migrated is what `rules migrate` did, or would do.
type Migrated struct {
	Files   int              `json:"files"`   // rule files that were read
	Changed []MigratedFile   `json:"changed"` // those of an earlier schema
	Broken  []source.Message `json:"broken"`  // what cannot be migrated
	Written bool             `json:"written"` // whether the files were changed
}

// MigratedFile is one file of an earlier schema.
type MigratedFile struct {
	File  string   `json:"file"`
	Steps []string `json:"steps"` // what was done, in order
	Diff  string   `json:"diff"`
}

// MigrateRules brings rule files, or those below folders, to the schema that is read
// now. Without write it tells what it would do.
func MigrateRules(paths []string, write bool) (*Migrated, error) {
	out := &Migrated{Changed: []MigratedFile{}, Broken: []source.Message{}, Written: write}
	err := ruleFiles(paths, func(name string) error {
		data, err := os.ReadFile(name)
		if err != nil {
			return &UsageError{err.Error()}
		}
		out.Files++
		shown := filepath.ToSlash(name)
		text, steps, msgs := rules.Migrate(shown, data)
		if out.Broken = append(out.Broken, msgs...); len(steps) == 0 || bytes.Equal(text, data) {
			return nil
		}
		out.Changed = append(out.Changed, MigratedFile{shown, steps, string(diff.Diff(shown, data, shown+" (schema 1)", text))})
		if !write {
			return nil
		}
		return replaceFile(name, text)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out.Changed, func(a, b MigratedFile) int { return bytes.Compare([]byte(a.File), []byte(b.File)) })
	out.Broken = source.Sort(out.Broken)
	return out, nil
}
