package triage

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// articleNumber is how articles are numbered: Q263029, KB5001330.
var articleNumber = regexp.MustCompile(`^(?:Q|KB)\d{4,10}$`)

// Notes are remarks on a request that is valid and may yet not be what was meant.
func (k *Knowledge) Notes(q *Request, c *facts.Case) []string {
	var notes []string
	for _, s := range c.Sources {
		var n int
		if _, err := fmt.Sscanf(s.Path, "argument %d", &n); err != nil || n < 1 || n > len(q.Args) || s.Format != "text" {
			continue
		}
		if word := q.Args[n-1]; !strings.ContainsAny(word, " \t\n") {
			note := fmt.Sprintf("%q was taken for text; there is no file of that name", word)
			if articleNumber.MatchString(word) {
				if r, err := k.Rule(word); err == nil {
					note = fmt.Sprintf("%q is the article of a rule; kbtriage rules show %s prints that", word, r.ID)
				}
			}
			notes = append(notes, note)
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
