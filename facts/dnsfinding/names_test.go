package dnsfinding_test

import (
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		records []string
		check   func(s *scene, local string)
	}{
		{"same", []string{rightExchange, "cluster1 A 192.0.2.21"}, func(s *scene, local string) {
			s.want(facts.FindingSameAddress, "exchange", local, facts.True)
			s.want(facts.FindingSameAddress, "cluster", local, facts.True)
			s.want(facts.FindingWrongAddress, "exchange", local, facts.False)
			s.want(facts.FindingWrongAddress, "cluster", local, facts.True)
			s.only(facts.FindingSameAddress, facts.FindingWrongAddress)
		}},
		{"swapped", []string{"exchvs1 A 192.0.2.22", "cluster1 A 192.0.2.21"}, func(s *scene, local string) {
			f := s.want(facts.FindingWrongAddress, "exchange", local, facts.True)
			if !strings.Contains(f.Text, "192.0.2.22 is the address of cluster.") {
				s.t.Error(f.Text)
			}
			s.want(facts.FindingWrongAddress, "cluster", local, facts.True)
			s.only(facts.FindingWrongAddress)
		}},
		{"extra", []string{rightExchange, "exchvs1 A 192.0.2.99", rightCluster}, func(s *scene, local string) {
			f := s.want(facts.FindingWrongAddress, "exchange", local, facts.True)
			s.got(f, "192.0.2.21, 192.0.2.99")
			if !strings.Contains(f.Text, "beside it 192.0.2.99") {
				s.t.Error(f.Text)
			}
			s.only(facts.FindingWrongAddress)
		}},
		{"alias", []string{"exchvs1 CNAME host", "host A 192.0.2.21", rightCluster}, func(s *scene, local string) {
			f := s.want(facts.FindingMissingA, "exchange", local, facts.False)
			if !strings.Contains(f.Text, "alias (CNAME) of host.corp.example") {
				s.t.Error(f.Text)
			}
			s.want(facts.FindingWrongAddress, "exchange", local, facts.False)
			s.only()
		}},
		{"alias to nothing", []string{"exchvs1 CNAME host", rightCluster}, func(s *scene, local string) {
			f := s.want(facts.FindingMissingA, "exchange", local, facts.True)
			s.got(f, "NXDOMAIN for host.corp.example, which the name is an alias of")
			s.only(facts.FindingMissingA)
		}},
		{"alias out of the zone", []string{"exchvs1 CNAME host.other.test.", rightCluster}, func(s *scene, local string) {
			s.want(facts.FindingMissingA, "exchange", local, facts.Unknown)
		}},
		{"alias in a circle", []string{"exchvs1 CNAME a", "a CNAME exchvs1", rightCluster}, func(s *scene, local string) {
			s.want(facts.FindingMissingA, "exchange", local, facts.Unknown)
			s.want(facts.FindingMissingA, "cluster", local, facts.False)
		}},
		{"AAAA only", []string{"exchvs1 AAAA 2001:db8::21", rightCluster}, func(s *scene, local string) {
			f := s.want(facts.FindingMissingA, "exchange", local, facts.True)
			s.got(f, "NODATA: only IPv6 addresses (AAAA) 2001:db8::21")
			s.only(facts.FindingMissingA)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			local := corp(t, c.records...)
			c.check(look(t, local).local(local).derive(), local)
		})
	}
}

func TestIPv6Expected(t *testing.T) {
	t.Parallel()
	local := corp(t, "exchvs1 AAAA 2001:db8::21", "cluster1 A 192.0.2.22")
	s := look(t, local).set("exchange.address", "2001:DB8:0::21").set("cluster.address", "::ffff:192.0.2.22").derive()
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.want(facts.FindingWrongAddress, "exchange", local, facts.False)
	s.want(facts.FindingWrongAddress, "cluster", local, facts.False)
}

func TestShortNames(t *testing.T) {
	t.Parallel()
	local := corp(t, rightExchange, rightCluster)
	short := func(search ...string) *scene {
		return look(t, local).set("exchange.name", "exchvs1").set("cluster.name", "cluster1").search(search...)
	}
	s := short("corp.example").derive()
	s.want(facts.FindingSearchSuffix, "exchange", local, facts.False)
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.only()

	// Only the reverse record knows the domain.
	s = short("wrong.example").derive()
	f := s.want(facts.FindingSearchSuffix, "exchange", local, facts.True)
	if f.Expected != "corp.example" || f.Got != "wrong.example" {
		t.Errorf("expected %s, got %s", f.Expected, f.Got)
	}
	s.want(facts.FindingSearchSuffix, "cluster", local, facts.True)
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.only(facts.FindingSearchSuffix)

	// The other endpoint knows it.
	s = short("wrong.example").set("cluster.name", cluster).set("exchange.address", "").derive()
	s.want(facts.FindingSearchSuffix, "exchange", local, facts.True)
	s.want(facts.FindingMissingA, "cluster", local, facts.False)

	// The search list leads below the zone.
	s = short("sub.corp.example").set("exchange.address", "").set("cluster.address", "").derive()
	s.want(facts.FindingSearchSuffix, "exchange", local, facts.True)
	s.never(facts.FindingMissingA, facts.True)

	// Nothing knows it.
	s = short("wrong.example").set("exchange.address", "").set("cluster.address", "").derive()
	s.want(facts.FindingSearchSuffix, "exchange", "", facts.Unknown)
	s.never(facts.FindingMissingA, facts.True)

	// The record itself is missing.
	local = corp(t, rightExchange)
	s = short("corp.example", "other.example").derive()
	s.want(facts.FindingMissingA, "cluster", local, facts.True)
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.never(facts.FindingSearchSuffix, facts.True)
}
