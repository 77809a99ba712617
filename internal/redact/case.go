package redact

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// Case redacts every string of a case. Addresses and names of DNS facts, inputs
// and texts get the same tokens, in the order of the addresses, so that the facts
// still join and the case leads to the same diagnosis. It is best called on a
// case in canonical order; the case is in canonical order again afterwards. The
// facts are copied before they are changed: what shares them stays as it is.
func Case(c *facts.Case, r *Redactor) {
	c.Facts = slices.Clone(c.Facts)
	c.Coverage = slices.Clone(c.Coverage)
	c.Sources = slices.Clone(c.Sources)
	c.Problems = slices.Clone(c.Problems)
	c.Sort()
	r.learnCase(c)
	for i := range c.Facts {
		r.fact(&c.Facts[i])
	}
	w := walker{r}
	w.slice(reflect.ValueOf(c.Coverage))
	w.slice(reflect.ValueOf(c.Sources))
	w.slice(reflect.ValueOf(c.Problems))
	c.Sort()
}

// Differential redacts every string of a differential but those of the base:
// ids, references, words of states and verdicts. The redactor must have seen the
// case, or the names that the case made known stay.
func Differential(d *result.Differential, r *Redactor) {
	w := walker{r}
	v := reflect.ValueOf(d).Elem()
	v.Set(w.copied(v))
}

// fact redacts a fact in a copy of its content.
func (r *Redactor) fact(f *facts.Fact) {
	w := walker{r}
	v := reflect.ValueOf(f).Elem()
	v.Set(w.copied(v))
}

// learnCase makes known what the case names in fields: DNS names, hosts and
// accounts. Addresses get their tokens in their own order.
func (r *Redactor) learnCase(c *facts.Case) {
	var addrs []netip.Addr
	var domains, hosts, users []string
	address := func(list ...string) {
		for _, s := range list {
			if ap, err := netip.ParseAddrPort(s); err == nil {
				addrs = append(addrs, ap.Addr())
			} else if a, err := netip.ParseAddr(s); err == nil {
				addrs = append(addrs, a)
			}
		}
	}
	name := func(list ...string) {
		for _, s := range list {
			if s = strings.ToLower(strings.TrimSuffix(s, ".")); s == "" || strings.HasSuffix(s, ".arpa") {
				continue
			}
			if short, domain, full := strings.Cut(s, "."); full && !ordinary(short) {
				domains = append(domains, domain)
			}
			hosts = append(hosts, s)
		}
	}
	zone := func(list ...string) {
		for _, s := range list {
			if s = strings.ToLower(strings.TrimSuffix(s, ".")); s != "" && !strings.HasSuffix(s, ".arpa") {
				domains = append(domains, s)
			}
		}
	}
	for i := range c.Facts {
		f := &c.Facts[i]
		name(f.Origin.Host)
		switch {
		case f.DNSAnswer != nil:
			a := f.DNSAnswer
			address(a.Server)
			address(a.Addresses...)
			zone(a.Zone)
			name(a.Name, a.Asked)
			name(a.Chain...)
			for _, rec := range slices.Concat(a.Answers, a.Authority) {
				name(rec.Name)
				address(rec.Data)
			}
		case f.Resolvers != nil:
			address(f.Resolvers.Servers...)
			address(f.Resolvers.Local...)
			zone(f.Resolvers.Search...)
		case f.Input != nil && isNameInput(f.Input.Name):
			name(f.Input.Value)
		case f.Input != nil && isAddressInput(f.Input.Name):
			address(f.Input.Value)
		case f.Account != nil:
			users = append(users, f.Account.Name)
			for _, g := range f.Account.Groups {
				if _, name, ok := strings.Cut(g, `\`); ok {
					r.groups[strings.ToLower(name)] = true
				}
			}
		}
	}
	for _, x := range c.Coverage {
		name(x.Host)
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	for _, a := range slices.Compact(addrs) {
		if !stays(a) && !r.off[KindIP] && !r.kept(a.String()) {
			_, _, _ = r.addrs.address(a)
		}
	}
	for _, list := range [][]string{domains, hosts, users} {
		slices.SortFunc(list, func(a, b string) int {
			if n := strings.Count(a, ".") - strings.Count(b, "."); n != 0 {
				return n
			}
			return strings.Compare(a, b)
		})
	}
	for _, d := range slices.Compact(domains) {
		r.Learn(KindDomain, d)
	}
	for _, h := range slices.Compact(hosts) {
		r.Learn(KindHost, h)
	}
	for _, u := range slices.Compact(users) {
		r.Learn(KindUser, u)
	}
}

func isNameInput(key string) bool    { return strings.HasSuffix(key, ".name") }
func isAddressInput(key string) bool { return strings.HasSuffix(key, ".address") }

// role is how a field that is no free text is redacted.
type role uint8

const (
	free       role = iota
	subject         // an input name, or a server
	vocabulary      // ids and words of the program and the base: they stay
	dnsField        // a DNS name
	endpoint        // address, with or without a port; else like free
	hostField       // a host
	userField       // an account
	groupField      // a group: its domain is replaced, its name is what rules look at
	recordData      // data of a DNS record
)

// roles are the fields that are not free text, as Type.Field.
var roles = map[string]role{
	"Code.Family": vocabulary, "Code.Literal": vocabulary, "Code.Name": vocabulary,
	"Event.Source": vocabulary, "Event.Log": vocabulary, "Event.Category": vocabulary, "Event.Level": vocabulary,
	"Environment.Field": vocabulary, "Environment.Value": vocabulary, "Input.Name": vocabulary, "Answer.Question": vocabulary,
	"Account.Name": userField, "Account.Groups": groupField,
	"DNSAnswer.Subject": vocabulary, "DNSAnswer.Purpose": vocabulary, "DNSAnswer.Server": endpoint, "DNSAnswer.Name": dnsField, "DNSAnswer.Type": vocabulary,
	"DNSAnswer.Asked": dnsField, "DNSAnswer.RCode": vocabulary, "DNSAnswer.Flags": vocabulary, "DNSAnswer.Chain": dnsField, "DNSAnswer.Addresses": endpoint,
	"DNSAnswer.Zone": dnsField, "DNSAnswer.Transport": vocabulary,
	"Record.Name": dnsField, "Record.Type": vocabulary, "Record.Data": recordData,
	"Resolvers.Servers": endpoint, "Resolvers.Search": dnsField, "Resolvers.Local": endpoint,
	"Finding.Subject": subject, "Finding.Server": endpoint, "LogGap.Log": vocabulary,
	"Origin.Host": hostField, "Coverage.Host": hostField, "Coverage.Log": vocabulary, "Source.Format": vocabulary,
	"Problem.Stage": vocabulary, "Problem.Reason": vocabulary, "Problem.At": vocabulary,
	"Differential.Status": vocabulary, "Rules.NotEvaluated": vocabulary, "Rules.Base": vocabulary, "Case.ID": vocabulary, "Case.Host": hostField,
	"Diagnosis.Rule": vocabulary, "Diagnosis.Refs": vocabulary, "Diagnosis.Status": vocabulary, "Evidence.Symptom": vocabulary, "Evidence.State": vocabulary,
	"Resolution.Kind": vocabulary, "Blank.Input": vocabulary, "Exclusion.Rule": vocabulary, "Exclusion.Refs": vocabulary,
	"Check.Check": vocabulary, "Check.Kind": vocabulary, "Check.Rules": vocabulary, "Fact.Host": hostField,
}

// field redacts the value of one field.
func (r *Redactor) field(as role, s string) string {
	switch as {
	case vocabulary:
		if isID(s) {
			return s
		}
	case subject: // an input, or a server
		if token, ok := r.endpoint(s); ok {
			return token
		}
		if isID(s) {
			return s
		}
	case dnsField:
		if dnsLike(s) {
			return r.dnsName(s)
		}
	case endpoint:
		if token, ok := r.endpoint(s); ok {
			return token
		}
	case hostField:
		if token, ok := r.endpoint(s); ok {
			return token
		}
		if dnsLike(s) && s != "" && !all(s, isDigit) {
			return r.dnsName(s)
		}
	case userField:
		return r.accountName(s)
	case groupField:
		if domain, name, ok := strings.Cut(s, `\`); ok && domain != "" && !wellKnown(domain) && !numbered(domain, "domain") && !r.off[KindDomain] {
			return r.netbios(domain) + `\` + r.group(name)
		} else if ok {
			return domain + `\` + r.group(name)
		}
		return r.group(s)
	case recordData:
		if token, ok := r.endpoint(s); ok {
			return token
		}
		words := strings.Split(s, " ")
		for i, w := range words {
			if strings.HasSuffix(w, ".") && dnsLike(w) {
				words[i] = r.dnsName(w)
			}
		}
		s = strings.Join(words, " ")
	}
	return r.Text(s)
}

// group redacts the name of a group only if it holds more than a name.
func (r *Redactor) group(s string) string {
	if isID(s) {
		return s
	}
	return r.Text(s)
}

// accountName redacts a value that is known to be an account.
func (r *Redactor) accountName(s string) string {
	if next := r.Text(s); next != s || s == "" || r.off[KindUser] || r.kept(s) {
		return next
	}
	domain, name, ok := strings.Cut(s, `\`)
	if !ok {
		domain, name = "", s
	}
	if wellKnown(name) || numbered(name, "user-") || strings.HasSuffix(name, "@redacted.invalid") || bracketed(name) > 0 || wellKnown(domain) {
		return s
	}
	if !ok {
		return r.user(name)
	}
	if !numbered(domain, "domain") && domain != "." && domain != "" && !r.off[KindDomain] {
		domain = r.netbios(domain)
	}
	return domain + `\` + r.user(name)
}

// isID reports whether a value has the form of an id, a code or a word of the
// vocabulary, so that it cannot hold a secret with its label.
func isID(s string) bool {
	if len(s) > 200 {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if !isWord(b) && strings.IndexByte(" ._-:/,()#<>'&+*[]", b) < 0 {
			return false
		}
		if b == ':' && i+1 < len(s) && isBlank(s[i+1]) || b == '/' && i+1 < len(s) && s[i+1] == '/' {
			return false
		}
	}
	return true
}

// dnsLike reports whether a value has the form of a DNS name.
func dnsLike(s string) bool {
	if len(s) > 255 || strings.Contains(s, "..") || s != "." && strings.HasPrefix(s, ".") {
		return false
	}
	for i := range len(s) {
		if b := s[i]; !isWord(b) && b != '.' && b != '-' && b != '_' && b != '*' {
			return false
		}
	}
	return true
}

// walker redacts strings wherever they are in a value.
type walker struct{ r *Redactor }

// copied is a redacted copy of a value: structs, slices and pointers are new.
func (w walker) copied(v reflect.Value) reflect.Value { return w.value(v, free, false) }

func (w walker) value(v reflect.Value, as role, named bool) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if named && as == free {
			as = vocabulary
		}
		out := reflect.New(v.Type()).Elem()
		out.SetString(w.r.field(as, v.String()))
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(w.value(v.Elem(), as, false))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(w.value(v.Index(i), as, v.Type().Elem() != reflect.TypeFor[string]()))
		}
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		if v.Type() == reflect.TypeFor[facts.Time]() {
			return out
		}
		// An input says by its name what its value is.
		if in, ok := v.Interface().(facts.Input); ok {
			out.Set(reflect.ValueOf(w.r.input(in)))
			return out
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() {
				out.Field(i).Set(w.value(v.Field(i), roles[v.Type().Name()+"."+f.Name], f.Type != reflect.TypeFor[string]()))
			}
		}
		return out
	}
	return v
}

// slice redacts the elements of a slice in place.
func (w walker) slice(v reflect.Value) {
	for i := range v.Len() {
		v.Index(i).Set(w.copied(v.Index(i)))
	}
}

func (r *Redactor) input(in facts.Input) facts.Input {
	as := free
	switch {
	case isNameInput(in.Name):
		as = dnsField
	case isAddressInput(in.Name):
		as = endpoint
	}
	return facts.Input{Name: r.field(vocabulary, in.Name), Value: r.field(as, in.Value)}
}
