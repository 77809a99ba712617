package dnsfinding_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// said is an answer about the name of the Exchange group.
func said(server, purpose, qtype string, o facts.Outcome, flags, zone string, addresses ...string) facts.Fact {
	return facts.Fact{Kind: facts.KindDNSAnswer, DNSAnswer: &facts.DNSAnswer{
		Subject: "exchange", Purpose: purpose, Server: server,
		Name: exchange + ".", Type: qtype, Outcome: o, RCode: "NOERROR", Flags: strings.Fields(flags), Zone: zone, Addresses: addresses,
	}}
}

// soa says what a server answered when asked who has authority for the name.
func soa(server string, o facts.Outcome, flags, zone string) facts.Fact {
	return said(server, facts.PurposeZone, "SOA", o, flags, zone)
}

func caseOf(name string, servers []string, answers ...facts.Fact) *facts.Case {
	for _, f := range answers {
		if f.DNSAnswer.Purpose != facts.PurposeWildcard {
			f.DNSAnswer.Name = dnsfinding.FQDN(name)
		}
	}
	return &facts.Case{Facts: append(answers,
		facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: "exchange.name", Value: name}},
		facts.Fact{Kind: facts.KindResolvers, Resolvers: &facts.Resolvers{Servers: servers}})}
}

const (
	a1 = "192.0.2.1:53"
	a2 = "192.0.2.2:53"
)

func TestLocal(t *testing.T) {
	for _, c := range []struct {
		name  string
		host  string
		facts []facts.Fact
		want  []string
	}{
		{"authority", exchange, []facts.Fact{soa(a1, facts.NXDomain, "RA", "."), soa(a2, facts.NXDomain, "AA RD", "corp.example.")}, []string{a2}},
		{"both", exchange, []facts.Fact{soa(a1, facts.NoData, "AA", "corp.example."), soa(a2, facts.NXDomain, "AA", "corp.example.")}, []string{a1, a2}},
		{"forwarder", exchange, []facts.Fact{soa(a1, facts.NXDomain, "RA", "corp.example."), soa(a2, facts.NoData, "RA", "corp.example.")}, nil},
		{"root zone", exchange, []facts.Fact{soa(a1, facts.NXDomain, "AA", "."), soa(a2, facts.NXDomain, "RA", ".")}, nil},
		{"top-level zone", exchange, []facts.Fact{soa(a1, facts.NXDomain, "AA", "example."), soa(a2, facts.NXDomain, "RA", ".")}, nil},
		{"zone of one label above a name of two", "exchvs1.corp", []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp."), soa(a2, facts.NXDomain, "AA", ".")}, []string{a1}},
		{"the longest zone wins", "exchvs1.sub.corp.example", []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp.example."), soa(a2, facts.NXDomain, "AA", "sub.corp.example.")}, []string{a2}},
		{"a longer zone may hide behind silence", "exchvs1.sub.corp.example", []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp.example."), soa(a2, facts.Timeout, "", "")}, nil},
		{"a longer zone may hide behind a refusal", "exchvs1.sub.corp.example", []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp.example."), soa(a2, facts.Refused, "", "")}, nil},
		{"not behind a referral", "exchvs1.sub.corp.example", []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp.example."), soa(a2, facts.Lame, "", "")}, []string{a1}},
		{"no longer zone is possible", exchange, []facts.Fact{soa(a1, facts.NXDomain, "AA", "corp.example."), soa(a2, facts.ServFail, "", "")}, []string{a1}},
		{"a zone that does not hold the name", exchange, []facts.Fact{soa(a1, facts.NoData, "AA", "other.example."), soa(a2, facts.NoData, "AA", "p.example.")}, nil},
		{"authority with an error", exchange, []facts.Fact{soa(a1, facts.ServFail, "AA", "corp.example.")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, how := dnsfinding.Local(caseOf(c.host, []string{a1, a2}, c.facts...))
			if !slices.Equal(got, c.want) || (how == "") != (c.want == nil) {
				t.Errorf("local %q (%s), want %q", got, how, c.want)
			}
		})
	}
	told := caseOf(exchange, []string{a1, a2}, soa(a1, facts.NXDomain, "AA", "corp.example."))
	told.Facts[len(told.Facts)-1].Resolvers.Local = []string{"192.0.2.2"}
	if got, how := dnsfinding.Local(told); !slices.Equal(got, []string{a2}) || how != "named as the local DNS" {
		t.Errorf("told: %q (%s)", got, how)
	}
}

func TestCorrectOrder(t *testing.T) {
	r := facts.Resolvers{Servers: []string{"192.0.2.9", a1, "192.0.2.8:53", a2}}
	for _, c := range []struct{ local, want []string }{
		{[]string{a2, a1}, []string{a1, a2, "192.0.2.9:53", "192.0.2.8:53"}},
		{[]string{"192.0.2.7"}, []string{"192.0.2.7:53", "192.0.2.9:53", a1, "192.0.2.8:53", a2}},
		{nil, []string{"192.0.2.9:53", a1, "192.0.2.8:53", a2}},
	} {
		if got := dnsfinding.CorrectOrder(r, c.local); !slices.Equal(got, c.want) {
			t.Errorf("local %q: %q, want %q", c.local, got, c.want)
		}
	}
}

func TestCandidates(t *testing.T) {
	r := facts.Resolvers{Search: []string{"corp.example", "Example"}, Ndots: 1}
	for _, c := range []struct {
		name  string
		ndots int
		want  []string
	}{
		{"ExchVS1", 0, []string{"exchvs1.corp.example.", "exchvs1.example.", "exchvs1."}},
		{"exchvs1.", 1, []string{"exchvs1."}},
		{"exchvs1.corp.example", 1, []string{"exchvs1.corp.example."}},
		{"exchvs1.corp", 2, []string{"exchvs1.corp.corp.example.", "exchvs1.corp.example.", "exchvs1.corp."}},
	} {
		r.Ndots = c.ndots
		if got := dnsfinding.Candidates(c.name, r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a", "a.b.", "_x.corp.example", "EXCHVS1", strings.Repeat("a.", 126) + "a"} {
		if err := dnsfinding.CheckName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", ".", "a..b", "a b", "exch\x1b[m", "192.0.2.1", "::1", "büro.example", strings.Repeat("a", 64), strings.Repeat("a.", 127) + "a", `a\.b`} {
		if dnsfinding.CheckName(name) == nil {
			t.Errorf("%q passes", name)
		}
	}
}

func TestNothingAskedNothingFound(t *testing.T) {
	if got := dnsfinding.Derive(caseOf(exchange, []string{a1, a2})); len(got) != 0 {
		t.Errorf("%d findings", len(got))
	}
	if got := dnsfinding.Derive(&facts.Case{}); len(got) != 0 {
		t.Errorf("%d findings", len(got))
	}
}

// No outcome but a denial may ever become "missing", and none but an answer
// "there".
func TestOnlyDenialsAreMissing(t *testing.T) {
	for _, o := range []facts.Outcome{
		facts.Answered, facts.NoData, facts.NXDomain, facts.ServFail, facts.Refused, facts.NotAuth, facts.NotImp, facts.FormErr,
		facts.OtherRCode, facts.Lame, facts.Timeout, facts.Unreachable, facts.Truncated, facts.Mismatch, facts.Malformed,
	} {
		c := caseOf(exchange, []string{a1}, said(a1, facts.PurposeRecord, "A", o, "AA", "", exchangeIP), soa(a1, facts.NoData, "AA", "corp.example."))
		if o != facts.Answered {
			c.Facts[0].DNSAnswer.Addresses = nil
		}
		want := facts.Unknown
		switch o {
		case facts.Answered:
			want = facts.False
		case facts.NoData, facts.NXDomain:
			want = facts.True
		}
		for _, f := range dnsfinding.Derive(c) {
			if f.Finding.ID == facts.FindingMissingA && f.Finding.State != want {
				t.Errorf("%s: %s, want %s", o, f.Finding.State, want)
			}
		}
	}
}

// Any facts in any order give the same findings, none of them without a state
// or advice, and the case stays as it is.
func TestOrderDoesNotMatter(t *testing.T) {
	outcomes := []facts.Outcome{facts.Answered, facts.NoData, facts.NXDomain, facts.ServFail, facts.Refused, facts.Lame, facts.Timeout, facts.Unreachable, facts.Truncated, facts.Malformed}
	purposes := []string{facts.PurposeRecord, facts.PurposeZone, facts.PurposeWildcard, facts.PurposeValidation, facts.PurposeTCP, facts.PurposeReverse, facts.PurposeSuffix, facts.PurposeUpdate, facts.PurposeSerial}
	names := []string{exchange + ".", cluster + ".", "exchvs1.", "exchvs1.other.example.", dnsfinding.ImpossibleName, "kbtriage-no-such-host.corp.example."}
	rapid.Check(t, func(t *rapid.T) {
		c := &facts.Case{}
		for range rapid.IntRange(0, 40).Draw(t, "answers") {
			a := &facts.DNSAnswer{
				Subject: rapid.SampledFrom([]string{"", "exchange", "cluster"}).Draw(t, "subject"),
				Purpose: rapid.SampledFrom(purposes).Draw(t, "purpose"), Server: rapid.SampledFrom([]string{a1, a2, "[::1]:53"}).Draw(t, "server"),
				Name: rapid.SampledFrom(names).Draw(t, "name"), Type: rapid.SampledFrom([]string{"A", "AAAA", "SOA", "PTR"}).Draw(t, "type"),
				Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"), Zone: rapid.SampledFrom([]string{"", "corp.example.", "example.", "."}).Draw(t, "zone"),
				Serial: rapid.Uint32Range(0, 2).Draw(t, "serial"),
			}
			if rapid.Bool().Draw(t, "aa") {
				a.Flags = []string{"AA"}
			}
			if a.Outcome == facts.Answered {
				a.Addresses = []string{fmt.Sprintf("192.0.2.%d", rapid.IntRange(20, 23).Draw(t, "address"))}
			}
			if rapid.Bool().Draw(t, "rcode") {
				a.RCode = "NOERROR"
			}
			c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindDNSAnswer, DNSAnswer: a})
		}
		r := &facts.Resolvers{Servers: []string{a1, a2}, Search: []string{"other.example"}}
		if rapid.Bool().Draw(t, "told") {
			r.Local = []string{a2}
		}
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindResolvers, Resolvers: r},
			facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: "exchange.name", Value: rapid.SampledFrom([]string{exchange, "exchvs1", "b d"}).Draw(t, "given")}},
			facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: "exchange.address", Value: rapid.SampledFrom([]string{exchangeIP, "", "x"}).Draw(t, "expected")}})
		before, _ := json.Marshal(c.Facts)
		first := dnsfinding.Derive(c)
		if after, _ := json.Marshal(c.Facts); string(after) != string(before) {
			t.Fatal("the case was changed")
		}
		want, _ := json.Marshal(first)
		rand.Shuffle(len(c.Facts), func(i, j int) { c.Facts[i], c.Facts[j] = c.Facts[j], c.Facts[i] })
		if got, _ := json.Marshal(dnsfinding.Derive(c)); string(got) != string(want) {
			t.Fatalf("another order gives other findings:\n%s\n%s", want, got)
		}
		for _, f := range first {
			if g := f.Finding; (g.State == facts.Unknown) != (g.Advice != "") || g.Text == "" || g.State == "" || g.Proof == nil {
				t.Fatalf("%+v", g)
			}
		}
	})
}
