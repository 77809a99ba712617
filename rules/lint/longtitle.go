package lint

import (
	"unicode/utf8"
)

// longestTitle is how many characters a title may have and still fit into lists.
const longestTitle = 120

// longTitle finds titles that do not fit into a list.
func longTitle() check {
	return check{code: "long-title", reach: authored, rule: func(s *subject) {
		if n := utf8.RuneCountInString(s.Title); n > longestTitle {
			s.say(s.at("title"), "the title has %d characters; at most %d fit into a list", n, longestTitle)
		}
	}}
}
