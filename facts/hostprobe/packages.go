package hostprobe

import (
	"cmp"
	"slices"
	"strings"
)

// packaged is a product that a package of Debian holds, and the processes that
// show that it is used.
type packaged struct {
	product   string
	prefix    string // of the package's name, up to a version in it
	processes []string
}

func packageTable() []packaged {
	return []packaged{
		{"Apache HTTP Server", "apache2", []string{"apache2"}},
		{"BIND", "bind9", []string{"named"}},
		{"Exim", "exim4-daemon-*", []string{"exim4"}},
		{"ISC DHCP", "isc-dhcp-server", []string{"dhcpd"}},
		{"MariaDB", "mariadb-server", []string{"mariadbd", "mysqld"}},
		{"MySQL", "mysql-server", []string{"mysqld"}},
		{"nginx", "nginx", []string{"nginx"}},
		{"NSD", "nsd", []string{"nsd"}},
		{"Pacemaker", "pacemaker", []string{"pacemakerd"}},
		{"Postfix", "postfix", []string{"master"}},
		{"PostgreSQL", "postgresql-*", []string{"postgres"}},
		{"Samba", "samba", []string{"smbd", "samba"}},
		{"Unbound", "unbound", []string{"unbound"}},
	}
}

const dpkgStatus = "/var/lib/dpkg/status"

// linuxPackages learns the versions of the servers that run. Only Debian's list
// is read: that of RPM is a database.
func (p *probe) linuxPackages() {
	if p.processes == nil {
		return
	}
	data, ok := p.file(dpkgStatus, maxPackages)
	if !ok {
		p.unread("packages")
		return
	}
	installed := parsePackages(data)
	for _, t := range packageTable() {
		if !p.runs(t.processes...) && !p.serviceFailed(strings.TrimRight(t.prefix, "-*")) {
			continue
		}
		var versions []string
		for name, version := range installed {
			if t.holds(name) && !slices.Contains(versions, version) {
				versions = append(versions, version)
			}
		}
		if len(versions) == 0 {
			continue
		}
		product := Product{Name: t.product, Path: prefix + dpkgStatus}
		if len(versions) == 1 { // with several it is not known which one runs
			product.Version = versions[0]
		}
		p.result.Products = append(p.result.Products, product)
	}
	slices.SortFunc(p.result.Products, func(a, b Product) int { return cmp.Compare(a.Name, b.Name) })
}

// holds reports whether a package of this name holds the product. For
// "postgresql-*" that is "postgresql-15" and not "postgresql-common"; for
// "exim4-daemon-*" any word.
func (t packaged) holds(name string) bool {
	head, any := strings.CutSuffix(t.prefix, "*")
	if !any {
		return name == head
	}
	rest, ok := strings.CutPrefix(name, head)
	if ok && t.prefix == "postgresql-*" {
		return rest != "" && strings.Trim(rest, "0123456789.") == ""
	}
	return ok && rest != ""
}

// parsePackages reads the status file of dpkg and returns the upstream versions of
// the installed packages. A package without a version in numbers has "".
func parsePackages(data []byte) map[string]string {
	installed := map[string]string{}
	var name, version string
	var there bool
	flush := func() {
		if there && name != "" {
			installed[name] = upstream(version)
		}
		name, version, there = "", "", false
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "":
			flush()
		case strings.HasPrefix(line, "Package: "):
			name = strings.TrimSpace(line[len("Package: "):])
		case strings.HasPrefix(line, "Version: "):
			version = strings.TrimSpace(line[len("Version: "):])
		case strings.HasPrefix(line, "Status: "):
			there = strings.HasSuffix(line, " installed")
		}
	}
	flush()
	return installed
}

// upstream is the numbers at the begin of the upstream part of a Debian
// version: "9.18.24" of "1:9.18.24-1~deb12u1".
func upstream(version string) string {
	if _, rest, ok := strings.Cut(version, ":"); ok {
		version = rest
	}
	end := 0
	for end < len(version) && (version[end] >= '0' && version[end] <= '9' || version[end] == '.') {
		end++
	}
	return strings.Trim(version[:end], ".")
}
