package triage

import (
	"cmp"
	"slices"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/given"
)

// host is what is known of one host before its cases are.
type host struct {
	result.Host
	records  int64
	system   string // "" where not known, or more than one
	mixed    bool
	path     string       // of the log that tells the system
	given    []facts.Fact // that its bundle says of it
	coverage []facts.Coverage
	gaps     []facts.Fact
	sources  []facts.Source
	problems []facts.Problem
}

func (f *fleet) host(name, known string) *host {
	h := f.byHost[name]
	if h == nil {
		h = &host{Host: result.Host{Host: nameOf(name), Known: known, Logs: []facts.Coverage{}, NotRead: []string{}, NotThere: []string{}}}
		f.byHost[name] = h
	}
	if known == fromRecord {
		h.Known = known
	}
	return h
}

// gatherHosts gives every file, with what is wrong with it, to the hosts that
// its records are about.
func (f *fleet) gatherHosts() {
	ofFile := map[string]map[string]string{} // path -> host -> how it is known
	add := func(path, named string) {
		name, known := f.hosts.key(named, path)
		if ofFile[path] == nil {
			ofFile[path] = map[string]string{}
		}
		ofFile[path][name] = known
	}
	for _, o := range f.all.tally.Observations() {
		add(o.Path, o.Host)
		f.host(f.hosts.key(o.Host, o.Path))
	}
	for path, l := range f.all.looked {
		for _, g := range l.Logs {
			add(path, g.Host)
		}
		covers, gaps := l.Coverage()
		for _, c := range covers {
			h := f.host(f.hosts.key(c.Host, path))
			h.coverage = append(h.coverage, c)
		}
		for _, g := range gaps {
			h := f.host(f.hosts.key(g.Origin.Host, path))
			h.gaps = append(h.gaps, g)
		}
	}
	for _, c := range f.all.cases {
		name, known := f.hostOfCase(&c)
		ofFile[c.Path] = map[string]string{name: known}
	}
	f.countRecords()
	for i := range f.all.sources {
		s := &f.all.sources[i]
		if len(ofFile[s.Path]) == 0 {
			add(s.Path, "")
		}
		for name, known := range ofFile[s.Path] {
			h := f.host(name, known)
			h.sources = append(h.sources, *s)
			h.records += f.share(s, name, len(ofFile[s.Path]))
			if s.Format == "unread" {
				h.NotRead = append(h.NotRead, s.Path)
			} else {
				h.Files++
			}
		}
	}
	for _, p := range f.all.problems {
		owners := ofFile[p.Source]
		if len(owners) == 0 {
			name, known := f.hosts.key("", p.Source)
			owners = map[string]string{name: known}
		}
		for name, known := range owners {
			h := f.host(name, known)
			h.problems = append(h.problems, p)
		}
	}
	for _, s := range f.all.systems {
		for name, known := range ofFile[s.Path] {
			h := f.host(name, known)
			if h.system != "" && h.system != s.Name {
				h.mixed = true
			}
			h.system, h.path = s.Name, s.Path
		}
	}
	for _, b := range f.all.bundled { // of several bundles of a host the last one counts: they are sorted by their time
		h := f.host(f.hosts.key("", b.Label+": "))
		h.given = append(given.Override(h.given, b.Given), b.Given...)
	}
	for _, h := range f.byHost {
		slices.SortFunc(h.coverage, func(a, b facts.Coverage) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Log, b.Log), cmp.Compare(a.Host, b.Host))
		})
		slices.SortFunc(h.gaps, func(a, b facts.Fact) int {
			return cmp.Or(cmp.Compare(a.Origin.Path, b.Origin.Path), cmp.Compare(a.Origin.Record, b.Origin.Record), cmp.Compare(a.LogGap.Log, b.LogGap.Log), cmp.Compare(a.Origin.Host, b.Origin.Host))
		})
		slices.SortFunc(h.sources, func(a, b facts.Source) int { return cmp.Compare(a.Path, b.Path) })
		slices.Sort(h.NotRead)
		h.Logs = append(h.Logs, h.coverage...)
		h.Gaps = len(h.gaps)
	}
}

// countRecords adds up the records of each host in the files whose reader tells.
func (f *fleet) countRecords() {
	f.counted = map[string]map[string]int64{}
	for path, l := range f.all.looked {
		byHost := map[string]int64{}
		for _, g := range l.Logs {
			key, _ := f.hosts.key(g.Host, path)
			byHost[key] += g.Records
		}
		f.counted[path] = byHost
	}
}

// share is how many records of a file are a host's: as many as its reader
// counted, or an even part of those of a text, which names its hosts where it hits.
func (f *fleet) share(s *facts.Source, key string, hosts int) int64 {
	if n := f.counted[s.Path][key]; n > 0 {
		return n
	}
	return (int64(s.Records) + int64(hosts) - 1) / int64(max(hosts, 1))
}
