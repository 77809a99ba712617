package weblog

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// access is a line of the common log format, or of the combined one
// (https://httpd.apache.org/docs/current/logs.html#accesslog):
//
//	[site:port ]client identity user [time] "request" status bytes[ "referer" "agent"][ more]
type access struct {
	client, user, site     []byte
	time                   facts.Time
	request, status, bytes []byte
	referer, agent, more   []byte
}

// parse answers false if the line is no such line.
func (a *access) parse(line []byte) bool {
	*a = access{}
	open := bytes.Index(line, []byte(" ["))
	if open < 0 || open > 4096 {
		return false
	}
	t, n := stamp.CLF(line[open+2:])
	if n == 0 || !a.names(line[:open]) {
		return false
	}
	a.time = t
	rest, ok := bytes.CutPrefix(line[open+2+n:], []byte(`] `))
	if !ok {
		return false
	}
	if a.request, rest, ok = quoted(rest); !ok {
		return false
	}
	a.status, rest = word(rest)
	if len(a.status) != 3 || a.status[0]-'0' > 9 || a.status[1]-'0' > 9 || a.status[2]-'0' > 9 {
		return false
	}
	a.bytes, rest = word(rest)
	if a.referer, a.more, ok = quoted(rest); !ok {
		a.referer, a.more = nil, rest
		return true
	}
	rest = a.more
	if a.agent, a.more, ok = quoted(rest); !ok {
		a.agent, a.more = nil, rest
	}
	return true
}

// names reads what stands before the time.
func (a *access) names(b []byte) bool {
	first, rest := word(b)
	second, rest := word(rest)
	third, rest := word(rest)
	if len(third) == 0 {
		return false
	}
	a.client, a.user = first, third
	if len(rest) > 0 && len(second) > 1 && string(third) == "-" { // a site before all
		a.site, a.client, a.user = first, second, rest
	} else if len(rest) > 0 { // a name with blanks
		a.user = b[len(first)+len(second)+2:]
	}
	return true
}

// word is what stands before the next blank, and what is behind it.
func word(b []byte) (w, rest []byte) {
	w, rest, _ = bytes.Cut(b, []byte(" "))
	return w, rest
}

// quoted reads a text in quotes, in which a backslash escapes, and what is
// behind the blank behind it.
func quoted(b []byte) (text, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, nil, false
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			rest = b[i+1:]
			if len(rest) > 0 {
				if rest[0] != ' ' {
					return nil, nil, false
				}
				rest = rest[1:]
			}
			return b[1:i], rest, true
		}
	}
	return nil, nil, false
}

// appendTo writes the line as the text of an entry.
func (a *access) appendTo(dst []byte) []byte {
	if string(a.request) != "-" {
		dst = append(dst, a.request...)
	}
	dst = appendStatus(dst, a.status, nil)
	for _, f := range [...]struct {
		name  string
		value []byte
	}{
		{"client", a.client},
		{"user", a.user},
		{"site", a.site},
		{"bytes", a.bytes},
		{"referer", a.referer},
		{"agent", a.agent},
		{"more", a.more},
	} {
		if len(f.value) > 0 && string(f.value) != "-" {
			dst = append(append(append(comma(dst), f.name...), ": "...), f.value...)
		}
	}
	return dst
}
