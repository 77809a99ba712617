package dnsfinding

import "github.com/kbtriage/kbtriage/facts"

// missing is dns.missing_a, for each server that is local for the endpoint.
// Only a denial by a local server makes it true.
func (v *view) missing(e *endpoint) {
	if err := CheckName(e.name); err != nil {
		v.emit(facts.Finding{
			ID: facts.FindingMissingA, Subject: e.subject, State: facts.Unknown, Expected: e.expected,
			Text:   "The name of " + e.subject + " cannot be asked for: " + err.Error() + ".",
			Advice: "correct it with --set " + e.subject + ".name=NAME",
		}, v.find(e.subject, firstOf(v.servers), facts.PurposeRecord)...)
		return
	}
	local := v.local.of(e)
	if len(local) == 0 {
		v.emit(facts.Finding{
			ID: facts.FindingMissingA, Subject: e.subject, State: facts.Unknown, Expected: e.expected,
			Text:   "Which server is the local DNS is not known, so it is not known whether it holds " + plain(e.names[0]) + ".",
			Advice: "name it with --local-dns ADDR",
		}, v.allProof(e)...)
		return
	}
	for _, s := range local {
		v.missingAt(e, e.at(v, s))
	}
}

func (v *view) missingAt(e *endpoint, l *lookup) {
	f := facts.Finding{ID: facts.FindingMissingA, Subject: e.subject, Server: l.server, Expected: e.expected, Got: l.got()}
	name := plain(l.name)
	proof := l.proof
	full := v.underFullName(e, l.server)
	switch {
	case l.answered() && v.invented(l.server, l.addrs) && !v.isExpected(e, l.addrs):
		f.State = facts.Unknown
		f.Text = "The local DNS " + l.server + " gives " + joinAddrs(l.addrs) + " for " + name +
			", but also for names that cannot exist, so it is not known whether it holds the record."
		f.Advice = "look at the zone on the server, and stop it from forwarding to a resolver that invents addresses"
		proof = append(proof[:len(proof):len(proof)], v.inventing(l.server)...)
	case l.answered() && len(l.chain) > 0:
		f.State = facts.False
		f.Text = "The local DNS " + l.server + " holds " + name + " as an alias (CNAME) of " + plain(l.chain[len(l.chain)-1]) +
			", which has the address " + joinAddrs(l.addrs) + "; it is no host record of its own."
	case l.answered():
		f.State = facts.False
		f.Text = "The local DNS " + l.server + " has the address " + joinAddrs(l.addrs) + " for " + name + "."
	case full != nil:
		f.State, f.Got = facts.False, joinAddrs(addresses(full))
		f.Text = "The local DNS " + l.server + " has the address " + joinAddrs(addresses(full)) + " for " + plain(full.Name) +
			", which the search list does not lead to from " + e.name + "."
		proof = append(proof[:len(proof):len(proof)], full)
	case l.denied() && len(l.other) > 0:
		f.State = facts.True
		f.Text = "The local DNS " + l.server + " holds no address record of the kind that is needed for " + name + ": " + l.got() + "."
	case l.denied() && len(l.chain) > 0:
		f.State = facts.True
		f.Text = "The local DNS " + l.server + " holds " + name + " as an alias (CNAME) of " + plain(l.chain[len(l.chain)-1]) +
			", which has no address: correct the alias or its target."
	case l.denied():
		f.State = facts.True
		f.Text = "The local DNS " + l.server + " holds no address record for " + name + " (" + l.got() + ")."
	case l.outcome == aliasOut:
		f.State = facts.Unknown
		f.Text = "The local DNS " + l.server + " holds " + name + " as " + aliasOf(l.chain) + ", so it is not known whether that has an address."
		f.Advice = advice(l.outcome, l.server)
	default:
		f.State = facts.Unknown
		f.Text = "Whether the local DNS " + l.server + " holds " + plain(e.names[0]) + " is not known: " + because(l.outcome, l.why) + "."
		f.Advice = advice(l.outcome, l.server)
	}
	v.emit(f, proof...)
}

// allProof is what all servers said about the endpoint.
func (v *view) allProof(e *endpoint) []answer {
	var out []answer
	for i := range e.lookups {
		out = append(out, e.lookups[i].proof...)
	}
	for _, s := range v.servers {
		out = append(out, v.find(e.subject, s, facts.PurposeZone)...)
	}
	return out
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
