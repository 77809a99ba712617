package lint

import (
	"bytes"

	"github.com/kbtriage/kbtriage/rules"
)

// unformatted finds files that are not in the form that rules fmt gives them.
func unformatted() check {
	return check{code: "unformatted", reach: authored, rule: func(s *subject) {
		text := s.base.Text(s.File)
		if s.base.InForm != nil && s.base.InForm(s.File) || s.base.InForm == nil && rules.InForm(text) {
			return
		}
		out, msgs := rules.Format(s.File, text)
		if len(msgs) > 0 || bytes.Equal(out, text) {
			return // rules fmt says why it does not touch the file
		}
		s.mend(s.top(), []Edit{{File: s.File, To: len(s.document(s.File).Bytes()), Text: string(out)}}, "the file is not in the usual form; kbtriage rules fmt brings it there")
	}}
}
