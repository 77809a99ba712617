package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// unusedInput finds inputs that nothing of the rule needs: a person is asked for them
// all the same.
func unusedInput() check {
	return check{code: "unused-input", reach: authored, rule: func(s *subject) {
		used := map[string]bool{}
		all := false
		s.leaves(func(_ *rules.Symptom, _ []any, c *cond.Condition) {
			if c.Probe == nil {
				return
			}
			all = all || len(c.Probe.Names) == 0
			for _, n := range c.Probe.Names {
				used[n] = true
			}
		})
		texts := []string{s.Cause}
		for _, step := range s.Resolution.Steps {
			texts = append(texts, step.Text)
		}
		for _, text := range texts {
			for _, key := range placeholders(text) {
				name, _, _ := strings.Cut(key, ".")
				used[name] = true
			}
		}
		for _, in := range s.Inputs {
			if !used[in.Name] && (!all || in.Kind != rules.Endpoint) {
				s.say(s.keyAt("inputs", in.Name), "nothing needs the input %s: neither a probe nor a text", in.Name)
			}
		}
	}}
}

// placeholders lists the first words of the placeholders of a text.
func placeholders(text string) (list []string) {
	pieces, err := rules.ParseTemplate(text)
	if err != nil {
		return nil
	}
	for _, p := range pieces {
		if len(p.Words) > 0 {
			list = append(list, p.Words[0])
		}
	}
	return list
}
