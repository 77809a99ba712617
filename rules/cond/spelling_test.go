package cond

import (
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

// A build number does not tell the service pack.
func TestBuildNumberLeavesServicePackOpen(t *testing.T) {
	for _, c := range []struct {
		have, fixed string
		want        State
	}{
		{"5.5.2232.9", "5.5 SP2", Unknown},
		{"5.5 SP1", "5.5 SP2", Seen},
		{"5.5 SP3", "5.5 SP2", Missing},
		{"5.0.1457", "5.5 SP2", Seen},
		{"6.0.4417.5", "5.5 SP2", Missing},
	} {
		have, err := ParseVersion(c.have)
		if err != nil {
			t.Fatal(err)
		}
		fixed, err := ParseVersion(c.fixed)
		if err != nil {
			t.Fatal(err)
		}
		if got := have.Before(fixed); got != c.want {
			t.Errorf("%s before %s: %s, want %s", c.have, c.fixed, got, c.want)
		}
	}
}

// What the viewer could not name is no contradiction, and a log is one with or
// without the word behind it.
func TestEventFieldSpellings(t *testing.T) {
	want := Event{IDs: []uint32{4058}, Source: "MSExchangeIMC", Log: "Application", Category: "Initialization/Termination"}
	for _, c := range []struct {
		event facts.Event
		match bool
	}{
		{facts.Event{ID: 4058}, true},
		{facts.Event{ID: 4058, Category: "(3)"}, true},
		{facts.Event{ID: 4058, Category: "None"}, true},
		{facts.Event{ID: 4058, Category: "N/A"}, true},
		{facts.Event{ID: 4058, Category: "Logging"}, false},
		{facts.Event{ID: 4058, Log: "Application Log"}, true},
		{facts.Event{ID: 4058, Log: "Application Event Log"}, true},
		{facts.Event{ID: 4058, Log: "System"}, false},
		{facts.Event{ID: 4058, Source: "MS Exchange IMC"}, true},
		{facts.Event{ID: 4058, Source: "Serial"}, false},
	} {
		if got := want.matches(&c.event); got != c.match {
			t.Errorf("%+v: %v", c.event, got)
		}
	}
}

// Systems have several names; one that is not known is not taken for another.
func TestSystemNames(t *testing.T) {
	for _, c := range []struct {
		want, have string
		state      State
	}{
		{"Windows 2000", "Win2000", Seen},
		{"Windows 2000", "W2K", Seen},
		{"Windows 2000", "Windows NT 5.0", Seen},
		{"Windows 2000", "Microsoft Windows 2000 Advanced Server", Seen},
		{"Windows 2000", "Windows", Unknown},
		{"Windows 2000", "Windows NT 4.0", Missing},
		{"Windows 2000", "NT4", Missing},
		{"Windows 2000", "Linux", Missing},
		{"Exchange Server", "MS Exchange Server 5.5", Seen},
	} {
		fact := facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: facts.FieldOS, Value: c.have}}
		state, _, _ := nameState(NewView(&facts.Case{Facts: []facts.Fact{fact}}), facts.FieldOS, c.want)
		if state != c.state {
			t.Errorf("%s asked, %s known: %s, want %s", c.want, c.have, state, c.state)
		}
	}
}
