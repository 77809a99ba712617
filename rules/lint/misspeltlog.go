package lint

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// misspeltLog finds names of logs that are nearly those of the logs that every Windows
// host has.
func misspeltLog() check {
	logs := []string{"Application", "System", "Security", "Setup", "Directory Service", "DNS Server", "File Replication Service"}
	return check{code: "misspelt-log", rule: func(s *subject) {
		s.leaves(func(_ *rules.Symptom, path []any, c *cond.Condition) {
			if c.Event == nil || c.Event.Log == "" {
				return
			}
			for _, l := range logs {
				if facts.FoldName(l) == facts.FoldName(c.Event.Log) {
					return
				}
			}
			if near, ok := source.Nearest(c.Event.Log, logs); ok {
				s.say(s.at(below(path, "event", "log")...), "no host has a log %q; did you mean %q?", c.Event.Log, near)
			}
		})
	}}
}
