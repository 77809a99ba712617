package dnsfinding

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// view is a case arranged for derivation. It is the same for every order of
// the facts.
type view struct {
	resolvers facts.Resolvers
	ordered   bool                   // resolvers come from a fact, so their order is known
	servers   []string               // in the order of the resolvers, then the others that were asked, sorted
	endpoints []endpoint             // sorted by subject
	answers   []*facts.DNSAnswer     // sorted
	bySubject map[string][]answer    // by subject
	byServer  map[string][]answer    // by server
	byName    map[[2]string][]answer // by server and name
	byPurpose map[[2]string][]answer // by server and purpose
	local     locals
	found     []facts.Fact
}

type answer = *facts.DNSAnswer

// endpoint is a name that must resolve.
type endpoint struct {
	subject  string
	name     string     // as given
	expected string     // address as given, or empty
	addr     netip.Addr // expected, where it is an address
	names    []string   // what a client asks for
	full     []string   // other full names that were asked for (PurposeSuffix), sorted
	lookups  []lookup   // what each server says, in the order of view.servers
}

func newView(c *facts.Case) *view {
	v := &view{bySubject: map[string][]answer{}, byServer: map[string][]answer{}, byName: map[[2]string][]answer{}, byPurpose: map[[2]string][]answer{}}
	inputs := map[string]string{}
	var lists []*facts.Resolvers
	for i := range c.Facts {
		switch f := &c.Facts[i]; f.Kind {
		case facts.KindDNSAnswer:
			v.answers = append(v.answers, f.DNSAnswer)
		case facts.KindResolvers:
			lists = append(lists, f.Resolvers)
		case facts.KindInput:
			if old, ok := inputs[f.Input.Name]; !ok || f.Input.Value < old {
				inputs[f.Input.Name] = f.Input.Value
			}
		}
	}
	slices.SortFunc(v.answers, compareAnswers)
	for _, a := range v.answers {
		v.byServer[a.Server] = append(v.byServer[a.Server], a)
		name, purpose := [2]string{a.Server, a.Name}, [2]string{a.Server, a.Purpose}
		v.byName[name] = append(v.byName[name], a)
		v.byPurpose[purpose] = append(v.byPurpose[purpose], a)
		if a.Subject != "" {
			v.bySubject[a.Subject] = append(v.bySubject[a.Subject], a)
		}
	}
	v.takeResolvers(lists)
	for subject := range v.bySubject {
		v.endpoints = append(v.endpoints, v.endpoint(subject, inputs))
	}
	slices.SortFunc(v.endpoints, func(a, b endpoint) int { return cmp.Compare(a.subject, b.subject) })
	v.local = v.findLocal()
	return v
}

// takeResolvers chooses, when a case holds several lists, the one that most of
// the servers that were asked are in.
func (v *view) takeResolvers(lists []*facts.Resolvers) {
	asked := func(r *facts.Resolvers) (n int) {
		for _, s := range r.Servers {
			if v.byServer[normal(s)] != nil {
				n++
			}
		}
		return n
	}
	slices.SortFunc(lists, func(a, b *facts.Resolvers) int {
		return cmp.Or(cmp.Compare(asked(b), asked(a)), cmp.Compare(saved(a), saved(b)))
	})
	if len(lists) > 0 {
		v.resolvers, v.ordered = *lists[0], true
		v.resolvers.Servers, v.resolvers.Local = normalAll(lists[0].Servers), normalAll(lists[0].Local)
	}
	v.servers = slices.Clone(v.resolvers.Servers)
	for _, s := range v.resolvers.Local {
		v.servers = appendNew(v.servers, s)
	}
	var others []string
	for s := range v.byServer {
		others = append(others, s)
	}
	slices.Sort(others)
	for _, s := range others {
		v.servers = appendNew(v.servers, s)
	}
}

func (v *view) endpoint(subject string, inputs map[string]string) endpoint {
	e := endpoint{subject: subject, name: inputs[subject+".name"], expected: strings.TrimSpace(inputs[subject+".address"])}
	if e.name == "" {
		for _, a := range v.bySubject[subject] {
			if a.Purpose == facts.PurposeRecord {
				e.name = cmp.Or(a.Asked, a.Name)
				break
			}
		}
	}
	if addr, err := netip.ParseAddr(e.expected); err == nil {
		e.addr = addr.Unmap().WithZone("")
	}
	e.names = Candidates(e.name, v.resolvers)
	for _, a := range v.bySubject[subject] {
		switch a.Purpose {
		case facts.PurposeRecord: // names that the list of resolvers does not explain
			e.names = appendNew(e.names, a.Name)
		case facts.PurposeSuffix:
			e.full = appendNew(e.full, a.Name)
		}
	}
	slices.Sort(e.full)
	for _, s := range v.servers {
		e.lookups = append(e.lookups, v.lookup(&e, s))
	}
	return e
}

// find returns the answers about a subject from a server for a purpose; an
// empty subject stands for all.
func (v *view) find(subject, server, purpose string) []answer {
	if subject == "" {
		return v.byPurpose[[2]string{server, purpose}]
	}
	var out []answer
	for _, a := range v.bySubject[subject] {
		if a.Server == server && a.Purpose == purpose {
			out = append(out, a)
		}
	}
	return out
}

func normal(s string) string {
	if addr, err := facts.ServerAddress(s); err == nil {
		return addr
	}
	return s
}

func normalAll(list []string) []string {
	var out []string
	for _, s := range list {
		out = appendNew(out, normal(s))
	}
	return out
}

func compareAnswers(a, b answer) int {
	if r := cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Server, b.Server), cmp.Compare(a.Purpose, b.Purpose),
		cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Serial, b.Serial),
		slices.Compare(a.Addresses, b.Addresses)); r != 0 {
		return r
	}
	return cmp.Compare(saved(a), saved(b))
}

// saved is the saved form, the last resort where an order is needed.
func saved(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("dnsfinding: a vocabulary type does not marshal: " + err.Error())
	}
	return string(b)
}
