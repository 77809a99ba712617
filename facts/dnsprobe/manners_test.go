package dnsprobe_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

// What each bad manner must come out as, for the address of the endpoint.
var mannersWant = map[string]facts.Outcome{
	"wrong id":                  facts.Mismatch,
	"QR 0":                      facts.Mismatch,
	"echo":                      facts.Mismatch,
	"wrong opcode":              facts.Mismatch,
	"no question":               facts.Mismatch,
	"other name":                facts.Mismatch,
	"other type":                facts.Mismatch,
	"two questions":             facts.Mismatch,
	"other class":               facts.Mismatch,
	"header only":               facts.Mismatch,
	"header only NXDOMAIN":      facts.Mismatch,
	"record of other type":      facts.Malformed,
	"record of other class":     facts.Malformed,
	"wrong owner":               facts.Malformed,
	"counts too high":           facts.Malformed,
	"counts too low":            facts.Malformed,
	"bytes behind the end":      facts.Malformed,
	"alias beside address":      facts.Malformed,
	"two aliases":               facts.Malformed,
	"broken chain":              facts.Malformed,
	"alias loop":                facts.Malformed,
	"long chain":                facts.Malformed,
	"address with NXDOMAIN":     facts.Malformed,
	"address of 3 bytes":        facts.Malformed,
	"empty address":             facts.Malformed,
	"foreign zone denies":       facts.Malformed,
	"empty SOA denies":          facts.Malformed,
	"denies without authority":  facts.Lame,
	"compression loop":          facts.Malformed,
	"compression forward":       facts.Malformed,
	"question compression loop": facts.Malformed,
	"2,500 records":             facts.Malformed,
	"oversized":                 facts.Malformed,
	"empty packet":              facts.Malformed,
	"five bytes":                facts.Malformed,
	"garbage":                   facts.Mismatch,
	"garbage, then good":        facts.Answered,
	"good, then another":        facts.Answered,
	"truncated, TCP closed":     facts.Truncated,
	"truncated over TCP":        facts.Truncated,
	"half a packet over TCP":    facts.Truncated,
	"wrong id over TCP":         facts.Truncated,
	"truncated, TCP good":       facts.Answered,
	"old server":                facts.Answered,
	"drops EDNS":                facts.Answered,
	"silent":                    facts.Timeout,
	"SERVFAIL":                  facts.ServFail,
	"REFUSED":                   facts.Refused,
	"FORMERR":                   facts.FormErr,
	"NOTIMP":                    facts.NotImp,
	"YXDOMAIN":                  facts.OtherRCode,
	"refers":                    facts.Lame,
	"empty answer":              facts.Lame,
}

func TestBadManners(t *testing.T) {
	manners := dnslab.Manners()
	if got, want := slices.Sorted(maps.Keys(manners)), slices.Sorted(maps.Keys(mannersWant)); !slices.Equal(got, want) {
		t.Fatalf("manners and expectations differ:\n%q\n%q", got, want)
	}
	for name, want := range mannersWant {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := dnslab.Serve(t, manners[name])
			start := time.Now()
			answers := run(t, plan(s.Addr))
			if d := time.Since(start); d > 4*time.Second {
				t.Errorf("took %v", d)
			}
			a := pick(t, answers, s.Addr, facts.PurposeRecord, "A")
			if a.Outcome != want {
				t.Errorf("outcome %s (%s), want %s", a.Outcome, a.Why, want)
			}
			if want == facts.Answered && !slices.Equal(a.Addresses, []string{dnslab.Good}) {
				t.Errorf("addresses %q, want %s", a.Addresses, dnslab.Good)
			}
			if !a.Outcome.Says() && a.Why == "" && a.RCode == "" {
				t.Error("no reason is given")
			}
			for _, a := range answers {
				if slices.Contains(a.Addresses, dnslab.Bad) {
					t.Errorf("believed the bad address: %s", a)
				}
				if want != facts.Answered && a.Type == "A" && a.Purpose == facts.PurposeRecord && (a.Outcome == facts.NoData || a.Outcome == facts.NXDomain) {
					t.Errorf("believed that there is no record: %s", a)
				}
			}
		})
	}
}

func TestOldServer(t *testing.T) {
	s := dnslab.Serve(t, dnslab.Manners()["old server"])
	p := plan(s.Addr)
	p.Update = true
	answers := run(t, p)
	a := pick(t, answers, s.Addr, facts.PurposeRecord, "A")
	if a.EDNS || a.Outcome != facts.Answered {
		t.Errorf("EDNS %v, outcome %s", a.EDNS, a.Outcome)
	}
	if u := pick(t, answers, s.Addr, facts.PurposeUpdate, "SOA"); u.Outcome != facts.NotImp || u.RCode != "NOTIMP" {
		t.Errorf("update: %s %s", u.Outcome, u.RCode)
	}
	edns := 0
	for _, q := range s.Queries() {
		if q.EDNS {
			edns++
		}
	}
	if edns != 1 {
		t.Errorf("%d questions with EDNS; the first refusal should be remembered", edns)
	}
}
