package triage

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// ruleFiles calls f for each rule file that is named, and for each below a folder that
// is: files of tests and hidden folders are left alone.
func ruleFiles(paths []string, f func(name string) error) error {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return &UsageError{err.Error()}
		}
		if !info.IsDir() && tests.IsTestFile(p) {
			continue
		}
		if !info.IsDir() {
			if err := f(p); err != nil {
				return err
			}
			continue
		}
		if p, err = filepath.EvalSymlinks(p); err != nil {
			return &UsageError{err.Error()}
		}
		err = filepath.WalkDir(p, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return &UsageError{err.Error()}
			case e.IsDir() && name != p && strings.HasPrefix(e.Name(), "."):
				return fs.SkipDir
			case !e.Type().IsRegular() || !rules.IsRuleFile(filepath.Base(name)):
				return nil
			}
			return f(name)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes a file anew, whole, with the mode that it had; of a link the file
// that it leads to.
func replaceFile(name string, text []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return &UsageError{err.Error()}
	}
	info, err := os.Stat(name)
	if err != nil {
		return &UsageError{err.Error()}
	}
	return writeAs(name, text, info.Mode().Perm())
}
