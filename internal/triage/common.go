package triage

import (
	"cmp"
	"slices"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// The bounds of what is told of rules that are not reported.
const (
	mostCommon = 200 // rules
	mostShared = 50  // a thing that more rules name is a sign of none of them
)

// common lists the rules of which something was found and that no case reports,
// those with the most records first: what was found is too common in an input of
// this size, or not enough. The others are not silent because of that.
func (f *fleet) common(sessions []tally.Session, reported map[string]bool) []result.Common {
	type seen struct {
		records int64
		hosts   map[string]bool
		first   *tally.Session
		part    tally.Part
	}
	byRule := map[uint32]*seen{}
	shared := map[uint32][]uint32{}
	for i := range sessions {
		s := &sessions[i]
		for _, p := range s.Parts {
			count := int64(0)
			for _, b := range p.Buckets {
				count += b.Count
			}
			named := map[uint32]bool{}
			for _, what := range p.Whats {
				rules, known := shared[what]
				if !known {
					f.k.Base.Concerned(what, func(r uint32) { rules = append(rules, r) })
					shared[what] = rules
				}
				if len(rules) > mostShared {
					continue
				}
				for _, r := range rules {
					named[r] = true
				}
			}
			for r := range named {
				x := byRule[r]
				if x == nil {
					x = &seen{hosts: map[string]bool{}, first: s, part: p}
					byRule[r] = x
				}
				x.records += count
				x.hosts[nameOf(s.Host)] = true
			}
		}
	}
	numbers := make([]uint32, 0, len(byRule))
	for r := range byRule {
		numbers = append(numbers, r)
	}
	slices.SortFunc(numbers, func(a, b uint32) int {
		return cmp.Or(-cmp.Compare(byRule[a].records, byRule[b].records), cmp.Compare(a, b))
	})
	list := []result.Common{}
	for i, r := range numbers {
		if i == 5*mostCommon {
			break
		}
		rule, err := f.k.Base.Rule(int(r))
		if err != nil || reported[rule.ID] || len(list) == mostCommon {
			continue
		}
		x := byRule[r]
		c := result.Common{Rule: rule.ID, Title: rule.Title, Records: x.records}
		for h := range x.hosts {
			c.Hosts = append(c.Hosts, f.q.Redact.host(result.Host{Host: h}).Host)
		}
		slices.Sort(c.Hosts)
		one := tally.Session{Host: x.first.Host, Parts: []tally.Part{{Observation: x.part.Observation, Buckets: x.part.Buckets[:1]}}}
		found := one.Facts(f.all.line)
		if !f.shows(found, rule.ID) {
			continue
		}
		if len(found) > 0 {
			o := found[0].Origin
			c.First = result.Fact{
				Kind: found[0].Kind, Text: f.q.Redact.Text(found[0].String()), Path: f.q.Redact.Text(o.Path),
				Line: o.Line, Record: o.Record, Time: dated(o.Time), Host: f.q.Redact.host(result.Host{Host: nameOf(x.first.Host)}).Host,
			}
		}
		list = append(list, c)
	}
	return list
}

// shows reports whether the facts show a symptom of the rule: what the filter
// finds only may be one.
func (f *fleet) shows(list []facts.Fact, id string) bool {
	d := f.k.Base.Diagnose(&facts.Case{Version: facts.CaseVersion, Facts: slices.Clone(list)}, engine.Settings{Workers: 1})
	return slices.ContainsFunc(d.Diagnoses, func(x result.Diagnosis) bool { return x.Rule == id })
}
