package triage

import (
	"cmp"
	"slices"

	"github.com/kbtriage/kbtriage/engine/result"
)

// causes gathers the reported diagnoses by rule.
func causes(cases []result.Differential) []result.Cause {
	byRule := map[string]*result.Cause{}
	for i := range cases {
		d := &cases[i]
		for _, x := range reported(d) {
			c := byRule[x.Rule]
			if c == nil {
				c = &result.Cause{Rule: x.Rule, Refs: x.Refs, Title: x.Title, Verdict: x.Verdict}
				byRule[x.Rule] = c
			}
			if x.Probability > c.Probability {
				c.Probability, c.Cause, c.Steps = x.Probability, x.Cause, x.Resolution.Steps
			}
			if x.Verdict == result.Confirmed {
				c.Verdict = x.Verdict
			}
			if !slices.Contains(c.Hosts, d.Case.Host) {
				c.Hosts = append(c.Hosts, d.Case.Host)
			}
			c.Cases++
			c.Records += max(x.Records, 1)
			if from := d.Case.From; !from.IsZero() && (c.From.IsZero() || from.Time.Before(c.From.Time)) {
				c.From = from
			}
			if to := d.Case.To; c.To.Time.Before(to.Time) {
				c.To = to
			}
		}
	}
	list := make([]result.Cause, 0, len(byRule))
	for _, c := range byRule {
		slices.Sort(c.Hosts)
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b result.Cause) int {
		return cmp.Or(-cmp.Compare(len(a.Hosts), len(b.Hosts)), -cmp.Compare(a.Probability, b.Probability), cmp.Compare(a.Rule, b.Rule))
	})
	return list
}

// timeline lists when cases began, those without a time last.
func timeline(cases []result.Differential) []result.Moment {
	list := []result.Moment{}
	for i := range cases {
		d := &cases[i]
		x := reported(d)[0]
		m := result.Moment{Time: d.Case.From, Host: d.Case.Host, Rule: x.Rule, Title: x.Title, Case: d.Case.ID}
		if first := firstFact(x); first != nil {
			m.Text, m.Path, m.Line, m.Record = first.Text, first.Path, first.Line, first.Record
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b result.Moment) int {
		if a.Time.IsZero() != b.Time.IsZero() {
			if a.Time.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.Time.Time.Compare(b.Time.Time), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Rule, b.Rule))
	})
	return list
}

// firstFact is the earliest fact of the evidence.
func firstFact(x result.Diagnosis) *result.Fact {
	var first *result.Fact
	for i := range x.Evidence {
		for j := range x.Evidence[i].Facts {
			f := &x.Evidence[i].Facts[j]
			if x.Evidence[i].State == "seen" && (first == nil || !f.Time.IsZero() && (first.Time.IsZero() || f.Time.Time.Before(first.Time.Time))) {
				first = f
			}
		}
	}
	return first
}
