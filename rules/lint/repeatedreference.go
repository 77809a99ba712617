package lint

import (
	"github.com/kbtriage/kbtriage/rules"
)

// repeatedReference finds references that stand twice.
func repeatedReference() check {
	return check{code: "repeated-reference", rule: func(s *subject) {
		seen := map[rules.Ref]bool{}
		for i, ref := range s.Refs {
			if seen[ref] {
				s.mend(s.at("refs", i), remove(s.document(s.File), s.File, "refs", i), "the reference %s stands twice", ref)
			}
			seen[ref] = true
		}
	}}
}
