package dnsfinding

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// resolverOrder is dns.resolver_order: for each server that the endpoint is
// asked for before the first local one. It is true when that server denies, or
// answers differently, what a local one answers.
func (v *view) resolverOrder(e *endpoint) {
	servers := v.resolvers.Servers
	f := facts.Finding{ID: facts.FindingResolverOrder, Subject: e.subject, State: facts.Unknown, Got: strings.Join(servers, ", ")}
	local := v.local.of(e)
	listed := facts.Proof{Kind: facts.KindResolvers, Text: v.resolvers.String(), Path: v.resolvers.Source}
	switch {
	case !v.ordered || len(servers) == 0:
		f.Text = "The order in which the host asks its DNS servers is not known."
		f.Advice = "give it with --resolver ADDR, once for each server, or --resolv-conf FILE"
		v.emit(f)
		return
	case len(local) == 0 && len(servers) == 1:
		f.Server = servers[0]
		f.Text = "Only " + servers[0] + " is listed, and whether it is the local DNS is not known, so neither is whether the local DNS must come before it."
		f.Advice = "name the local DNS with --local-dns ADDR"
		f.Proof = []facts.Proof{listed}
		v.emit(f, v.allProof(e)...)
		return
	case len(local) == 0:
		f.Text = "Which of the servers is the local DNS is not known, so neither is whether the order " + f.Got + " is right."
		f.Advice = "name it with --local-dns ADDR"
		v.emit(f, v.allProof(e)...)
		return
	}
	f.Expected = strings.Join(CorrectOrder(v.resolvers, local), ", ")
	f.Proof = []facts.Proof{listed}
	if slices.Contains(local, servers[0]) {
		f.State, f.Server = facts.False, servers[0]
		f.Text = "The local DNS " + servers[0] + " is asked first."
		v.emit(f, v.find(e.subject, servers[0], facts.PurposeZone)...)
		return
	}
	here := e.at(v, local[0])
	for _, s := range local {
		if l := e.at(v, s); l.answered() {
			here = l
			break
		}
	}
	for _, s := range servers {
		if slices.Contains(local, s) {
			break
		}
		v.askedBefore(f, e, e.at(v, s), here)
	}
}

// askedBefore judges one server that is asked before the local one.
func (v *view) askedBefore(f facts.Finding, e *endpoint, there, here *lookup) {
	f.Server = there.server
	name := plain(e.names[0])
	place := there.server + " is asked before the local DNS " + here.server
	if !slices.Contains(v.resolvers.Servers, here.server) {
		place = there.server + " is asked, and the local DNS " + here.server + " is not in the list"
	}
	proof := slices.Concat(there.proof, here.proof)
	switch {
	case here.answered() && there.denied():
		f.State = facts.True
		f.Text = place + ", and denies " + name + " (" + there.got() + "), which the local one answers with " + here.got() + "."
	case here.answered() && there.answered() && !slices.Equal(here.addrs, there.addrs):
		f.State = facts.True
		f.Text = place + ", and gives " + there.got() + " for " + name + ", which the local one answers with " + here.got() + "."
		if v.invented(there.server, there.addrs) {
			f.Text += " It gives addresses for names that cannot exist, too."
			proof = append(proof, v.inventing(there.server)...)
		}
	case here.answered() && there.answered():
		f.State = facts.False
		f.Text = place + ", but gives the same address " + there.got() + " for " + name + "."
	case here.answered():
		f.Text = place + "; whether it would deny " + name + " is not known: " + because(there.outcome, there.why) + "."
		f.Advice = advice(there.outcome, there.server)
	case here.denied() && there.answered() && v.invented(there.server, there.addrs):
		f.Text = place + ", and invents addresses: it gives " + there.got() + " for " + name + ", which the local one denies (" + here.got() + "), and for names that cannot exist, too."
		f.Advice = "put the local DNS first, add the record, then run the check again"
		proof = append(proof, v.inventing(there.server)...)
	case here.denied() && there.answered():
		f.Text = place + ", and gives " + there.got() + " for " + name + ", which the local one denies (" + here.got() + "), so nothing shows which of them is right."
		f.Advice = "put the local DNS first, add the record, then run the check again"
	case here.denied():
		f.Text = place + ", which has no address for " + name + " either, so the answers do not prove that the order matters."
		f.Advice = "put the local DNS first, add the record, then run the check again"
	default:
		f.Text = place + "; what the local one says of " + name + " is not known: " + because(here.outcome, here.why) + "."
		f.Advice = advice(here.outcome, here.server)
	}
	v.emit(f, proof...)
}

// inconsistent is dns.inconsistent: one local server cannot disagree, but it
// must answer.
func (v *view) inconsistent(e *endpoint) {
	local := v.local.of(e)
	if len(local) == 0 {
		v.emit(facts.Finding{
			ID: facts.FindingInconsistent, Subject: e.subject, State: facts.Unknown, Expected: "the same answer",
			Text:   "Which servers are the local DNS is not known, so neither is whether they agree on " + plain(e.names[0]) + ".",
			Advice: "name each of them with --local-dns ADDR",
		}, v.allProof(e)...)
		return
	}
	f := facts.Finding{ID: facts.FindingInconsistent, Subject: e.subject, State: facts.False, Expected: "the same answer"}
	var said []string
	var proof []answer
	var first *lookup
	unknown := ""
	for _, s := range local {
		l := e.at(v, s)
		proof = append(proof, l.proof...)
		said = append(said, s+": "+l.got())
		switch {
		case !l.answered() && !l.denied():
			if unknown == "" {
				unknown = s + ": " + because(l.outcome, l.why)
				f.Advice = advice(l.outcome, s)
			}
		case first == nil:
			first = l
		case l.answered() != first.answered() || !slices.Equal(l.addrs, first.addrs):
			f.State = facts.True
		}
	}
	f.Got = strings.Join(said, "; ")
	name := plain(e.names[0])
	switch {
	case f.State == facts.True:
		f.Advice = ""
		f.Text = "The local DNS servers disagree on " + name + " (" + f.Got + ")."
	case unknown != "":
		f.State = facts.Unknown
		f.Text = "Whether the local DNS servers agree on " + name + " is not known (" + unknown + ")."
	case len(local) == 1:
		f.Server = local[0]
		f.Text = "Only one local server, " + local[0] + ", answers for " + name + " (" + first.got() + "), so that none disagrees with it."
	default:
		f.Text = "The local DNS servers agree on " + name + " (" + first.got() + ")."
	}
	v.emit(f, proof...)
}
