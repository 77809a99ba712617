package dnsfinding

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// missingReverse is dns.missing_ptr, for each endpoint with an address. A
// denial counts from a server that has authority for the reverse zone, or was
// named as the local DNS.
func (v *view) missingReverse(e *endpoint) {
	if !e.addr.IsValid() {
		return
	}
	f := facts.Finding{ID: facts.FindingMissingPTR, Subject: e.subject, State: facts.Unknown}
	var proof []answer
	var denial, other answer
	for _, s := range v.localFirst(e) {
		for _, a := range v.find(e.subject, s, facts.PurposeReverse) {
			proof = append(proof, a)
			switch {
			case a.Outcome == facts.Answered:
				v.reverseFound(f, e, a)
				return
			case a.Outcome.Says() && v.speaksForReverse(a) && denial == nil:
				denial = a
			case other == nil:
				other = a
			}
		}
	}
	switch {
	case len(proof) == 0:
		return
	case denial != nil:
		f.State, f.Server, f.Got = facts.True, denial.Server, outcomeWord(denial.Outcome)
		f.Text = "There is no reverse record (PTR) for the address " + e.addr.String() + " of " + e.subject + " at " + denial.Server + " (" + f.Got + ")."
		proof = []answer{denial}
	case other.Outcome.Says():
		f.Server, f.Got = other.Server, outcomeWord(outcome(other))
		f.Text = other.Server + " has no reverse record for " + e.addr.String() + ", but no authority for the reverse zone either."
		f.Advice = "name the local DNS with --local-dns ADDR, and load the reverse zone there"
	default:
		f.Server, f.Got = other.Server, outcomeWord(outcome(other))
		f.Text = "Whether " + e.addr.String() + " has a reverse record is not known: " + because(outcome(other), other.Why) + "."
		f.Advice = advice(outcome(other), other.Server)
	}
	v.emit(f, proof...)
}

func (v *view) reverseFound(f facts.Finding, e *endpoint, a answer) {
	var names []string
	for _, r := range a.Answers {
		if r.Type == "PTR" {
			names = append(names, plain(FQDN(r.Data)))
		}
	}
	slices.Sort(names)
	f.State, f.Server, f.Got = facts.False, a.Server, strings.Join(names, ", ")
	f.Text = "The reverse record of " + e.addr.String() + " at " + a.Server + " names " + f.Got + "."
	known := slices.ContainsFunc(slices.Concat(e.names, e.full), func(n string) bool { return slices.Contains(names, plain(n)) })
	if !known {
		f.Text = "The reverse record of " + e.addr.String() + " at " + a.Server + " names " + f.Got + ", not " + plain(e.names[0]) + "."
	}
	v.emit(f, a)
}

// speaksForReverse reports whether a denial of a reverse record counts. The
// empty zones that resolvers have built in for private addresses (SOA with the
// zone as its server and "." as its contact) give authority only to local ones,
// and so do the root and the zones right below arpa.
func (v *view) speaksForReverse(a answer) bool {
	if v.local.told && v.local.is(a.Server) {
		return true
	}
	if !a.Has("AA") {
		return false
	}
	if labels(a.Zone) < 3 {
		return v.local.is(a.Server)
	}
	for _, r := range a.Authority {
		if r.Type == "SOA" {
			if f := strings.Fields(r.Data); len(f) > 1 && FQDN(f[0]) == r.Name && f[1] == "." {
				return v.local.is(a.Server)
			}
		}
	}
	return true
}
