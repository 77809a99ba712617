package lint

// noNearMiss finds stable rules without a test that they stay silent in a case that
// looks alike.
func noNearMiss() check {
	return check{code: "no-near-miss", reach: stable, rule: func(s *subject) {
		if count(s.tests, true) == 0 {
			s.say(s.top(), "the rule is stable and has no test with near_miss: true, a case that looks alike and is none")
		}
	}}
}
