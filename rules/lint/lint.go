// Package lint looks for what a rule file may hold and should not. What a file must
// not hold at all is refused when it is loaded, by package rules.
//
// A check is one file of Go, which is listed in all.go, and one file in checks: its
// title, why it is one, what to do, and examples that the tests and docs/lints.md
// run.
package lint

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbtriage/kbtriage/internal/redact"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// Base is what is looked at: rules that are loaded, with their tests.
type Base struct {
	Rules  *rules.Set
	Tests  []*tests.File
	Before *rules.Set               // the same rules as they were, or nil
	Part   bool                     // some of the rules are not looked at, so that none is gone
	Text   func(file string) []byte // the text of a file, or nil where there is none
	Today  time.Time                // suppressions end by it

	InForm    func(file string) bool // whether a file is in the form of rules fmt; nil: it is looked at anew
	Taken     func(id string) bool   // ids of rules that these are loaded beside; or nil
	Elsewhere func(id string) bool   // rules that are not looked at, and that tests may name; or nil
}

// Finding is something to say about a file, and what would mend it.
type Finding struct {
	source.Message
	Fixable bool   `json:"fixable,omitempty"`
	Edits   []Edit `json:"-"`
}

// prefix stands before the names of checks in messages.
const prefix = "lint."

// reach says which rules a check is for.
type reach int

const (
	everyRule reach = iota
	authored        // that somebody wrote, and did not retire
	stable
)

func (r reach) covers(s rules.Status) bool {
	switch r {
	case authored:
		return s == rules.Draft || s == rules.Stable
	case stable:
		return s == rules.Stable
	}
	return s != rules.Retired
}

// check is one lint: which rules it is for, and what it does. One of rule, test and
// base is set.
type check struct {
	code  string
	reach reach
	rule  func(*subject)
	test  func(*tested)
	base  func(*whole)
}

// place collects what is said, for one check after the other.
type place struct {
	base  *Base
	code  string
	found []Finding
	texts map[string]*rules.Document
	sieve *redact.Redactor // of sensitive; making one for each rule takes most of its time
}

// document is the text of a file by places.
func (p *place) document(file string) *rules.Document {
	if d := p.texts[file]; d != nil {
		return d
	}
	d := rules.NewDocument(file, p.base.Text(file))
	if p.texts == nil || len(p.texts) > 64 { // a rule is looked at by one check after the other
		p.texts = map[string]*rules.Document{}
	}
	p.texts[file] = d
	return d
}

func (p *place) say(at source.Position, format string, args ...any) {
	p.mend(at, nil, format, args...)
}

// mend says what is wrong, and what would make it right.
func (p *place) mend(at source.Position, edits []Edit, format string, args ...any) {
	for i := range edits {
		edits[i].Marked = bytes.HasPrefix(p.base.Text(edits[i].File), []byte("\ufeff"))
	}
	p.found = append(p.found, Finding{
		Message: source.Message{Position: at, Check: prefix + p.code, Text: fmt.Sprintf(format, args...)},
		Fixable: len(edits) > 0, Edits: edits,
	})
}

// subject is one rule, as the checks of rules see it.
type subject struct {
	*place
	*rules.Rule
	tests []*tests.File // its own

	all    []leaf // of leaves, which nearly every check goes through
	listed bool
	hidden *bool // of sensitive
}

// leaf is a condition that holds no others, with its symptom and its path.
type leaf struct {
	symptom   *rules.Symptom
	path      []any
	condition *cond.Condition
}

// at is the place of what stands under a path of keys and numbers.
func (s *subject) at(path ...any) source.Position { return s.document(s.File).At(path...) }

// keyAt is the place of the key of a path.
func (s *subject) keyAt(path ...any) source.Position { return s.document(s.File).KeyAt(path...) }

// top is the begin of the file.
func (s *subject) top() source.Position { return source.Position{File: s.File, Line: 1, Column: 1} }

// leaves calls f for each condition that holds no others, with its path.
func (s *subject) leaves(f func(x *rules.Symptom, path []any, c *cond.Condition)) {
	if !s.listed {
		s.listed = true
		for i := range s.Symptoms {
			x := &s.Symptoms[i]
			under := "symptoms"
			if x.Proof {
				under = "proof"
			}
			leavesOf([]any{under, x.Name}, &x.Condition, func(path []any, c *cond.Condition) { s.all = append(s.all, leaf{x, path, c}) })
		}
	}
	for _, l := range s.all {
		f(l.symptom, l.path, l.condition)
	}
}

func leavesOf(path []any, c *cond.Condition, f func([]any, *cond.Condition)) {
	if len(c.All) == 0 && len(c.Any) == 0 {
		f(path, c)
		return
	}
	for _, g := range []struct {
		key     string
		members []cond.Member
	}{{"all", c.All}, {"any", c.Any}} {
		for i := range g.members {
			leavesOf(append(slices.Clone(path), g.key, g.members[i].Name), &g.members[i].Condition, f)
		}
	}
}

// below is a path with more behind it.
func below(path []any, more ...any) []any { return append(slices.Clone(path), more...) }

// tested is one file of tests.
type tested struct {
	*place
	*tests.File
	rule *rules.Rule // nil where there is none of that name
}

// whole is all rules at once.
type whole struct{ *place }

// top is the begin of a rule's file.
func (w *whole) top(r *rules.Rule) source.Position {
	return source.Position{File: r.File, Line: 1, Column: 1}
}

// Run checks every rule and every test, and all rules together, on all cores. What
// is suppressed with a reason is left out; suppressions that are wrong, have ended
// or suppress nothing are findings themselves. The order is that of the files' text.
func Run(b *Base) []Finding {
	var found []Finding
	var mu sync.Mutex
	take := func(p *place) {
		mu.Lock()
		found = append(found, p.found...)
		mu.Unlock()
	}
	own := map[string][]*tests.File{}
	for _, f := range b.Tests {
		own[f.Rule] = append(own[f.Rule], f)
	}
	checks := all()
	byID := map[string]*rules.Rule{}
	for _, r := range b.Rules.Rules {
		byID[r.ID] = r
	}
	parallel(len(b.Rules.Rules), take, b, func(p *place, i int) {
		s := &subject{place: p, Rule: b.Rules.Rules[i], tests: own[b.Rules.Rules[i].ID]}
		for _, c := range checks {
			if c.rule != nil && c.reach.covers(s.Status) {
				p.code = c.code
				c.rule(s)
			}
		}
	})
	parallel(len(b.Tests), take, b, func(p *place, i int) {
		t := &tested{p, b.Tests[i], byID[b.Tests[i].Rule]}
		for _, c := range checks {
			if c.test != nil {
				p.code = c.code
				c.test(t)
			}
		}
	})
	parallel(len(checks), take, b, func(p *place, i int) {
		if c := checks[i]; c.base != nil {
			p.code = c.code
			c.base(&whole{p})
		}
	})
	return sorted(suppressed(b, found))
}

// parallel does n pieces of work on all cores; each worker has a place of its own.
func parallel(n int, take func(*place), b *Base, do func(*place, int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			p := &place{base: b}
			for i := next.Add(1) - 1; int(i) < n; i = next.Add(1) - 1 {
				do(p, int(i))
			}
			take(p)
		})
	}
	wg.Wait()
}

// sorted brings findings into the order of the files' text, each of them once.
func sorted(found []Finding) []Finding {
	slices.SortFunc(found, func(a, b Finding) int { return source.Compare(a.Message, b.Message) })
	return slices.CompactFunc(found, func(a, b Finding) bool { return a.Message == b.Message })
}
