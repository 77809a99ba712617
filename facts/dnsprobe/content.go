package dnsprobe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// content is what a reply that holds together says.
type content struct {
	outcome facts.Outcome
	why     string
	chain   []string
	addrs   []netip.Addr
	soa     *dns.SOA
}

// read follows the answer from the question along its CNAMEs. A non-empty
// second result says how the reply contradicts itself; then it counts as no
// reply at all.
func read(msg *dns.Msg, q question) (content, string) {
	c := content{outcome: outcomeOf(msg.Rcode)}
	if msg.Rcode != dns.RcodeSuccess && msg.Rcode != dns.RcodeNameError {
		return c, ""
	}
	byOwner := map[string][]dns.RR{}
	for _, rr := range msg.Answer {
		owner := dns.CanonicalName(rr.Header().Name)
		byOwner[owner] = append(byOwner[owner], rr)
	}
	var want []dns.RR
	at := q.name
	used := map[string]bool{at: true}
	for {
		next := ""
		for _, rr := range byOwner[at] {
			switch t := rr.(type) {
			case *dns.RRSIG, *dns.DNAME:
			case *dns.CNAME:
				target := dns.CanonicalName(t.Target)
				if next != "" && next != target {
					return c, "two aliases for " + at
				}
				next = target
			default:
				if rr.Header().Rrtype != q.qtype {
					return c, "a record of type " + typeName(rr.Header().Rrtype) + ", which was not asked for"
				}
				want = append(want, rr)
			}
		}
		if next == "" {
			break
		}
		switch {
		case len(want) > 0:
			return c, "an alias beside other records of " + at
		case used[next]:
			return c, "aliases that lead in a circle"
		case len(c.chain) == maxChain:
			return c, fmt.Sprintf("more than %d aliases in a row", maxChain)
		}
		used[next] = true
		c.chain = append(c.chain, next)
		at = next
	}
	for owner, rrs := range byOwner {
		if !used[owner] && !leadsOn(owner, rrs, used) {
			return c, "records of a name that was not asked for and no alias leads to"
		}
	}
	for _, rr := range want {
		switch t := rr.(type) {
		case *dns.A:
			addr, ok := netip.AddrFromSlice(t.A.To4())
			if !ok {
				return c, "an address record without an address"
			}
			c.addrs = append(c.addrs, addr)
		case *dns.AAAA:
			addr, ok := netip.AddrFromSlice(t.AAAA)
			if !ok {
				return c, "an address record without an address"
			}
			c.addrs = append(c.addrs, addr.Unmap())
		case *dns.SOA:
			if c.soa != nil && !dns.IsDuplicate(c.soa, t) {
				return c, "two different SOA records"
			}
			c.soa = t
		}
	}
	slices.SortFunc(c.addrs, netip.Addr.Compare)
	c.addrs = slices.Compact(c.addrs)
	why := readAuthority(&c, msg, q, at)
	if why == "" && msg.Rcode == dns.RcodeNameError && len(want) > 0 {
		why = "records together with NXDOMAIN"
	}
	if why != "" {
		return c, why
	}
	classify(&c, msg, at, len(want) > 0)
	return c, ""
}

// leadsOn reports whether the records of an owner that no alias names explain
// the aliases: a DNAME above one of the names, and its signature.
func leadsOn(owner string, rrs []dns.RR, used map[string]bool) bool {
	for _, rr := range rrs {
		switch rr.(type) {
		case *dns.DNAME, *dns.RRSIG:
		default:
			return false
		}
	}
	for name := range used {
		if name != owner && dnsfinding.Below(name, owner) {
			return true
		}
	}
	return false
}

// readAuthority takes the SOA from the authority section, which must be one
// that can hold a name of the answer.
func readAuthority(c *content, msg *dns.Msg, q question, at string) string {
	var found *dns.SOA
	for _, rr := range msg.Ns {
		soa, ok := rr.(*dns.SOA)
		if !ok {
			continue
		}
		if found != nil && !dns.IsDuplicate(found, soa) {
			return "two different SOA records"
		}
		found = soa
		owner := dns.CanonicalName(soa.Hdr.Name)
		if !dnsfinding.Below(at, owner) && !dnsfinding.Below(q.name, owner) {
			return "an SOA record of a zone that cannot hold the name"
		}
	}
	if c.soa == nil && found != nil && dnsfinding.Below(at, dns.CanonicalName(found.Hdr.Name)) {
		c.soa = found
	}
	return ""
}

// classify sets the outcome of a reply with NOERROR or NXDOMAIN. A denial is
// believed only from a server that has authority, recurses or shows the SOA.
// An alias out of the zones of a server that does not recurse is NotAuth, with
// the chain: the server holds the alias and says nothing of its target.
func classify(c *content, msg *dns.Msg, at string, wanted bool) {
	referral := ""
	for _, rr := range msg.Ns {
		if rr.Header().Rrtype == dns.TypeNS && c.soa == nil && !msg.Authoritative {
			referral = dns.CanonicalName(rr.Header().Name)
		}
	}
	speaks := msg.Authoritative || msg.RecursionAvailable || c.soa != nil
	switch {
	case wanted:
		c.outcome = facts.Answered
	case msg.Rcode == dns.RcodeNameError && speaks:
		c.outcome = facts.NXDomain
	case msg.Rcode == dns.RcodeNameError:
		c.outcome, c.why = facts.Lame, "the server denies the name without authority and does not recurse"
	case referral != "":
		c.outcome, c.why = facts.Lame, "the server only refers to the servers of "+referral
	case len(c.chain) > 0 && c.soa == nil && msg.Authoritative && !msg.RecursionAvailable:
		c.outcome, c.why = facts.NotAuth, "the alias leads to "+at+", which this server does not serve"
	case len(c.chain) > 0 && c.soa == nil && !msg.RecursionAvailable:
		c.outcome, c.why = facts.Lame, "the alias leads to "+at+", for which the server gives neither records nor authority"
	case speaks:
		c.outcome = facts.NoData
	default:
		c.outcome, c.why = facts.Lame, "an empty answer from a server that has no authority and does not recurse"
	}
}

func outcomeOf(rcode int) facts.Outcome {
	switch rcode {
	case dns.RcodeSuccess:
		return facts.Answered
	case dns.RcodeNameError:
		return facts.NXDomain
	case dns.RcodeServerFailure:
		return facts.ServFail
	case dns.RcodeRefused:
		return facts.Refused
	case dns.RcodeNotAuth:
		return facts.NotAuth
	case dns.RcodeNotImplemented:
		return facts.NotImp
	case dns.RcodeFormatError:
		return facts.FormErr
	}
	return facts.OtherRCode
}

// fill writes what a reply says into the answer.
func fill(a *facts.DNSAnswer, r reply) {
	a.Outcome, a.Why, a.Transport, a.RTT = r.outcome, r.why, r.transport, r.rtt
	msg := r.msg
	if msg == nil {
		return
	}
	a.RCode = rcodeName(msg.Rcode)
	for _, f := range []struct {
		set  bool
		name string
	}{
		{msg.Authoritative, "AA"},
		{msg.Truncated, "TC"},
		{msg.RecursionDesired, "RD"},
		{msg.RecursionAvailable, "RA"},
		{msg.AuthenticatedData, "AD"},
		{msg.CheckingDisabled, "CD"},
	} {
		if f.set {
			a.Flags = append(a.Flags, f.name)
		}
	}
	if opt := msg.IsEdns0(); opt != nil {
		a.EDNS = true
		for _, o := range opt.Option {
			if e, ok := o.(*dns.EDNS0_EDE); ok && len(a.Extended) < 8 {
				a.Extended = append(a.Extended, facts.ExtendedError{Code: e.InfoCode, Text: clean(e.ExtraText)})
			}
		}
	}
	if r.update || !r.outcome.Says() && r.outcome != facts.Lame && len(msg.content.chain) == 0 {
		return // records beside an error code were not checked, and say nothing
	}
	a.Answers = records(msg.Answer, msg.Authoritative)
	a.Authority = records(msg.Ns, msg.Authoritative)
	a.Chain = msg.content.chain
	for _, addr := range msg.content.addrs {
		a.Addresses = append(a.Addresses, addr.String())
	}
	if soa := msg.content.soa; soa != nil {
		a.Zone, a.Serial = dns.CanonicalName(soa.Hdr.Name), soa.Serial
	}
}

// records is a section in presentation form, sorted. The TTL of what is not
// authoritative counts down and would differ from run to run: it is left out.
func records(section []dns.RR, authoritative bool) []facts.Record {
	var out []facts.Record
	for _, rr := range section {
		h := rr.Header()
		ttl := h.Ttl
		if !authoritative {
			ttl = 0
		}
		out = append(out, facts.Record{
			Name: dns.CanonicalName(h.Name), Type: typeName(h.Rrtype), TTL: ttl,
			Data: data(rr),
		})
	}
	slices.SortFunc(out, func(a, b facts.Record) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Data, b.Data), cmp.Compare(a.TTL, b.TTL))
	})
	return out
}

// data is the content of a record in presentation form.
func data(rr dns.RR) string {
	switch t := rr.(type) {
	case *dns.A:
		return t.A.String()
	case *dns.AAAA:
		return t.AAAA.String()
	case *dns.CNAME:
		return t.Target
	case *dns.NS:
		return t.Ns
	case *dns.PTR:
		return t.Ptr
	case *dns.SOA:
		return fmt.Sprintf("%s %s %d %d %d %d %d", t.Ns, t.Mbox, t.Serial, t.Refresh, t.Retry, t.Expire, t.Minttl)
	case *dns.RFC3597:
		return fmt.Sprintf("\\# %d %s", len(t.Rdata)/2, t.Rdata)
	}
	return strings.TrimPrefix(rr.String(), rr.Header().String())
}

func typeName(t uint16) string {
	if s, ok := dns.TypeToString[t]; ok {
		return s
	}
	return fmt.Sprintf("TYPE%d", t)
}

func rcodeName(rcode int) string {
	if rcode == dns.RcodeBadVers {
		return "BADVERS"
	}
	if s, ok := dns.RcodeToString[rcode]; ok {
		return s
	}
	return fmt.Sprintf("RCODE%d", rcode)
}
