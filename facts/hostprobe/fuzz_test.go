package hostprobe

import (
	"bytes"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
)

// plain reports text that may be shown: on one line, without control characters,
// and of a bounded length.
func plain(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if len(s) > 400 || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("%q is not fit to be shown", s)
		}
	}
}

func FuzzOSRelease(f *testing.F) {
	f.Add([]byte("NAME=\"Debian\"\nVERSION_ID=12\nPRETTY_NAME='x'\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		values := parseOSRelease(data)
		for _, v := range values {
			plain(t, v)
		}
		if name := osName(values); name != "" && !strings.HasPrefix(name, values["NAME"]) && name != values["PRETTY_NAME"] {
			t.Errorf("%q is neither of the names", name)
		}
		plain(t, parseKernel(append([]byte("Linux version "), data...)))
	})
}

func FuzzHosts(f *testing.F) {
	f.Add([]byte("127.0.1.1 web.corp.example web\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		domain := domainOf(data, "web")
		plain(t, domain)
		if domain != "" && !bytes.Contains(bytes.ToLower(data), []byte("web."+domain)) {
			t.Errorf("the domain %q is not in the file", domain)
		}
	})
}

func FuzzPackages(f *testing.F) {
	f.Add([]byte("Package: nginx\nStatus: install ok installed\nVersion: 1:1.22.1-9\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, version := range parsePackages(data) {
			if name == "" || strings.Trim(version, "0123456789.") != "" {
				t.Errorf("package %q in version %q", name, version)
			}
		}
	})
}

func FuzzFailedUnits(f *testing.F) {
	f.Add([]byte("nginx.service loaded failed failed x\n● -x.service loaded failed failed\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		units, _ := parseFailedUnits(data)
		for _, u := range units {
			if strings.HasPrefix(u, "-") || !unitName(u) {
				t.Errorf("%q would be taken for an option", u)
			}
		}
		if !slices.IsSorted(units) {
			t.Error("not in order")
		}
	})
}

func FuzzUnitDetails(f *testing.F) {
	f.Add([]byte("Id=a.service\nResult=exit-code\nExecMainStatus=203\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for unit, d := range parseUnitDetails(data) {
			plain(t, failedUnitText(unit, d))
		}
	})
}

func FuzzMounts(f *testing.F) {
	f.Add([]byte("/dev/sda1 /a\\040b ext4 rw 0 0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		mounts, _ := parseMounts(data)
		for _, m := range mounts {
			if !strings.HasPrefix(m.path, "/") {
				t.Errorf("mounted at %q", m.path)
			}
		}
		if kept := onePerDevice(slices.Clone(mounts)); len(kept) > len(mounts) || len(mounts) > 0 && len(kept) == 0 {
			t.Errorf("%d of %d kept", len(kept), len(mounts))
		}
	})
}

func FuzzMemory(f *testing.F) {
	f.Add([]byte("MemTotal: 100 kB\nMemAvailable: 1 kB\nSwapTotal: 9 kB\n"))
	f.Add([]byte("some avg10=0.00 avg60=12.50 avg300=0.00 total=0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := parseMeminfo(data); err == nil && m.Total == 0 {
			t.Error("no memory, and no error")
		}
		if n, ok := parsePressure(data, "some"); ok && !(n >= 0 && n <= 100) {
			t.Errorf("pressure of %v %%", n)
		}
	})
}

func FuzzClock(f *testing.F) {
	f.Add([]byte("C0000201,192.0.2.1,3,1.5,0.25,0,0,0,0,0,0,0,64,Normal"))
	f.Add([]byte("leap=00, offset=1.5"))
	f.Add([]byte("NTPSynchronized=no"))
	f.Add([]byte("Leap Indicator: 3(not synchronized)\r\nPhase Offset: 0.1s\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (clockState, error){parseChrony, parseNTPQ, parseTimedatectl, parseW32tm} {
			s, err := parse(data)
			if err != nil && s.known || math.IsNaN(s.offset) || math.IsInf(s.offset, 0) || s.known && s.unsynchronized {
				t.Errorf("%+v, %v", s, err)
			}
		}
	})
}

func FuzzResolvectl(f *testing.F) {
	f.Add([]byte("Global: 192.0.2.1\nLink 2 (eth0): 192.0.2.2#x 2001:db8::1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range parseResolvectl(data) {
			if _, err := netip.ParseAddrPort(s); err != nil {
				t.Errorf("server %q", s)
			}
		}
	})
}

func FuzzCertificates(f *testing.F) {
	f.Add(makeCertificate(f, "a", "2020-01-01", "2026-11-25"))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := fstest.MapFS{"os": {Data: []byte("linux")}, "files/etc/ssl/x.pem": {Data: data}}
		r := probeTree(t, tree, Options{})
		checkResult(t, r)
		if ders, _ := certificateBlocks(data); len(ders) > maxChain+1 {
			t.Errorf("%d certificates", len(ders))
		}
	})
}

func FuzzCertificatePaths(f *testing.F) {
	f.Add([]byte("ssl_certificate /etc/a.pem;\nssl_certificate \"/etc/../b\";"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range parseCertificatePaths(data, "ssl_certificate") {
			if !strings.HasPrefix(s, "/") || strings.Contains(s, "/../") || strings.ContainsAny(s, "\x00\n") {
				t.Errorf("path %q", s)
			}
		}
	})
}

func FuzzRegistry(f *testing.F) {
	f.Add(export("Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\A\\B]\n\"x\"=hex(7):61,00,\\\n 00,00\n@=dword:1\n"))
	f.Add([]byte("REGEDIT4\n[HKEY_LOCAL_MACHINE\\A]\n\"x\"=\"y\\\\z\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := parseRegistry(data)
		if err != nil && keys != nil {
			t.Error("keys beside an error")
		}
		for path, k := range keys {
			if path != strings.ToLower(path) || k.Values == nil || !slices.IsSorted(k.Keys) {
				t.Errorf("key %q: %+v", path, k)
			}
		}
	})
}

func FuzzServices(f *testing.F) {
	f.Add([]byte("SERVICE_NAME: a\n STATE : 1  STOPPED\n WIN32_EXIT_CODE : 1066  (0x42a)\n SERVICE_EXIT_CODE : 7\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseServices(data)
		if len(list) == 0 && err == nil {
			t.Error("nothing, and no error")
		}
		if len(list) > bytes.Count(data, []byte("SERVICE_NAME")) {
			t.Errorf("%d services of %d", len(list), bytes.Count(data, []byte("SERVICE_NAME")))
		}
	})
}

func FuzzAdapters(f *testing.F) {
	f.Add([]byte("Ethernet adapter A:\n   IPv4 Address. . : 192.0.2.1(Preferred)\n   DNS Servers . . : 192.0.2.53\n        fe80::1%2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list := parseAdapters(data)
		for _, a := range list {
			plain(t, a.Name, a.Suffix)
		}
		servers := serversOf(list)
		for i, s := range servers {
			if _, err := netip.ParseAddrPort(s); err != nil || slices.Contains(servers[:i], s) {
				t.Errorf("server %q", s)
			}
		}
	})
}

// FuzzResolvConf holds whatever is in the file against what may be said of it.
func FuzzResolvConf(f *testing.F) {
	f.Add([]byte("nameserver 127.0.0.53\nsearch corp.example\n"), []byte("nameserver 192.0.2.1\n"))
	f.Fuzz(func(t *testing.T, own, behind []byte) {
		r := probeTree(t, fstest.MapFS{
			"os": {Data: []byte("linux")}, "files/etc/resolv.conf": {Data: own}, "files/run/systemd/resolve/resolv.conf": {Data: behind},
		}, Options{})
		for _, fact := range r.Case.Facts {
			if fact.Kind == facts.KindResolvers && len(fact.Resolvers.Servers) == 0 {
				t.Error("an empty list is a fact")
			}
		}
		checkResult(t, r)
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m\u202eb\xff")
	f.Fuzz(func(t *testing.T, s string) {
		c := clean(s)
		plain(t, c)
		if clean(c) != c {
			t.Errorf("%q is not clean yet", c)
		}
	})
}
