package hostprobe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestOSName(t *testing.T) {
	for text, want := range map[string]string{
		"NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n": "Debian GNU/Linux 12",
		"NAME='Arch Linux'\nPRETTY_NAME=x":               "Arch Linux",
		"PRETTY_NAME=\"Something 1\"":                    "Something 1",
		"# NAME=no\n NAME=yes\nNAME =no":                 "yes",
		"NAME=\"a \\\"b\\\" \\$c\"\r\nVERSION_ID=7\r\n":  `a "b" $c 7`,
		"NAME=first\nNAME=second":                        "second",
		"NAME=\"Oracle Linux Server 9\"\nVERSION_ID=9":   "Oracle Linux Server 9",
		"NAME=openSUSE Leap":                             "openSUSE Leap",
		"":                                               "",
		"VERSION_ID=3":                                   "",
		"NAME=\"Red Hat Enterprise Linux\"\nVERSION_ID=\"9.4\"\nNAME\n=\nx y=": "Red Hat Enterprise Linux 9.4",
	} {
		if got := osName(parseOSRelease([]byte(text))); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

func TestDomainOf(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.1.1 web.corp.example web":                                    "corp.example",
		"127.0.1.1 web web.corp.example.":                                   "corp.example",
		"127.0.1.1 WEB.Corp.Example web\n192.0.2.1 web.corp.example":        "corp.example",
		"192.0.2.1 web.a.example\n192.0.2.2 web.b.example":                  "",
		"127.0.0.1 localhost localhost.localdomain web web.localdomain":     "",
		"# 127.0.1.1 web.corp.example\nnonsense web.corp.example":           "",
		"192.0.2.1 web2.corp.example other.corp.example # web.corp.example": "",
		"192.0.2.1 web.bad..example":                                        "",
	} {
		if got := domainOf([]byte(text), "web"); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

func TestUpstream(t *testing.T) {
	for text, want := range map[string]string{
		"1:9.18.24-1~deb12u1": "9.18.24", "15.6-0+deb12u1": "15.6", "2.4.57-2": "2.4.57", "20240101": "20240101", "": "", "abc": "", "1:": "", "7.": "7",
	} {
		if got := upstream(text); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

func TestClocks(t *testing.T) {
	ok := func(s clockState) string {
		if s.known {
			return fmt.Sprintf("%v %.4f", s.unsynchronized, s.offset)
		}
		return fmt.Sprint(s.unsynchronized)
	}
	for _, c := range []struct {
		name  string
		parse func([]byte) (clockState, error)
		text  string
		want  string // "error" for one
	}{
		{"chrony", parseChrony, "C0000201,192.0.2.1,3,1.5,0.25,0,0,0,0,0,0,0,64,Normal\n", "false 0.2500"},
		{"chrony, behind", parseChrony, "C0000201,192.0.2.1,3,1.5,-321.4,0,0,0,0,0,0,0,64,Insert second", "false -321.4000"},
		{"chrony without source", parseChrony, "00000000,,0,0.0,0.0,0,0,0,0,0,1,1,0,Not synchronised", "true"},
		{"chrony, cut short", parseChrony, "C0000201,192.0.2.1,3", "error"},
		{"chrony, no number", parseChrony, "C,,3,1.5,x,0,0,0,0,0,0,0,64,Normal", "error"},
		{"chrony, infinite", parseChrony, "C,,3,1.5,1e300,0,0,0,0,0,0,0,64,Normal", "error"},
		{"ntpq", parseNTPQ, "leap=00, offset=1500.0\n", "false 1.5000"},
		{"ntpq with lines", parseNTPQ, "leap=00,\noffset=-0.5", "false -0.0005"},
		{"ntpq in numbers", parseNTPQ, "leap=3, offset=0.0", "true"},
		{"ntpq without state", parseNTPQ, "offset=0.0", "error"},
		{"ntpq refused", parseNTPQ, "***Server reports a bad format request packet", "error"},
		{"timedatectl", parseTimedatectl, "NTPSynchronized=yes\n", "false"},
		{"timedatectl, no", parseTimedatectl, "Timezone=UTC\nNTPSynchronized=no\n", "true"},
		{"timedatectl, else", parseTimedatectl, "NTPSynchronized=\n", "error"},
		{"w32tm", parseW32tm, "Leap Indicator: 0(no warning)\r\nPhase Offset: -0.0012345s\r\n", "false -0.0012"},
		{"w32tm in German", parseW32tm, "Sprungindikator: 3(nicht synchronisiert)\r\nStratum: 0 (x)\r\n", "true"},
		{"w32tm not started", parseW32tm, "The following error occurred: The service has not been started.", "error"},
	} {
		s, err := c.parse([]byte(c.text))
		got := ok(s)
		if err != nil {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%s: %s, expected %s (%v)", c.name, got, c.want, err)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		space Space
		full  int
		known bool
	}{
		{Space{Total: 1000, Free: 100, Available: 50}, 94, true}, // 900 of 950
		{Space{Total: 1000, Free: 1, Available: 1}, 99, true},
		{Space{Total: 1000, Free: 50, Available: 0}, 100, true},
		{Space{Total: 1000, Free: 1000, Available: 1000}, 0, true},
		{Space{Total: 0}, 0, false},
		{Space{Total: 10, Free: 11}, 0, false},
		{Space{Total: 1 << 63, Free: 1 << 62, Available: 1 << 62}, 50, true},
	} {
		if full, known := c.space.full(); full != c.full && known || known != c.known {
			t.Errorf("%+v: %d %v, expected %d %v", c.space, full, known, c.full, c.known)
		}
	}
}

func TestMounts(t *testing.T) {
	text := "/dev/sda1 / ext4 rw,x 0 0\n/dev/sda1 /very/long ext4 rw 0 0\n/dev/sda2 /a\\040b\\134 xfs rw 0 0\n" +
		"tmpfs /tmp tmpfs rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/sr0 /cd iso9660 ro 0 0\n/dev/sdb /ro ext4 ro,x 0 0\nproc /proc proc rw 0 0\n"
	mounts, err := parseMounts([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range onePerDevice(mounts) {
		if counts(m) {
			got = append(got, m.path)
		}
	}
	if diff := cmp.Diff([]string{"/", "/run", "/tmp", `/a b\`}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if unescape(`\40\999\777x\`) != `\40\999\777x\` {
		t.Error("what is no escape was changed")
	}
}

func TestResolvectl(t *testing.T) {
	text := "Global: 192.0.2.1#dns.example\nLink 2 (eth0): 192.0.2.2 2001:db8::1 fe80::1%2\nLink 3 (192.0.2.9):\nsome 192.0.2.8\n"
	want := []string{"192.0.2.1:53", "192.0.2.2:53", "[2001:db8::1]:53", "[fe80::1%2]:53"}
	if diff := cmp.Diff(want, parseResolvectl([]byte(text))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCertificatePaths(t *testing.T) {
	for _, c := range []struct {
		word, text string
		want       []string
	}{
		{"ssl_certificate", "  ssl_certificate /a.pem;\n\tssl_certificate_key /b.key;\n#ssl_certificate /c.pem;", []string{"/a.pem"}},
		{"SSLCertificateFile", "sslcertificatefile \"/a b.pem\"", []string{"/a"}},
		{"smtpd_tls_chain_files", "smtpd_tls_chain_files=/a.pem, /b.pem", []string{"/a.pem", "/b.pem"}},
		{"ssl_cert", "ssl_cert = </etc/x.pem # old\nssl_certificate = /no", []string{"/etc/x.pem"}},
		{"ssl_cert", "ssl_cert = </etc/../x.pem\nssl_cert", nil},
	} {
		if diff := cmp.Diff(c.want, parseCertificatePaths([]byte(c.text), c.word)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.text, diff)
		}
	}
}

// export is an export of the registry in UTF-16, as regedit writes it.
func export(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(text, "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func TestRegistry(t *testing.T) {
	const body = `

[HKEY_LOCAL_MACHINE\SOFTWARE\Über]
@="default"
"Text"="C:\\a \"b\""
"Empty"=""
"Number"=dword:0000002a
"Odd=Name"="x"
"Binary"=hex:01,02
"Broken"=dword:zz
no value

[HKEY_LOCAL_MACHINE\SOFTWARE\Über\Sub]
[-HKEY_LOCAL_MACHINE\SOFTWARE\Gone]
`
	want := map[string]Value{
		"": {Text: "default", IsText: true}, "text": {Text: `C:\a "b"`, IsText: true}, "empty": {IsText: true},
		"number": {Number: 42, IsNum: true}, "odd=name": {Text: "x", IsText: true},
	}
	const wideLists = "\"Long\"=hex(b):01,00,00,00,00,00,00,01\n\"Path\"=hex(2):25,00,\\\n  41,00,00,00\n\"List\"=hex(7):61,00,\\\n  00,00,\\\n  62,00,00,00,00,00\n"
	wide := map[string]Value{"long": {Number: 1<<56 + 1, IsNum: true}, "path": {Text: "%A", IsText: true}, "list": {List: []string{"a", "b"}}}
	const narrowLists = "\"List\"=hex(7):61,00,62,00,00\n"
	for name, c := range map[string]struct {
		data []byte
		more map[string]Value
	}{
		"utf-16":   {export("Windows Registry Editor Version 5.00" + strings.Replace(body, "no value\n", wideLists, 1)), wide},
		"utf-8":    {[]byte("\ufeffWindows Registry Editor Version 5.00" + strings.Replace(body, "no value\n", wideLists, 1)), wide},
		"regedit4": {[]byte("REGEDIT4" + strings.Replace(body, "no value\n", narrowLists, 1)), map[string]Value{"list": {List: []string{"a", "b"}}}},
	} {
		keys, err := parseRegistry(c.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		k := keys[`hklm\software\über`]
		all := map[string]Value{}
		for n, v := range want {
			all[n] = v
		}
		for n, v := range c.more {
			all[n] = v
		}
		if diff := cmp.Diff(Key{Values: all, Keys: []string{"Sub"}}, k); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if _, err := parseRegistry([]byte("Something")); err == nil {
		t.Error("what is no export was read")
	}
}

func TestServices(t *testing.T) {
	list, err := parseServices([]byte("SERVICE_NAME: a b\r\n STATE : 1  GESTOPPT\r\n WIN32_EXIT_CODE : 5  (0x5)\r\nSERVICE_NAME: c\r\n STATE : 4  RUNNING\r\n"))
	want := []Service{{Name: "a b", Stopped: true, ExitCode: 5}, {Name: "c"}}
	if diff := cmp.Diff(want, list); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if list, err := parseServices([]byte("SERVICE_NAME: a\n WIN32_EXIT_CODE : no\n")); err == nil || len(list) != 1 {
		t.Errorf("%v, %v; expected the service and an error", list, err)
	}
	if _, err := parseServices(nil); err == nil {
		t.Error("no services, and no error")
	}
}

func TestAdaptersInOtherLanguages(t *testing.T) {
	text := "Windows-IP-Konfiguration\r\n\r\n   Primäres DNS-Suffix . . . . . . . : corp.example\r\n\r\n" +
		"Ethernet-Adapter LAN:\r\n\r\n   Verbindungsspezifisches DNS-Suffix: corp.example\r\n" +
		"   DHCP-Server . . . . . . . . . . . : 192.0.2.9\r\n" +
		"   IP-Adresse. . . . . . . . . . . . : 192.0.2.21\r\n   Standardgateway . . . . . . . . . : 192.0.2.1\r\n" +
		"   DNS-Server. . . . . . . . . . . . : 192.0.2.53\r\n                                       2001:db8::1\r\n" +
		"   NetBIOS über TCP/IP . . . . . . . : Aktiviert\r\n\r\n" +
		"Ethernet-Adapter alt:\r\n\r\n   Medienstatus. . . . . . . . . . . : Medium getrennt\r\n   DNS-Server  . . . . . . . . . . . : 203.0.113.1\r\n"
	got := serversOf(parseAdapters([]byte(text)))
	if diff := cmp.Diff([]string{"192.0.2.53:53", "[2001:db8::1]:53"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMetricsOrderAdapters(t *testing.T) {
	text := "A:\n IPv4 Address : 192.0.2.1\n DNS Servers : 192.0.2.11\nB:\n IPv4 Address : 192.0.2.2\n DNS Servers : 192.0.2.12\n"
	list := parseAdapters([]byte(text))
	list[0].Metric, list[1].Metric = 50, 10
	if diff := cmp.Diff([]string{"192.0.2.12:53", "192.0.2.11:53"}, serversOf(list)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	list[1].Metric = 0
	if diff := cmp.Diff([]string{"192.0.2.11:53", "192.0.2.12:53"}, serversOf(list)); diff != "" {
		t.Errorf("one metric is not known (-want +got)\n%s", diff)
	}
}

func TestWindowsNames(t *testing.T) {
	text := func(pairs ...string) Key {
		k := Key{Values: map[string]Value{}}
		for i := 0; i < len(pairs); i += 2 {
			k.Values[pairs[i]] = Value{Text: pairs[i+1], IsText: true}
		}
		return k
	}
	for _, c := range []struct {
		key         Key
		name, build string
	}{
		{text("currentversion", "4.0", "currentbuildnumber", "1381", "csdversion", "Service Pack 6"), "Windows NT 4.0", "4.0.1381 SP6"},
		{text("productname", "Microsoft Windows 2000", "currentversion", "5.0", "currentbuildnumber", "2195"), "Windows 2000", "5.0.2195"},
		{text("productname", "Windows Server (R) 2008 Standard", "currentversion", "6.0", "currentbuildnumber", "6002"), "Windows Server 2008 Standard", "6.0.6002"},
		{text("productname", "Windows 10 Pro", "currentversion", "6.3", "currentbuild", "22631"), "Windows 11 Pro", "6.3.22631"},
		{text(), "", ""},
	} {
		if name, build := windowsProduct(c.key), windowsBuild(c.key); name != c.name || build != c.build {
			t.Errorf("%q %q, expected %q %q", name, build, c.name, c.build)
		}
	}
}

func TestExchangeBuildsGrow(t *testing.T) {
	last := uint64(0)
	for _, b := range exchangeBuilds() {
		if b.build <= last {
			t.Errorf("build %d comes behind %d", b.build, last)
		}
		last = b.build
	}
}

func TestUnits(t *testing.T) {
	units, err := parseFailedUnits([]byte("b.service loaded failed failed x\n● a@1.service loaded failed failed y\nc.service loaded active running z\n\n"))
	if diff := cmp.Diff([]string{"a@1.service", "b.service"}, units); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	got := parseUnitDetails([]byte("Result=timeout\nExecMainStatus=0\nId=a.service\n\nId=\nResult=x\n\nId=b.service\r\nResult=exit-code\r\nExecMainStatus=1\r\n"))
	want := map[string]unitDetail{"a.service": {"timeout", "0"}, "b.service": {"exit-code", "1"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(unitDetail{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for d, want := range map[unitDetail]string{
		{"timeout", "0"}: "unit u failed (result timeout)", {"exit-code", "1"}: "unit u failed (result exit-code, status 1)", {}: "unit u failed",
	} {
		if got := failedUnitText("u", d); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestDays(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 days", 23 * time.Hour: "0 days", 24 * time.Hour: "1 day", 50 * time.Hour: "2 days"} {
		if got := days(d); got != want {
			t.Errorf("%v: %q, expected %q", d, got, want)
		}
	}
}

func TestRecordingWithoutSystem(t *testing.T) {
	tree := recording(t, "testdata/container.txtar")
	delete(tree, "os")
	if _, err := Recorded(tree); err == nil || errors.Is(err, ErrNotHere) {
		t.Errorf("a recording that does not say what it is of was taken: %v", err)
	}
}
