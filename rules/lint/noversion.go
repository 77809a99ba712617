package lint

// noVersion finds stable rules without a number that changes with them.
func noVersion() check {
	return check{code: "no-version", reach: stable, rule: func(s *subject) {
		d := s.document(s.File)
		if d.Has("version") || !d.Has("id") { // or the text is not there
			return
		}
		var edits []Edit
		if _, to, ok := d.Line(d.KeyAt("id").Line); ok {
			edits = []Edit{{File: s.File, From: to, To: to, Text: "version: 1\n"}}
		}
		s.mend(s.keyAt("id"), edits, "the rule is stable and has no version, by which others see that it has changed")
	}}
}
