package importer

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules/cond"
)

var (
	bullet      = newPattern(`^(\s*)[-*] +(.*)$`)
	listVersion = newPattern(`(?i),?\s*\(?versions?\s+([^()]*?)\)?\s*(?:,\s*on platform\(s\))?:?\s*$`)
	oneVersion  = newPattern(`(?i)^\s*v?(\d+(?:\.\d+)*[a-z]?)\s*((?:sp\s*\d+|service pack \d+)[a-z]?)?\s*$`)
	platforms   = newPattern(`(?i),?\s*(?:on platform\(s\)|used with|when used with)\s*:\s*$`)
	system      = newPattern(`(?i)^the operating system:\s*`)
	remark      = newPattern(`\*[^*]*\*`)
	maker       = newPattern(`(?i)^(?:the )?microsoft(?:\(r\))? `)
)

// applies reads the list of products: " - Microsoft Exchange Server, version 5.5
// SP3, on platform(s):" with systems indented below, or one system a line.
func (d *document) applies(lines []string) {
	depth := -1
	for _, item := range items(lines) {
		m := bullet.FindStringSubmatch(item)
		if m == nil {
			continue
		}
		text := strings.TrimSpace(remark.ReplaceAllString(m[2], ""))
		if depth >= 0 && len(m[1]) > depth && len(d.products) > 0 {
			if os := system.ReplaceAllString(text, ""); os != text || strings.Contains(text, "Windows") {
				for i := range d.products {
					if d.products[i].os == "" {
						d.products[i].os = systemName(os)
					}
				}
			}
			continue
		}
		if platforms.MatchString(text) {
			depth = len(m[1])
		} else {
			depth = -1
		}
		text = platforms.ReplaceAllString(text, "")
		var versions []string
		if v := listVersion.FindStringSubmatchIndex(text); v != nil {
			versions = strings.Split(text[v[2]:v[3]], ",")
			text = text[:v[0]]
		}
		name := productName(text)
		if name == "" {
			continue
		}
		found := false
		for _, v := range versions {
			m := oneVersion.FindStringSubmatch(v)
			if m == nil {
				continue
			}
			version := strings.TrimSpace(m[1] + " " + strings.ToUpper(m[2]))
			if _, err := cond.ParseRange(version); err != nil { // 4.5a
				d.flag("a version that cannot be compared")
				continue
			}
			d.products = append(d.products, product{name: name, version: version})
			found = true
		}
		if !found {
			d.products = append(d.products, product{name: name})
		}
	}
}

// items joins the lines of each item of a list.
func items(lines []string) (list []string) {
	for _, l := range lines {
		switch {
		case strings.TrimSpace(l) == "":
		case bullet.MatchString(l) || len(list) == 0:
			list = append(list, l)
		default:
			list[len(list)-1] += " " + strings.TrimSpace(l)
		}
	}
	return list
}

// productName is a name without its maker.
func productName(s string) string {
	s = strings.Trim(maker.ReplaceAllString(strings.TrimSpace(s), ""), " ,:")
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 100 {
		s = s[:strings.LastIndexByte(s[:100], ' ')+1]
	}
	return strings.TrimSpace(s)
}

// systemName is an operating system as applies_to names it.
func systemName(s string) string {
	if v := listVersion.FindStringIndex(s); v != nil {
		s = s[:v[0]]
	}
	return productName(s)
}
