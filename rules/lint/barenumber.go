package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// bareNumber finds small numbers without a code system that are said to point at the
// cause: 5 is a code of many systems.
func bareNumber() check {
	return check{code: "bare-number", reach: authored, rule: func(s *subject) {
		s.leaves(func(x *rules.Symptom, path []any, c *cond.Condition) {
			for i, code := range c.Codes {
				if x.Suggests >= 4 && code.Value < 600 && strings.Trim(code.Literal, "0123456789") == "" {
					s.say(s.at(below(path, "code", i)...), "%s is a code of many systems; name the one that is meant, such as \"Win32 %s\", or give suggests below 4", code.Literal, code.Literal)
				}
			}
		})
	}}
}
