package dnsfinding_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

func TestUpdateCapability(t *testing.T) {
	t.Parallel()
	zones := map[string]string{"corp.example": dnslab.Zone(rightExchange, rightCluster)}
	allowed := dnslab.BIND(t, dnslab.Config{Zones: zones, AllowUpdate: true})
	refused := dnslab.BIND(t, dnslab.Config{Zones: zones})
	nsd := dnslab.NSD(t, dnslab.Config{Zones: zones})
	for _, c := range []struct {
		addr, got string
		state     facts.State
	}{{allowed, "NOERROR", facts.True}, {refused, "REFUSED", facts.False}, {nsd, "NOTIMP", facts.False}} {
		s := look(t, c.addr).withUpdate().derive()
		f := s.want(facts.FindingUpdate, c.addr, c.addr, c.state)
		s.got(f, c.got)
		if !strings.Contains(f.Text, "The serial of the zone is the same before and after") {
			t.Error(f.Text)
		}
	}
	if s := look(t, allowed).derive(); slices.ContainsFunc(s.findings, func(f *facts.Finding) bool { return f.ID == facts.FindingUpdate }) {
		t.Error("asked for updates without being told to")
	}

	other := dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"other.example": dnslab.Zone()}, AllowUpdate: true})
	s := look(t, other).local(other).withUpdate().derive()
	s.got(s.want(facts.FindingUpdate, other, other, facts.False), "NOTAUTH")

	drops := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.Opcode() == 5 {
			return nil
		}
		return dnslab.Polite(dnslab.Good)(q)
	})
	s = look(t, drops.Addr).withUpdate().derive()
	if f := s.want(facts.FindingUpdate, drops.Addr, drops.Addr, facts.Unknown); !strings.Contains(f.Text, "The serial of the zone is the same") {
		t.Error(f.Text)
	}

	old := dnslab.Serve(t, dnslab.Manners()["old server"])
	s = look(t, old.Addr).withUpdate().derive()
	s.got(s.want(facts.FindingUpdate, old.Addr, old.Addr, facts.False), "NOTIMP")
	s.want(facts.FindingMissingA, "exchange", old.Addr, facts.False)
}

func TestTCPBlocked(t *testing.T) {
	t.Parallel()
	polite := dnslab.Polite(dnslab.Good)
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.TCP {
			return [][]byte{nil}
		}
		return polite(q)
	})
	look(t, s.Addr).derive().want(facts.FindingTCP, s.Addr, s.Addr, facts.True)
	cut := dnslab.Serve(t, dnslab.Manners()["truncated, TCP closed"])
	l := look(t, cut.Addr).derive()
	l.want(facts.FindingTCP, cut.Addr, cut.Addr, facts.True)
	l.never(facts.FindingMissingA, facts.True)
}

func TestValidationFails(t *testing.T) {
	t.Parallel()
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.Flags&0x10 == 0 { // CD
			return dnslab.Manners()["SERVFAIL"](q)
		}
		return dnslab.Polite(dnslab.Good)(q)
	})
	l := look(t, s.Addr).derive()
	l.want(facts.FindingDNSSEC, s.Addr, s.Addr, facts.True)
	l.want(facts.FindingServFail, s.Addr, s.Addr, facts.True)
	l.never(facts.FindingMissingA, facts.True)
	l.never(facts.FindingMissingA, facts.False)

	fails := dnslab.Serve(t, dnslab.Manners()["SERVFAIL"])
	look(t, fails.Addr).derive().want(facts.FindingDNSSEC, fails.Addr, fails.Addr, facts.False)
}

func TestLameServer(t *testing.T) {
	t.Parallel()
	lame := dnslab.Serve(t, dnslab.Manners()["refers"])
	s := look(t, lame.Addr).local(lame.Addr).derive()
	s.want(facts.FindingLame, lame.Addr, lame.Addr, facts.True)
	s.want(facts.FindingMissingA, "exchange", lame.Addr, facts.Unknown)
	s.only(facts.FindingLame)
}
