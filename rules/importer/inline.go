package importer

import (
	"html"
	"strconv"
	"strings"
)

var (
	link      = newPattern(`!?\[([^\[\]]*)\]\(<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)?)>?(?:\s+"[^"]*")?\)`)
	address   = newPattern(`<((?:https?|mailto):[^<>\s]*)>`)
	escape    = newPattern("\\\\[*_`\\[\\]<>#|~]")
	tag       = newPattern(`(?i)</?(?:br|b|i|u|strong|em|span|p|div|sub|sup|font|a\s+href|img\s+src)(?:[\s/][^<>]*|=[^<>]*)?>|</a>`)
	comment   = newPattern(`<!--.*?-->`)
	codeTag   = newPattern(`(?i)<(?:code|kbd|tt)>([^<>]*)</(?:code|kbd|tt)>`)
	strong    = newPattern(`\*\*([^\s*](?:[^*]*[^\s*])?)\*\*|__([^\s_](?:[^_]*[^\s_])?)__|~~([^\s~](?:[^~]*[^\s~])?)~~`)
	emphasis  = newPattern(`(^|[^\w*])\*([^\s*](?:[^*]*[^\s*])?)\*([^\w*]|$)`)
	underline = newPattern(`(^|\W)_([^\s_](?:[^_]*[^\s_])?)_(\W|$)`)
)

// inline takes the marks of Markdown off a line. Of a link stays the text, with
// the address in parentheses where it is another. What is in back quotes stays
// as it is.
func inline(s string) string {
	if !strings.ContainsAny(s, "*_`[<&\\~") {
		return s
	}
	var kept []string // what must not be looked into; a NUL cannot be in a line
	keep := func(t string) string {
		kept = append(kept, t)
		return "\x00" + strconv.Itoa(len(kept)-1) + "\x00"
	}
	s = codeSpans(strings.ReplaceAll(s, "\x00", " "), keep)
	s = escape.ReplaceAllStringFunc(s, func(m string) string { return keep(m[1:]) })
	s = comment.ReplaceAllString(s, "")
	s = link.ReplaceAllStringFunc(s, func(m string) string {
		p := link.FindStringSubmatch(m)
		return linked(p[1], p[2], keep)
	})
	s = address.ReplaceAllStringFunc(s, func(m string) string { return keep(m[1 : len(m)-1]) })
	s = codeTag.ReplaceAllString(s, "$1")
	s = tag.ReplaceAllString(s, " ")
	s = strong.ReplaceAllString(s, "$1$2$3")
	s = emphasis.ReplaceAllString(s, "$1$2$3")
	s = underline.ReplaceAllString(s, "$1$2$3")
	s = html.UnescapeString(s)
	var b strings.Builder
	for i, piece := range strings.Split(s, "\x00") {
		if n, err := strconv.Atoi(piece); i%2 == 1 && err == nil && n < len(kept) {
			piece = restored(kept[n], kept)
		}
		b.WriteString(piece)
	}
	return b.String()
}

// restored puts back what was kept of the text of a link: only addresses hold
// marks of others, one deep.
func restored(s string, kept []string) string {
	if !strings.Contains(s, "\x00") {
		return s
	}
	pieces := strings.Split(s, "\x00")
	for i := 1; i < len(pieces); i += 2 {
		if n, err := strconv.Atoi(pieces[i]); err == nil && n < len(kept) {
			pieces[i] = kept[n]
		}
	}
	return strings.ReplaceAll(strings.Join(pieces, ""), "\x00", "")
}

// linked is the text of a link with its address.
func linked(text, address string, keep func(string) string) string {
	text = strings.TrimSpace(text)
	switch {
	case address == "" || strings.HasPrefix(address, "#"):
		return text
	case text == "" || text == address || "http://"+text == address || "https://"+text == address || "mailto:"+text == address:
		return keep(address)
	}
	return text + " (" + keep(address) + ")"
}

// spoken is what stood between back quotes: in quotes where it is a phrase,
// such as a message, and could not be told from the sentence.
func spoken(s string) string {
	if strings.Count(s, " ") < 2 || strings.Contains(s, `"`) {
		return s
	}
	return `"` + s + `"`
}

// codeSpans gives what is between one or two back quotes to keep, and puts what
// that returns in its place.
func codeSpans(s string, keep func(string) string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '`')
		if at < 0 {
			break
		}
		n := 1
		for at+n < len(s) && s[at+n] == '`' {
			n++
		}
		end := -1
		if n <= 2 {
			end = strings.Index(s[at+n:], s[at:at+n])
		}
		if end < 0 && n <= 2 { // nothing closes it, and nothing will
			b.WriteString(s[:at+n])
			if s = s[at+n:]; !strings.Contains(s, "``") && strings.Count(s, "`") < 2 {
				break
			}
			continue
		}
		if end < 0 {
			b.WriteString(s[:at+n])
			s = s[at+n:]
			continue
		}
		b.WriteString(s[:at])
		b.WriteString(keep(spoken(strings.TrimSpace(s[at+n : at+n+end]))))
		s = s[at+n+end+n:]
	}
	b.WriteString(s)
	return b.String()
}
