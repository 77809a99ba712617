package lint

import (
	"net/url"
	"strings"
)

// deadReference finds addresses that lead nowhere for a reader.
func deadReference() check {
	return check{code: "dead-reference", reach: authored, rule: func(s *subject) {
		for i, ref := range s.Refs {
			switch {
			case ref.KB == "" && ref.RFC == 0 && ref.URL == "":
				s.say(s.at("refs", i), "the reference names nothing; expected kb, rfc or url")
			case ref.KB != "" && strings.TrimSpace(ref.KB) != ref.KB:
				s.say(s.at("refs", i), "the number of the article has blanks around it")
			case ref.URL != "":
				if why := dead(ref.URL); why != "" {
					s.say(s.at("refs", i), "%q leads nowhere: %s", ref.URL, why)
				}
			}
		}
		if s.Article == nil {
			return
		}
		for i, name := range s.Article.Related {
			for _, ref := range s.Refs {
				if ref.KB == name {
					s.say(s.at("article", "related", i), "the rule is related to %s, which is its own article", name)
				}
			}
		}
	}}
}

// dead says why an address leads nowhere, or "".
func dead(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "it is no address"
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "it does not begin with https://"
	case host == "":
		return "it names no host"
	case host == "localhost" || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".invalid") || !strings.Contains(host, "."):
		return host + " is known to no reader elsewhere"
	case strings.HasSuffix(host, ".example") || host == "example.com" || host == "example.org" || host == "example.net":
		return host + " is a name for examples"
	}
	return ""
}
