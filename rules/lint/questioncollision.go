package lint

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// questionCollision finds answers with one key for two questions: whoever answers one
// has answered the other.
func questionCollision() check {
	type asked struct {
		rule *rules.Rule
		ask  *cond.Ask
	}
	return check{code: "question-collision", base: func(w *whole) {
		first := map[string]asked{}
		for _, r := range w.base.Rules.Rules {
			s := &subject{place: w.place, Rule: r}
			s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
				if c.Ask == nil {
					return
				}
				other, taken := first[c.Ask.Key]
				if !taken {
					first[c.Ask.Key] = asked{r, c.Ask}
					return
				}
				if facts.Fold(other.ask.Text) != facts.Fold(c.Ask.Text) {
					s.say(s.at(below(path, "ask")...), "%s asks with the same key, %q, another question: %q", other.rule.ID, c.Ask.Key, other.ask.Text)
				}
			})
		}
	}}
}
