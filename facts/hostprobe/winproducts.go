package hostprobe

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// exchangeBuild is a build of Exchange Server that a service pack has; builds up
// to the next row are corrections of it.
type exchangeBuild struct {
	build   uint64
	version string
}

// exchangeBuilds tells versions by the value NewestBuild, which grows over them.
func exchangeBuilds() []exchangeBuild {
	return []exchangeBuild{
		{837, "4.0"},
		{838, "4.0 SP1"},
		{993, "4.0 SP2"},
		{994, "4.0 SP3"},
		{995, "4.0 SP4"},
		{996, "4.0 SP5"},
		{1457, "5.0 SP0"},
		{1458, "5.0 SP1"},
		{1460, "5.0 SP2"},
		{1960, "5.5 SP0"},
		{2232, "5.5 SP1"},
		{2448, "5.5 SP2"},
		{2650, "5.5 SP3"},
		{2653, "5.5 SP4"},
		{4417, "6.0 SP0"},
		{4712, "6.0 SP1"},
		{5762, "6.0 SP2"},
		{6249, "6.0 SP3"},
		{6944, "6.5 SP0"},
		{7226, "6.5 SP1"},
		{7638, "6.5 SP2"},
	}
}

// windowsProducts learns which products of the rules are installed.
func (p *probe) windowsProducts() {
	for _, find := range []func(*probe) (Product, bool){exchange, exchangeLater, sqlServer, systemsManagement} {
		if product, ok := find(p); ok {
			product.Path = prefix + product.Path
			p.result.Products = append(p.result.Products, product)
		}
	}
	slices.SortFunc(p.result.Products, func(a, b Product) int { return cmp.Compare(a.Name, b.Name) })
}

// exchange is Exchange Server 4.0 to 2003: an administrator's machine has the key
// too, but no path of the services in it.
func exchange(p *probe) (Product, bool) {
	path := `HKLM\SOFTWARE\Microsoft\Exchange\Setup`
	k, ok := p.key(path)
	if !ok || k.Values["services"].Text == "" {
		return Product{}, false
	}
	product := Product{Name: "Exchange Server", Path: path}
	if build := k.Values["newestbuild"]; build.IsNum {
		for _, b := range exchangeBuilds() {
			if b.build <= build.Number && build.Number < 8000 {
				product.Version = b.version
			}
		}
	}
	return product, true
}

// exchangeLater is Exchange Server 2007 and later, which tell version and service
// pack: 14.3 is 2010 with service pack 3. From 15 on the minor number is a product
// of its own.
func exchangeLater(p *probe) (Product, bool) {
	for _, path := range []string{
		`HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Setup`,
		`HKLM\SOFTWARE\Microsoft\ExchangeServer\v14\Setup`,
		`HKLM\SOFTWARE\Microsoft\Exchange\Setup`,
	} {
		k, ok := p.key(path)
		major, minor := k.Values["msiproductmajor"], k.Values["msiproductminor"]
		if !ok || !major.IsNum || !minor.IsNum || k.Values["msiinstallpath"].Text == "" {
			continue
		}
		version := fmt.Sprintf("%d.0 SP%d", major.Number, minor.Number)
		if major.Number >= 15 {
			version = fmt.Sprintf("%d.%d", major.Number, minor.Number)
		}
		return Product{Name: "Exchange Server", Version: version, Path: path}, true
	}
	return Product{}, false
}

// sqlServer is SQL Server: up to 2000 with a key of its own, then one for each
// instance. With instances of several versions none is told.
func sqlServer(p *probe) (Product, bool) {
	root := `HKLM\SOFTWARE\Microsoft\Microsoft SQL Server\`
	if names, ok := p.key(root + `Instance Names\SQL`); ok && len(names.Values) > 0 {
		var versions []string
		for _, instance := range names.Values {
			k, _ := p.key(root + instance.Text + `\Setup`)
			version := numbers(k.Values["version"].Text, 2)
			if sp := k.Values["sp"]; version != "" && sp.IsNum {
				version += fmt.Sprintf(" SP%d", sp.Number)
			}
			if !slices.Contains(versions, version) {
				versions = append(versions, version)
			}
		}
		product := Product{Name: "SQL Server", Path: root + `Instance Names\SQL`}
		if len(versions) == 1 {
			product.Version = versions[0]
		}
		return product, true
	}
	path := `HKLM\SOFTWARE\Microsoft\MSSQLServer\MSSQLServer\CurrentVersion`
	k, ok := p.key(path)
	version := numbers(k.Values["currentversion"].Text, 3)
	return Product{Name: "SQL Server", Version: version, Path: path}, ok && version != ""
}

// systemsManagement is Systems Management Server; a client has other keys.
func systemsManagement(p *probe) (Product, bool) {
	path := `HKLM\SOFTWARE\Microsoft\SMS\Setup`
	k, ok := p.key(path)
	version := numbers(k.Values["full version"].Text, 4)
	if version == "" {
		version = numbers(k.Values["version"].Text, 4)
	}
	return Product{Name: "Systems Management Server", Version: version, Path: path}, ok && version != ""
}

// numbers is the first count numbers of a version, without leading zeros: "2.0.1493"
// of "2.00.1493.2000"; empty where it does not begin with a number.
func numbers(version string, count int) string {
	var out []string
	for part := range strings.SplitSeq(strings.TrimSpace(version), ".") {
		n, err := number(part)
		if err != nil || len(out) == count {
			break
		}
		out = append(out, strconv.FormatUint(n, 10))
	}
	return strings.Join(out, ".")
}

func number(s string) (uint64, error) { return strconv.ParseUint(strings.TrimSpace(s), 10, 31) }
