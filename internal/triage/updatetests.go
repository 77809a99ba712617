package triage

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/lint"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// update writes what is into the files of tests where another single value was
// expected, for a person to review. What a test must not show, and expectations that
// have no single answer, stay as they are and go on failing.
func (b *testedBase) update(suites []Suite) (written []string, err error) {
	for i, s := range suites {
		data, err := os.ReadFile(filepath.FromSlash(s.File.Path))
		if err != nil {
			return nil, &UsageError{err.Error()}
		}
		d := rules.NewDocument(s.File.Path, data)
		var edits []lint.Edit
		for _, x := range s.Outcomes {
			for _, f := range x.Failures {
				path := append([]any{"tests", x.Test.Number}, f.Path...)
				if from, to, ok := d.Text(path...); ok && plainValue().MatchString(f.Got) && len(f.Path) > 0 && d.Has(path...) {
					edits = append(edits, lint.Edit{File: s.File.Path, From: from, To: to, Text: f.Got})
				}
			}
		}
		if len(edits) == 0 {
			continue
		}
		text := lint.Apply(d.Bytes(), edits)
		again, msgs := tests.Parse(s.File.Path, text)
		if len(msgs) > 0 {
			return nil, &RuleError{msgs}
		}
		if err := replaceFile(filepath.FromSlash(s.File.Path), text); err != nil {
			return nil, err
		}
		b.files[i] = again
		written = append(written, s.File.Path)
	}
	slices.Sort(written)
	return written, nil
}

// plainValue is what stands in YAML as it is, in quotes or without: names of rules and
// checks, words, numbers. Anything else is left to a person.
var plainValue = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./:-]*[A-Za-z0-9]$|^[A-Za-z0-9]$`)
})
