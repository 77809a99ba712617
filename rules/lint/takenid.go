package lint

import "strings"

// takenID finds ids that rules of the embedded base have: the two are not loaded together.
func takenID() check {
	return check{code: "taken-id", reach: authored, rule: func(s *subject) {
		if s.base.Taken == nil || !s.base.Taken(s.ID) || strings.HasSuffix(s.File, "kb/"+s.ID+".yaml") {
			return
		}
		s.say(s.at("id"), "a rule of the embedded base has the id %s: with --kb both are refused; take another id, or say overrides in the manifest of a pack", s.ID)
	}}
}
