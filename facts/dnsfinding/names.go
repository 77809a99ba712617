package dnsfinding

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// NoSuchHost is the label of the names that no zone holds on purpose. It is
// fixed, so that two runs ask the same.
const NoSuchHost = "kbtriage-no-such-host"

// ImpossibleName lies below a top-level domain that must not exist (RFC 6761).
const ImpossibleName = NoSuchHost + ".invalid."

// FQDN brings a name to the form in which names are compared: lower case, with
// a trailing dot.
func FQDN(name string) string {
	if strings.HasSuffix(name, ".") && strings.ToLower(name) == name {
		return name // as nearly all are, without a copy
	}
	return strings.ToLower(strings.TrimSuffix(name, ".")) + "."
}

// CheckName says why a name cannot be asked for, or returns nil.
func CheckName(name string) error {
	bare := strings.TrimSuffix(name, ".")
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Errorf("%q is an address, not a name; give the host name", name)
	}
	if bare == "" {
		return fmt.Errorf("%q is no host name; give one such as exchvs1.corp.example", name)
	}
	if len(bare) > 253 {
		return fmt.Errorf("the name has %d characters, DNS allows 253", len(bare))
	}
	for label := range strings.SplitSeq(bare, ".") {
		if label == "" || len(label) > 63 {
			return fmt.Errorf("%q has a part with %d characters between its dots, DNS allows 1 to 63", name, len(label))
		}
		for _, r := range label {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			case r > 127:
				return fmt.Errorf("%q holds %q; give the ASCII form of the name (xn--...)", name, r)
			default:
				return fmt.Errorf("%q holds %q, which no host name has", name, r)
			}
		}
	}
	return nil
}

// Short reports whether a client completes the name from its search list: it
// has no trailing dot and fewer dots than ndots.
func Short(name string, r facts.Resolvers) bool {
	return !strings.HasSuffix(name, ".") && strings.Count(name, ".") < max(1, r.Ndots)
}

// Candidates are the names that a client asks for, in its order, when it is
// given name: the name itself, or for a short one each domain of the search
// list behind it and then the name as it is.
func Candidates(name string, r facts.Resolvers) []string {
	if !Short(name, r) {
		return []string{FQDN(name)}
	}
	var out []string
	for _, domain := range r.Search {
		if domain = FQDN(domain); domain != "." && len(name)+len(domain) <= 253 {
			out = appendNew(out, FQDN(name)+domain)
		}
	}
	return appendNew(out, FQDN(name))
}

// Sibling is a name beside name that no zone holds on purpose.
func Sibling(name string) string { return join(NoSuchHost, Parent(name)) }

// Parent is the domain that a name lies in: "." for a single label.
func Parent(name string) string {
	if _, rest, ok := strings.Cut(FQDN(name), "."); ok && rest != "" {
		return rest
	}
	return "."
}

// Below reports whether name is zone or lies below it.
func Below(name, zone string) bool {
	name, zone = FQDN(name), FQDN(zone)
	return zone == "." || name == zone || strings.HasSuffix(name, "."+zone)
}

func join(label, domain string) string {
	if domain == "." {
		return label + "."
	}
	return label + "." + domain
}

func labels(name string) int {
	if name = FQDN(name); name == "." {
		return 0
	}
	return strings.Count(name, ".")
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
