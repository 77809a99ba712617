package dnslab

import (
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// Config is what a real server is to do.
type Config struct {
	Zones       map[string]string // zone ("corp.example", "." for the root) -> zone text, see Zone
	AllowUpdate bool              // BIND: every zone takes dynamic updates from anyone
	Forwarders  []string          // BIND: address:port of servers that all other questions go to
	Extra       string            // BIND: further statements inside options { }
}

// Zone is a zone text: SOA with serial 1, one name server, and the records,
// one a line, relative to the zone ("exchvs1 A 192.0.2.21").
func Zone(records ...string) string {
	return "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n" + strings.Join(records, "\n") + "\n"
}

// BIND starts named and returns its address:port. It recurses only when there
// are forwarders, and then asks nobody else.
func BIND(t testing.TB, c Config) string {
	t.Helper()
	named := program(t, "named")
	return start(t, firstZone(c), " running\n", func(port int) *exec.Cmd {
		dir := t.TempDir()
		return exec.Command(named, "-g", "-4", "-n", "1", "-c", write(t, dir, "named.conf", namedConf(t, c, dir, port)))
	})
}

func namedConf(t testing.TB, c Config, dir string, port int) string {
	var b strings.Builder
	recursion := "recursion no;"
	if len(c.Forwarders) > 0 {
		recursion = "recursion yes; forward only; forwarders {"
		for _, f := range c.Forwarders {
			ap := netip.MustParseAddrPort(f)
			recursion += fmt.Sprintf(" %s port %d;", ap.Addr(), ap.Port())
		}
		recursion += " };"
	}
	fmt.Fprintf(&b, `options {
	directory %q;
	listen-on port %d { 127.0.0.1; };
	listen-on-v6 { none; };
	pid-file none;
	session-keyfile "%s/session.key";
	managed-keys-directory %q;
	%s
	allow-query { any; };
	notify no;
	dnssec-validation no;
	empty-zones-enable no;
	%s
};
controls { };
`, dir, port, dir, dir, recursion, c.Extra)
	for i, zone := range zones(c) {
		file := write(t, dir, fmt.Sprintf("zone%d", i), c.Zones[zone])
		update := "none"
		if c.AllowUpdate {
			update = "any"
		}
		fmt.Fprintf(&b, "zone %q { type primary; file %q; allow-update { %s; }; };\n", zone, file, update)
	}
	return b.String()
}

// NSD starts nsd and returns its address:port. It uses only the zones of c.
func NSD(t testing.TB, c Config) string {
	t.Helper()
	nsd := program(t, "nsd")
	return start(t, firstZone(c), "nsd started", func(port int) *exec.Cmd {
		dir := t.TempDir()
		var b strings.Builder
		fmt.Fprintf(&b, `server:
	ip-address: 127.0.0.1@%d
	port: %d
	server-count: 1
	username: ""
	chroot: ""
	zonesdir: %q
	pidfile: ""
	xfrdfile: ""
	zonelistfile: "%s/zones"
	xfrdir: %q
	rrl-ratelimit: 0
remote-control:
	control-enable: no
`, port, port, dir, dir, dir)
		for i, zone := range zones(c) {
			fmt.Fprintf(&b, "zone:\n\tname: %q\n\tzonefile: %q\n", zone, write(t, dir, fmt.Sprintf("zone%d", i), c.Zones[zone]))
		}
		return exec.Command(nsd, "-d", "-c", write(t, dir, "nsd.conf", b.String()))
	})
}

func zones(c Config) []string {
	var out []string
	for zone := range c.Zones {
		out = append(out, zone)
	}
	slices.Sort(out)
	return out
}

func firstZone(c Config) string {
	if z := zones(c); len(z) > 0 {
		return z[0]
	}
	return "."
}

// AddA adds an address record by dynamic update; the server must allow it.
func AddA(t testing.TB, server, zone, name, address string) {
	t.Helper()
	m := Message{ID: 7, Flags: 5 << 11, Question: question(zone, TypeSOA), Authority: [][]byte{A(name, address)}}
	reply, err := Ask(server, m.Bytes(), 5*time.Second)
	if err != nil || len(reply) < 12 || reply[3]&0xf != 0 {
		t.Fatalf("dnslab: %s does not take the record %s A %s: reply % x, %v", server, name, address, reply, err)
	}
}
