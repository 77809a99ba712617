package dnsfinding_test

import (
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

// corp is a BIND with authority for corp.example and its reverse zone.
func corp(t testing.TB, records ...string) string {
	t.Helper()
	return dnslab.BIND(t, corpZone(records...))
}

func corpZone(records ...string) dnslab.Config {
	return dnslab.Config{Zones: map[string]string{
		"corp.example":         dnslab.Zone(records...),
		"2.0.192.in-addr.arpa": dnslab.Zone("21 PTR exchvs1.corp.example.", "22 PTR cluster1.corp.example."),
	}}
}

// provider is a BIND that answers for everything, as a provider's does.
func provider(t testing.TB, records ...string) string {
	t.Helper()
	return dnslab.BIND(t, dnslab.Config{Zones: map[string]string{".": dnslab.Zone(records...)}})
}

const (
	rightExchange = "exchvs1 A 192.0.2.21"
	rightCluster  = "cluster1 A 192.0.2.22"
)

func TestBothRecordsMissing(t *testing.T) {
	t.Parallel()
	local, prov := corp(t), provider(t)
	s := look(t, local, prov).derive()
	servers, how := dnsfinding.Local(s.c)
	if !slices.Equal(servers, []string{local}) || how != "answers with authority for corp.example" {
		t.Errorf("local: %q, %s", servers, how)
	}
	for _, subject := range []string{"exchange", "cluster"} {
		s.got(s.want(facts.FindingMissingA, subject, local, facts.True), "NXDOMAIN")
		s.want(facts.FindingResolverOrder, subject, local, facts.False)
		s.want(facts.FindingMissingPTR, subject, local, facts.False)
	}
	s.only(facts.FindingMissingA)
}

func TestOneRecordMissing(t *testing.T) {
	t.Parallel()
	local := corp(t, rightExchange)
	s := look(t, local).derive()
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.want(facts.FindingMissingA, "cluster", local, facts.True)
	s.only(facts.FindingMissingA)
}

func TestAllRight(t *testing.T) {
	t.Parallel()
	c := corpZone()
	c.AllowUpdate = true
	local, prov := dnslab.BIND(t, c), provider(t)
	look(t, local, prov).derive().want(facts.FindingMissingA, "cluster", local, facts.True)
	dnslab.AddA(t, local, "corp.example", exchange, exchangeIP)
	dnslab.AddA(t, local, "corp.example", cluster, clusterIP)
	s := look(t, local, prov).derive()
	for _, subject := range []string{"exchange", "cluster"} {
		s.want(facts.FindingMissingA, subject, local, facts.False)
		s.want(facts.FindingWrongAddress, subject, local, facts.False)
		s.want(facts.FindingSameAddress, subject, local, facts.False)
		s.want(facts.FindingResolverOrder, subject, local, facts.False)
	}
	s.only()
}

func TestNamesDifferInCaseAndDot(t *testing.T) {
	t.Parallel()
	local := corp(t, rightExchange, rightCluster)
	s := look(t, local).set("exchange.name", "EXCHVS1.Corp.Example.").set("cluster.name", "Cluster1.CORP.example").derive()
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.want(facts.FindingMissingA, "cluster", local, facts.False)
	s.only()
}

func TestProviderFirst(t *testing.T) {
	t.Parallel()
	local, prov, other := corp(t, rightExchange, rightCluster), provider(t), provider(t)
	s := look(t, prov, other, local).derive()
	for _, subject := range []string{"exchange", "cluster"} {
		f := s.want(facts.FindingResolverOrder, subject, prov, facts.True)
		s.got(f, strings.Join([]string{prov, other, local}, ", "))
		if want := strings.Join([]string{local, prov, other}, ", "); f.Expected != want {
			t.Errorf("expected order %s, want %s", f.Expected, want)
		}
		s.want(facts.FindingResolverOrder, subject, other, facts.True)
		s.want(facts.FindingMissingA, subject, local, facts.False)
	}
	s.only(facts.FindingResolverOrder)
}

func TestProviderWithWildcard(t *testing.T) {
	t.Parallel()
	local, prov := corp(t, rightExchange), provider(t, "* A 203.0.113.9")
	s := look(t, prov, local).derive()
	s.want(facts.FindingResolverOrder, "exchange", prov, facts.True)
	if f := s.want(facts.FindingResolverOrder, "cluster", prov, facts.Unknown); !strings.Contains(f.Text, "invents addresses: it gives 203.0.113.9") {
		t.Error(f.Text)
	}
	s.got(s.want(facts.FindingWrongAddress, "exchange", prov, facts.True), "203.0.113.9")
	s.want(facts.FindingWrongAddress, "cluster", prov, facts.True)
	s.want(facts.FindingHijack, prov, prov, facts.True)
	s.want(facts.FindingHijack, local, local, facts.False)
	s.want(facts.FindingMissingA, "exchange", local, facts.False)
	s.want(facts.FindingMissingA, "cluster", local, facts.True)

	// Alone, it is never present.
	s = look(t, prov).derive()
	s.never(facts.FindingMissingA, facts.False)
	s.want(facts.FindingHijack, prov, prov, facts.True)

	// Named as the local DNS, neither.
	s = look(t, prov).local(prov).derive()
	s.never(facts.FindingMissingA, facts.False)

	// A local server that forwards to it neither.
	forwarder := dnslab.BIND(t, dnslab.Config{Forwarders: []string{prov}})
	s = look(t, forwarder).local(forwarder).derive()
	s.never(facts.FindingMissingA, facts.False)
	s.want(facts.FindingHijack, forwarder, forwarder, facts.True)
}

func TestWildcardOfTheLocalZone(t *testing.T) {
	t.Parallel()
	local := corp(t, rightExchange, "* A 192.0.2.80")
	s := look(t, local).derive()
	s.want(facts.FindingHijack, local, local, facts.False)
	s.want(facts.FindingWrongAddress, "cluster", local, facts.True)
	s.want(facts.FindingMissingA, "exchange", local, facts.False)

	forwarder := dnslab.BIND(t, dnslab.Config{Forwarders: []string{local}})
	s = look(t, forwarder, local).derive()
	s.never(facts.FindingHijack, facts.True)
	s.want(facts.FindingResolverOrder, "exchange", forwarder, facts.False)
}

func TestLocalFails(t *testing.T) {
	t.Parallel()
	prov := provider(t)
	dead := "127.0.0.1:" + closedPort(t)
	silent := dnslab.Serve(t, dnslab.Manners()["silent"]).Addr
	refuses := dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"corp.example": dnslab.Zone(rightExchange)}, Extra: "blackhole { none; }; allow-query-on { none; };"})
	servfail := dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"corp.example": "this is no zone"}, Extra: ""})
	for _, c := range []struct {
		name, addr string
		id         facts.FindingID
	}{
		{"down", dead, facts.FindingUnreachable},
		{"silent", silent, facts.FindingUnreachable},
		{"refuses", refuses, facts.FindingRefused},
		{"SERVFAIL", servfail, facts.FindingServFail},
	} {
		for _, told := range []bool{true, false} {
			for _, servers := range [][]string{{c.addr}, {c.addr, prov}, {prov, c.addr}} {
				s := look(t, servers...)
				if told {
					s.local(c.addr)
				}
				s.derive()
				t.Logf("%s, told %v, %d servers", c.name, told, len(servers))
				s.want(c.id, c.addr, c.addr, facts.True)
				s.want(facts.FindingMissingA, "exchange", "", facts.Unknown)
				s.want(facts.FindingMissingA, "cluster", "", facts.Unknown)
				s.never(facts.FindingMissingA, facts.True)
				s.never(facts.FindingMissingA, facts.False)
				s.never(facts.FindingResolverOrder, facts.True)
				s.only(c.id)
			}
		}
	}
	// The earlier server fails, the local one answers: no order finding.
	local := corp(t, rightExchange, rightCluster)
	for _, addr := range []string{dead, silent, refuses, servfail} {
		s := look(t, addr, local).derive()
		s.want(facts.FindingMissingA, "exchange", local, facts.False)
		s.want(facts.FindingResolverOrder, "exchange", addr, facts.Unknown)
		s.never(facts.FindingResolverOrder, facts.True)
	}
}

func closedPort(t testing.TB) string {
	t.Helper()
	l, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.LocalAddr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

func TestLocalServersDisagree(t *testing.T) {
	t.Parallel()
	one, two := corp(t, rightExchange, rightCluster), corp(t, "exchvs1 A 192.0.2.77")
	s := look(t, one, two).derive()
	s.want(facts.FindingInconsistent, "exchange", "", facts.True)
	s.want(facts.FindingInconsistent, "cluster", "", facts.True)
	s.want(facts.FindingMissingA, "cluster", one, facts.False)
	s.want(facts.FindingMissingA, "cluster", two, facts.True)
	three := corp(t, rightExchange, rightCluster)
	s = look(t, one, three).derive()
	s.want(facts.FindingInconsistent, "exchange", "", facts.False)
	s.only()
}

func TestOneServerListed(t *testing.T) {
	t.Parallel()
	local, prov := corp(t, rightExchange, rightCluster), provider(t)
	s := look(t, prov).derive()
	if f := s.want(facts.FindingResolverOrder, "exchange", prov, facts.Unknown); f.Advice != "name the local DNS with --local-dns ADDR" {
		t.Error(f.Advice)
	}
	s.want(facts.FindingInconsistent, "exchange", "", facts.Unknown)
	s.never(facts.FindingResolverOrder, facts.False)

	s = look(t, local).derive()
	s.want(facts.FindingResolverOrder, "exchange", local, facts.False)
	f := s.want(facts.FindingInconsistent, "exchange", local, facts.False)
	if !strings.Contains(f.Text, "Only one local server") {
		t.Error(f.Text)
	}
	f = s.want(facts.FindingSearchSuffix, "exchange", "", facts.False)
	if !strings.Contains(f.Text, "given in full") {
		t.Error(f.Text)
	}

	// The only local server must answer before anything is said of it.
	s = look(t, prov).local("127.0.0.1:" + closedPort(t)).derive()
	s.want(facts.FindingInconsistent, "exchange", "", facts.Unknown)
}

func TestAliasOutOfTheZone(t *testing.T) {
	t.Parallel()
	alias := "exchvs1 CNAME www.other.test."
	local := corp(t, alias, rightCluster)
	s := look(t, local).derive()
	s.want(facts.FindingLame, local, local, facts.False)
	s.want(facts.FindingRefused, local, local, facts.False)
	s.want(facts.FindingUnreachable, local, local, facts.False)
	f := s.want(facts.FindingMissingA, "exchange", local, facts.Unknown)
	s.got(f, "an alias (CNAME) of www.other.test, which the server does not serve")
	if !strings.Contains(f.Text, "holds exchvs1.corp.example as an alias (CNAME) of www.other.test, which the server does not serve") ||
		f.Advice != "ask a server that serves the target of the alias (--local-dns ADDR), or correct the alias" {
		t.Errorf("%s: %s", f.Text, f.Advice)
	}
	s.want(facts.FindingMissingA, "cluster", local, facts.False)
	s.want(facts.FindingWrongAddress, "exchange", local, facts.Unknown)
	s.want(facts.FindingInconsistent, "exchange", "", facts.Unknown)
	s.want(facts.FindingSameAddress, "exchange", local, facts.Unknown)
	s.only()

	// Neither does it become a denial on the way through the search list.
	for _, search := range [][]string{{"corp.example", "elsewhere.example"}, {"elsewhere.example", "corp.example"}, {"elsewhere.example", "corp.example", "empty.example"}} {
		c := corpZone(alias, rightCluster)
		c.Zones["empty.example"] = dnslab.Zone()
		local := dnslab.BIND(t, c)
		s := look(t, local).local(local).search(search...).set("exchange.name", "exchvs1").set("cluster.name", "cluster1").derive()
		s.want(facts.FindingMissingA, "exchange", local, facts.Unknown)
		s.want(facts.FindingMissingA, "cluster", local, facts.False)
		s.want(facts.FindingSearchSuffix, "exchange", local, facts.False)
		s.want(facts.FindingLame, local, local, facts.False)
		s.only()
	}

	// With a server for the target it is an address like any other.
	other := dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"other.test": dnslab.Zone("www A 192.0.2.21")}})
	asks := dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"corp.example": dnslab.Zone(alias, rightCluster)}, Forwarders: []string{other}})
	s = look(t, asks).derive()
	s.want(facts.FindingMissingA, "exchange", asks, facts.False)
	s.only()
}

func TestLocalOnlyForwards(t *testing.T) {
	t.Parallel()
	prov := provider(t)
	forwarder := dnslab.BIND(t, dnslab.Config{Forwarders: []string{prov}})
	s := look(t, forwarder).derive()
	s.want(facts.FindingMissingA, "exchange", "", facts.Unknown)
	if f := s.want(facts.FindingResolverOrder, "exchange", forwarder, facts.Unknown); f.Advice != "name the local DNS with --local-dns ADDR" {
		t.Error(f.Advice)
	}
	s.want(facts.FindingInconsistent, "exchange", "", facts.Unknown)
	s = look(t, forwarder, prov).derive()
	s.want(facts.FindingMissingA, "exchange", "", facts.Unknown)
	s.want(facts.FindingResolverOrder, "exchange", "", facts.Unknown)
	s = look(t, forwarder, prov).local(forwarder).derive()
	s.want(facts.FindingMissingA, "exchange", forwarder, facts.True)
	s.want(facts.FindingResolverOrder, "exchange", forwarder, facts.False)
}

func TestLocalNotInTheList(t *testing.T) {
	t.Parallel()
	local, prov := corp(t, rightExchange, rightCluster), provider(t)
	s := look(t, prov).local(local).derive()
	f := s.want(facts.FindingResolverOrder, "exchange", prov, facts.True)
	if f.Expected != local+", "+prov {
		t.Error(f.Expected)
	}
}

func TestReverseRecords(t *testing.T) {
	t.Parallel()
	c := corpZone(rightExchange, rightCluster)
	c.Zones["2.0.192.in-addr.arpa"] = dnslab.Zone("21 PTR old.corp.example.")
	local, prov := dnslab.BIND(t, c), provider(t)
	s := look(t, prov, local).derive()
	s.want(facts.FindingMissingPTR, "cluster", local, facts.True)
	if f := s.want(facts.FindingMissingPTR, "exchange", local, facts.False); !strings.Contains(f.Text, "old.corp.example, not exchvs1.corp.example") {
		t.Error(f.Text)
	}
	s.want(facts.FindingResolverOrder, "exchange", prov, facts.True)

	delete(c.Zones, "2.0.192.in-addr.arpa")
	s = look(t, dnslab.BIND(t, c), prov).derive()
	s.want(facts.FindingMissingPTR, "cluster", "", facts.Unknown)
}
