package hostprobe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// serviceRole says which role a service of Windows stands for. That the role does
// not hold can be said only of a closed one: a web server may be any program.
type serviceRole struct {
	service, role string
	closed        bool
}

func serviceRoles() []serviceRole {
	return []serviceRole{
		{"ClusSvc", clusterNode, true},
		{"DNS", "DNS server", true},
		{"DHCPServer", "DHCP server", false},
		{"W3SVC", "web server", false},
		{"MSSQLSERVER", "database server", false},
		{"MSExchangeIS", "mail server", false},
		{"vmms", "hypervisor", false},
	}
}

// disabled is the start type of a service that cannot be started. The cluster
// service is there but disabled on a server that is in no cluster.
const disabled = 4

// windowsRoles tells roles by the services that are installed, and the domain
// controller by the product type that the kernel goes by. That a role does not hold
// is said only where the list of services could be read.
func (p *probe) windowsRoles() {
	for _, r := range serviceRoles() {
		path := keyServices + `\` + r.service
		k, err := p.windows().Registry(path)
		if err != nil && !absent(err) {
			p.failure(path, err)
			continue
		}
		start := k.Values["start"]
		holds := start.IsNum && start.Number != disabled
		known := start.IsNum || p.installed != nil && !p.installed[strings.ToLower(r.service)]
		if holds || known && r.closed {
			p.environment(path, facts.FieldRole, r.role, !holds)
		}
	}
	k, _ := p.key(keyProduct)
	if kind := k.Values["producttype"].Text; kind != "" {
		p.environment(keyProduct, facts.FieldRole, "domain controller", !strings.EqualFold(kind, "LanmanNT"))
	}
}

// The codes of a service that has not been started, and of one whose own code counts.
const (
	neverStarted    = 1077
	serviceSpecific = 1066
	automatic       = 2
)

// windowsServices learns which services stopped with an error though they start
// automatically. Those that wait for a trigger, or start late, may not have been
// started yet.
func (p *probe) windowsServices() {
	list, err := p.windows().Services()
	switch {
	case absent(err):
		p.unread("services")
		return
	case err != nil:
		p.odd("services", err)
	}
	p.read("services", 0)
	if err == nil {
		p.installed = map[string]bool{}
	}
	for _, s := range list {
		if p.installed != nil {
			p.installed[strings.ToLower(s.Name)] = true
		}
		if !s.Stopped || s.ExitCode == 0 || s.ExitCode == neverStarted && p.startsLater(s.Name) {
			continue
		}
		if k, ok := p.key(keyServices + `\` + s.Name); !ok || k.Values["start"].Number != automatic {
			continue
		}
		code := fmt.Sprintf("exit code %d", s.ExitCode)
		if s.ExitCode == serviceSpecific {
			code = fmt.Sprintf("service-specific exit code %d", s.SpecificCode)
		}
		p.text("services", "service %s is stopped but starts automatically (%s)", clean(s.Name), code)
	}
}

func (p *probe) startsLater(service string) bool {
	k, _ := p.key(keyServices + `\` + service)
	return k.Values["delayedautostart"].Number != 0 ||
		slices.ContainsFunc(k.Keys, func(name string) bool { return strings.EqualFold(name, "TriggerInfo") })
}
