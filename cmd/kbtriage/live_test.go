package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/dnslab"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// These tests run the program against real servers: BIND and NSD, and a server
// with bad manners. The names are those of a cluster and its Exchange group.

const (
	rightExchange = "exchvs1 A 192.0.2.21"
	rightCluster  = "cluster1 A 192.0.2.22"
)

// shown is what a person types first: code, event and context.
var shown = []string{
	"0xc00203e5", "event 4058", "--set", "product=Exchange Server", "--set", "version=5.5 SP3", "--set", "os=Windows 2000", "--set", "cluster=true",
}

var names = []string{
	"--set", "exchange.name=exchvs1.corp.example", "--set", "exchange.address=192.0.2.21",
	"--set", "cluster.name=cluster1.corp.example", "--set", "cluster.address=192.0.2.22",
}

// session is one run of the program.
type session struct {
	code   int
	out    string
	err    string
	dialed []string
}

// program runs kbtriage with real sockets, whose addresses it keeps.
func program(t *testing.T, args ...string) session {
	t.Helper()
	return programIn(t, strings.NewReader(""), args...)
}

func programIn(t *testing.T, in io.Reader, args ...string) session {
	t.Helper()
	var s session
	var out, errs bytes.Buffer
	var mu sync.Mutex
	var dialer net.Dialer
	w := &world{
		in: in, out: &out, err: &errs,
		dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			s.dialed = append(s.dialed, address)
			mu.Unlock()
			return dialer.DialContext(ctx, network, address)
		},
		getenv: func(name string) string {
			if name == "XDG_CONFIG_HOME" {
				return "/nonexistent"
			}
			return ""
		},
	}
	w.now = func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) } // suppressions end by it
	s.code = run(t.Context(), w, args)
	s.out, s.err = out.String(), errs.String()
	return s
}

// differential runs diagnose with JSON output.
func differential(t *testing.T, args ...string) (*result.Differential, session) {
	t.Helper()
	s := program(t, append(slices.Clone(args), "-o", "json")...)
	var d result.Differential
	if err := json.Unmarshal([]byte(s.out), &d); err != nil {
		t.Fatalf("exit %d, not JSON: %v\n%s%s", s.code, err, s.out, s.err)
	}
	return &d, s
}

// probing is the flags for a check of the names at the resolvers.
func probing(resolvers ...string) []string {
	args := append(slices.Clone(shown), names...)
	args = append(args, "--probe", "--timeout", "1s")
	for _, r := range resolvers {
		args = append(args, "--resolver", r)
	}
	return args
}

func zone(records ...string) dnslab.Config {
	return dnslab.Config{Zones: map[string]string{
		"corp.example":         dnslab.Zone(records...),
		"2.0.192.in-addr.arpa": dnslab.Zone("21 PTR exchvs1.corp.example.", "22 PTR cluster1.corp.example."),
	}}
}

func provider(t *testing.T, records ...string) string {
	t.Helper()
	return dnslab.BIND(t, dnslab.Config{Zones: map[string]string{".": dnslab.Zone(records...)}})
}

const (
	dnsRule     = "exchange/ims-setup-cluster-dns"
	accountRule = "exchange/setup-cluster-service-account"
)

func diagnosisOf(t *testing.T, d *result.Differential, rule string) result.Diagnosis {
	t.Helper()
	for _, x := range d.Diagnoses {
		if x.Rule == rule {
			return x
		}
	}
	t.Fatalf("%s is not listed", rule)
	return result.Diagnosis{}
}

func symptomOf(t *testing.T, x result.Diagnosis, name string) result.Evidence {
	t.Helper()
	for _, e := range x.Evidence {
		if e.Symptom == name {
			return e
		}
	}
	t.Fatalf("%s has no evidence %s", x.Rule, name)
	return result.Evidence{}
}

// states lists "subject state" of the findings with the id.
func states(d *result.Differential, id facts.FindingID) []string {
	var list []string
	for _, f := range d.Findings {
		if f.ID == id {
			list = append(list, f.Subject+" "+string(f.State))
		}
	}
	return list
}

func wantFirst(t *testing.T, d *result.Differential, rule string, verdict result.Verdict) result.Diagnosis {
	t.Helper()
	if len(d.Diagnoses) == 0 || d.Diagnoses[0].Rule != rule || d.Diagnoses[0].Verdict != verdict || d.Diagnoses[0].Probability < d.None {
		t.Errorf("first is %+v, none %.3f; want %s %s", ranks(d), d.None, rule, verdict)
	}
	return diagnosisOf(t, d, rule)
}

func ranks(d *result.Differential) []string {
	var list []string
	for _, x := range d.Diagnoses {
		list = append(list, x.Rule+" "+string(x.Verdict))
	}
	return list
}

func TestBothRecordsMissing(t *testing.T) {
	local, prov := dnslab.BIND(t, zone()), provider(t)
	d, s := differential(t, probing(local, prov)...)
	if s.code != 0 {
		t.Errorf("exit %d: %s", s.code, s.err)
	}
	x := wantFirst(t, d, dnsRule, result.Confirmed)
	if got := states(d, facts.FindingMissingA); !slices.Equal(got, []string{"cluster true", "exchange true"}) {
		t.Errorf("missing: %q", got)
	}
	steps := strings.Join(x.Resolution.Steps, "\n")
	for _, want := range []string{
		"exchvs1.corp.example. IN A 192.0.2.21", "cluster1.corp.example. IN A 192.0.2.22",
		"update add exchvs1.corp.example. 3600 A 192.0.2.21", "server 127.0.0.1", result.DerivedMark,
		"1. " + local, "nameserver 127.0.0.1   # " + local,
	} {
		if !strings.Contains(steps, want) {
			t.Errorf("the steps do not hold %q:\n%s", want, steps)
		}
	}
	for _, want := range []string{"exchvs1.corp.example. IN A 192.0.2.21", "cluster1.corp.example. IN A 192.0.2.22"} {
		if !slices.Contains(x.Resolution.Derived, want) {
			t.Errorf("derived lacks %q", want)
		}
	}
	for _, e := range x.Evidence {
		if e.State == "seen" && len(e.Facts) == 0 {
			t.Errorf("%s cites nothing", e.Symptom)
		}
	}
}

func TestOneRecordMissing(t *testing.T) {
	d, _ := differential(t, probing(dnslab.BIND(t, zone(rightExchange)))...)
	x := wantFirst(t, d, dnsRule, result.Confirmed)
	if got := x.Resolution.Derived; !slices.Contains(got, "cluster1.corp.example. IN A 192.0.2.22") || slices.Contains(got, "exchvs1.corp.example. IN A 192.0.2.21") {
		t.Errorf("derived: %q", got)
	}
}

func TestRecordsRightAndVerify(t *testing.T) {
	c := zone()
	c.AllowUpdate = true
	local, prov := dnslab.BIND(t, c), provider(t)
	flags := probing(local, prov)
	check := append([]string{"verify", dnsRule, "-o", "json"}, flags[2:]...)
	s := program(t, check...)
	if s.code != 1 || !strings.Contains(s.out, `"state": "failed"`) {
		t.Errorf("before: exit %d\n%s", s.code, s.out)
	}
	dnslab.AddA(t, local, "corp.example", "exchvs1.corp.example", "192.0.2.21")
	dnslab.AddA(t, local, "corp.example", "cluster1.corp.example", "192.0.2.22")
	s = program(t, check...)
	var v triage.Verification
	if err := json.Unmarshal([]byte(s.out), &v); err != nil || s.code != 0 || v.State != triage.Verified {
		t.Errorf("after: exit %d, %v\n%s", s.code, err, s.out)
	}
	d, _ := differential(t, flags...)
	wantFirst(t, d, accountRule, result.Possible)
	if x := diagnosisOf(t, d, dnsRule); x.Verdict != result.RuledOut {
		t.Errorf("verdict %s", x.Verdict)
	}
}

func TestProviderFirst(t *testing.T) {
	local, prov, other := dnslab.BIND(t, zone(rightExchange, rightCluster)), provider(t), provider(t)
	d, _ := differential(t, probing(prov, other, local)...)
	x := wantFirst(t, d, dnsRule, result.Confirmed)
	if got := states(d, facts.FindingResolverOrder); !slices.Contains(got, "exchange true") {
		t.Errorf("order: %q", got)
	}
	steps := strings.Join(x.Resolution.Steps, "\n")
	if want := "1. " + local + "\n    2. " + prov + "\n    3. " + other; !strings.Contains(steps, want) {
		t.Errorf("the steps do not hold the order %q:\n%s", want, steps)
	}
	if strings.Contains(steps, "IN A") {
		t.Errorf("no record is missing:\n%s", steps)
	}
	for _, f := range d.Findings {
		if f.State == facts.True && len(f.Proof) == 0 {
			t.Errorf("%s has no proof", f.ID)
		}
	}
}

func TestProviderWithWildcard(t *testing.T) {
	local, prov := dnslab.BIND(t, zone(rightExchange, rightCluster)), provider(t, "* A 203.0.113.9")
	d, _ := differential(t, probing(prov, local)...)
	for id, want := range map[facts.FindingID]string{facts.FindingHijack: prov + " true", facts.FindingWrongAddress: "exchange true"} {
		if got := states(d, id); !slices.Contains(got, want) {
			t.Errorf("%s: %q", id, got)
		}
	}
	alone, _ := differential(t, probing(prov)...)
	if got := states(alone, facts.FindingMissingA); slices.Contains(got, "exchange false") || slices.Contains(got, "exchange true") {
		t.Errorf("a wildcard counts as a record: %q", got)
	}
}

func TestLocalServerFails(t *testing.T) {
	dead := "127.0.0.1:" + closedPort(t)
	manners := dnslab.Manners()
	for name, local := range map[string]string{
		"down":     dead,
		"silent":   dnslab.Serve(t, manners["silent"]).Addr,
		"servfail": dnslab.Serve(t, manners["SERVFAIL"]).Addr,
		"refused":  dnslab.Serve(t, manners["REFUSED"]).Addr,
	} {
		t.Run(name, func(t *testing.T) {
			d, s := differential(t, append(probing(local, provider(t)), "--local-dns", local)...)
			if s.code != 0 {
				t.Errorf("exit %d; a probe without answer is no partial input", s.code)
			}
			x := diagnosisOf(t, d, dnsRule)
			if e := symptomOf(t, x, "dns_unfit"); e.State != "unknown" || e.Bits != 0 {
				t.Errorf("proof is %s, %+.1f bit: %s", e.State, e.Bits, e.Why)
			}
			for _, id := range []facts.FindingID{facts.FindingMissingA, facts.FindingResolverOrder} {
				for _, got := range states(d, id) {
					if strings.HasSuffix(got, " true") {
						t.Errorf("%s: %s", id, got)
					}
				}
			}
			problem, advice := false, false
			for _, f := range d.Findings {
				problem = problem || f.State == facts.True && f.Subject == local
				advice = advice || f.State == facts.Unknown && f.Advice != ""
			}
			if !problem || !advice {
				t.Errorf("no finding about the server (%v) or no advice (%v)", problem, advice)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.LocalAddr().String())
	return port
}

func TestRecordsThatAreNotRight(t *testing.T) {
	second := func(t *testing.T) string { return dnslab.BIND(t, zone(rightExchange)) }
	for _, x := range []struct {
		name    string
		records []string
		more    func(*testing.T) string
		flags   []string
		finding facts.FindingID
		want    string
		verdict result.Verdict
	}{
		{"same address", []string{rightExchange, "cluster1 A 192.0.2.21"}, nil, nil, facts.FindingSameAddress, "cluster true", result.Confirmed},
		{"swapped", []string{"exchvs1 A 192.0.2.22", "cluster1 A 192.0.2.21"}, nil, nil, facts.FindingWrongAddress, "exchange true", result.Confirmed},
		{"stale", []string{rightExchange, "exchvs1 A 192.0.2.99", rightCluster}, nil, nil, facts.FindingWrongAddress, "exchange true", result.Confirmed},
		{"cname", []string{"exchvs1 CNAME node1", "node1 A 192.0.2.21", rightCluster}, nil, nil, facts.FindingMissingA, "exchange false", result.RuledOut},
		{"cname elsewhere", []string{"exchvs1 CNAME node1", "node1 A 192.0.2.99", rightCluster}, nil, nil, facts.FindingWrongAddress, "exchange true", result.Confirmed},
		{"aaaa only", []string{"exchvs1 AAAA 2001:db8::21", rightCluster}, nil, nil, facts.FindingMissingA, "exchange true", result.Confirmed},
		{"wrong search list", []string{rightExchange, rightCluster}, nil, []string{"--search", "other.example", "--set", "exchange.name=exchvs1"}, facts.FindingSearchSuffix, "exchange true", ""},
		{"two local", []string{rightExchange, rightCluster}, second, nil, facts.FindingInconsistent, "cluster true", result.Confirmed},
		{"case and dot", []string{rightExchange, rightCluster}, nil, []string{"--set", "exchange.name=EXCHVS1.Corp.Example."}, facts.FindingMissingA, "exchange false", result.RuledOut},
	} {
		t.Run(x.name, func(t *testing.T) {
			args := probing(dnslab.BIND(t, zone(x.records...)))
			if x.more != nil {
				args = append(args, "--resolver", x.more(t))
			}
			if x.flags != nil { // replaces the name that the flags give
				args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "exchange.name=") })
				args = slices.Delete(args, slices.Index(args, "exchange.address=192.0.2.21")-2, slices.Index(args, "exchange.address=192.0.2.21")-1)
				args = append(args, x.flags...)
			}
			d, s := differential(t, args...)
			if got := states(d, x.finding); !slices.Contains(got, x.want) {
				t.Errorf("exit %d, %s: %q %s", s.code, x.finding, got, s.err)
			}
			if y := diagnosisOf(t, d, dnsRule); x.verdict != "" && y.Verdict != x.verdict {
				t.Errorf("verdict %s, want %s", y.Verdict, x.verdict)
			}
		})
	}
}

func TestLocalServerOnlyForwards(t *testing.T) {
	up := dnslab.BIND(t, zone(rightExchange, rightCluster))
	forwarder := dnslab.BIND(t, dnslab.Config{Forwarders: []string{up}})
	d, _ := differential(t, probing(forwarder)...)
	for _, got := range states(d, facts.FindingMissingA) {
		if !strings.HasSuffix(got, " unknown") {
			t.Errorf("a server that only forwards is taken for the local one: %s", got)
		}
	}
}

func TestUpdateCapability(t *testing.T) {
	open := zone(rightExchange, rightCluster)
	open.AllowUpdate = true
	for _, x := range []struct {
		name, server, state, got string
	}{
		{"allowed", dnslab.BIND(t, open), "true", "NOERROR"},
		{"refused", dnslab.BIND(t, zone(rightExchange, rightCluster)), "false", "REFUSED"},
		{"other zone", dnslab.BIND(t, dnslab.Config{Zones: map[string]string{"other.example": dnslab.Zone()}}), "false", "NOTAUTH"},
		{"nsd", dnslab.NSD(t, zone(rightExchange, rightCluster)), "false", "NOTIMP"},
		{"silent", dnslab.Serve(t, dnslab.Manners()["silent"]).Addr, "unknown", ""},
		{"old server", dnslab.Serve(t, dnslab.Manners()["old server"]).Addr, "false", "NOTIMP"},
	} {
		t.Run(x.name, func(t *testing.T) {
			d, _ := differential(t, append(probing(x.server), "--allow-update-probe", "--local-dns", x.server)...)
			found := false
			for _, f := range d.Findings {
				if f.ID == facts.FindingUpdate {
					found = true
					if string(f.State) != x.state || !strings.Contains(f.Got, x.got) {
						t.Errorf("%s %q, want %s %q: %s", f.State, f.Got, x.state, x.got, f.Text)
					}
				}
			}
			if !found {
				t.Error("no finding")
			}
			without, _ := differential(t, probing(x.server)...)
			if got := states(without, facts.FindingUpdate); len(got) > 0 {
				t.Errorf("asked without being allowed: %q", got)
			}
		})
	}
}

func TestSocketsOnlyWhenAllowed(t *testing.T) {
	local := dnslab.BIND(t, zone(rightExchange))
	prov := provider(t)
	args := probing(local, prov)
	without := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--probe" })
	if _, s := differential(t, without...); len(s.dialed) > 0 {
		t.Errorf("without --probe: %q", s.dialed)
	}
	_, s := differential(t, append(args, "--allow-update-probe")...)
	if len(s.dialed) == 0 {
		t.Error("with --probe nothing was asked")
	}
	for _, a := range s.dialed {
		if a != local && a != prov {
			t.Errorf("%s was not named", a)
		}
	}
}

func TestSavedCaseGivesTheSameBytes(t *testing.T) {
	local, prov := dnslab.BIND(t, zone(rightExchange)), provider(t)
	file := t.TempDir() + "/case.json"
	live := program(t, append(probing(prov, local), "--save", file, "-o", "json")...)
	saved := program(t, file, "-o", "json")
	if live.out == "" || live.out != saved.out {
		t.Errorf("live and saved differ:\n%s\n---\n%s", live.out, saved.out)
	}
	for _, workers := range []string{"1", "7"} {
		if again := program(t, append(probing(prov, local), "--workers", workers, "-o", "json")...); again.out != live.out {
			t.Errorf("%s workers give another result", workers)
		}
	}
}

func TestRecordsMissingWithoutSymptom(t *testing.T) {
	local := dnslab.BIND(t, zone())
	d, _ := differential(t, append(append([]string{"--set", "product=Exchange Server"}, names...), "--probe", "--resolver", local)...)
	for _, x := range d.Diagnoses {
		if x.Rule == dnsRule {
			t.Error("listed without a presenting symptom")
		}
	}
	wantFirst(t, d, "dns/missing-host-record", result.Confirmed)
	if got := states(d, facts.FindingMissingA); !slices.Equal(got, []string{"cluster true", "exchange true"}) {
		t.Errorf("missing: %q", got)
	}
}

func TestTwoFaultsAtOnce(t *testing.T) {
	c := zone(rightExchange, rightCluster)
	c.Zones["2.0.192.in-addr.arpa"] = dnslab.Zone("21 PTR exchvs1.corp.example.")
	local, prov := dnslab.BIND(t, c), provider(t)
	d, _ := differential(t, probing(prov, local)...)
	if !slices.Contains(states(d, facts.FindingResolverOrder), "exchange true") || !slices.Contains(states(d, facts.FindingMissingPTR), "cluster true") {
		t.Errorf("order %q, ptr %q", states(d, facts.FindingResolverOrder), states(d, facts.FindingMissingPTR))
	}
}

// What a saved case remembers of the servers does not count once they are asked again.
func TestFreshAnswersReplaceSavedOnes(t *testing.T) {
	file := t.TempDir() + "/good.json"
	right := dnslab.BIND(t, zone(rightExchange, rightCluster))
	program(t, append(probing(right), "--save", file, "-o", "json")...)
	if s := program(t, "verify", dnsRule, file); s.code != 0 {
		t.Errorf("from the case alone: exit %d\n%s", s.code, s.out)
	}
	if s := program(t, "verify", dnsRule, file, "--probe", "--resolver", dnslab.BIND(t, zone())); s.code != 1 || !strings.Contains(s.out, ": failed") {
		t.Errorf("asked again: exit %d\n%s", s.code, s.out)
	}
	if s := program(t, "verify", dnsRule, file, "--probe"); s.code != 0 || !slices.Contains(s.dialed, right) || slices.ContainsFunc(s.dialed, func(a string) bool { return a != right }) {
		t.Errorf("the case's own list is not the one asked: exit %d, %q", s.code, s.dialed)
	}
}
