package engine

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/rules"
)

// need is a host record that a probe's names call for, at one server.
type need struct {
	server  string   // the local DNS, or "" where it is not known
	name    string   // with trailing dot
	address string   // what it should have
	add     bool     // the address is not there
	remove  []string // other addresses that are there
	alias   string   // where the name leads now; a host record cannot stand beside an alias
	open    bool     // it is not known what is there
}

// needs lists the records of the probe's names that a local DNS does not hold
// as expected, or of which that is not known.
func (f *filling) needs(symptom string) []need {
	_, c := f.rule.Find(symptom)
	if c == nil || c.Probe == nil {
		return nil
	}
	names := c.Probe.Names
	if len(names) == 0 {
		names = f.endpoints()
	}
	servers, _ := dnsfinding.Local(f.c)
	if len(servers) == 0 {
		servers = []string{""}
	}
	var list []need
	for _, server := range servers {
		for _, input := range names {
			missing, wrong := f.finding(facts.FindingMissingA, input, server), f.finding(facts.FindingWrongAddress, input, server)
			if wrong != facts.True {
				wrong = f.finding(facts.FindingSameAddress, input, server)
			}
			if missing == facts.False && wrong != facts.True {
				continue
			}
			n := need{server: server, name: f.fullName(input, server), address: f.bare(input + ".address"), add: true, open: missing == facts.Unknown && wrong != facts.True}
			for _, a := range f.answers(input, server) {
				if len(a.Chain) > 0 {
					n.alias = a.Chain[len(a.Chain)-1]
				}
			}
			if wrong == facts.True && n.alias == "" {
				n.add, n.remove = f.difference(input, server, n.address)
			}
			list = append(list, n)
		}
	}
	return list
}

// endpoints are the inputs of the case that have a name, or else those of the
// rule, which are blanks then.
func (f *filling) endpoints() []string {
	var list []string
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindInput {
			if name, ok := strings.CutSuffix(x.Input.Name, ".name"); ok {
				list = append(list, name)
			}
		}
	}
	if len(list) == 0 {
		for _, in := range f.rule.Inputs {
			if in.Kind == rules.Endpoint {
				list = append(list, in.Name)
			}
		}
	}
	slices.Sort(list)
	return list
}

// finding is the state of a finding about an endpoint at a server.
func (f *filling) finding(id facts.FindingID, subject, server string) facts.State {
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindFinding && x.Finding.ID == id && x.Finding.Subject == subject && x.Finding.Server == server {
			return x.Finding.State
		}
	}
	return facts.Unknown
}

// answers are what the server said about the records of an endpoint.
func (f *filling) answers(input, server string) []*facts.DNSAnswer {
	var list []*facts.DNSAnswer
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindDNSAnswer && x.DNSAnswer.Subject == input && x.DNSAnswer.Server == server && x.DNSAnswer.Purpose == facts.PurposeRecord {
			list = append(list, x.DNSAnswer)
		}
	}
	return list
}

// difference says whether the expected address is absent, and which others are there.
func (f *filling) difference(input, server, expected string) (absent bool, others []string) {
	absent = true
	want, _ := netip.ParseAddr(expected)
	for _, a := range f.answers(input, server) {
		for _, address := range a.Addresses {
			if have, err := netip.ParseAddr(address); err == nil && have.Unmap() == want.Unmap() {
				absent = false
			} else if !slices.Contains(others, address) {
				others = append(others, address)
			}
		}
	}
	return absent, others
}

// fullName is the name that needs the record, with its zone and a trailing dot.
// A short name takes the zone from what was asked of the server.
func (f *filling) fullName(input, server string) string {
	name := f.bare(input + ".name")
	if strings.HasPrefix(name, "[") {
		return name
	}
	best := ""
	for _, a := range f.answers(input, server) {
		if strings.HasPrefix(a.Name, strings.ToLower(name)+".") && strings.Count(a.Name, ".") > 1 && (best == "" || a.Name < best) {
			best = a.Name
		}
	}
	switch {
	case strings.Contains(strings.TrimSuffix(name, "."), "."):
		return strings.TrimSuffix(name, ".") + "."
	case best != "":
		return best
	}
	return strings.TrimSuffix(name, ".") + ".[domain]."
}

// records are the lines of a zone file, each record once.
func (f *filling) records(symptom string) []string {
	var lines []string
	for _, n := range f.needs(symptom) {
		line := fmt.Sprintf("%s IN %s %s", n.name, recordType(n.address), n.address)
		switch {
		case n.open:
			line += "   [if it is not there yet]"
		case n.alias != "":
			line += "   ; instead of the alias to " + n.alias
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func recordType(address string) string {
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() && !a.Is4In6() {
		return "AAAA"
	}
	return "A"
}

// nsupdate is the script that makes the records right, RFC 2136: for each local
// server what it lacks and what it has too much, address by address.
func (f *filling) nsupdate(symptom string) []string {
	var lines []string
	needs := f.needs(symptom)
	for i, n := range needs {
		switch {
		case i == 0:
			lines = append(lines, f.serverLines(n.server)...)
		case n.server != needs[i-1].server:
			lines = append(append(lines, "send"), f.serverLines(n.server)...)
		case domain(n.name) != domain(needs[i-1].name): // one message is about one zone
			lines = append(lines, "send")
		}
		if n.alias != "" {
			lines = append(lines, fmt.Sprintf("update delete %s CNAME", n.name))
		}
		for _, address := range n.remove {
			lines = append(lines, fmt.Sprintf("update delete %s %s %s", n.name, recordType(address), address))
		}
		if n.add {
			lines = append(lines, fmt.Sprintf("update add %s 3600 %s %s", n.name, recordType(n.address), n.address))
		}
	}
	if len(needs) > 0 {
		lines = append(lines, "send")
	}
	return lines
}

// domain is what stands behind the first label.
func domain(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return strings.ToLower(rest)
}

// serverLines begin the script for one server, and say so where it is known
// not to take updates.
func (f *filling) serverLines(server string) []string {
	ap, err := netip.ParseAddrPort(server)
	if err != nil {
		return []string{"server [address of the local DNS]"}
	}
	lines := []string{fmt.Sprintf("server %s %d", ap.Addr(), ap.Port())}
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindFinding && x.Finding.ID == facts.FindingUpdate && x.Finding.State == facts.False && (x.Finding.Server == server || x.Finding.Server == "") {
			return append([]string{"; this server does not take dynamic updates from here: change the zone on the server itself"}, lines...)
		}
	}
	return lines
}

// order is the corrected resolver list: the local DNS first, the others in the order they had.
func (f *filling) order(form string) []string {
	local, _ := dnsfinding.Local(f.c)
	var servers []string
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindResolvers {
			servers = dnsfinding.CorrectOrder(*x.Resolvers, local)
		}
	}
	if len(local) == 0 || len(servers) == 0 {
		return []string{"1. [address of the local DNS]", "2. [the other servers in their present order]"}
	}
	var lines []string
	for i, s := range servers {
		address := s
		if ap, err := netip.ParseAddrPort(s); err == nil && ap.Port() == 53 {
			address = ap.Addr().String()
		}
		switch form {
		case "resolv.conf":
			line := "nameserver " + address
			if ap, err := netip.ParseAddrPort(address); err == nil {
				line = fmt.Sprintf("nameserver %s   # %s: resolv.conf cannot hold the port", ap.Addr(), address)
			}
			lines = append(lines, line)
		case "windows":
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, address))
		default:
			lines = append(lines, address)
		}
	}
	return lines
}
