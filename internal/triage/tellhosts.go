package triage

import (
	"slices"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// tellHosts lists the hosts, and makes a differential that lists nothing for
// each host without a case. Files whose host is not known are told as one.
func (f *fleet) tellHosts(out *result.Fleet) {
	keys := make([]string, 0, len(f.byHost))
	for key := range f.byHost {
		keys = append(keys, key)
	}
	slices.Sort(keys) // those of unknown hosts come first
	nobody := &host{Host: result.Host{Known: unknown, Logs: []facts.Coverage{}, NotRead: []string{}, NotThere: []string{}}}
	some := false
	for _, key := range keys {
		if h := f.byHost[key]; nameOf(key) == "" {
			some = true
			nobody.add(h)
		}
	}
	if some {
		f.tellHost(out, nobody)
	}
	for _, key := range keys {
		if nameOf(key) != "" {
			f.tellHost(out, f.byHost[key])
		}
	}
}

// add adds what is known of another host that has no name.
func (h *host) add(other *host) {
	h.Files += other.Files
	h.Sessions += other.Sessions
	h.Cases += other.Cases
	h.Gaps += other.Gaps
	h.Logs = append(h.Logs, other.Logs...)
	h.NotRead = append(h.NotRead, other.NotRead...)
	h.NotThere = append(h.NotThere, other.NotThere...)
	h.records += other.records
	h.sources = append(h.sources, other.sources...)
	h.problems = append(h.problems, other.problems...)
}

func (f *fleet) tellHost(out *result.Fleet, h *host) {
	slices.Sort(h.NotThere)
	h.NotThere = slices.Compact(h.NotThere)
	out.Hosts = append(out.Hosts, f.q.Redact.host(h.Host))
	out.Totals.Sessions += h.Sessions
	if h.Cases > 0 {
		return
	}
	d := f.k.Conclude(&facts.Case{Version: facts.CaseVersion, Problems: f.q.Redact.problems(listed(h.problems))}, engine.Settings{Workers: 1})
	frame(d, h)
	f.q.Redact.differential(d)
	out.Quiet = append(out.Quiet, *d)
}
