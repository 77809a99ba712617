package dnsfinding

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// lookup is what one server says to a client that looks for an endpoint.
type lookup struct {
	server  string
	asked   bool
	outcome facts.Outcome // Answered, NoData and NXDomain speak of A records, or of AAAA when that is expected; aliasOut too
	name    string        // the name that decided
	addrs   []netip.Addr  // addresses of the kind that is looked for
	other   []netip.Addr  // addresses of the other kind: IPv6 where IPv4 is looked for
	chain   []string
	why     string
	rcode   string
	proof   []answer
}

func (l *lookup) answered() bool { return l.outcome == facts.Answered }
func (l *lookup) denied() bool   { return l.outcome == facts.NXDomain || l.outcome == facts.NoData }

// lookup follows the names that the search list makes of the endpoint: the
// first that has an address counts; without one, a failure on the way makes the
// whole unknown, and only denials all along are a denial.
func (v *view) lookup(e *endpoint, server string) lookup {
	l := lookup{server: server}
	records := v.find(e.subject, server, facts.PurposeRecord)
	want, other := "A", "AAAA"
	if e.addr.Is6() {
		want, other = other, want
	}
	pick := func(name, qtype string) answer {
		for _, a := range records {
			if a.Name == name && a.Type == qtype {
				return a
			}
		}
		return nil
	}
	var failed, denied answer
	for i, name := range e.names {
		a := pick(name, want)
		if a == nil {
			continue
		}
		l.asked = true
		l.proof = append(l.proof, a)
		o := pick(name, other)
		switch last := i > 0 && labels(name) == 1; {
		case a.Outcome == facts.Answered:
			l.take(a)
			return l
		case o != nil && o.Outcome == facts.Answered && a.Outcome.Says():
			l.take(a)
			l.other = addresses(o)
			l.proof = append(l.proof, o)
			return l
		case a.Outcome.Says():
			if denied == nil || a.Outcome == facts.NoData || len(a.Chain) > 0 {
				denied = a
			}
		case denied != nil && (last || notItsName(a) && denied.Has("AA")):
			// The server speaks for the name it denied; that it does not speak
			// for the next one in the search list, or for a name without any
			// domain, changes nothing.
		case failed == nil, outcome(a) == aliasOut && notItsName(failed):
			failed = a
		}
	}
	if failed != nil && denied != nil && notItsName(failed) && denied.Has("AA") {
		failed = nil
	}
	if failed != nil {
		l.take(failed)
	} else if denied != nil {
		l.take(denied)
	}
	return l
}

// notItsName reports whether the server said that the name is not its business.
func notItsName(a answer) bool {
	o := outcome(a)
	return o == facts.Refused || o == facts.Lame || o == facts.NotAuth
}

// aliasOut is what NotAuth is where the server holds an alias that leads out of
// its zones: it is neither lame nor says anything about the target.
const aliasOut facts.Outcome = "alias"

func outcome(a answer) facts.Outcome {
	if a.Outcome == facts.NotAuth && len(a.Chain) > 0 {
		return aliasOut
	}
	return a.Outcome
}

// aliasOf names the target of an alias that leads out of the zones of a server.
func aliasOf(chain []string) string {
	return "an alias (CNAME) of " + plain(chain[len(chain)-1]) + ", which the server does not serve"
}

func (l *lookup) take(a answer) {
	l.outcome, l.name, l.addrs, l.chain, l.why, l.rcode = outcome(a), a.Name, addresses(a), a.Chain, a.Why, a.RCode
}

// got is the answer in a few words.
func (l *lookup) got() string {
	switch {
	case l.answered():
		return joinAddrs(l.addrs)
	case len(l.other) > 0 && l.other[0].Is6():
		return "NODATA: only IPv6 addresses (AAAA) " + joinAddrs(l.other)
	case len(l.other) > 0:
		return "NODATA: only IPv4 addresses (A) " + joinAddrs(l.other)
	case l.outcome == aliasOut:
		return aliasOf(l.chain)
	case len(l.chain) > 0 && l.denied():
		return outcomeWord(l.outcome) + " for " + plain(l.chain[len(l.chain)-1]) + ", which the name is an alias of"
	}
	return outcomeWord(l.outcome)
}

// outcomeWord is how people who run DNS write an outcome.
func outcomeWord(o facts.Outcome) string {
	switch o {
	case facts.NXDomain, facts.NoData, facts.ServFail, facts.Refused, facts.NotAuth, facts.NotImp, facts.FormErr:
		return strings.ToUpper(string(o))
	case facts.OtherRCode:
		return "an error code"
	case facts.Timeout:
		return "no answer"
	case facts.Mismatch:
		return "answers to other questions only"
	case facts.Malformed:
		return "malformed answers only"
	case facts.Truncated:
		return "a truncated answer only"
	case facts.Lame:
		return "no authority (lame)"
	case aliasOut:
		return "only an alias"
	case "":
		return "not asked"
	}
	return string(o)
}

func addresses(a answer) []netip.Addr {
	var out []netip.Addr
	for _, s := range a.Addresses {
		if addr, err := netip.ParseAddr(s); err == nil {
			out = append(out, addr.Unmap().WithZone(""))
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

func joinAddrs(list []netip.Addr) string {
	parts := make([]string, len(list))
	for i, a := range list {
		parts[i] = a.String()
	}
	return strings.Join(parts, ", ")
}
