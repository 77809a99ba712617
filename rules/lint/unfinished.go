package lint

import (
	"regexp"
	"strings"
	"sync"
)

// unfinished finds what an author left to be done.
func unfinished() check {
	return check{code: "unfinished", reach: authored, rule: func(s *subject) {
		s.texts(func(text string, path []any) {
			if !mayBeLeftOver(text) {
				return
			}
			if m := leftOver().FindString(text); m != "" {
				s.say(s.at(path...), "%q is still to be done", m)
			}
		})
	}}
}

var leftOver = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:TODO|FIXME|TBD|XXX+|[Ll]orem ipsum)\b|^\.\.\.$|^\?\?+$`)
})

// mayBeLeftOver keeps the expression from nearly all texts: it looks at each of them.
func mayBeLeftOver(text string) bool {
	for _, sign := range []string{"TODO", "FIXME", "TBD", "XXX", "orem ipsum", "...", "??"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return text != "" && strings.Trim(text, "?") == ""
}
