package engine

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// remedy fills the cause and the steps of a rule with the facts of the case.
// What nobody gave stays a named blank, with the question for it.
func (t *telling) remedy(a *assessment) (cause string, res result.Resolution) {
	f := &filling{telling: t, rule: a.rule}
	cause = f.fill(a.rule.Cause)
	res = result.Resolution{Kind: string(a.rule.Resolution.Kind), Steps: []string{}, Derived: []string{}, Blanks: []result.Blank{}, Verify: []string{}}
	for _, step := range a.rule.Resolution.Steps {
		if step.If != "" {
			if _, c := a.rule.Find(step.If); c != nil && c.Eval(t.view).State == cond.Missing {
				continue
			}
		}
		res.Steps = append(res.Steps, f.fill(step.Text))
	}
	res.Derived = append(res.Derived, f.derived...)
	res.Blanks = append(res.Blanks, f.blanks...)
	for _, name := range a.rule.Resolution.Verify {
		if _, c := a.rule.Find(name); c != nil {
			res.Verify = append(res.Verify, fmt.Sprintf("%s must be gone: kbtriage verify %s%s", name, a.rule.ID, howToLearn(c)))
		}
	}
	return cause, res
}

// howToLearn is the flag that supplies a condition: a probe, or a person's answer.
func howToLearn(c *cond.Condition) string {
	how := ""
	c.Leaves(func(_ string, leaf *cond.Condition) {
		if how != "" {
			return
		}
		if leaf.Probe != nil {
			how = " --probe"
		} else if key, _ := leaf.DefaultQuestion(); key != "" {
			how = " --set " + quote(key+"=...")
		}
	})
	return how
}

// filling is one rule's texts being filled.
type filling struct {
	*telling
	rule    *rules.Rule
	derived []string
	blanks  []result.Blank
}

func (f *filling) fill(text string) string {
	pieces, err := rules.ParseTemplate(text)
	if err != nil {
		return text // refused when the rule was loaded
	}
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case len(p.Words) == 0:
			b.WriteString(p.Text)
		case p.Words[0] == "dns_records":
			f.block(&b, f.records(p.Words[1]))
		case p.Words[0] == "nsupdate":
			f.block(&b, f.nsupdate(p.Words[1]))
		case p.Words[0] == "resolver_order":
			f.block(&b, f.order(p.Words[1]))
		default:
			b.WriteString(f.value(p.Words[0]))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// block writes computed lines under their mark, indented. Lines with a blank
// are no result of the case; they stand under another mark.
func (f *filling) block(b *strings.Builder, lines []string) {
	if len(lines) == 0 {
		b.WriteString("(nothing: none is missing)")
		return
	}
	whole := !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "[") })
	if whole {
		b.WriteString("\n    " + result.DerivedMark)
	} else {
		b.WriteString("\n    " + result.BlankMark)
	}
	for _, l := range lines {
		b.WriteString("\n    " + l)
		if whole && !slices.Contains(f.derived, l) {
			f.derived = append(f.derived, l)
		}
	}
	b.WriteString("\n")
}

// bare is value for a record or a script: a blank stands there as its name alone.
func (f *filling) bare(key string) string {
	v := f.value(key)
	if strings.HasPrefix(v, "[") {
		return "[" + key + "]"
	}
	return v
}

// value is an input or a field of the environment, or a named blank.
func (f *filling) value(key string) string {
	for _, field := range []string{facts.FieldProduct, facts.FieldVersion, facts.FieldOS} {
		if key != field {
			continue
		}
		for _, x := range f.c.Facts {
			if x.Kind == facts.KindEnvironment && x.Environment.Field == field && !x.Environment.Not {
				return clean(x.Environment.Value)
			}
		}
		return f.blank(key, "the "+field)
	}
	if v, ok := f.c.Input(key); ok {
		return clean(v)
	}
	for _, in := range f.rule.Inputs {
		for _, ask := range in.Ask {
			if ask.Key == key {
				return f.blank(key, ask.Text)
			}
		}
	}
	return f.blank(key, key)
}

// clean keeps a value that ends up in a command or a record on one line.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func (f *filling) blank(key, ask string) string {
	b := result.Blank{Input: key, Ask: ask}
	if !slices.Contains(f.blanks, b) {
		f.blanks = append(f.blanks, b)
	}
	return "[" + key + ": " + ask + "]"
}

// need is a host record that a probe's names call for.
type need struct {
	name    string // with trailing dot
	address string
	wrong   bool // another address is there and has to go
	open    bool // it is not known whether the record is there
}

// needs lists the records of the probe's names that the local DNS does not
// hold, or of which that is not known.
func (f *filling) needs(symptom string) []need {
	_, c := f.rule.Find(symptom)
	if c == nil || c.Probe == nil {
		return nil
	}
	names := c.Probe.Names
	if len(names) == 0 {
		names = f.endpoints()
	}
	var list []need
	for _, input := range names {
		missing, wrong := f.finding(facts.FindingMissingA, input), f.finding(facts.FindingWrongAddress, input)
		if missing == facts.False && wrong != facts.True {
			continue
		}
		list = append(list, need{
			name: f.fullName(input), address: f.bare(input + ".address"),
			wrong: wrong == facts.True, open: missing == facts.Unknown && wrong != facts.True,
		})
	}
	return list
}

// endpoints are the inputs of the case that have a name, sorted.
func (f *filling) endpoints() []string {
	var list []string
	for _, x := range f.c.Facts {
		if x.Kind == facts.KindInput {
			if name, ok := strings.CutSuffix(x.Input.Name, ".name"); ok {
				list = append(list, name)
			}
		}
	}
	slices.Sort(list)
	return list
}

// finding is the state of a finding about an endpoint at the local DNS: true if
// any local server shows it.
func (f *filling) finding(id facts.FindingID, subject string) facts.State {
	state := facts.Unknown
	for _, x := range f.c.Facts {
		if x.Kind != facts.KindFinding || x.Finding.ID != id || x.Finding.Subject != subject {
			continue
		}
		if id == facts.FindingWrongAddress && !x.Finding.Local {
			continue
		}
		switch {
		case x.Finding.State == facts.True:
			return facts.True
		case x.Finding.State == facts.False:
			state = facts.False
		}
	}
	return state
}

// fullName is the name of an endpoint with its zone and a trailing dot. A short
// name takes the zone from what was asked of the servers.
func (f *filling) fullName(input string) string {
	name := f.bare(input + ".name")
	if strings.HasPrefix(name, "[") {
		return name
	}
	if !strings.Contains(strings.TrimSuffix(name, "."), ".") {
		local, _ := dnsfinding.Local(f.c)
		best := ""
		for _, x := range f.c.Facts {
			if x.Kind != facts.KindDNSAnswer || x.DNSAnswer.Subject != input || !slices.Contains(local, x.DNSAnswer.Server) {
				continue
			}
			if n := x.DNSAnswer.Name; strings.HasPrefix(n, strings.ToLower(name)+".") && strings.Count(n, ".") > 1 && (best == "" || n < best) {
				best = n
			}
		}
		if best != "" {
			return best
		}
	}
	return strings.TrimSuffix(name, ".") + "."
}

// records are the lines of a zone file.
func (f *filling) records(symptom string) []string {
	var lines []string
	for _, n := range f.needs(symptom) {
		line := fmt.Sprintf("%s IN %s %s", n.name, recordType(n.address), n.address)
		if n.open {
			line += "   [if it is not there yet]"
		}
		lines = append(lines, line)
	}
	return lines
}

func recordType(address string) string {
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() && !a.Is4In6() {
		return "AAAA"
	}
	return "A"
}

// nsupdate is the script that adds the records, RFC 2136.
func (f *filling) nsupdate(symptom string) []string {
	needs := f.needs(symptom)
	if len(needs) == 0 {
		return nil
	}
	server := "server [address of the local DNS]"
	if local, _ := dnsfinding.Local(f.c); len(local) > 0 {
		if ap, err := netip.ParseAddrPort(local[0]); err == nil {
			server = fmt.Sprintf("server %s %d", ap.Addr(), ap.Port())
		}
	}
	lines := []string{server}
	for _, n := range needs {
		kind := recordType(n.address)
		if n.wrong {
			lines = append(lines, fmt.Sprintf("update delete %s %s", n.name, kind))
		}
		lines = append(lines, fmt.Sprintf("update add %s 3600 %s %s", n.name, kind, n.address))
	}
	return append(lines, "send")
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
