package lint

import (
	"strings"
)

// titleFullStop finds titles that end like a sentence.
func titleFullStop() check {
	return check{code: "title-full-stop", reach: authored, rule: func(s *subject) {
		if t := strings.TrimRight(s.Title, ". "); t != s.Title && t != "" && !strings.HasSuffix(s.Title, "..") {
			s.mend(s.at("title"), replace(s.document(s.File), s.File, t, "title"), "the title ends with a full stop or a blank; it stands in lists")
		}
	}}
}
