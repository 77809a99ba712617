package hostprobe

import (
	"cmp"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// role says how a Linux machine shows what it is for: by what runs, by a unit
// that failed to run, or by files that only a machine of that role has. A node
// whose cluster software is down is a cluster node. That a role does not hold can
// be said only of a closed one: a web server may be any program.
type role struct {
	name      string
	closed    bool
	processes []string
	units     []string
	files     []string
}

// clusterNode is the role that rules of clusters ask for.
const clusterNode = "cluster node"

func linuxRoleTable() []role {
	dns := []string{"named", "nsd", "unbound", "knotd", "kresd", "pdns_server", "pdns_recursor", "coredns", "dnsmasq"}
	return []role{
		{
			clusterNode, true,
			[]string{"corosync", "pacemakerd", "cman", "heartbeat", "rgmanager"},
			[]string{"corosync", "pacemaker", "cman", "heartbeat", "rgmanager"},
			[]string{"/etc/corosync/corosync.conf", "/etc/cluster/cluster.conf"},
		},
		{"DNS server", true, dns, append([]string{"bind9", "knot", "pdns", "pdns-recursor"}, dns...), nil},
		{"domain controller", true, []string{"samba"}, []string{"samba-ad-dc"}, nil},
		{"DHCP server", false, []string{"dhcpd", "kea-dhcp4"}, []string{"isc-dhcp-server", "dhcpd", "kea-dhcp4-server", "kea-dhcp4"}, nil},
		{"mail server", false, []string{"master", "exim4", "exim", "sendmail-mta", "sendmail"}, []string{"postfix", "exim4", "exim", "sendmail"}, nil},
		{"web server", false, []string{"nginx", "apache2", "httpd", "lighttpd", "caddy"}, []string{"nginx", "apache2", "httpd", "lighttpd", "caddy"}, nil},
		{"database server", false, []string{"postgres", "mysqld", "mariadbd"}, []string{"postgresql", "mysql", "mysqld", "mariadb"}, nil},
		{"hypervisor", false, []string{"libvirtd", "virtqemud"}, []string{"libvirtd", "virtqemud"}, nil},
	}
}

// linuxRoles states the roles that hold, and those that do not where that could
// be seen: nothing of the kind runs, failed, or could be started. A server that is
// installed and stopped is left open.
func (p *probe) linuxRoles() {
	p.installed = map[string]bool{}
	for _, folder := range []string{"/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system", "/etc/init.d"} {
		entries, err := p.list(folder)
		if err != nil && !absent(err) {
			p.failure(folder, err)
			p.installed = nil
			break
		}
		for _, e := range entries {
			p.installed[strings.ToLower(strings.TrimSuffix(e.Name, ".service"))] = true
		}
	}
	for _, r := range linuxRoleTable() {
		if path, known := p.showsRole(r); path != "" || known && r.closed {
			p.environment(cmp.Or(path, "/proc"), facts.FieldRole, r.name, path == "")
		}
	}
}

// showsRole is the path at which the role shows, or empty; known is false where
// not all of them could be looked at.
func (p *probe) showsRole(r role) (path string, known bool) {
	if p.runs(r.processes...) {
		return "/proc", true
	}
	for _, u := range r.units {
		if p.serviceFailed(u) {
			return "systemd", true
		}
	}
	known = p.allSeen && p.installed != nil
	for _, u := range r.units {
		known = known && !p.installed[u]
	}
	for _, f := range r.files {
		_, err := p.sys.Read(f, 1)
		switch {
		case err == nil:
			return f, true
		case !absent(err):
			known = false
		}
	}
	return "", known
}

// serviceFailed reports whether the service, or an instance of it, is among the
// failed units.
func (p *probe) serviceFailed(name string) bool {
	for _, unit := range p.failed {
		service, ok := strings.CutSuffix(unit, ".service")
		if service, _, _ = strings.Cut(service, "@"); ok && service == name {
			return true
		}
	}
	return false
}
