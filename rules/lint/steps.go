package lint

// steps calls f for each step with its place.
func (s *subject) steps(f func(text string, path []any)) {
	var way string
	ways, n := -1, 0
	for _, step := range s.Resolution.Steps {
		if step.Way != way {
			way, n = step.Way, 0
			ways++
		}
		path := []any{"resolution", "steps", n}
		if way != "" {
			path = []any{"resolution", "ways", ways, "steps", n}
		}
		n++
		f(step.Text, path)
	}
}

// stepText is the place of a step's text: that of the step, or of what it has under do.
func (s *subject) stepText(path []any) []any {
	if s.document(s.File).Has(below(path, "do")...) {
		return below(path, "do")
	}
	return path
}
