package cond

import (
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// The bounds of what an expression sees; its static cost is computed with them.
const (
	maxItems = 200       // elements of each list
	maxText  = 4096      // bytes of each string
	maxBytes = 128 << 10 // bytes of the strings of all records
)

// Env is what an expression in `when:` can read. A field that nothing is known
// about makes the condition unknown; it never reads as empty.
type Env struct {
	DNS     DNS        `expr:"dns"`     // findings about the names of this condition's probe
	Account Account    `expr:"account"` // the service account
	Product string     `expr:"product"` // as given
	Version string     `expr:"version"` // as given
	OS      string     `expr:"os"`      // as given
	Roles   []string   `expr:"roles"`   // roles that hold, lower case
	Codes   []EnvCode  `expr:"codes"`
	Events  []EnvEvent `expr:"events"`
	Texts   []string   `expr:"texts"` // folded
}

// Account is the variable account.
type Account struct {
	Name   string   `expr:"name"`
	Groups []string `expr:"groups"` // lower case
}

// EnvCode is an element of codes.
type EnvCode struct {
	Value  int    `expr:"value"` // unsigned
	Family string `expr:"family"`
}

// EnvEvent is an element of events.
type EnvEvent struct {
	ID       int    `expr:"id"`
	Source   string `expr:"source"`
	Log      string `expr:"log"`
	Category string `expr:"category"`
	Message  string `expr:"message"` // folded
}

// DNS is the variable dns: each list holds the inputs or servers for which a
// finding is true.
type DNS struct {
	Missing     []string `expr:"missing"`      // endpoints without record (dns.missing_a; dns.missing_ptr for a probe of type PTR)
	Wrong       []string `expr:"wrong"`        // endpoints with a wrong or extra address (dns.wrong_address)
	Same        []string `expr:"same"`         // endpoints that share an address and must not (dns.same_address)
	OrderWrong  bool     `expr:"order_wrong"`  // an earlier server denies what the local one answers (dns.resolver_order)
	WrongSuffix []string `expr:"wrong_suffix"` // short names that the search list does not complete (dns.search_suffix)
	Disagree    []string `expr:"disagree"`     // endpoints on which servers differ that should agree (dns.inconsistent)
	Hijacked    []string `expr:"hijacked"`     // servers that invent addresses (dns.hijack)
	Unreachable []string `expr:"unreachable"`  // servers that do not answer (dns.unreachable)
	Failing     []string `expr:"failing"`      // servers that answer SERVFAIL (dns.servfail)
	Refusing    []string `expr:"refusing"`     // servers that refuse (dns.refused)
	Lame        []string `expr:"lame"`         // servers without authority or recursion (dns.lame)
	Bogus       []string `expr:"bogus"`        // servers whose SERVFAIL goes away without validation (dns.dnssec)
	NoTCP       []string `expr:"no_tcp"`       // servers that answer over UDP only (dns.tcp)
	Update      bool     `expr:"update"`       // the zone accepts dynamic updates (dns.update)
}

// dnsField ties a field of DNS to the finding that it is read from.
type dnsField struct {
	id     facts.FindingID
	byName bool // its subjects are endpoints, not servers
	set    func(*DNS, []string)
}

func dnsFieldOf(name string) (dnsField, bool) {
	switch name {
	case "missing":
		return dnsField{facts.FindingMissingA, true, func(d *DNS, s []string) { d.Missing = s }}, true
	case "wrong":
		return dnsField{facts.FindingWrongAddress, true, func(d *DNS, s []string) { d.Wrong = s }}, true
	case "same":
		return dnsField{facts.FindingSameAddress, true, func(d *DNS, s []string) { d.Same = s }}, true
	case "order_wrong":
		return dnsField{facts.FindingResolverOrder, true, func(d *DNS, s []string) { d.OrderWrong = len(s) > 0 }}, true
	case "wrong_suffix":
		return dnsField{facts.FindingSearchSuffix, true, func(d *DNS, s []string) { d.WrongSuffix = s }}, true
	case "disagree":
		return dnsField{facts.FindingInconsistent, true, func(d *DNS, s []string) { d.Disagree = s }}, true
	case "hijacked":
		return dnsField{facts.FindingHijack, false, func(d *DNS, s []string) { d.Hijacked = s }}, true
	case "unreachable":
		return dnsField{facts.FindingUnreachable, false, func(d *DNS, s []string) { d.Unreachable = s }}, true
	case "failing":
		return dnsField{facts.FindingServFail, false, func(d *DNS, s []string) { d.Failing = s }}, true
	case "refusing":
		return dnsField{facts.FindingRefused, false, func(d *DNS, s []string) { d.Refusing = s }}, true
	case "lame":
		return dnsField{facts.FindingLame, false, func(d *DNS, s []string) { d.Lame = s }}, true
	case "bogus":
		return dnsField{facts.FindingDNSSEC, false, func(d *DNS, s []string) { d.Bogus = s }}, true
	case "no_tcp":
		return dnsField{facts.FindingTCP, false, func(d *DNS, s []string) { d.NoTCP = s }}, true
	case "update":
		return dnsField{facts.FindingUpdate, false, func(d *DNS, s []string) { d.Update = len(s) > 0 }}, true
	}
	return dnsField{}, false
}

// plainEnv fills everything but dns. The second result says which of the
// variables that the expression reads nothing is known about.
func (v *View) plainEnv(reads map[string]bool) (env Env, used []int, unknown []string) {
	text := func(field, variable string) string {
		i, value := v.environment(field)
		if !reads[variable] {
			return value
		}
		if i < 0 {
			unknown = append(unknown, variable)
		} else {
			used = append(used, i)
		}
		return value
	}
	env.Product = text(facts.FieldProduct, "product")
	env.Version = text(facts.FieldVersion, "version")
	env.OS = text(facts.FieldOS, "os")
	if reads["roles"] {
		known := false
		for _, i := range v.ofKind(facts.KindEnvironment) {
			if e := v.Fact(i).Environment; e.Field == facts.FieldRole {
				known, used = true, append(used, i)
				if !e.Not {
					env.Roles = append(env.Roles, strings.ToLower(e.Value))
				}
			}
		}
		if !known || len(env.Roles) > maxItems {
			unknown = append(unknown, "roles")
		}
	}
	if reads["account"] {
		list := v.ofKind(facts.KindAccount)
		if len(list) == 0 {
			unknown = append(unknown, "account")
		}
		for _, i := range list {
			a := v.Fact(i).Account
			used = append(used, i)
			env.Account.Name = a.Name
			for _, g := range a.Groups {
				env.Account.Groups = append(env.Account.Groups, strings.ToLower(g))
			}
		}
		if len(env.Account.Groups) > maxItems {
			unknown = append(unknown, "account")
		}
	}
	return env, used, unknown
}

// records fills codes, events and texts; more reports whether there was more
// than the bounds allow, of lists or within a string. A record of which the
// expression would need to see more is left out.
func (v *View) records(env *Env, p *program) (used []int, more, possible bool) {
	possible = true
	list := func(name string, k facts.Kind) []int {
		if !p.reads[name] || !possible {
			return nil
		}
		var all []int
		all, possible = v.fitting(p, name, k)
		more = more || len(all) > maxItems
		all = all[:min(len(all), maxItems)]
		used = append(used, all...)
		return all
	}
	left := maxBytes
	bounded := func(s string) string {
		n := min(len(s), maxText, left)
		more = more || n < len(s)
		left -= n
		return s[:n]
	}
	for _, i := range list(listCodes, facts.KindCode) {
		c := v.Fact(i).Code
		env.Codes = append(env.Codes, EnvCode{int(c.Value), c.Family})
	}
	// whole reports whether all of a text is seen, or a part is enough.
	whole := func(field, seen, text string) bool { return len(seen) == len(text) || !p.whole[field] }
	for _, i := range list(listEvents, facts.KindEvent) {
		e := v.Fact(i).Event
		x := EnvEvent{int(e.ID), bounded(e.Source), bounded(e.Log), bounded(e.Category), bounded(v.tables.text[i])}
		if whole("source", x.Source, e.Source) && whole("log", x.Log, e.Log) && whole("category", x.Category, e.Category) && whole("message", x.Message, v.tables.text[i]) {
			env.Events = append(env.Events, x)
		}
	}
	for _, i := range list(listTexts, facts.KindText) {
		if s := bounded(v.tables.text[i]); whole("", s, v.tables.text[i]) {
			env.Texts = append(env.Texts, s)
		}
	}
	return used, more, possible
}

// dnsStates gathers, for one field, the subjects whose finding is true, and
// those for which it is unknown, among them subjects that the probe names and
// no finding is about.
func (v *View) dnsStates(p *Probe, f dnsField) (yes, open []string, used []int) {
	states := map[string]facts.State{}
	var names []string
	id := f.id
	if p != nil {
		names = p.Names
		if p.Type == "PTR" && id == facts.FindingMissingA {
			id = facts.FindingMissingPTR
		}
	}
	for _, i := range v.ofKind(facts.KindFinding) {
		x := v.Fact(i).Finding
		if x.ID != id || f.byName && len(names) > 0 && !slices.Contains(names, x.Subject) {
			continue
		}
		if p != nil && p.Local && !x.Local && x.ID == facts.FindingWrongAddress {
			continue
		}
		used = append(used, i)
		switch old := states[x.Subject]; {
		case old == facts.True || x.State == facts.True:
			states[x.Subject] = facts.True
		case old == facts.Unknown || x.State == facts.Unknown:
			states[x.Subject] = facts.Unknown
		default:
			states[x.Subject] = facts.False
		}
	}
	if f.byName {
		for _, n := range names {
			if _, found := states[n]; !found {
				open = append(open, n)
			}
		}
	}
	for subject, s := range states {
		switch s {
		case facts.True:
			yes = append(yes, subject)
		case facts.Unknown:
			open = append(open, subject)
		}
	}
	slices.Sort(yes)
	slices.Sort(open)
	return yes, open, used
}
