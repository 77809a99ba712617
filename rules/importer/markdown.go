package importer

import (
	"strings"
)

var (
	atxHeading = newPattern(`^ {0,3}(#{1,6})(\s*)(.*?)[\s#]*$`)
	boldLine   = newPattern(`^ {0,3}(?:\*\*([^*]+)\*\*|__([^_]+)__)\s*:?\s*$`)
	boldLead   = newPattern(`^ {0,3}(?:\*\*([^*]+:)\*\*|__([^_]+:)__|\*\*([^*]+)\*\*:|__([^_]+)__:)\s+(\S.*)$`)
	fenceLine  = newPattern("^( *)(`{3,}|~{3,})([^`]*)$")
	breakLine  = newPattern(`^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$`)
	quoteMark  = newPattern(`^ {0,3}>(?: {0,3}>)* ?`)
	callout    = newPattern(`^\[![A-Z]+\]\s*`)
	listMark   = newPattern(`^(\s*)([-*+]|\d{1,2}[.)])(\s+)(?:\[[ xX]\] )?`)
	frontKey   = newPattern(`^([A-Za-z][\w -]{0,40}?)\s*:(?:\s+(.*)|)$`)
)

const (
	mostFront   = 200   // lines of front matter
	codeIndent  = "   " // before the lines of a listing, as before a message in plain text
	fenceTooFar = 60    // blanks before a fence that are kept before its lines
)

// parseMarkdown reads an article in Markdown; nil when no heading of it is known.
func parseMarkdown(text string) *document {
	source := strings.Split(text, "\n")
	for i, l := range source {
		source[i] = plainLine(l)
	}
	d := &document{}
	lines := make([]marked, 0, len(source))
	front := d.frontMatter(source)
	for _, l := range source[:front] {
		lines = append(lines, marked{text: l, meta: true})
	}
	lines = append(lines, markdownLines(source[front:])...)
	if found, _ := hasSections(lines); !found {
		return nil
	}
	d.sections(lines)
	return d
}

// markdownLines tells headings, listings and text apart. Each line gives one.
func markdownLines(source []string) []marked {
	lines := make([]marked, len(source))
	fence, indent := "", ""
	inList, listing, called := false, false, false
	for i := 0; i < len(source); i++ {
		l := source[i]
		blank := i == 0 || source[i-1] == "" || lines[i-1].level > 0
		if m := fenceLine.FindStringSubmatch(l); m != nil {
			switch {
			case fence == "":
				fence, indent = m[2], m[1][:min(len(m[1]), fenceTooFar)]
				continue
			case strings.HasPrefix(m[2], fence) && strings.TrimSpace(m[3]) == "":
				fence = ""
				continue
			}
		}
		if fence != "" {
			if l != "" {
				lines[i].text = codeIndent + indent + strings.TrimPrefix(l, indent)
			}
			continue
		}
		if l == "" {
			continue
		}
		if n := len(l) - len(strings.TrimLeft(l, " ")); n == 0 {
			inList = false
		} else if !inList && n >= 4 && (blank || listing) && !listMark.MatchString(l) {
			listing = true
			lines[i].text = l
			continue
		}
		listing = false
		if m := boldLead.FindStringSubmatch(l); m != nil && leads(m[1]+m[2]+m[3]+m[4]) {
			lines[i] = marked{text: strings.Trim(m[1]+m[2]+m[3]+m[4], ": "), level: boldLevel, behind: plainLine(inline(m[5]))}
			continue
		}
		if level, heading := headingOf(l, blank); level > 0 {
			lines[i] = marked{text: heading, level: level}
			continue
		}
		if blank && i+1 < len(source) {
			if level := underlineLevel(l, source[i+1]); level > 0 {
				lines[i] = marked{text: plainLine(inline(l)), level: level}
				i++ // its underline has no text
				continue
			}
		}
		if breakLine.MatchString(l) {
			continue
		}
		inList = inList || listMark.MatchString(l)
		quote := quoteMark.FindString(l)
		c := callout.FindString(l[len(quote):])
		called = quote != "" && (called || c != "")
		lines[i].text = textLine(l, quote, c, called)
	}
	return lines
}

// headingOf reads "## Heading" and a line that is in bold type as a whole.
func headingOf(l string, blank bool) (level int, heading string) {
	if m := atxHeading.FindStringSubmatch(l); m != nil && m[3] != "" {
		heading = plainLine(inline(m[3]))
		if _, _, known := knownHeading(heading); known || m[2] != "" {
			return len(m[1]), heading
		}
	}
	if m := boldLine.FindStringSubmatch(l); m != nil {
		heading = strings.TrimSpace(plainLine(inline(m[1] + m[2])))
		if _, _, known := knownHeading(heading); known || blank && heading != "" {
			return boldLevel, heading
		}
	}
	return 0, ""
}

// underlineLevel is the level of a heading that is underlined.
func underlineLevel(l, under string) int {
	under = strings.TrimSpace(under)
	if len(under) < 3 || listMark.MatchString(l) || strings.HasPrefix(l, ">") || strings.Contains(l, "|") || l[0] == ' ' {
		return 0
	}
	switch "" {
	case strings.Trim(under, "="):
		return 1
	case strings.Trim(under, "-"):
		return 2
	}
	return 0
}

// textLine is a line of text without marks. A quotation is indented as a message
// is, unless it is a remark, "[!NOTE]".
func textLine(l, quote, callout string, called bool) string {
	l = l[len(quote)+len(callout):]
	if callout != "" {
		return strings.Trim(callout, "[]! ") + ": " + plainLine(inline(l))
	}
	before := ""
	if quote != "" && !called {
		before = codeIndent
	}
	if m := listMark.FindStringSubmatch(l); m != nil {
		mark := m[2]
		if len(mark) == 1 {
			mark = "-"
		}
		before += m[1] + mark + " "
		l = l[len(m[0]):]
	} else {
		text := strings.TrimLeft(l, " ")
		before += l[:len(l)-len(text)]
		l = strings.TrimSuffix(text, `\`)
	}
	l = strings.TrimSpace(plainLine(inline(l)))
	if l == "" {
		return ""
	}
	return before + l
}

// frontMatter reads the lines between "---" at the begin, and returns how many
// they are with these.
func (d *document) frontMatter(source []string) int {
	if len(source) == 0 || source[0] != "---" {
		return 0
	}
	end := 0
	for i := 1; i < len(source) && i <= mostFront && end == 0; i++ {
		if source[i] == "---" || source[i] == "..." {
			end = i
		}
	}
	if end == 0 || end == 1 {
		return 0
	}
	type entry struct {
		name   string
		values []string
	}
	var entries []entry
	for _, l := range source[1:end] {
		text := strings.TrimSpace(l)
		switch m := frontKey.FindStringSubmatch(l); {
		case text == "" || text[0] == '#':
		case m != nil:
			entries = append(entries, entry{m[1], frontValues(m[2])})
		case len(entries) == 0:
			return 0 // text between two lines is no front matter
		case strings.HasPrefix(text, "- "):
			last := &entries[len(entries)-1]
			last.values = append(last.values, unquoted(text[2:]))
		}
	}
	// A version needs its product, whichever stands first.
	for _, late := range []bool{false, true} {
		for _, e := range entries {
			if strings.Contains(strings.ToLower(e.name), "version") == late {
				d.field(e.name, e.values)
			}
		}
	}
	return end + 1
}

// frontValues are the values of one key: "a", or "[a, b]".
func frontValues(s string) (list []string) {
	s = strings.TrimSpace(s)
	inner, found := strings.CutPrefix(s, "[")
	if !found || !strings.HasSuffix(inner, "]") {
		if s = unquoted(s); s == "" || s == "|" || s == ">" {
			return nil
		}
		return []string{s}
	}
	for v := range strings.SplitSeq(strings.TrimSuffix(inner, "]"), ",") {
		if v = unquoted(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}
