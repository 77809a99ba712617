package lint

import (
	"github.com/kbtriage/kbtriage/rules/cond"
)

// groupOfOne finds groups with a single member, which are that member.
func groupOfOne() check {
	return check{code: "group-of-one", reach: authored, rule: func(s *subject) {
		var visit func(path []any, c *cond.Condition)
		visit = func(path []any, c *cond.Condition) {
			for _, g := range []struct {
				key     string
				members []cond.Member
			}{{"all", c.All}, {"any", c.Any}} {
				if len(g.members) == 1 {
					s.say(s.keyAt(below(path, g.key)...), "%s has one member; write its test without the group", g.key)
				}
				for i := range g.members {
					visit(below(path, g.key, g.members[i].Name), &g.members[i].Condition)
				}
			}
		}
		for i := range s.Symptoms {
			x := &s.Symptoms[i]
			under := "symptoms"
			if x.Proof {
				under = "proof"
			}
			visit([]any{under, x.Name}, &x.Condition)
		}
	}}
}
