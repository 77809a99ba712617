package lint

import (
	"path"
	"strings"

	"github.com/kbtriage/kbtriage/rules/tests"
)

// noTests finds stable rules without a test that they fire.
func noTests() check {
	return check{code: "no-tests", reach: stable, rule: func(s *subject) {
		if count(s.tests, false) == 0 {
			s.say(s.top(), "the rule is stable and has no test; add one to %s", strings.TrimSuffix(s.File, path.Ext(s.File))+".test.yaml")
		}
	}}
}

// count counts the tests that are near misses, or those that are none.
func count(files []*tests.File, nearMiss bool) (n int) {
	for _, f := range files {
		for i := range f.Tests {
			if f.Tests[i].NearMiss == nearMiss {
				n++
			}
		}
	}
	return n
}
