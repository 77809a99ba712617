package lint

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// unsupplied finds what no reader and no probe ever supplies: a code system that there
// is not, an event or a code with a number that is none.
func unsupplied() check {
	return check{code: "unsupplied", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.When == nil || c.Probe == nil && !strings.Contains(c.When.String(), ".family") {
				return
			}
			for _, m := range familyCompared().FindAllStringSubmatch(c.When.String(), -1) {
				if !slices.Contains(errcode.Families(), m[1]) {
					s.say(s.at(below(path, "when")...), "no code is ever of the system %q; %s", m[1], source.DidYouMean(m[1], errcode.Families()))
				}
			}
			if c.Probe != nil && c.Probe.Kind != cond.ProbeUpdate && strings.Contains(c.When.String(), "dns.update") {
				s.say(s.at(below(path, "when")...), "dns.update is known from a probe of kind update only; this one is of kind %s", c.Probe.Kind)
			}
		})
	}}
}

// familyCompared finds the texts that the system of a code is compared with.
var familyCompared = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\.family\s*==\s*["']([^"']*)["']`) })
