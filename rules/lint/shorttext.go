package lint

import (
	"regexp"
	"sync"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// shortText finds messages that are a single word, which stands in many texts by
// chance. A long one is a name that a program has made up.
func shortText() check {
	return check{code: "short-text", reach: authored, rule: func(s *subject) {
		s.leaves(func(x *rules.Symptom, path []any, c *cond.Condition) {
			for i, t := range c.Texts {
				words := 0
				for range cond.Words(placeholder().ReplaceAllString(t.String(), " ")) {
					words++
				}
				if words < 2 && len(t.String()) < 16 && x.Suggests >= 3 {
					s.say(s.at(below(path, "text", i)...), "%q is one word, which stands in other texts as well; give more of the message, or suggests below 3", t.String())
				}
			}
		})
	}}
}

// placeholder stands for any text in a message.
var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[A-Za-z0-9][A-Za-z0-9 _-]*>`) })
