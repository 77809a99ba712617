// Package derive adds to a case the findings that follow from its facts: those
// about DNS (package dnsfinding) and contradictions between codes and the
// messages beside them. It is pure; findings are derived anew whenever a case is
// diagnosed and are never saved with it.
package derive

import (
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// Findings adds the findings to the case and sorts it. A finding that the case
// was given stays; derived ones do not repeat it.
func Findings(c *facts.Case) {
	c.Sort()
	type key struct {
		id              facts.FindingID
		subject, server string
	}
	given := map[key]bool{}
	for _, f := range c.Facts {
		if f.Kind == facts.KindFinding {
			given[key{f.Finding.ID, f.Finding.Subject, f.Finding.Server}] = true
		}
	}
	for _, f := range append(dnsfinding.Derive(c), codeTexts(c)...) {
		if !given[key{f.Finding.ID, f.Finding.Subject, f.Finding.Server}] {
			c.Facts = append(c.Facts, f)
		}
	}
	c.Sort()
}
