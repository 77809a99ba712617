package errcode

import "strings"

// symbolFamilies is the order in which a name is looked up.
var symbolFamilies = [...]Family{DNSRCode, Win32, HRESULT, NTSTATUS, Winsock, JET, Errno, Bugcheck}

// symbol looks a name up in all tables, in any case. The name decides the
// family; an HRESULT or an NTSTATUS may nest a code.
func symbol(name string) (Code, bool) {
	if len(name) < 3 || len(name) > 100 {
		return Code{}, false
	}
	for _, f := range symbolFamilies {
		if e, ok := tableOf(f).named(name); ok {
			c := Code{Value: e.value, Literal: name, Family: f}
			if f == HRESULT {
				c = nest(c)
			}
			return c, true
		}
	}
	return Code{}, false
}

// symbolInText is symbol for running text: the case must be right, names that
// are also plain words need more than themselves, and names of success are no
// error codes.
func symbolInText(name string) (Code, bool) {
	if len(name) < 3 || len(name) > 100 || !('A' <= name[0] && name[0] <= 'Z') || 'a' <= name[1] && name[1] <= 'z' {
		return Code{}, false
	}
	underscores := strings.Count(name, "_")
	families := symbolFamilies[1:]
	if underscores == 0 {
		switch {
		case name[0] == 'E' && len(name) <= 16:
			families = []Family{Errno}
		case strings.HasPrefix(name, "WSA"):
			families = []Family{Winsock}
		case len(name) >= 6 && len(name) <= 9 && name != "REFUSED":
			families = []Family{DNSRCode}
		default:
			return Code{}, false
		}
	}
	for _, f := range families {
		if f == Errno && underscores > 0 || f == Bugcheck && underscores < 2 {
			continue
		}
		if e, ok := tableOf(f).named(name); ok && e.name == name && e.value != 0 {
			c := Code{Value: e.value, Literal: name, Family: f}
			if f == HRESULT {
				c = nest(c)
			}
			return c, true
		}
	}
	return Code{}, false
}
