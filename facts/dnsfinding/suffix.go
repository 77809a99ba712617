package dnsfinding

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// FullNames are, by subject, the names that short endpoints may be meant to
// have although the search list does not lead to them: under the domains of the
// other endpoints, of the zones that a server has authority for, of the search
// list, and what the reverse record of the address says. At most eight each;
// none for an endpoint that is not short or has an address at each server.
func FullNames(c *facts.Case) map[string][]string {
	v := newView(c)
	out := map[string][]string{}
	for i := range v.endpoints {
		e := &v.endpoints[i]
		failed := slices.ContainsFunc(e.lookups, func(l lookup) bool { return l.asked && !l.answered() })
		if failed && CheckName(e.name) == nil && Short(e.name, v.resolvers) {
			out[e.subject] = v.fullNames(e)
		}
	}
	return out
}

func (v *view) fullNames(e *endpoint) []string {
	var domains []string
	for j := range v.endpoints {
		if other := &v.endpoints[j]; !Short(other.name, v.resolvers) && CheckName(other.name) == nil {
			domains = append(domains, Parent(other.name))
		}
	}
	for _, a := range v.answers {
		if a.Has("AA") && a.Outcome.Says() && labels(a.Zone) >= 2 && a.Purpose != facts.PurposeReverse {
			domains = append(domains, a.Zone)
		}
		if a.Purpose == facts.PurposeReverse && a.Subject == e.subject {
			for _, r := range a.Answers {
				if r.Type == "PTR" && strings.HasPrefix(FQDN(r.Data), FQDN(e.name)) {
					domains = append(domains, Parent(r.Data))
				}
			}
		}
	}
	for _, d := range v.resolvers.Search {
		domains = append(domains, FQDN(d))
		if p := Parent(d); labels(p) >= 2 {
			domains = append(domains, p)
		}
	}
	slices.Sort(domains)
	var out []string
	for _, d := range slices.Compact(domains) {
		name := FQDN(e.name) + d
		if d != "." && !slices.Contains(e.names, name) && len(out) < 8 && CheckName(name) == nil {
			out = append(out, name)
		}
	}
	return out
}

// searchSuffix is dns.search_suffix. A name given in full needs no search list.
func (v *view) searchSuffix(e *endpoint) {
	f := facts.Finding{ID: facts.FindingSearchSuffix, Subject: e.subject}
	if !Short(e.name, v.resolvers) {
		f.State, f.Expected, f.Got = facts.False, plain(e.names[0]), plain(e.names[0])
		f.Text = "The name " + plain(e.names[0]) + " is given in full, so that the search list does not matter for it."
		v.emit(f, v.allProof(e)...)
		return
	}
	search := strings.Join(v.resolvers.Search, ", ")
	if search == "" {
		search = "(empty)"
	}
	order := v.localFirst(e)
	tried, proof := false, []answer(nil)
	for _, s := range order {
		l := e.at(v, s)
		if l.answered() && !v.invented(s, l.addrs) {
			f.State, f.Server, f.Expected, f.Got = facts.False, s, plain(l.name), plain(l.name)
			f.Text = "The short name " + e.name + " is found through the search list as " + plain(l.name) + "."
			v.emit(f, l.proof...)
			return
		}
		if l.outcome == aliasOut {
			f.State, f.Server, f.Expected, f.Got = facts.False, s, plain(l.name), plain(l.name)
			f.Text = "The short name " + e.name + " is found through the search list as " + plain(l.name) + ", " + aliasOf(l.chain) + "."
			v.emit(f, l.proof...)
			return
		}
	}
	for _, s := range order {
		l := e.at(v, s)
		for _, a := range v.find(e.subject, s, facts.PurposeSuffix) {
			tried = tried || a.Outcome.Says()
			proof = append(proof, a)
			if a.Outcome != facts.Answered || v.invented(s, addresses(a)) || silent(l.outcome) || !l.asked {
				continue
			}
			f.State, f.Server, f.Expected, f.Got = facts.True, s, plain(Parent(a.Name)), search
			f.Text = "The full name " + plain(a.Name) + " has an address at " + s + ", but the short name " + e.name +
				" is not found through the search list " + search + "; the domain " + plain(Parent(a.Name)) + " must come into it."
			v.emit(f, append(slices.Clone(l.proof), a)...)
			return
		}
	}
	for _, s := range order {
		proof = append(proof, e.at(v, s).proof...)
	}
	f.Got = search
	if tried {
		f.State = facts.False
		f.Text = "The short name " + e.name + " is not found, and neither are full names of it, so that the search list is not what is wrong."
	} else {
		f.State = facts.Unknown
		f.Text = "The short name " + e.name + " is not found through the search list " + search + ", and no full name of it is known."
		f.Advice = "give the full name with --set " + e.subject + ".name=NAME"
	}
	v.emit(f, proof...)
}

// underFullName is the answer of a server that has an address for the endpoint
// under a full name that the search list does not lead to, or nil.
func (v *view) underFullName(e *endpoint, server string) answer {
	for _, a := range v.find(e.subject, server, facts.PurposeSuffix) {
		if a.Outcome == facts.Answered && !v.invented(server, addresses(a)) {
			return a
		}
	}
	return nil
}
