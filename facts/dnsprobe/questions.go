package dnsprobe

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// pilots is the number of endpoints whose first question decides whether a
// server is alive. More than one, since a server may be silent for one name
// only, when the one it forwards to is.
const pilots = 3

// probe asks one server all questions of a plan.
type probe struct {
	*server
	plan *Plan
	ctx  context.Context

	answersMu sync.Mutex
	answers   []*facts.DNSAnswer
}

// first asks everything that does not depend on what other servers say.
func (b *probe) first() {
	if _, err := netip.ParseAddrPort(b.addr); err != nil {
		b.refuse(facts.Unreachable, "not asked: the server is not named by its IP address")
	} else {
		b.pilot()
	}
	var wg sync.WaitGroup
	wg.Go(func() { b.impossible(dnsfinding.ImpossibleName) })
	siblings := map[string]bool{}
	for _, e := range b.plan.Endpoints {
		if err := dnsfinding.CheckName(e.Name); err != nil {
			b.keep(&facts.DNSAnswer{
				Subject: e.Subject, Purpose: facts.PurposeRecord, Name: dnsfinding.FQDN(e.Name), Type: "A",
				Asked: e.Name, Outcome: facts.Malformed, Why: "not asked: " + clean(err.Error()),
			})
			continue
		}
		for _, name := range dnsfinding.Candidates(e.Name, b.plan.Resolvers) {
			if s := dnsfinding.Sibling(name); !siblings[s] && dnsfinding.Parent(name) != "." {
				siblings[s] = true
				wg.Go(func() { b.impossible(s) })
			}
		}
		wg.Go(func() { b.records(e) })
		if addr, err := netip.ParseAddr(e.Address); err == nil {
			if name, err := dns.ReverseAddr(addr.Unmap().WithZone("").String()); err == nil {
				wg.Go(func() {
					b.put(facts.DNSAnswer{Subject: e.Subject, Purpose: facts.PurposeReverse}, question{name: name, qtype: dns.TypePTR})
				})
			}
		}
	}
	wg.Wait()
	b.overTCPToo()
}

// pilot asks the first questions and, when none of them gets a reaction, stops
// the server from being asked any others.
func (b *probe) pilot() {
	var qs []question
	for _, e := range b.plan.Endpoints {
		if len(qs) < pilots && dnsfinding.CheckName(e.Name) == nil {
			qs = append(qs, question{name: dnsfinding.Candidates(e.Name, b.plan.Resolvers)[0], qtype: dns.TypeA})
		}
	}
	if len(qs) == 0 {
		qs = append(qs, question{name: dnsfinding.ImpossibleName, qtype: dns.TypeA})
	}
	type result struct {
		q question
		r reply
	}
	results := make(chan result, len(qs))
	for _, q := range qs {
		go func() { results <- result{q, b.ask(b.ctx, q)} }() // ends with its question, which records asks too
	}
	failed := map[question]reply{}
	for range qs {
		res := <-results
		if res.r.accepted() || res.r.reacted {
			if res.r.plain {
				b.mu.Lock()
				b.noEDNS = true
				b.mu.Unlock()
			}
			return
		}
		failed[res.q] = res.r
	}
	why := failed[qs[0]]
	for _, q := range qs {
		if r := failed[q]; r.outcome == facts.Timeout {
			why = r
			break
		}
	}
	b.refuse(why.outcome, "not asked: the server did not react to the first questions ("+why.why+")")
}

// refuse stops the server from being asked.
func (b *probe) refuse(o facts.Outcome, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = &reply{outcome: o, why: why}
}

// records asks for the addresses of an endpoint as a client does: under each
// name that the search list makes of it until one has an address or the
// server is silent.
func (b *probe) records(e Endpoint) {
	asked := ""
	if dnsfinding.Short(e.Name, b.plan.Resolvers) {
		asked = e.Name
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, name := range dnsfinding.Candidates(e.Name, b.plan.Resolvers) {
		wg.Go(func() {
			b.put(facts.DNSAnswer{Subject: e.Subject, Purpose: facts.PurposeZone, Asked: asked}, question{name: name, qtype: dns.TypeSOA})
		})
		var v4, v6 facts.Outcome
		var both sync.WaitGroup
		both.Go(func() { v4 = b.record(e, name, asked, dns.TypeA) })
		both.Go(func() { v6 = b.record(e, name, asked, dns.TypeAAAA) })
		both.Wait()
		if v4 == facts.Answered || v6 == facts.Answered || v4 == facts.Timeout || v4 == facts.Unreachable || b.ctx.Err() != nil {
			return
		}
	}
}

// record asks for one type of address, after SERVFAIL with checking disabled too.
func (b *probe) record(e Endpoint, name, asked string, qtype uint16) facts.Outcome {
	a := facts.DNSAnswer{Subject: e.Subject, Purpose: facts.PurposeRecord, Asked: asked}
	q := question{name: name, qtype: qtype}
	o := b.put(a, q)
	if o == facts.ServFail {
		a.Purpose, q.cd = facts.PurposeValidation, true
		b.put(a, q)
	}
	return o
}

// impossible asks for a name that no server should have an address for.
func (b *probe) impossible(name string) {
	b.put(facts.DNSAnswer{Purpose: facts.PurposeWildcard}, question{name: name, qtype: dns.TypeA})
}

// overTCPToo asks over TCP what the server answered over UDP, once.
func (b *probe) overTCPToo() {
	for _, a := range b.sorted() {
		if a.Purpose == facts.PurposeRecord && a.Type == "A" && a.Transport == "udp" && a.RCode != "" {
			b.put(facts.DNSAnswer{Subject: a.Subject, Purpose: facts.PurposeTCP, Asked: a.Asked}, question{name: a.Name, qtype: dns.TypeA, tcp: true})
			return
		}
	}
}

// underSuffixes asks for short names that have no address under the domains
// that became known in other ways than the search list.
func (b *probe) underSuffixes(names map[string][]string) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, e := range b.plan.Endpoints {
		for _, name := range names[e.Subject] {
			wg.Go(func() {
				b.put(facts.DNSAnswer{Subject: e.Subject, Purpose: facts.PurposeSuffix, Asked: e.Name}, question{name: name, qtype: dns.TypeA})
			})
			wg.Go(func() {
				b.put(facts.DNSAnswer{Subject: e.Subject, Purpose: facts.PurposeZone, Asked: e.Name}, question{name: name, qtype: dns.TypeSOA})
			})
		}
	}
}

// updates sends the update capability check for each zone, and asks for the
// serial before and after.
func (b *probe) updates(zones []string) {
	for _, zone := range zones {
		q := question{name: zone, qtype: dns.TypeSOA}
		serial := facts.DNSAnswer{Purpose: facts.PurposeSerial}
		b.putReply(serial, q, b.askNow(b.ctx, q))
		b.put(facts.DNSAnswer{Purpose: facts.PurposeUpdate}, question{name: zone, qtype: dns.TypeSOA, update: true})
		b.putReply(serial, q, b.askNow(b.ctx, q))
	}
}

// put asks q and keeps the answer, which a says the rest of.
func (b *probe) put(a facts.DNSAnswer, q question) facts.Outcome {
	return b.putReply(a, q, b.ask(b.ctx, q))
}

func (b *probe) putReply(a facts.DNSAnswer, q question, r reply) facts.Outcome {
	a.Server, a.Name, a.Type = b.addr, q.name, typeName(q.qtype)
	fill(&a, r)
	b.keep(&a)
	return a.Outcome
}

func (b *probe) keep(a *facts.DNSAnswer) {
	a.Server = b.addr
	b.answersMu.Lock()
	defer b.answersMu.Unlock()
	b.answers = append(b.answers, a)
}

// sorted is what was kept so far, in an order that does not depend on when it
// came: by endpoint in the order of the plan, purpose, name and type.
func (b *probe) sorted() []*facts.DNSAnswer {
	b.answersMu.Lock()
	defer b.answersMu.Unlock()
	place := map[string]int{}
	for i, e := range b.plan.Endpoints {
		place[e.Subject] = i + 1
	}
	slices.SortStableFunc(b.answers, func(x, y *facts.DNSAnswer) int {
		return cmp.Or(cmp.Compare(place[x.Subject], place[y.Subject]), cmp.Compare(x.Subject, y.Subject),
			cmp.Compare(x.Purpose, y.Purpose), cmp.Compare(x.Name, y.Name), strings.Compare(x.Type, y.Type))
	})
	return slices.Clone(b.answers)
}
