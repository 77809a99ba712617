package facts

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestServerAddress(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":          "192.0.2.1:53",
		"192.0.2.1:5301":     "192.0.2.1:5301",
		"::1":                "[::1]:53",
		"[::1]":              "[::1]:53",
		"[::1]:5301":         "[::1]:5301",
		"[2001:DB8:0::1]:53": "[2001:db8::1]:53",
		"fe80::1%eth0":       "[fe80::1%eth0]:53",
		"::1:5301":           "[::1:5301]:53", // without brackets it is all address
		"":                   "",
		"dns.example":        "",
		"192.0.2.1:":         "",
		"192.0.2.1:0":        "",
		"192.0.2.1:65536":    "",
		"192.0.2.1:dns":      "",
		"192.0.2.1;comment":  "",
		"192.0.2.256":        "",
		"192.0.2":            "",
		"[192.0.2.1]":        "",
		"[::1":               "",
		"::1]":               "",
		"[]":                 "",
		"[::1]5301":          "",
		" 192.0.2.1":         "",
		"192.0.2.1:53:53":    "",
	} {
		got, err := ServerAddress(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
}

// TestServerAddressAgain: the form it gives is one it keeps, and a server that can be dialled.
func TestServerAddressAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`\[?([0-9]{1,3}\.){3}[0-9]{1,3}(:[0-9]{1,5})?\]?|\[?([0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(:[0-9]{1,5})?`).Draw(t, "address")
		got, err := ServerAddress(in)
		if err != nil {
			return
		}
		if ap, err := netip.ParseAddrPort(got); err != nil || ap.Port() == 0 {
			t.Fatalf("%q: %q %v", in, got, err)
		}
		if again, err := ServerAddress(got); err != nil || again != got {
			t.Fatalf("%q: %q, then %q %v", in, got, again, err)
		}
	})
}

func TestOutcomes(t *testing.T) {
	says := 0
	for _, o := range []Outcome{
		Answered, NoData, NXDomain, ServFail, Refused, NotAuth, NotImp, FormErr, OtherRCode, Lame, Timeout, Unreachable, Truncated, Mismatch, Malformed,
	} {
		if o.Says() {
			says++
		}
	}
	if says != 3 || !Answered.Says() || !NoData.Says() || !NXDomain.Says() {
		t.Errorf("%d outcomes say whether a record exists; only an answer and two denials do", says)
	}
}
