package dnsprobe_test

import (
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/facts/dnsprobe"
)

func TestReadResolvConf(t *testing.T) {
	long := "search " + strings.Repeat("a.example ", 8000) + "\n"
	for _, c := range []struct {
		name, text      string
		servers, search []string
		ndots           int
		problems        []string // "line N: reason" of each
	}{
		{
			name: "plain", text: "# by hand\nsearch Corp.Example. example\nnameserver 192.0.2.1\nnameserver\t192.0.2.2 \noptions timeout:1 ndots:2 rotate\n",
			servers: []string{"192.0.2.1:53", "192.0.2.2:53"}, search: []string{"corp.example", "example"}, ndots: 2,
		},
		{name: "no line end", text: "nameserver 192.0.2.1", servers: []string{"192.0.2.1:53"}},
		{name: "CRLF", text: "nameserver 192.0.2.1\r\nsearch corp.example\r\n", servers: []string{"192.0.2.1:53"}, search: []string{"corp.example"}},
		{name: "upper case", text: "NAMESERVER 192.0.2.1\nSearch CORP.EXAMPLE\nOPTIONS NDOTS:3\n", servers: []string{"192.0.2.1:53"}, search: []string{"corp.example"}, ndots: 3},
		{name: "IPv6", text: "nameserver fe80::1%eth0\nnameserver ::1\nnameserver [2001:db8::1]:5353\n", servers: []string{"[fe80::1%eth0]:53", "[::1]:53", "[2001:db8::1]:5353"}},
		{name: "port", text: "nameserver 127.0.0.1:5301\n", servers: []string{"127.0.0.1:5301"}},
		{name: "comment behind", text: "nameserver 192.0.2.1 # ours\nsearch corp.example ; ours\n", servers: []string{"192.0.2.1:53"}, search: []string{"corp.example"}},
		{name: "comment without blank", text: "\nnameserver 1.2.3.4;comment\n", servers: []string{"1.2.3.4:53"}, problems: []string{"line 2: comment"}},
		{
			name: "words", text: "nameserver dns.corp.example\nnameserver 192.0.2.1\nnameserver\nnameserver 192.0.2.1 192.0.2.2\n", servers: []string{"192.0.2.1:53"},
			problems: []string{"line 1: not-an-address", "line 3: nameserver", "line 4: nameserver"},
		},
		{
			name: "odd addresses", text: "nameserver 192.0.2.01\nnameserver 192.0.2\nnameserver fe80::1%a/b\nnameserver 192.0.2.1:0\nnameserver ::1\n", servers: []string{"[::1]:53"},
			problems: []string{"line 1: not-an-address", "line 2: not-an-address", "line 3: not-an-address", "line 4: not-an-address"},
		},
		{name: "unknown keyword", text: "nameservers 192.0.2.1\nnameserver 192.0.2.2\n", servers: []string{"192.0.2.2:53"}, problems: []string{"line 1: keyword"}},
		{name: "indented", text: "  nameserver 192.0.2.1\n  # fine\nnameserver 192.0.2.2\n", servers: []string{"192.0.2.2:53"}, problems: []string{"line 1: indented"}},
		{name: "long line", text: "nameserver 192.0.2.1\n" + long + "nameserver 192.0.2.2\n", servers: []string{"192.0.2.1:53", "192.0.2.2:53"}, problems: []string{"line 2: line-too-long"}},
		{
			name: "twice and too many", text: "nameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n",
			servers: []string{"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"}, problems: []string{"line 5: too-many"},
		},
		{name: "last search wins", text: "nameserver 192.0.2.1\nsearch a.example\ndomain b.example\n", servers: []string{"192.0.2.1:53"}, search: []string{"b.example"}},
		{
			name: "odd domains", text: "nameserver 192.0.2.1\nsearch a..example b.example \x1b[2J . b.example\n", servers: []string{"192.0.2.1:53"}, search: []string{"b.example"},
			problems: []string{"line 2: not-a-domain", "line 2: not-a-domain"},
		},
		{name: "ndots", text: "nameserver 192.0.2.1\noptions ndots:99\noptions ndots:x\n", servers: []string{"192.0.2.1:53"}, ndots: 15, problems: []string{"line 3: ndots"}},
		{name: "empty", problems: []string{": no-server"}},
		{name: "BOM", text: "\ufeffnameserver 192.0.2.1\n", servers: []string{"192.0.2.1:53"}, problems: []string{"line 1: bom"}},
		{name: "NUL", text: "nameserver 192.0.2.1\x00\nnameserver 192.0.2.2\n", servers: []string{"192.0.2.2:53"}, problems: []string{"line 1: not-an-address"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, problems := dnsprobe.ReadResolvConf(iotest.OneByteReader(strings.NewReader(c.text)), "resolv.conf")
			if !slices.Equal(r.Servers, c.servers) {
				t.Errorf("servers %q, want %q", r.Servers, c.servers)
			}
			if !slices.Equal(r.Search, c.search) || r.Ndots != c.ndots || r.Source != "resolv.conf" {
				t.Errorf("search %q, ndots %d, source %q", r.Search, r.Ndots, r.Source)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.At+": "+strings.TrimPrefix(p.Reason, "resolvconf."))
				if p.Source != "resolv.conf" || p.Text == "" || strings.ContainsAny(p.Text, "\x1b\x00") {
					t.Errorf("problem %+v", p)
				}
			}
			if !slices.Equal(got, c.problems) {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
		})
	}
}

func TestReadResolvConfFails(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("nameserver 192.0.2.1\nnameser"), iotest.ErrReader(errors.New("disk on fire")))
	r, problems := dnsprobe.ReadResolvConf(broken, "f")
	if len(r.Servers) != 1 || !slices.ContainsFunc(problems, func(p problem) bool { return strings.Contains(p.Text, "disk on fire") }) {
		t.Errorf("%q, %+v", r.Servers, problems)
	}
	_, problems = dnsprobe.ReadResolvConf(strings.NewReader(strings.Repeat("x\n", 3<<20)), "f")
	if n := len(problems); n < 1000 || n > 1002 {
		t.Errorf("%d problems", n)
	}
}

func FuzzReadResolvConf(f *testing.F) {
	f.Add("nameserver 192.0.2.1\nsearch corp.example\noptions ndots:2\n")
	f.Add("nameserver 1.2.3.4;c\nNAMESERVER fe80::1%eth0\ndomain .\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, problems := dnsprobe.ReadResolvConf(strings.NewReader(text), "f")
		for _, s := range r.Servers {
			if ap, err := netip.ParseAddrPort(s); err != nil || ap.Port() == 0 {
				t.Errorf("server %q", s)
			}
		}
		if len(r.Servers) > 3 || len(r.Servers) == 0 && len(problems) == 0 {
			t.Errorf("%d servers, %d problems", len(r.Servers), len(problems))
		}
		for _, p := range problems {
			if strings.ContainsFunc(p.Text, func(r rune) bool { return r < ' ' }) {
				t.Errorf("control characters in %q", p.Text)
			}
		}
	})
}
