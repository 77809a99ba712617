package hostprobe

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsprobe"
)

const (
	resolvConf        = "/etc/resolv.conf"
	resolvedConf      = "/run/systemd/resolve/resolv.conf"
	networkManagerRun = "/run/NetworkManager/no-stub-resolv.conf"
)

// unixResolvers learns the list of DNS servers that the host asks in the end.
// That is /etc/resolv.conf, unless it names only a stub on this machine that
// hands questions on: then it is the list of the stub, and Source says whose.
// Search domains stay those of /etc/resolv.conf, which complete names before the
// stub sees them. If systemd-resolved has another list than a resolv.conf that
// does not lead to it, applications ask in two ways: the fact has the file, and a
// text tells both.
func (p *probe) unixResolvers() {
	data, ok := p.must(resolvConf, maxSmall)
	if !ok {
		return
	}
	list, problems := dnsprobe.ReadResolvConf(bytes.NewReader(data), resolvConf)
	for i := range problems {
		problems[i].Source = prefix + problems[i].Source
	}
	p.result.Case.Problems = append(p.result.Case.Problems, problems...)
	behind, found := p.behindStub(list, data)
	switch {
	case found && stub(list.Servers):
		behind.Search, behind.Ndots = list.Search, list.Ndots
		list = behind
	case found && !sameServers(list.Servers, behind.Servers):
		p.text(resolvConf, "resolver lists differ: /etc/resolv.conf has %s, systemd-resolved has %s",
			strings.Join(list.Servers, ", "), strings.Join(behind.Servers, ", "))
	}
	if len(list.Servers) > 0 {
		p.fact(list.Source, facts.Fact{Kind: facts.KindResolvers, Resolvers: &list})
	}
}

// behindStub is the list that a stub on this machine hands questions on to.
func (p *probe) behindStub(list facts.Resolvers, text []byte) (facts.Resolvers, bool) {
	if stub(list.Servers) && bytes.Contains(text, []byte("NetworkManager")) {
		if behind, ok := p.listIn(networkManagerRun); ok {
			return behind, true
		}
	}
	if behind, ok := p.listIn(resolvedConf); ok {
		return behind, true
	}
	if !resolvedStub(list.Servers) {
		return facts.Resolvers{}, false
	}
	out, ok := p.run(maxCommand, "resolvectl", "dns")
	if !ok {
		p.problem(resolvConf, "host.not-here", "it names only the stub of systemd-resolved, and the servers behind that are not known; name them with --resolver")
		return facts.Resolvers{}, false
	}
	behind := facts.Resolvers{Servers: parseResolvectl(out.Stdout), Source: "resolvectl dns"}
	return behind, len(behind.Servers) > 0
}

// listIn reads a list in the form of resolv.conf that a daemon keeps. It may name
// more servers than a resolv.conf can, so that counts for nothing here.
func (p *probe) listIn(path string) (facts.Resolvers, bool) {
	data, ok := p.file(path, maxSmall)
	if !ok {
		return facts.Resolvers{}, false
	}
	list, _ := dnsprobe.ReadResolvConf(bytes.NewReader(data), path)
	return list, len(list.Servers) > 0 && !stub(list.Servers)
}

// stub reports whether all servers are on this machine.
func stub(servers []string) bool {
	for _, s := range servers {
		if a, err := netip.ParseAddrPort(s); err != nil || !a.Addr().IsLoopback() {
			return false
		}
	}
	return len(servers) > 0
}

// resolvedStub reports whether all servers are the stub of systemd-resolved.
func resolvedStub(servers []string) bool {
	for _, s := range servers {
		if s != "127.0.0.53:53" && s != "127.0.0.54:53" {
			return false
		}
	}
	return len(servers) > 0
}

func sameServers(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// parseResolvectl reads `resolvectl dns`: "Global: ADDRESS..." and lines of "Link
// 2 (eth0): ADDRESS...", where an address may carry a port and, behind "#", the
// name of its certificate.
func parseResolvectl(data []byte) []string {
	var servers []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		for i, f := range fields {
			if i == 0 || !strings.HasSuffix(fields[0], ":") && fields[0] != "Link" {
				continue
			}
			f, _, _ = strings.Cut(f, "#")
			address, err := facts.ServerAddress(f)
			if err == nil && !slices.Contains(servers, address) {
				servers = append(servers, address)
			}
		}
	}
	return servers
}
