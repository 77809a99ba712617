package lint

import (
	"regexp"
	"sync"
)

// unfinished finds what an author left to be done.
func unfinished() check {
	return check{code: "unfinished", reach: authored, rule: func(s *subject) {
		s.texts(func(text string, path []any) {
			if m := leftOver().FindString(text); m != "" {
				s.say(s.at(path...), "%q is still to be done", m)
			}
		})
	}}
}

var leftOver = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:TODO|FIXME|TBD|XXX+|[Ll]orem ipsum)\b|^\.\.\.$|^\?\?+$`)
})
