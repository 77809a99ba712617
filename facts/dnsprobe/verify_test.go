package dnsprobe

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

// FuzzAnswer feeds packets to the verification of replies. What it believes
// must be about the question, and within the limits.
func FuzzAnswer(f *testing.F) {
	q := question{name: "exchvs1.corp.example.", qtype: dns.TypeA}
	asked, _, _ := packet(q)
	for _, manner := range dnslab.Manners() {
		for _, p := range manner(dnslab.Query{ID: 7, Flags: dnslab.RD, Name: q.name, Type: q.qtype, Raw: asked, Question: asked[12:]}) {
			f.Add(p, false)
		}
	}
	f.Add([]byte("\x00\a\x851\x00\x00\x00\x01\x00\x00\x00\x00\x0000\x00\x010000\x00\x040000"), false) // a record beside an error code
	f.Fuzz(func(t *testing.T, p []byte, update bool) {
		q := q
		q.update = update
		msg, v, why := examine(p, q, 7, false)
		if (v == good) != (msg != nil) || (v == good) != (why == "") {
			t.Fatalf("verdict %d, message %v, reason %q", v, msg, why)
		}
		if v != good {
			return
		}
		if binary.BigEndian.Uint16(p) != 7 || p[2]&0x80 == 0 || len(msg.Answer)+len(msg.Ns)+len(msg.Extra) > maxRecords {
			t.Fatal("believed what is no reply, or too much")
		}
		if update {
			return
		}
		c := msg.content
		var a facts.DNSAnswer
		fill(&a, reply{msg: msg, outcome: c.outcome})
		if c.outcome == facts.Answered && len(a.Addresses) == 0 || c.outcome != facts.Answered && len(a.Addresses) > 0 || len(a.Chain) > maxChain {
			t.Fatalf("outcome %s with addresses %q over %q", c.outcome, a.Addresses, a.Chain)
		}
		names := append([]string{q.name}, a.Chain...)
		for _, r := range a.Answers {
			if !slices.Contains(names, r.Name) && r.Type != "DNAME" && r.Type != "RRSIG" {
				t.Fatalf("a record %+v in the answer for %s", r, q.name)
			}
		}
		if a.Zone != "" && !dnsfinding.Below(names[len(names)-1], a.Zone) {
			t.Fatalf("zone %s for %q", a.Zone, names)
		}
	})
}

func packet(q question) ([]byte, int, error) {
	b := dnslab.NewQuery(7, q.name, q.qtype)
	return b, len(b), nil
}

// TestEveryByteAndLength changes each byte and each length of a good reply: no
// panic, and the address that is believed is never one of another name.
func TestEveryByteAndLength(t *testing.T) {
	q := question{name: "exchvs1.corp.example.", qtype: dns.TypeA}
	asked, _, _ := packet(q)
	reply := dnslab.Polite(dnslab.Good)(dnslab.Query{ID: 7, Flags: dnslab.RD, Name: q.name, Type: q.qtype, Raw: asked, Question: asked[12:]})[0]
	if _, v, why := examine(reply, q, 7, false); v != good {
		t.Fatalf("the reply itself: %s", why)
	}
	for i := range reply {
		if _, v, _ := examine(reply[:i], q, 7, false); v == good {
			t.Errorf("believed %d of %d bytes", i, len(reply))
		}
		for bit := range 8 {
			b := slices.Clone(reply)
			b[i] ^= 1 << bit
			msg, v, _ := examine(b, q, 7, false)
			if v != good {
				continue
			}
			if o := msg.content.outcome; o == facts.NoData {
				t.Errorf("byte %d bit %d: %s", i, bit, o)
			}
		}
	}
}
