package dnsfinding

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// CorrectOrder is the list of servers with the local ones first; all others
// keep their order. A local server that is not in the list is put in.
func CorrectOrder(r facts.Resolvers, local []string) []string {
	servers, local := normalAll(r.Servers), normalAll(local)
	var out []string
	for _, s := range servers {
		if slices.Contains(local, s) {
			out = appendNew(out, s)
		}
	}
	for _, s := range slices.Concat(local, servers) {
		out = appendNew(out, s)
	}
	return out
}

// Local says which servers are the local DNS and why: those named in
// Resolvers.Local, else those that answer with authority for the zone that
// holds the names of the endpoints. It is empty when that is not known.
func Local(c *facts.Case) (servers []string, how string) {
	v := newView(c)
	return v.local.servers, v.local.how
}

// locals is which servers are local, in all and for each endpoint.
type locals struct {
	servers   []string
	how       string
	told      bool
	bySubject map[string][]string
	zones     []string
}

func (l *locals) is(server string) bool { return slices.Contains(l.servers, server) }

// of are the servers that are local for an endpoint.
func (l *locals) of(e *endpoint) []string {
	if l.told {
		return l.servers
	}
	return l.bySubject[e.subject]
}

func (v *view) findLocal() locals {
	l := locals{bySubject: map[string][]string{}}
	if len(v.resolvers.Local) > 0 {
		l.servers, l.told = v.resolvers.Local, true
		l.how = "named as the local DNS"
		return l
	}
	found := map[string]bool{}
	for i := range v.endpoints {
		e := &v.endpoints[i]
		for _, name := range slices.Concat(e.names, e.full) {
			servers, zone := v.authority(name)
			for _, s := range servers {
				found[s] = true
				l.bySubject[e.subject] = appendNew(l.bySubject[e.subject], s)
				l.zones = appendNew(l.zones, plain(zone))
			}
		}
	}
	for _, s := range v.servers {
		if found[s] {
			l.servers = append(l.servers, s)
		}
	}
	slices.Sort(l.zones)
	if len(l.servers) > 0 {
		l.how = "answers with authority for " + strings.Join(l.zones, ", ")
	}
	return l
}

// authority is which servers have authority for the longest zone that holds
// name. A short zone does not count (a provider that has a whole top-level
// domain is not local), and while another server could not be asked only the
// zone directly above the name does.
func (v *view) authority(name string) (servers []string, zone string) {
	unclear := false
	for _, s := range v.servers {
		z, clear := v.claim(s, name)
		unclear = unclear || !clear
		switch n := labels(z); {
		case z == "" || n < 1 || n < min(2, labels(name)-1):
		case n > labels(zone):
			servers, zone = []string{s}, z
		case z == zone:
			servers = append(servers, s)
		}
	}
	if unclear && zone != Parent(name) {
		return nil, ""
	}
	return servers, zone
}

// claim is the zone around name that a server answers for with authority, or
// empty; clear is false when that could not be found out.
func (v *view) claim(server, name string) (zone string, clear bool) {
	for _, of := range []string{name, Sibling(name)} {
		for _, a := range v.byName[[2]string{server, of}] {
			switch a.Purpose {
			case facts.PurposeZone, facts.PurposeRecord, facts.PurposeSuffix, facts.PurposeWildcard:
			default:
				continue
			}
			aa := a.Has("AA")
			if a.Outcome == facts.Lame || a.Outcome.Says() && (!aa || a.Zone != "") {
				clear = true
			}
			if a.Outcome.Says() && aa && a.Zone != "" && Below(name, a.Zone) && labels(a.Zone) > labels(zone) {
				zone = a.Zone
			}
		}
	}
	return zone, clear
}
