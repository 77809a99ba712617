package lint

// noProof finds stable rules that can never be confirmed.
func noProof() check {
	return check{code: "no-proof", reach: stable, rule: func(s *subject) {
		for i := range s.Symptoms {
			if s.Symptoms[i].Proof {
				return
			}
		}
		s.say(s.top(), "the rule has no proof, so it can never be confirmed or ruled out")
	}}
}
