package errcode

import "strings"

// Context is what is known of the system that reported a code. It orders the
// readings; it never removes one.
type Context struct {
	Product string   // "Exchange Server", "IIS", ...
	OS      string   // "Windows 2000", "Linux", ...
	Texts   []string // texts that came with the code
}

// hints is a context boiled down to what the weights need.
type hints struct {
	exchange, web, mail, dns, database bool
	linux, windows                     bool
	named                              Family   // a family that the words around the number name
	texts                              []string // folded
}

// maxHintText bounds what is read of each text.
const maxHintText = 64 << 10

func hintsOf(c Code, ctx Context) (h hints) {
	product, system := strings.ToLower(ctx.Product), strings.ToLower(ctx.OS)
	h.exchange = containsAny(product, "exchange", "outlook", "mapi")
	h.web = containsAny(product, "http", "iis", "internet information", "apache", "nginx", "web", "proxy", "browser")
	h.mail = containsAny(product, "smtp", "mail", "postfix", "sendmail", "exim")
	h.dns = containsAny(product, "dns", "bind", "unbound", "nsd", "resolver")
	h.database = containsAny(product, "jet", "ese", "active directory", "exchange")
	h.linux = containsAny(system, "linux", "unix", "debian", "ubuntu", "red hat", "rhel", "centos", "fedora", "suse", "bsd", "darwin", "macos", "solaris", "android")
	h.windows = containsAny(system, "windows", "win32", "nt 4", "nt4", "win9", "winnt")
	h.named = familyWord(strings.ToLower(c.Literal))
	for _, t := range ctx.Texts {
		t = t[:min(len(t), maxHintText)]
		h.web = h.web || containsWord(t, "HTTP")
		h.mail = h.mail || containsWord(t, "SMTP")
		h.dns = h.dns || containsWord(t, "RCODE") || containsWord(t, "DNS")
		h.texts = append(h.texts, fold(t))
	}
	return h
}

// familyWord is the family that the words of a literal such as "Win32 error 997"
// speak of.
func familyWord(literal string) Family {
	switch {
	case containsAny(literal, "win32", "system error", "windows error"):
		return Win32
	case containsAny(literal, "winsock", "socket"):
		return Winsock
	case containsAny(literal, "jet ", "ese "):
		return JET
	case containsAny(literal, "hresult", "hr="):
		return HRESULT
	case containsAny(literal, "ntstatus"):
		return NTSTATUS
	}
	return ""
}

// weigh moves a candidate by the context, and says so where that matters.
func (h hints) weigh(r *candidate) {
	bump := func(n int, why string) {
		r.weight += n
		if why != "" {
			r.Why += "; " + why
		}
	}
	switch r.Family {
	case Exchange55:
		if h.exchange {
			bump(60, "the product is Exchange")
		}
	case HRESULT:
		if h.exchange && strings.HasPrefix(r.Name, "MAPI_") {
			bump(10, "the product is Exchange")
		}
	case JET:
		if h.exchange || h.database {
			bump(60, "the product keeps its data in ESE")
		}
	case HTTP:
		if h.web {
			bump(60, "the context speaks of HTTP")
		}
	case SMTP, SMTPEnhanced:
		if h.mail {
			bump(60, "the context speaks of SMTP")
		}
	case DNSRCode, DNSExtended:
		if h.dns {
			bump(30, "the context speaks of DNS")
		}
	case Errno:
		switch {
		case h.linux:
			bump(60, "the system is a Unix")
		case h.windows:
			bump(-20, "")
		}
	case Win32, Winsock, NTSTATUS:
		switch {
		case h.windows && r.Family == Win32:
			bump(15, "the system is Windows")
		case h.linux:
			bump(-20, "")
		}
	}
	if h.named != "" && h.named == r.Family {
		bump(200, "the words around the number name the family")
	}
	for _, t := range h.texts {
		if said(t, r.Text) || r.Nested != nil && said(t, r.Nested.Text) {
			bump(100, "its message text is in the context")
			break
		}
	}
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// containsWord reports whether a word stands in s on its own, as it is written.
func containsWord(s, word string) bool {
	for from := 0; ; {
		n := strings.Index(s[from:], word)
		if n < 0 {
			return false
		}
		at := from + n
		if (at == 0 || !isWord(s[at-1])) && endsAt(s, at+len(word)) {
			return true
		}
		from = at + len(word)
	}
}
