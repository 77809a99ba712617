package given

import (
	"fmt"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Override takes out of the facts of a case what is said anew, and returns the
// others.
func Override(list, said []facts.Fact) []facts.Fact {
	again := func(f facts.Fact) bool {
		for _, s := range said {
			switch {
			case f.Kind != s.Kind:
			case f.Kind == facts.KindEnvironment && f.Environment.Field == s.Environment.Field && f.Environment.Field != facts.FieldRole,
				f.Kind == facts.KindEnvironment && f.Environment.Field == facts.FieldRole && f.Environment.Value == s.Environment.Value,
				f.Kind == facts.KindInput && f.Input.Name == s.Input.Name,
				f.Kind == facts.KindAnswer && f.Answer.Question == s.Answer.Question,
				f.Kind == facts.KindFinding && f.Finding.ID == s.Finding.ID,
				f.Kind == facts.KindAccount:
				return true
			}
		}
		return false
	}
	var kept []facts.Fact
	for _, f := range list {
		if !again(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// Contradictions names fields of the environment of which nothing can be known,
// since the case says two things or something that cannot be read.
func Contradictions(c *facts.Case) []facts.Problem {
	var problems []facts.Problem
	first := map[string]string{}
	for _, f := range c.Facts {
		if f.Kind != facts.KindEnvironment || f.Environment.Not || f.Environment.Field == facts.FieldRole {
			continue
		}
		field, value := f.Environment.Field, f.Environment.Value
		problem := facts.Problem{Source: f.Origin.Path, Stage: "read", Reason: "facts.conflict"}
		if other, said := first[field]; said && facts.FoldName(other) != facts.FoldName(value) {
			problem.Text = fmt.Sprintf("the case says %s=%s and %s=%s, so the %s counts as unknown; say which with --set %s=...", field, other, field, value, field, field)
			problems = append(problems, problem)
			continue
		}
		first[field] = value
		if _, err := cond.ParseVersion(value); field == facts.FieldVersion && err != nil {
			problem.Reason = "facts.version"
			problem.Text = err.Error() + "; it counts as unknown"
			problems = append(problems, problem)
		}
	}
	return problems
}
