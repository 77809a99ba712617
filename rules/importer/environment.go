package importer

import (
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/rules/cond"
)

var (
	label      = newPattern(`(?i)^(products?|versions?|platform|operating systems?|os|environment|applies to)\s*:\s*`)
	productVer = newPattern(`(?i)^(.*?[^\s,(])[\s,(]+(?:(v(?:ersions?)?)[.:]?\s*)?(\d.*?)\s*\)?$`)
	later      = newPattern(`(?i)^v?(\d[\w.]*(?: sp ?\d+)?)\s*(?:\+|(?:and|or) (?:later|newer|above|higher|up)(?: versions?)?)$`)
	earlier    = newPattern(`(?i)^v?(\d[\w.]*(?: sp ?\d+)?)\s*(?:and|or) (?:earlier|older|below|lower)(?: versions?)?$`)
	fromTo     = newPattern(`(?i)^v?(\d[\w.]*)\s*(?:-|–|to|through)\s*v?(\d[\w.]*)$`)
	anyMinor   = newPattern(`(?i)^v?(\d{1,6}(?:\.\d{1,6})*)\.x$`)
	between    = newPattern(`(?i)\s*[,;/]\s*(?:and |or )?|\s+(?:and|or)\s+(?:v?\d)`)
	itemMark   = newPattern(`^\s*(?:[-*•] +|\d{1,2}[.)] +)`)
	onSystem   = newPattern(`^(.+?) +(?:on|for) +((?:Microsoft )?Windows [\w.]+.*|(?:Linux|macOS|Mac OS|Ubuntu|Debian|Red Hat|RHEL|SUSE|Solaris|AIX|HP-UX|Android|iOS)\b.*)$`)
	// A list of systems is no name of one: then the product stands for all.
	severalSystems = newPattern(`(?i)\b(?:and|or)\b|[,;/+&]`)
	versionWords   = newPattern(`(?i)^versions?\s+`)
)

// environment reads what an article applies to, a product a line: "Product 2.1",
// "Product, version 2.1 and later", or a version that goes with the product
// before. It reports whether every line was such a name.
func (d *document) environment(lines []string) bool {
	all := true
	for i, l := range lines {
		l = strings.Trim(strings.TrimSpace(itemMark.ReplaceAllString(l, "")), "| ")
		if l == "" || strings.Trim(l, "-|: =") == "" {
			continue
		}
		if cells := strings.Split(l, "|"); len(cells) > 1 { // a table: product, version
			if i+1 < len(lines) && strings.Trim(lines[i+1], "-|: =") == "" && strings.Contains(lines[i+1], "-") {
				continue // its heading
			}
			name, list := productName(strings.TrimSpace(cells[0])), ranges(strings.TrimSpace(cells[1]))
			for _, v := range list {
				d.products = append(d.products, product{name: name, version: v})
			}
			if list != nil {
				continue
			}
			l = strings.Join(strings.Fields(cells[0]+" "+cells[1]), " ")
		}
		name := label.FindStringSubmatch(l)
		if name != nil {
			l = strings.TrimSpace(l[len(name[0]):])
		}
		switch {
		case len(l) > 100 || len(strings.Fields(l)) > 12 || strings.HasSuffix(l, ".") || strings.HasSuffix(l, ":"):
			all = false
		case l == "":
		case name != nil && strings.HasPrefix(strings.ToLower(name[1]), "version") || ranges(versionWords.ReplaceAllString(l, "")) != nil:
			all = d.versions(l) && all
		case name != nil && (strings.EqualFold(name[1], "os") || strings.HasPrefix(strings.ToLower(name[1]), "operating")):
			for i := range d.products {
				if d.products[i].os == "" {
					d.products[i].os = productName(l)
				}
			}
		default:
			d.product(l)
		}
	}
	return all
}

// product takes one line that names a product.
func (d *document) product(l string) {
	if m := onSystem.FindStringSubmatch(l); m != nil {
		before := len(d.products)
		d.product(m[1])
		for i := before; i < len(d.products) && !severalSystems.MatchString(m[2]); i++ {
			d.products[i].os = productName(m[2])
		}
		return
	}
	text, list := l, []string(nil)
	if m := productVer.FindStringSubmatch(l); m != nil {
		list = ranges(m[3])
		// "Server 2019" is a name: a bare year is a version only where it says so.
		if m[2] == "" && len(list) == 1 && year.MatchString(list[0]) {
			list = nil
		}
		if list != nil {
			text = m[1]
		} else if m[2] != "" {
			text = m[1]
			d.flag("a version that cannot be compared")
		}
	}
	name := productName(text)
	if name == "" {
		return
	}
	if list == nil {
		d.products = append(d.products, product{name: name})
	}
	for _, v := range list {
		d.products = append(d.products, product{name: name, version: v})
	}
}

var year = newPattern(`^(?:>=|<=)?(?:19|20)\d\d$`)

// versions takes versions that stand apart from their product.
func (d *document) versions(l string) bool {
	list := ranges(versionWords.ReplaceAllString(strings.TrimSpace(l), ""))
	if list == nil {
		d.flag("a version that cannot be compared")
		return false
	}
	if len(d.products) == 0 {
		d.flag("a version without a product")
		return false
	}
	for _, v := range list {
		last := &d.products[len(d.products)-1]
		if last.version == "" {
			last.version = v
		} else {
			d.products = append(d.products, product{last.name, v, last.os})
		}
	}
	return true
}

// ranges reads a list of versions, "2.1, 2.2 SP1 and 3.0 or later", as ranges
// that a rule can hold; nil where one of them is none.
func ranges(s string) (list []string) {
	if s == "" || len(s) > 100 || s[0] != 'v' && s[0] != 'V' && (s[0] < '0' || s[0] > '9') {
		return nil
	}
	s = between.ReplaceAllStringFunc(s, func(m string) string {
		if c := m[len(m)-1]; c >= '0' && c <= '9' {
			return "," + m[len(m)-1:]
		}
		return ","
	})
	for v := range strings.SplitSeq(s, ",") {
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		var r string
		if m := later.FindStringSubmatch(v); m != nil {
			r = ">=" + m[1]
		} else if m := earlier.FindStringSubmatch(v); m != nil {
			r = "<=" + m[1]
		} else if m := fromTo.FindStringSubmatch(v); m != nil {
			r = ">=" + m[1] + " <=" + m[2]
		} else if m := anyMinor.FindStringSubmatch(v); m != nil {
			r = minors(m[1])
		} else if m := oneVersion.FindStringSubmatch(v); m != nil {
			r = strings.TrimSpace(m[1] + " " + strings.ToUpper(m[2]))
		}
		if _, err := cond.ParseRange(r); r == "" || err != nil {
			return nil
		}
		list = append(list, r)
	}
	return list
}

// minors is the range of "2.1.x".
func minors(s string) string {
	before, last := "", s
	if at := strings.LastIndexByte(s, '.'); at >= 0 {
		before, last = s[:at+1], s[at+1:]
	}
	n, _ := strconv.Atoi(last) // six digits at most
	return ">=" + s + " <" + before + strconv.Itoa(n+1)
}
