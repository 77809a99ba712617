package cond

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// covered reports whether facts of the kind were looked for in full, for events
// in the log named: what is not there then counts as missing. An event that may
// be in any log was looked for only where all logs were.
func (v *View) covered(k facts.Kind, log string) bool { return v.uncovered(k, log) == "" }

// uncovered says why facts of the kind were not looked for in full, or "".
func (v *View) uncovered(k facts.Kind, log string) string {
	if k == facts.KindEvent {
		for _, i := range v.ofKind(facts.KindLogGap) {
			if gap := v.Fact(i).LogGap; gap.Log == "" || log == "" || sameName(gap.Log, log) {
				return "the log has a gap: " + gap.Reason
			}
		}
	}
	why := "not looked for"
	if log != "" {
		why = "the " + log + " log was not among what was read"
	}
	for i := range v.tables.covers {
		c := &v.tables.covers[i]
		if c.Kind != k || c.Log != "" && (log == "" || !sameName(logName(c.Log), logName(log))) || !v.ofHost(c.Host) {
			continue
		}
		switch from := v.tables.from; {
		case !c.From.IsZero() && c.From.Zoned && !from.IsZero() && c.From.Time.After(from.Time):
			why = "the " + c.Log + " log begins later, at " + c.From.String()
		case !c.To.IsZero() && c.To.Zoned && !from.IsZero() && c.To.Time.Before(from.Time):
			why = "the " + c.Log + " log ends before, at " + c.To.String()
		default:
			return ""
		}
	}
	return why
}

// ofHost reports whether a log of the host is one of the case's.
func (v *View) ofHost(host string) bool {
	have := v.tables.host
	if host == "" || have == "" {
		return true
	}
	host, have = foldHost(host), foldHost(have)
	return host == have || strings.HasPrefix(host, have+".") || strings.HasPrefix(have, host+".")
}
