package importer

import (
	"strings"
	"unicode/utf8"
)

// marked is a line of an article whose headings are told by marks, as it was
// read from Markdown or HTML.
type marked struct {
	text    string // as it is kept, without marks
	level   int    // of a heading: 1 to 6, boldLevel for a line in bold type, 0 for none
	behind  string // text that follows a heading in its line
	meta    bool   // it tells of the article: front matter, the title of a page
	article bool   // it is the title of the page
}

// boldLevel is that of lines in bold type, which stand below real headings.
const boldLevel = 7

var enumeration = newPattern(`^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)])\s+`)

// headingWords is a heading without its number.
func headingWords(s string) string { return enumeration.ReplaceAllString(s, "") }

// knownHeading reports what stands under a heading: a part of a known error, or
// what the article applies to.
func knownHeading(s string) (k kind, environment, known bool) {
	s = headingWords(s)
	if environmentHeading(s) {
		return partHead, true, true
	}
	k, known = headingKind(s)
	return k, false, known
}

// leads reports whether text may follow the heading in its line: "**Cause:** The
// disk is full". Other words in bold type before a colon are remarks.
func leads(heading string) bool {
	k, environment, known := knownHeading(heading)
	switch k {
	case partSymptoms, partCause, partResolution, partWorkaround:
		return known
	}
	return environment
}

// hasSections reports whether any heading is one of a known error. real is whether
// one of them is more than a line in bold type.
func hasSections(lines []marked) (found, real bool) {
	for _, l := range lines {
		if l.level == 0 {
			continue
		}
		if _, _, known := knownHeading(l.text); known {
			found = true
			real = real || l.level < boldLevel
		}
	}
	return found, real
}

// sections divides lines at their headings. Lines in bold type are headings only
// where there are no others.
func (d *document) sections(lines []marked) {
	_, real := hasSections(lines)
	body := d.markedHead(lines, real)
	s := sectioner{d: d, current: part{kind: partPreamble, from: body + 1}}
	for i := body; i < len(lines); i++ {
		l := lines[i]
		switch {
		case l.level == 0:
			s.line(l.text)
		case l.level == boldLevel && real && l.behind != "":
			s.line(l.text + ": " + l.behind)
		case l.level == boldLevel && real:
			s.remark(l.text)
		default:
			if s.heading(l, i+1); l.behind != "" {
				s.line(l.behind)
			}
		}
	}
	s.flush(len(lines))
	for _, p := range d.parts {
		if p.kind == partPreamble && len(trimBlank(p.text)) > 0 {
			d.flag("text before the first heading")
		}
	}
	if len(d.products) == 0 {
		d.flag("does not say what it applies to")
	}
}

// markedHead takes what tells of the article from its begin: the title, and
// lines such as "Version: 2.1". It returns how many lines that are.
func (d *document) markedHead(lines []marked, real bool) int {
	end, page := 0, ""
	titled := false
head:
	for i, l := range lines {
		_, _, known := knownHeading(l.text)
		switch {
		case l.article:
			page = l.text
			end = i + 1
		case l.meta && l.level == 0:
			end = i + 1
		case strings.TrimSpace(l.text) == "":
		case l.level > 0 && (known || titled) && (l.level < boldLevel || !real):
			break head
		case l.level > 0 && !titled && !known:
			titled = true
			if d.title == "" {
				d.title = strings.TrimSpace(l.text)
			}
			end = i + 1
		case d.headField(l.text):
			end = i + 1
		default:
			break head
		}
	}
	if d.title == "" && !titled {
		d.title = d.heading(lines[end:])
	}
	if d.title == "" {
		d.title = strings.TrimSpace(page)
	}
	if end > 0 {
		text := make([]string, end)
		for i := range text {
			text[i] = lines[i].text
		}
		d.parts = append(d.parts, part{kind: partHead, from: 1, to: end, text: text})
	}
	return end
}

// heading is the text of the first heading if it is one of the whole article.
func (d *document) heading(lines []marked) string {
	for _, l := range lines {
		if l.level == 0 || l.level == boldLevel {
			continue
		}
		if _, _, known := knownHeading(l.text); known || l.level > 1 {
			return ""
		}
		return strings.TrimSpace(l.text)
	}
	return ""
}

var headLine = newPattern(`^\s*(?:[-*] +)?([A-Za-z][A-Za-z ]{1,24}?) ?: *(.*)$`)

// headField takes a line such as "Article number: KB4711" between the title and the text.
func (d *document) headField(line string) bool {
	m := headLine.FindStringSubmatch(line)
	return m != nil && d.field(m[1], []string{m[2]})
}

// field takes what an article says of itself, and reports whether its name is known.
func (d *document) field(name string, values []string) bool {
	value := strings.TrimSpace(strings.Join(values, ", "))
	switch strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(strings.TrimSpace(name))) {
	case "title", "summary title":
		if d.title == "" {
			d.title = value
		}
	case "id", "number", "kb", "article", "article id", "article number", "kb number", "kb id", "document id":
		if d.id == "" {
			d.id = value
		}
	case "product", "products", "applies to", "environment", "affected products":
		d.environment(values)
	case "version", "versions", "affected versions", "product version":
		for _, v := range values {
			d.versions(v)
		}
	case "tags", "tag", "labels", "label", "keywords":
		for _, v := range values {
			for w := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == ';' }) {
				if w = strings.TrimSpace(w); w != "" && !contains(d.words, w) {
					d.words = append(d.words, w)
				}
			}
		}
	case "last modified", "last updated", "updated", "created", "published", "author", "owner", "language", "date", "layout", "visibility", "audience":
	default:
		return false
	}
	return true
}

// sectioner gathers the lines of a part until the next begins.
type sectioner struct {
	d           *document
	current     part
	level       int // of the heading of the part, 0 before the first
	environment bool
}

// line keeps a line; of several empty ones the first.
func (s *sectioner) line(text string) {
	if n := len(s.current.text); text == "" && n > 0 && s.current.text[n-1] == "" {
		return
	}
	s.current.text = append(s.current.text, text)
}

// remark keeps a line in bold type that is no heading, unless it heads one of
// several ways.
func (s *sectioner) remark(text string) {
	if method.MatchString(strings.TrimSpace(text)) {
		s.below(text)
		return
	}
	s.line(text)
}

// below keeps a heading in the text of its part, underlined as in plain text.
func (s *sectioner) below(heading string) {
	heading = strings.TrimSpace(heading)
	s.line("")
	s.line(heading)
	s.line(strings.Repeat("-", min(max(utf8.RuneCountInString(heading), 3), 79)))
}

func (s *sectioner) flush(to int) {
	p := s.current
	if to < p.from {
		return
	}
	p.to = to
	if s.environment {
		if !s.d.environment(p.text) {
			p.kind = partOther // it says more than names, which must not be lost
		}
		s.environment = false
	}
	s.d.parts = append(s.d.parts, p)
}

func (s *sectioner) open(k kind, l marked, at int) {
	s.flush(at - 1)
	s.current = part{kind: k, heading: l.text, from: at}
	s.level = l.level
}

// heading takes a heading: it opens a part, or stays in the part that is open.
func (s *sectioner) heading(l marked, at int) {
	k, environment, known := knownHeading(l.text)
	way := method.MatchString(strings.TrimSpace(l.text))
	switch {
	case known && s.opens(k, environment, l.level):
		s.open(k, l, at)
		s.environment = environment
	case known, s.level > 0 && l.level > s.level && l.level < boldLevel:
		s.below(l.text)
	case !known && s.level == 0 && l.level == 1 && strings.TrimSpace(l.text) == s.d.title: // the title, behind other text
		s.open(partHead, l, at)
		s.flush(at)
		s.current, s.level = part{kind: partPreamble, from: at + 1}, 0
	case l.level == boldLevel && !standsAlone(l.text):
		s.remark(l.text)
	case way && (s.current.kind == partResolution || s.current.kind == partWorkaround):
		s.below(l.text)
	case way:
		k = partResolution
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(l.text)), "workaround") {
			k = partWorkaround
		}
		s.open(k, l, at)
		s.level = max(l.level-1, 1)
		s.below(l.text)
	default:
		s.open(partOther, l, at)
		s.below(l.text)
	}
}

// opens reports whether a known heading begins a part, and is not one of those
// below the heading of the part that is open, such as "Note" below "Resolution".
func (s *sectioner) opens(k kind, environment bool, level int) bool {
	if s.level == 0 || level <= s.level || len(trimBlank(s.current.text)) == 0 {
		return true
	}
	switch s.current.kind {
	case partOther, partMore, partSummary, partHead:
		return true
	}
	switch k {
	case partCause, partResolution, partWorkaround, partStatus:
		return k != s.current.kind
	}
	return environment
}

// standsAlone reports whether a line in bold type that is no known heading looks
// like a heading all the same, and not like a remark or a lead-in.
func standsAlone(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) > 60 || strings.ContainsAny(s[max(0, len(s)-1):], ".:!?;,") || len(strings.Fields(s)) > 6 || method.MatchString(s) {
		return false
	}
	switch strings.ToLower(s) {
	case "important", "warning", "caution", "tip", "hint", "attention", "example":
		return false
	}
	return true
}
