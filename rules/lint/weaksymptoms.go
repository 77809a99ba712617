package lint

// weakSymptoms finds rules whose presenting symptoms are all of the lowest class, so
// that they never come first.
func weakSymptoms() check {
	return check{code: "weak-symptoms", reach: authored, rule: func(s *subject) {
		list := s.Presenting()
		for _, x := range list {
			if x.Suggests > 1 {
				return
			}
		}
		if len(list) > 0 {
			s.say(list[0].Position, "no presenting symptom has suggests above 1, so the rule never comes first")
		}
	}}
}
