package hostprobe

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// windowsResolvers learns the list of DNS servers. Windows asks those of its
// adapters, the adapter that is preferred first: by metric where that is known
// (Windows 10 and later), else in the order of binding. Without a list of adapters,
// what the registry keeps for them counts: it may name an adapter that is down.
func (p *probe) windowsResolvers() {
	k, _ := p.key(keyTCPIP)
	source := "network adapters"
	adapters, err := p.windows().Adapters()
	if err != nil {
		if !absent(err) {
			p.failure(source, err)
		}
		source = keyTCPIP
		adapters = p.boundAdapters()
	}
	list := facts.Resolvers{Servers: serversOf(adapters), Search: searchList(k, adapters), Source: source}
	if len(list.Servers) == 0 {
		p.problem(source, "host.not-here", "no adapter that is up names a DNS server; look with ipconfig /all, or name servers with --resolver")
		return
	}
	p.read(source, 0)
	p.fact(source, facts.Fact{Kind: facts.KindResolvers, Resolvers: &list})
}

// serversOf joins the lists of the adapters that are up.
func serversOf(adapters []Adapter) []string {
	up := slices.DeleteFunc(slices.Clone(adapters), func(a Adapter) bool { return a.Down })
	if !slices.ContainsFunc(up, func(a Adapter) bool { return a.Metric == 0 }) {
		slices.SortStableFunc(up, func(a, b Adapter) int { return cmp.Compare(a.Metric, b.Metric) })
	}
	var servers []string
	for _, a := range up {
		for _, s := range a.Servers {
			address := netip.AddrPortFrom(s.Unmap(), 53).String()
			if !siteLocal(s) && !slices.Contains(servers, address) {
				servers = append(servers, address)
			}
		}
	}
	return servers
}

// siteLocal reports one of the addresses that Windows fills in where no DNS server
// for IPv6 is known: fec0:0:0:ffff::1 to ::3.
func siteLocal(a netip.Addr) bool {
	return netip.MustParsePrefix("fec0:0:0:ffff::/64").Contains(a.WithZone(""))
}

// searchList is the list that is set, else the primary suffix and those of the adapters.
func searchList(k Key, adapters []Adapter) []string {
	names := words(k.Values["searchlist"].Text)
	if len(names) == 0 {
		names = append(names, k.Values["domain"].Text)
		for _, a := range adapters {
			if !a.Down {
				names = append(names, a.Suffix)
			}
		}
	}
	var search []string
	for _, n := range names {
		n = strings.ToLower(strings.TrimSuffix(n, "."))
		if n != "" && dnsfinding.CheckName(n) == nil && !slices.Contains(search, n) {
			search = append(search, n)
		}
	}
	return search
}

// words parts lists of the registry, which have commas or blanks between them.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == 0 })
}

// boundAdapters is what the registry keeps, in the order of binding. A list that
// is set by hand counts before the one of DHCP.
func (p *probe) boundAdapters() []Adapter {
	linkage, _ := p.key(keyServices + `\Tcpip\Linkage`)
	var adapters []Adapter
	for _, device := range linkage.Values["bind"].List {
		name := device[strings.LastIndexByte(device, '\\')+1:]
		k, ok := p.key(keyTCPIP + `\Interfaces\` + name)
		if !ok {
			continue
		}
		a := Adapter{Name: name, Suffix: k.Values["domain"].Text}
		if a.Suffix == "" {
			a.Suffix = k.Values["dhcpdomain"].Text
		}
		list := words(k.Values["nameserver"].Text)
		if len(list) == 0 {
			list = words(k.Values["dhcpnameserver"].Text)
		}
		for _, s := range list {
			if address, err := netip.ParseAddr(s); err == nil {
				a.Servers = append(a.Servers, address)
			}
		}
		adapters = append(adapters, a)
	}
	return adapters
}

// parseAdapters reads `ipconfig /all` in any language that keeps "DNS" in its
// labels: a line without indentation begins an adapter, "label . . . : value" is a
// setting, and indented lines without a label continue it. A label with DNS before an
// address is the list of servers; one with DNS before a name is the suffix. An
// adapter without an address of its own is down.
func parseAdapters(data []byte) []Adapter {
	var list []Adapter
	servers := false
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		text := strings.TrimSpace(string(line))
		if text == "" {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			list = append(list, Adapter{Name: clean(strings.TrimSuffix(text, ":")), Down: true})
			servers = false
			continue
		}
		if len(list) == 0 {
			continue
		}
		a := &list[len(list)-1]
		label, value, labelled := cutLabel(text)
		value = strings.TrimSpace(value)
		address, err := netip.ParseAddr(bareAddress(value))
		if labelled {
			servers = err == nil && strings.Contains(label, "DNS")
		}
		switch {
		case servers && err == nil:
			a.Servers = append(a.Servers, address)
		case labelled && err == nil && strings.Contains(label, "IP") && !strings.Contains(label, "DHCP") && address.IsValid() && !address.IsUnspecified():
			a.Down = false
		case labelled && err != nil && strings.Contains(label, "DNS") && strings.Contains(value, ".") && a.Suffix == "":
			a.Suffix = clean(value)
		}
	}
	return list
}

// cutLabel parts "DNS Servers . . . . . : 192.0.2.1". An address of IPv6 on a line of
// its own has colons too, but no dots before them.
func cutLabel(text string) (label, value string, ok bool) {
	if label, value, ok = strings.Cut(text, " : "); ok {
		return label, value, true
	}
	if label, ok = strings.CutSuffix(text, ":"); ok && strings.Contains(label, ". .") {
		return label, "", true
	}
	return "", text, false
}

// bareAddress drops "(Preferred)" behind an address.
func bareAddress(s string) string {
	s, _, _ = strings.Cut(s, "(")
	return strings.TrimSpace(s)
}
