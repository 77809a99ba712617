package dnsfinding

import (
	"net/netip"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
)

// hijack is dns.hijack: the server gives addresses for names that cannot exist.
// A wildcard that the local DNS holds on purpose is none.
func (v *view) hijack(s string) {
	f := facts.Finding{ID: facts.FindingHijack, Subject: s, Server: s, Expected: "NXDOMAIN"}
	asked := v.find("", s, facts.PurposeWildcard)
	if len(asked) == 0 {
		return
	}
	unclear, unsure := answer(nil), answer(nil)
	for _, a := range asked {
		switch {
		case a.Outcome == facts.Answered && a.Name == ImpossibleName, a.Outcome == facts.Answered && v.foreignWildcard(s, a):
			f.State, f.Got = facts.True, joinAddrs(addresses(a))
			f.Text = s + " gives " + f.Got + " for " + plain(a.Name) + ", a name that cannot exist: what it says of other names does not prove that they exist."
			v.emit(f, a)
			return
		case a.Outcome == facts.Answered && len(v.local.servers) == 0:
			unsure = a
		case a.Outcome == facts.ServFail || silent(a.Outcome):
			if unclear == nil || a.Name == ImpossibleName {
				unclear = a
			}
		}
	}
	switch {
	case unsure != nil:
		f.State, f.Got = facts.Unknown, joinAddrs(addresses(unsure))
		f.Text = s + " gives " + f.Got + " for " + plain(unsure.Name) + "; whether the local DNS holds that wildcard on purpose is not known."
		f.Advice = "name the local DNS with --local-dns ADDR"
		v.emit(f, unsure)
	case unclear != nil:
		f.State, f.Got = facts.Unknown, outcomeWord(unclear.Outcome)
		f.Text = "Whether " + s + " invents addresses is not known: " + because(unclear.Outcome, unclear.Why) + "."
		f.Advice = advice(unclear.Outcome, s)
		v.emit(f, unclear)
	default:
		f.State = facts.False
		f.Text = s + " gives no address for names that cannot exist."
		v.emit(f, asked...)
	}
}

// foreignWildcard reports whether the answer for a name beside an endpoint is
// one that no local server gives: then it is not a wildcard of the local zone.
func (v *view) foreignWildcard(s string, a answer) bool {
	if len(v.local.servers) == 0 || v.local.is(s) {
		return false
	}
	denied := false
	for _, l := range v.local.servers {
		for _, b := range v.byName[[2]string{l, a.Name}] {
			if b.Purpose != facts.PurposeWildcard {
				continue
			}
			if b.Outcome == facts.Answered && slices.Equal(addresses(a), addresses(b)) {
				return false
			}
			denied = denied || b.Outcome.Says()
		}
	}
	return denied
}

// inventing are the answers that show that a server invents addresses.
func (v *view) inventing(s string) []answer {
	var out []answer
	for _, a := range v.find("", s, facts.PurposeWildcard) {
		if a.Outcome == facts.Answered && (a.Name == ImpossibleName || v.foreignWildcard(s, a)) {
			out = append(out, a)
		}
	}
	return out
}

// invented reports whether all addresses are ones that the server gives for
// names that cannot exist.
func (v *view) invented(s string, addrs []netip.Addr) bool {
	if len(addrs) == 0 {
		return false
	}
	var given []netip.Addr
	for _, a := range v.inventing(s) {
		given = append(given, addresses(a)...)
	}
	for _, a := range addrs {
		if !slices.Contains(given, a) {
			return false
		}
	}
	return true
}
