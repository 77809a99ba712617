package facts

import (
	"testing"

	"pgregory.net/rapid"
)

// TestCheck: every drawn fact is sound; with another kind, or with more in it, it is not.
func TestCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := randomFact().Draw(t, "fact")
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		other := f
		other.Kind = rapid.SampledFrom(append([]Kind{"", "other"}, kinds...)).Filter(func(k Kind) bool { return k != f.Kind }).Draw(t, "other kind")
		if other.Check() == nil {
			t.Fatalf("a %s that says it is a %s", f.Kind, other.Kind)
		}
		both := f
		if both.Text == nil {
			both.Text = &Text{}
		} else {
			both.Input = &Input{}
		}
		if both.Check() == nil {
			t.Fatalf("a %s with something else", both.Kind)
		}
	})
}

func TestStrings(t *testing.T) {
	for want, f := range map[string]Fact{
		"0xc00203e5":                     {Kind: KindCode, Code: &Code{Value: 0xC00203E5, Literal: "0xc00203e5"}},
		"event 4058":                     {Kind: KindEvent, Event: &Event{ID: 4058}},
		"event 4058 (MSExchangeIMC)":     {Kind: KindEvent, Event: &Event{ID: 4058, Source: "MSExchangeIMC"}},
		"two lines":                      {Kind: KindText, Text: &Text{Value: "two\nlines"}},
		"version=5.5 SP3":                {Kind: KindEnvironment, Environment: &Environment{Field: FieldVersion, Value: "5.5 SP3"}},
		"role is not cluster node":       {Kind: KindEnvironment, Environment: &Environment{Field: FieldRole, Value: "cluster node", Not: true}},
		"service account is in no group": {Kind: KindAccount, Account: &Account{}},
		"svc is in a, b":                 {Kind: KindAccount, Account: &Account{Name: "svc", Groups: []string{"b", "a"}}},
		"resolvers a, b":                 {Kind: KindResolvers, Resolvers: &Resolvers{Servers: []string{"a", "b"}}},
		"s:53 says nxdomain for a. A":    {Kind: KindDNSAnswer, DNSAnswer: &DNSAnswer{Server: "s:53", Name: "a.", Type: "A", Outcome: NXDomain}},
		"s:53 says 192.0.2.1 for a. A":   {Kind: KindDNSAnswer, DNSAnswer: &DNSAnswer{Server: "s:53", Name: "a.", Type: "A", Outcome: Answered, Addresses: []string{"192.0.2.1"}}},
		"event:4058: unknown":            {Kind: KindAnswer, Answer: &Answer{Question: "event:4058", State: Unknown}},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	account := Account{Groups: []string{"b", "a"}}
	if s := account.String(); account.Groups[0] != "b" {
		t.Errorf("%s: String sorted the groups of the fact itself", s)
	}
}
