package dnsprobe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsprobe"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

// many is a plan for n endpoints.
func many(n int, servers ...string) dnsprobe.Plan {
	p := plan(servers...)
	p.Endpoints = nil
	for i := range n {
		p.Endpoints = append(p.Endpoints, dnsprobe.Endpoint{Subject: fmt.Sprintf("host%04d", i), Name: fmt.Sprintf("host%04d.corp.example", i)})
	}
	return p
}

func TestDialsOnlyWhatIsNamed(t *testing.T) {
	s := dnslab.Serve(t, dnslab.Manners()["refers"])
	polite := dnslab.Serve(t, dnslab.Polite(dnslab.Good))
	p := plan(s.Addr, polite.Addr, s.Addr, "dns.corp.example")
	p.Resolvers.Local = []string{polite.Addr}
	p.Update = true
	r := new(recorder)
	answers := dnsprobe.Run(context.Background(), r.dial, p)
	want := []string{"tcp " + polite.Addr, "tcp " + s.Addr, "udp " + polite.Addr, "udp " + s.Addr}
	slices.Sort(want)
	if got := slices.Compact(slices.Sorted(slices.Values(r.dials))); !slices.Equal(got, want) {
		t.Errorf("dialled %q, want %q", got, want)
	}
	if n := len(r.dials); n != 4 {
		t.Errorf("%d sockets, want one of each kind a server: %q", n, r.dials)
	}
	for _, f := range answers {
		if a := f.DNSAnswer; a.Server == "dns.corp.example" && a.Outcome != facts.Unreachable {
			t.Errorf("a server given by name: %s", a)
		}
	}
}

func TestDeadServerCostsTwoTimeouts(t *testing.T) {
	s := dnslab.Serve(t, dnslab.Manners()["silent"])
	p := many(300, s.Addr)
	start := time.Now()
	answers := run(t, p)
	if d := time.Since(start); d > 4*p.Attempt {
		t.Errorf("took %v, two attempts are %v", d, 2*p.Attempt)
	}
	if n := len(s.Queries()); n > 6 {
		t.Errorf("the server got %d packets", n)
	}
	skipped := 0
	for _, a := range answers {
		if a.Outcome != facts.Timeout || a.Why == "" {
			t.Fatalf("%s: %s (%s)", a, a.Outcome, a.Why)
		}
		if strings.HasPrefix(a.Why, "not asked") {
			skipped++
		}
	}
	if skipped < len(answers)-3 || len(answers) < 900 {
		t.Errorf("%d of %d were skipped", skipped, len(answers))
	}
}

func TestServerThatDropsOneType(t *testing.T) {
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.Type == dnslab.TypeAAAA {
			return nil
		}
		return dnslab.Polite(dnslab.Good)(q)
	})
	p := many(400, s.Addr)
	start := time.Now()
	for _, a := range run(t, p) {
		want := facts.Answered
		if a.Type == "AAAA" {
			want = facts.Timeout
		}
		if a.Purpose == facts.PurposeRecord && a.Outcome != want {
			t.Fatalf("%s (%s), want %s", a, a.Why, want)
		}
	}
	if d := time.Since(start); d > 8*p.Attempt {
		t.Errorf("took %v", d)
	}
}

// A second reply to one question says nothing about another one.
func TestLateDuplicates(t *testing.T) {
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.Type == dnslab.TypeAAAA {
			return nil
		}
		p := dnslab.Polite(dnslab.Good)(q)
		return append(p, p[0], p[0])
	})
	answers := run(t, plan(s.Addr))
	if a := pick(t, answers, s.Addr, facts.PurposeRecord, "AAAA"); a.Outcome != facts.Timeout {
		t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
	}
	if a := pick(t, answers, s.Addr, facts.PurposeRecord, "A"); a.Outcome != facts.Answered {
		t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
	}
}

func TestServerThatDiesMidway(t *testing.T) {
	n := 0
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if n++; n > 50 {
			return nil
		}
		return dnslab.Polite(dnslab.Good)(q)
	})
	p := many(1000, s.Addr)
	start := time.Now()
	for _, a := range run(t, p) {
		if a.Outcome == facts.NoData && a.Type == "A" || a.Outcome == facts.NXDomain && a.Purpose == facts.PurposeRecord {
			t.Fatalf("%s", a)
		}
	}
	if d := time.Since(start); d > 10*p.Attempt {
		t.Errorf("took %v", d)
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.LocalAddr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := plan(addr)
	p.Attempt = time.Second
	start := time.Now()
	for _, a := range run(t, p) {
		if a.Outcome != facts.Unreachable || !strings.Contains(a.Why, "refused") {
			t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
		}
	}
	if d := time.Since(start); d > p.Attempt {
		t.Errorf("took %v: the refusal of the host is an answer", d)
	}
}

func TestDialerThatFails(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, fmt.Errorf("no network here") }
	for _, f := range dnsprobe.Run(context.Background(), dial, plan("192.0.2.1")) {
		if a := f.DNSAnswer; a.Server != "192.0.2.1:53" || a.Outcome != facts.Unreachable || !strings.Contains(a.Why, "no network here") {
			t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
		}
	}
}

func TestCancel(t *testing.T) {
	s := dnslab.Serve(t, dnslab.Manners()["silent"])
	p := many(200, s.Addr)
	p.Attempt, p.Timeout = time.Minute, time.Minute
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	answers := dnsprobe.Run(ctx, new(net.Dialer).DialContext, p)
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
	for _, f := range answers {
		if f.DNSAnswer.Outcome != facts.Timeout {
			t.Errorf("%s", f.DNSAnswer)
		}
	}
}

func TestSameBytesEveryTime(t *testing.T) {
	polite := dnslab.Serve(t, dnslab.Polite(dnslab.Good))
	wild := dnslab.Serve(t, dnslab.Wildcard(dnslab.Bad))
	dead := dnslab.Serve(t, dnslab.Manners()["silent"])
	refuse := dnslab.Serve(t, dnslab.Manners()["REFUSED"])
	p := many(40, polite.Addr, wild.Addr, dead.Addr, refuse.Addr)
	p.Endpoints = append(p.Endpoints, dnsprobe.Endpoint{Subject: "short", Name: "exchvs1"}, dnsprobe.Endpoint{Subject: "odd", Name: "ex change"})
	p.Resolvers.Search = []string{"wrong.example", "corp.example"}
	p.Update = true
	p.Attempt, p.Timeout = 300*time.Millisecond, 2*time.Second
	first := ""
	for i := range 4 {
		b, err := json.Marshal(dnsprobe.Run(context.Background(), new(net.Dialer).DialContext, p))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = string(b)
		} else if string(b) != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestSearchList(t *testing.T) {
	s := dnslab.Serve(t, dnslab.Polite(dnslab.Good))
	p := plan(s.Addr)
	p.Resolvers.Search = []string{"wrong.example", "corp.example", "never.example"}
	p.Endpoints[0].Name = "EXCHVS1"
	var asked []string
	for _, a := range run(t, p) {
		if a.Purpose == facts.PurposeRecord && a.Type == "A" {
			asked = append(asked, a.Name+" "+string(a.Outcome))
			if a.Asked != "EXCHVS1" {
				t.Errorf("asked as %q", a.Asked)
			}
		}
	}
	slices.Sort(asked)
	if want := []string{"exchvs1.corp.example. answered", "exchvs1.wrong.example. refused"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

func TestAliasOutOfTheZone(t *testing.T) {
	zones := map[string]string{"corp.example": dnslab.Zone("exchvs1 CNAME www.other.test.")}
	for name, addr := range map[string]string{"BIND": dnslab.BIND(t, dnslab.Config{Zones: zones}), "NSD": dnslab.NSD(t, dnslab.Config{Zones: zones})} {
		a := pick(t, run(t, plan(addr)), addr, facts.PurposeRecord, "A")
		if a.Outcome != facts.NotAuth || a.RCode != "NOERROR" || !a.Has("AA") || a.Why != "the alias leads to www.other.test., which this server does not serve" {
			t.Errorf("%s: %s %s %q (%s)", name, a.Outcome, a.RCode, a.Flags, a.Why)
		}
		if !slices.Equal(a.Chain, []string{"www.other.test."}) || len(a.Answers) != 1 {
			t.Errorf("%s: chain %q, answers %v", name, a.Chain, a.Answers)
		}
	}
	// Without authority it is lame as before.
	lame := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		m := dnslab.Message{ID: q.ID, Flags: dnslab.QR, Question: q.Question, Answer: [][]byte{dnslab.CNAME(q.Name, "www.other.test.")}}
		return [][]byte{m.Bytes()}
	})
	if a := pick(t, run(t, plan(lame.Addr)), lame.Addr, facts.PurposeRecord, "A"); a.Outcome != facts.Lame || len(a.Chain) != 1 {
		t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
	}
}

func TestTCPIsTried(t *testing.T) {
	s := dnslab.Serve(t, func(q dnslab.Query) [][]byte {
		if q.TCP {
			return [][]byte{nil}
		}
		return dnslab.Polite(dnslab.Good)(q)
	})
	if a := pick(t, run(t, plan(s.Addr)), s.Addr, facts.PurposeTCP, "A"); a.Outcome != facts.Unreachable {
		t.Errorf("%s: %s (%s)", a, a.Outcome, a.Why)
	}
}

// BenchmarkRun asks for 1,000 names at two servers: A, AAAA and SOA each.
func BenchmarkRun(b *testing.B) {
	one := dnslab.Serve(b, dnslab.Polite(dnslab.Good))
	two := dnslab.Serve(b, dnslab.Polite(dnslab.Good))
	p := many(1000, one.Addr, two.Addr)
	p.Attempt, p.Timeout = 0, 0
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n += len(dnsprobe.Run(context.Background(), new(net.Dialer).DialContext, p))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "us/question")
}
