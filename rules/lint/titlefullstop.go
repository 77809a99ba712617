package lint

import (
	"regexp"
	"strings"
	"sync"
)

// titleFullStop finds titles that end like a sentence.
func titleFullStop() check {
	return check{code: "title-full-stop", reach: authored, rule: func(s *subject) {
		t := strings.TrimRight(s.Title, ". ")
		if t != s.Title && t != "" && !strings.HasSuffix(s.Title, "..") && !abbreviation().MatchString(s.Title) {
			s.mend(s.at("title"), replace(s.document(s.File), s.File, t, "title"), "the title ends with a full stop or a blank; it stands in lists")
		}
	}}
}

// abbreviation finds titles that end with a short word with a full stop: Inc., e.g.,
// 5.5.x. is none of them.
var abbreviation = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s.(])(?:\p{Lu}\p{L}{0,3}|etc|\p{L}|resp|incl|approx)\.$`)
})
