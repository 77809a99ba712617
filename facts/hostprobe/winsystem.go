package hostprobe

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// windowsSystem learns the name of the system and the build of its kernel.
func (p *probe) windowsSystem() {
	k, ok := p.key(keyVersion)
	if !ok {
		p.problem(keyVersion, "host.not-here", "there is no such key, though every Windows has it; look at the registry")
		return
	}
	p.read(keyVersion, 0)
	if name := windowsProduct(k); name != "" {
		p.environment(keyVersion, facts.FieldOS, name, false)
	} else {
		p.odd(keyVersion, errors.New("neither ProductName nor CurrentVersion says what system it is"))
	}
	if build := windowsBuild(k); build != "" {
		p.input(keyVersion, "host.os.kernel", build)
	}
}

// windowsProduct is "Windows 2000" or "Windows Server 2022 Datacenter". Windows NT 4.0
// has no ProductName, and Windows 11 calls itself Windows 10 in it.
func windowsProduct(k Key) string {
	name := clean(k.Values["productname"].Text)
	for _, mark := range []string{"(R)", "(TM)", "®", "™"} {
		name = strings.ReplaceAll(name, mark, "")
	}
	name = strings.TrimPrefix(strings.Join(strings.Fields(name), " "), "Microsoft ")
	version := clean(k.Values["currentversion"].Text)
	if name == "" && version != "" {
		name = "Windows NT " + version
	}
	if build, err := number(currentBuild(k)); err == nil && build >= 22000 && strings.HasPrefix(name, "Windows 10") {
		name = "Windows 11" + name[len("Windows 10"):]
	}
	return name
}

func currentBuild(k Key) string {
	if b := k.Values["currentbuildnumber"].Text; b != "" {
		return clean(b)
	}
	return clean(k.Values["currentbuild"].Text)
}

// windowsBuild is "5.0.2195 SP4" or "10.0.20348.2340".
func windowsBuild(k Key) string {
	version := clean(k.Values["currentversion"].Text)
	if major := k.Values["currentmajorversionnumber"]; major.IsNum {
		version = fmt.Sprintf("%d.%d", major.Number, k.Values["currentminorversionnumber"].Number)
	}
	build := currentBuild(k)
	if version == "" || build == "" {
		return ""
	}
	version += "." + build
	if ubr := k.Values["ubr"]; ubr.IsNum {
		version += fmt.Sprintf(".%d", ubr.Number)
	}
	if pack, ok := strings.CutPrefix(clean(k.Values["csdversion"].Text), "Service Pack "); ok {
		version += " SP" + pack
	}
	return version
}

// windowsName learns the name that logs carry and the primary DNS suffix. The
// names that hold since the last start are Hostname and Domain; those beginning
// with NV come with the next one.
func (p *probe) windowsName() {
	if k, ok := p.key(keyName); ok {
		p.name = clean(k.Values["computername"].Text)
	}
	k, ok := p.key(keyTCPIP)
	if !ok {
		return
	}
	if p.name == "" {
		p.name = clean(k.Values["hostname"].Text)
	}
	domain := k.Values["domain"].Text
	if domain == "" {
		domain = k.Values["nv domain"].Text
	}
	if domain = strings.ToLower(strings.TrimSuffix(domain, ".")); domain != "" && dnsfinding.CheckName(domain) == nil {
		p.input(keyTCPIP, "host.domain", domain)
	}
}
