package lint

import (
	"path"
	"strings"
)

// fileName finds files whose name is not that of their rule: an author looks for
// dns/no-answer in dns/no-answer.yaml.
func fileName() check {
	return check{code: "file-name", reach: authored, rule: func(s *subject) {
		name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.File), ".yaml"), ".yml")
		if name != path.Base(s.ID) {
			s.say(s.at("id"), "the file of %s should be %s.yaml, not %s", s.ID, path.Base(s.ID), path.Base(s.File))
		}
	}}
}
