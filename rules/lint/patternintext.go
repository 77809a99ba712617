package lint

import (
	"regexp"
	"sync"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// patternInText finds signs of regular expressions and of printf in messages, which are
// looked for as they stand.
func patternInText() check {
	return check{code: "pattern-in-text", reach: authored, rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			for i, t := range c.Texts {
				if m := patternSign().FindString(t.String()); m != "" {
					s.say(s.at(below(path, "text", i)...), "%q is looked for as it stands; a message has placeholders such as <name> for what varies", m)
				}
			}
		})
	}}
}

var patternSign = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\.[*+]|\\[dswSDW][+*]?(?:\s|$)|\([a-z]+(?:\|[a-z]+)+\)|%[sd]\b|%[0-9]\b|\{[0-9]\}|<>`)
})
