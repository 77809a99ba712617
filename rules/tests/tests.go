// Package tests is the tests of rules as data: what is given, and what is expected
// of the rule then. A test file stands beside its rule, as <name>.test.yaml; its
// format is in docs/rules.md. What runs them is engine/ruletest.
package tests

import (
	"io/fs"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
)

// File is one test file.
type File struct {
	Path  string
	Rule  string // the rule that it tests
	Tests []Test
}

// Test is one case and what is expected of it.
type Test struct {
	Name     string
	Position source.Position
	NearMiss bool // the rule must not lead: a case that looks alike
	Given    Given
	Expect   Expect
}

// Given is the facts of a test.
type Given struct {
	Inputs    []string          // as on the command line: codes, events, texts
	Text      string            // a log snippet or a ticket
	Set       []string          // KEY=VALUE, as for --set
	Resolvers []string          // in the order of use
	Local     []string          // those that are said to be local
	Search    []string          // search list
	DNS       []facts.DNSAnswer // what servers answer
	Covered   []string          // logs that were read in full
}

// Expect is what must hold. What is not given is not checked.
type Expect struct {
	First       string            // rule id, or "none"
	Rank        int               // of the rule under test
	Verdict     string            //
	AtLeast     *float64          // probability of the rule under test
	AtMost      *float64          //
	Symptoms    map[string]string // symptom -> state
	Absent      []string          // rules that must not be listed
	Excluded    string            // the rule under test is excluded, with this in its reason
	Derived     []string          // lines that the resolution must hold
	Findings    []string          // "dns.missing_a exchange true"
	Next        string            // key of the first next check
	Also        string            // rule id in also
	Unexplained []string          // texts
}

// Load reads every *.test.yaml below the root of a file system.
func Load(fsys fs.FS, prefix string) ([]*File, []source.Message) {
	var files []*File
	var msgs []source.Message
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !IsTestFile(name) {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f, m := Parse(prefix+name, data)
		msgs = append(msgs, m...)
		if f != nil {
			files = append(files, f)
		}
		return nil
	})
	if err != nil {
		msgs = append(msgs, source.Message{Position: source.Position{File: prefix}, Check: "file.read", Text: err.Error()})
	}
	return files, source.Sort(msgs)
}

// IsTestFile reports whether the name is that of a test file.
func IsTestFile(name string) bool {
	return strings.HasSuffix(name, ".test.yaml") || strings.HasSuffix(name, ".test.yml")
}
