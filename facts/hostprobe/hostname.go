package hostprobe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// linuxName learns the name that logs carry, and the domain where it is certain:
// the name has one, or the hosts file gives the name one, and only one.
func (p *probe) linuxName() {
	path := "/proc/sys/kernel/hostname"
	data, ok := p.file(path, 4096)
	if !ok {
		path = "/etc/hostname"
		data, ok = p.file(path, 4096)
	}
	if !ok {
		p.unread("host name")
		return
	}
	name := clean(strings.TrimSpace(string(data)))
	if name == "" || name == "(none)" || dnsfinding.CheckName(name) != nil {
		p.problem(path, "host.not-understood", "it holds no host name; set one with hostnamectl")
		return
	}
	p.name = name
	if short, domain, ok := strings.Cut(name, "."); ok && short != "" && domain != "" {
		p.input(path, "host.domain", strings.ToLower(domain))
		return
	}
	if data, ok := p.file("/etc/hosts", maxSmall); ok {
		if domain := domainOf(data, name); domain != "" {
			p.input("/etc/hosts", "host.domain", domain)
		}
	}
}

// domainOf reads hosts(5) and returns the domain under which the short name is
// listed; empty if there is none or more than one.
func domainOf(hosts []byte, short string) string {
	var domains []string
	for line := range strings.Lines(string(hosts)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		if _, err := netip.ParseAddr(fields[0]); err != nil {
			continue
		}
		for _, name := range fields[1:] {
			host, domain, _ := strings.Cut(strings.ToLower(strings.TrimSuffix(name, ".")), ".")
			known := host != strings.ToLower(short) || domain == "" || domain == "localdomain" || slices.Contains(domains, domain)
			if !known && dnsfinding.CheckName(name) == nil {
				domains = append(domains, domain)
			}
		}
	}
	if len(domains) != 1 {
		return ""
	}
	return domains[0]
}
