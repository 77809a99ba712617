// Package dnsprobe asks DNS servers about the endpoints of a problem and
// returns what each of them said as facts of kind dns_answer. It derives
// nothing: package dnsfinding does that, from the facts alone.
//
// Every socket goes through the Dialer that is handed in, to the addresses and
// ports of the Plan and to no other: never to an SOA MNAME, a name server of a
// referral or the system's resolver.
package dnsprobe

import (
	"cmp"
	"context"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// Dialer opens one socket; network is "udp" or "tcp", address is an IP address
// with a port. The method DialContext of a net.Dialer is one.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Endpoint is a name that must resolve.
type Endpoint struct {
	Subject string // the input it is about: "exchange"
	Name    string // full or short, as a person wrote it
	Address string // the address it is expected to have, or empty
}

// Plan says what to ask and whom.
type Plan struct {
	Resolvers facts.Resolvers // Servers and Local are asked, and nobody else
	Endpoints []Endpoint      // no two with the same Subject
	Update    bool            // send the RFC 2136 capability check, which changes nothing, to the local DNS
	Timeout   time.Duration   // for all attempts of one question; 0 is 5 s
	Attempt   time.Duration   // for one attempt; 0 is 2 s
}

// Run asks every question of the plan and returns one fact of kind dns_answer
// for each, in an order that depends on the plan and the answers alone. A
// question without an acceptable answer is a fact too, with the outcome that
// says why. A server that is dead costs two attempts in all. When ctx ends, Run
// returns at once; the questions that were open have outcome timeout.
func Run(ctx context.Context, dial Dialer, p Plan) []facts.Fact {
	p = p.normal()
	c := &client{
		dial: dial, slots: make(chan struct{}, inFlight),
		timeout: cmp.Or(p.Timeout, 5*time.Second), attempt: cmp.Or(p.Attempt, 2*time.Second),
	}
	probes := make([]*probe, len(p.Resolvers.Servers))
	for i, addr := range p.Resolvers.Servers {
		probes[i] = &probe{server: newServer(c, addr), plan: &p, ctx: ctx}
	}
	defer c.readers.Wait()
	defer func() {
		for _, b := range probes {
			b.close()
		}
	}()

	each := func(step func(*probe)) {
		var wg sync.WaitGroup
		for _, b := range probes {
			wg.Go(func() { step(b) })
		}
		wg.Wait()
	}
	each((*probe).first)
	if slices.ContainsFunc(p.Endpoints, func(e Endpoint) bool { return dnsfinding.Short(e.Name, p.Resolvers) }) {
		names := dnsfinding.FullNames(p.learned(probes))
		each(func(b *probe) { b.underSuffixes(names) })
	}
	if p.Update {
		seen := p.learned(probes)
		local, _ := dnsfinding.Local(seen)
		each(func(b *probe) {
			if slices.Contains(local, b.addr) {
				b.updates(dnsfinding.UpdateZones(seen, b.addr))
			}
		})
	}

	var out []facts.Fact
	for _, b := range probes {
		for _, a := range b.sorted() {
			out = append(out, facts.Fact{Kind: facts.KindDNSAnswer, Origin: facts.Origin{Path: "dns " + b.addr}, DNSAnswer: a})
		}
	}
	return out
}

// normal brings the addresses of the servers to one form, each once, and adds
// the local ones that are not in the list behind it.
func (p Plan) normal() Plan {
	normal := func(list []string, into []string) []string {
		for _, s := range list {
			if addr, err := facts.ServerAddress(s); err == nil {
				s = addr
			}
			if !slices.Contains(into, s) {
				into = append(into, s)
			}
		}
		return into
	}
	p.Resolvers.Local = normal(p.Resolvers.Local, nil)
	p.Resolvers.Servers = normal(p.Resolvers.Local, normal(p.Resolvers.Servers, nil))
	return p
}

// learned is the case as far as it is known: what package dnsfinding needs to
// say which server is local and under which domains names may lie.
func (p *Plan) learned(probes []*probe) *facts.Case {
	c := &facts.Case{Facts: []facts.Fact{{Kind: facts.KindResolvers, Resolvers: &p.Resolvers}}}
	for _, e := range p.Endpoints {
		c.Facts = append(c.Facts,
			facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: e.Subject + ".name", Value: e.Name}},
			facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: e.Subject + ".address", Value: e.Address}})
	}
	for _, b := range probes {
		for _, a := range b.sorted() {
			c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindDNSAnswer, DNSAnswer: a})
		}
	}
	return c
}
