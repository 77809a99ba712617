package triage

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// Notes are remarks on a request that is valid and may yet not be what was meant.
func Notes(q *Request, c *facts.Case) []string {
	var notes []string
	for _, s := range c.Sources {
		var n int
		if _, err := fmt.Sscanf(s.Path, "argument %d", &n); err != nil || n < 1 || n > len(q.Args) || s.Format != "text" {
			continue
		}
		if word := q.Args[n-1]; !strings.ContainsAny(word, " \t\n") {
			notes = append(notes, fmt.Sprintf("%q was taken for text; there is no file of that name", word))
		}
	}
	if q.Probe.Allowed && len(endpoints(c)) == 0 {
		notes = append(notes, "--probe: no name is given, so nothing was asked; name one with --set host.name=... (and host.address=...)")
	}
	if len(q.Probe.Resolvers) > 0 && !q.Probe.Allowed {
		notes = append(notes, "--resolver: nothing was asked without --probe")
	}
	return notes
}
