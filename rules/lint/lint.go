// Package lint looks for what a rule file may hold and should not: each check
// is one file. What a file must not hold at all is refused when it is loaded.
package lint

import (
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// Tests counts the tests of a rule.
type Tests struct {
	Positive, NearMisses int
}

// check is one lint: what it looks at, and what it says.
type check struct {
	code string
	run  func(r *rules.Rule, t Tests, say func(source.Position, string))
}

func checks() []check {
	return []check{
		{"lint.no-anchor", noAnchor},
		{"lint.no-tests", noTests},
		{"lint.no-verify", noVerify},
		{"lint.no-proof", noProof},
	}
}

// Run checks every rule. covered counts the tests of each rule by its id.
func Run(set *rules.Set, covered map[string]Tests) []source.Message {
	var msgs []source.Message
	for _, r := range set.Rules {
		for _, c := range checks() {
			c.run(r, covered[r.ID], func(p source.Position, text string) {
				if p.File == "" {
					p = source.Position{File: r.File, Line: 1, Column: 1}
				}
				msgs = append(msgs, source.Message{Position: p, Check: c.code, Text: text})
			})
		}
	}
	msgs = append(msgs, sameTitles(set)...)
	return source.Sort(msgs)
}
