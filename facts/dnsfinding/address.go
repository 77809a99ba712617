package dnsfinding

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

func (v *view) isExpected(e *endpoint, addrs []netip.Addr) bool {
	return len(addrs) == 1 && addrs[0] == e.addr
}

// addressesAt returns the addresses that a server has for the endpoint, under a full
// name that the search list does not lead to where there is no other.
func (v *view) addressesAt(e *endpoint, server string) (addrs []netip.Addr, name string, proof []answer) {
	l := e.at(v, server)
	if l.answered() {
		return l.addrs, l.name, l.proof
	}
	if full := v.underFullName(e, server); full != nil {
		return addresses(full), full.Name, []answer{full}
	}
	return nil, "", l.proof
}

// wrongAddress is dns.wrong_address, for each server.
func (v *view) wrongAddress(e *endpoint) {
	for _, s := range v.servers {
		l := e.at(v, s)
		if !l.asked {
			continue
		}
		addrs, name, proof := v.addressesAt(e, s)
		f := facts.Finding{ID: facts.FindingWrongAddress, Subject: e.subject, Server: s, State: facts.Unknown, Expected: e.expected, Got: l.got()}
		if len(addrs) > 0 {
			f.Got = joinAddrs(addrs)
		}
		right := slices.Contains(addrs, e.addr)
		others := slices.DeleteFunc(slices.Clone(addrs), func(a netip.Addr) bool { return a == e.addr })
		switch {
		case len(addrs) == 0 && l.denied() && !slices.Contains(v.local.of(e), s):
			continue
		case len(addrs) == 0:
			f.Text = "There is no address of " + plain(e.names[0]) + " at " + s + " to compare: " + because(l.outcome, l.why) + "."
			f.Advice = advice(l.outcome, s)
			if l.denied() {
				f.Advice = "add the record first"
			}
		case e.expected == "":
			f.Text = s + " has " + f.Got + " for " + plain(name) + "; which address is right is not known."
			f.Advice = "give the right address with --set " + e.subject + ".address=ADDRESS"
		case !e.addr.IsValid():
			f.Text = "The expected address " + strings.TrimSpace(e.expected) + " of " + e.subject + " is not an IP address."
			f.Advice = "correct it with --set " + e.subject + ".address=ADDRESS"
		case right && len(others) == 0:
			f.State = facts.False
			f.Text = s + " has the expected address " + e.addr.String() + " for " + plain(name) + " and no other."
		case right:
			f.State = facts.True
			f.Text = s + " has the expected address " + e.addr.String() + " for " + plain(name) + ", and beside it " + joinAddrs(others) +
				", which is stale or extra: clients get either."
		default:
			f.State = facts.True
			f.Text = s + " has the wrong address " + joinAddrs(others) + " for " + plain(name) + "; expected is " + e.addr.String() + "."
			for i := range v.endpoints {
				if o := &v.endpoints[i]; o.addr.IsValid() && o.addr != e.addr && slices.Contains(others, o.addr) {
					f.Text += " " + o.addr.String() + " is the address of " + o.subject + "."
				}
			}
		}
		v.emit(f, proof...)
	}
}

// sharing is, for each local server, the endpoints that have an address there.
func (v *view) sharing() map[string]map[netip.Addr][]*endpoint {
	out := map[string]map[netip.Addr][]*endpoint{}
	for _, s := range v.local.servers {
		out[s] = map[netip.Addr][]*endpoint{}
		for i := range v.endpoints {
			e := &v.endpoints[i]
			addrs, _, _ := v.addressesAt(e, s)
			for _, a := range addrs {
				out[s][a] = append(out[s][a], e)
			}
		}
	}
	return out
}

// sameAddress is dns.same_address, for each endpoint that has others beside it.
func (v *view) sameAddress(e *endpoint, sharing map[string]map[netip.Addr][]*endpoint) {
	others := 0
	for i := range v.endpoints {
		if v.endpoints[i].names[0] != e.names[0] {
			others++
		}
	}
	if others == 0 {
		return
	}
	local := v.local.of(e)
	if len(local) == 0 {
		v.emit(facts.Finding{
			ID: facts.FindingSameAddress, Subject: e.subject, State: facts.Unknown,
			Text:   "Which server is the local DNS is not known, so the addresses of " + plain(e.names[0]) + " and the others are not compared.",
			Advice: "name it with --local-dns ADDR",
		})
		return
	}
	for _, s := range local {
		v.sameAddressAt(e, s, sharing[s])
	}
}

func (v *view) sameAddressAt(e *endpoint, s string, sharing map[netip.Addr][]*endpoint) {
	addrs, name, proof := v.addressesAt(e, s)
	f := facts.Finding{ID: facts.FindingSameAddress, Subject: e.subject, Server: s, Expected: e.expected, Got: joinAddrs(addrs)}
	for _, addr := range addrs {
		for _, o := range sharing[addr] {
			_, other, otherProof := v.addressesAt(o, s)
			if other == name {
				continue
			}
			f.State = facts.True
			f.Text = plain(name) + " and " + plain(other) + " have the same address " + addr.String() + " at " + s + "; each needs its own."
			v.emit(f, slices.Concat(proof, otherProof)...)
			return
		}
	}
	var unknown []string
	for i := range v.endpoints {
		o := &v.endpoints[i]
		if has, _, _ := v.addressesAt(o, s); len(has) == 0 {
			unknown = append(unknown, plain(o.names[0]))
		}
	}
	switch {
	case len(addrs) == 0, len(unknown) > 0 && len(unknown) == len(v.endpoints)-1:
		f.State = facts.Unknown
		f.Text = "The addresses of the endpoints cannot be compared at " + s + ": there is none for " + some(unknown) + "."
		f.Advice = "get an address for each name first, then run the check again"
	default:
		f.State = facts.False
		f.Text = plain(name) + " shares its address " + joinAddrs(addrs) + " at " + s + " with none of the other endpoints."
	}
	v.emit(f, proof...)
}

// some lists at most three of the names.
func some(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}
