// Package dnsfinding derives statements (missing record, wrong resolver order,
// wildcard answers, ...) from DNS answers. It does no I/O: the same facts in
// any order give the same findings, live or from a saved case.
package dnsfinding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// maxProof is the number of observations that one finding cites.
const maxProof = 12

// Derive returns the findings that follow from the facts of kind dns_answer,
// resolvers and input ("<subject>.name", "<subject>.address") of the case. What
// was looked at and is fine is there with state false; what could not be looked
// at is there with state unknown and says in Advice what to do. Without any
// dns_answer there are no findings. The case is not changed.
func Derive(c *facts.Case) []facts.Fact {
	v := newView(c)
	if len(v.answers) == 0 {
		return nil
	}
	sharing := v.sharing()
	for i := range v.endpoints {
		e := &v.endpoints[i]
		v.missing(e)
		if CheckName(e.name) != nil {
			continue // nothing was asked
		}
		v.wrongAddress(e)
		v.sameAddress(e, sharing)
		v.resolverOrder(e)
		v.searchSuffix(e)
		v.inconsistent(e)
		v.missingReverse(e)
	}
	for _, s := range v.servers {
		if len(v.byServer[s]) > 0 {
			v.serverState(s)
			v.hijack(s)
			v.checking(s)
			v.tcp(s)
			v.updates(s)
		}
	}
	slices.SortStableFunc(v.found, func(a, b facts.Fact) int {
		return cmp.Or(cmp.Compare(a.Finding.ID, b.Finding.ID), cmp.Compare(a.Finding.Subject, b.Finding.Subject), cmp.Compare(a.Finding.Server, b.Finding.Server))
	})
	return v.found
}

// emit adds a finding with its proof.
func (v *view) emit(f facts.Finding, proof ...answer) {
	seen := map[string]bool{}
	for _, a := range proof {
		p := facts.Proof{Kind: facts.KindDNSAnswer, Text: a.String(), Path: "dns " + a.Server}
		if outcome(a) == aliasOut {
			p.Text = a.Server + " says that " + a.Name + " is " + aliasOf(a.Chain)
		}
		if len(f.Proof) < maxProof && !seen[p.Text] {
			seen[p.Text] = true
			f.Proof = append(f.Proof, p)
		}
	}
	if f.State == facts.Unknown && f.Advice == "" {
		f.Advice = "run the check again"
	}
	if f.Proof == nil {
		f.Proof = []facts.Proof{} // in JSON [] and not null
	}
	f.Local = slices.Contains(v.local.servers, f.Server)
	origin := "dns"
	if f.Server != "" {
		origin += " " + f.Server
	}
	v.found = append(v.found, facts.Fact{Kind: facts.KindFinding, Origin: facts.Origin{Path: origin}, Finding: &f})
}

// at is what a server says about the endpoint.
func (e *endpoint) at(v *view, server string) *lookup {
	if i := slices.Index(v.servers, server); i >= 0 {
		return &e.lookups[i]
	}
	return &lookup{server: server}
}

// localFirst are all servers, those that are local for the endpoint before the others.
func (v *view) localFirst(e *endpoint) []string {
	return CorrectOrder(facts.Resolvers{Servers: v.servers}, v.local.of(e))
}

// silent reports whether no reply of any kind came that could be believed.
func silent(o facts.Outcome) bool {
	switch o {
	case facts.Timeout, facts.Unreachable, facts.Mismatch, facts.Malformed, facts.Truncated:
		return true
	}
	return false
}

// plain is a name as people write it.
func plain(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// because is why there is no answer, as part of a sentence.
func because(o facts.Outcome, why string) string {
	text := map[facts.Outcome]string{
		facts.Timeout: "no answer came", facts.Unreachable: "the server cannot be reached", facts.ServFail: "the server answers SERVFAIL",
		facts.Refused: "the server refuses to answer", facts.Lame: "the server neither has authority nor recurses",
		facts.NotImp: "the server does not implement the question", facts.FormErr: "the server does not understand the question",
		facts.NotAuth: "the server says it has no authority", facts.OtherRCode: "the server answers with an error code",
		facts.Truncated: "the answer was cut short and TCP did not help", facts.Mismatch: "only answers to other questions came",
		facts.Malformed: "only packets came that cannot be believed", facts.NXDomain: "the name does not exist there",
		facts.NoData: "the name has no record of that type there", aliasOut: "the server holds only an alias", "": "it was not asked",
	}[o]
	if why != "" && o != facts.Timeout {
		text += " (" + why + ")"
	}
	return text
}

// advice is what to do about an outcome that says nothing of the record.
func advice(o facts.Outcome, server string) string {
	switch o {
	case facts.Timeout:
		return fmt.Sprintf("check that %s is up and that no firewall drops its UDP port, then run the check again", server)
	case facts.Unreachable:
		return fmt.Sprintf("check that the DNS service runs at %s and that there is a route to it, then run the check again", server)
	case facts.ServFail:
		return fmt.Sprintf("look into the log of the DNS server %s: the zone may have failed to load, or its forwarder or DNSSEC validation fails", server)
	case facts.Refused, facts.NotAuth:
		return fmt.Sprintf("let %s answer this host (its allow-query or recursion setting), or name the right server with --local-dns ADDR", server)
	case facts.Lame:
		return fmt.Sprintf("load the zone on %s, let it recurse for this host, or take it off the list of resolvers", server)
	case aliasOut:
		return "ask a server that serves the target of the alias (--local-dns ADDR), or correct the alias"
	case facts.Truncated:
		return fmt.Sprintf("open TCP port 53 of %s", server)
	case facts.Mismatch, facts.Malformed:
		return fmt.Sprintf("look at the traffic with %s: something on the way or the server itself sends broken answers", server)
	case "":
		return fmt.Sprintf("name %s with --resolver and run the check", server)
	}
	return fmt.Sprintf("look into the log of the DNS server %s, then run the check again", server)
}
