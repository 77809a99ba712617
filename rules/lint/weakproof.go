package lint

// weakProof finds proofs that hardly point at the cause.
func weakProof() check {
	return check{code: "weak-proof", reach: authored, rule: func(s *subject) {
		for i := range s.Symptoms {
			if x := &s.Symptoms[i]; x.Proof && x.Suggests <= 2 {
				s.say(x.Position, "%s is a proof with suggests %d; what shows the cause itself has at least 3, and anything else is a symptom", x.Name, x.Suggests)
			}
		}
	}}
}
