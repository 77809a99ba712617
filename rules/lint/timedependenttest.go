package lint

import (
	"regexp"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// timeDependentTest finds texts of tests that mean another day for each reader, and
// stamps without a year where the rule looks at times.
func timeDependentTest() check {
	return check{code: "time-dependent-test", test: func(t *tested) {
		t.given(func(text string, path []any) {
			for line := range strings.Lines(text) {
				m := relativeTime().FindString(line)
				if m == "" && t.rule != nil && timed(t.rule) {
					m = yearless().FindString(line)
				}
				if m != "" && !wholeDate().MatchString(line) {
					t.say(t.document(t.Path).At(path...), "%q is no day by itself; give the whole date", strings.TrimSpace(m))
					return
				}
			}
		})
	}}
}

// timed reports whether the rule looks at the times of events.
func timed(r *rules.Rule) bool {
	found := false
	for i := range r.Symptoms {
		r.Symptoms[i].Condition.Leaves(func(_ string, c *cond.Condition) {
			found = found || c.Correlate != nil && c.Correlate.Within > 0
		})
	}
	return found
}

// What says a time, and what of it no day.
var (
	relativeTime = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:yesterday|today|tomorrow|last (?:week|night|month)|\d+ (?:minutes|hours|days) ago)\b`)
	})
	yearless = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^(?:<\d{1,3}>)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) [ \d]\d \d\d:\d\d:\d\d `)
	})
	wholeDate = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`) })
)
