package importer

import (
	"bytes"
	"strings"
)

// The plain text of the Microsoft knowledge base archive: a head of fields, what
// the article applies to between two rules, sections whose headings are underlined
// to their length, and a footer of keywords and a legal notice.

var (
	archiveHead  = newPattern(`^DOCUMENT:(Q\d+)[ \t]+([^ \t\r\n]+)?[ \t]*\[([a-z0-9]+)\]`)
	archiveField = newPattern(`^([A-Z][A-Z/ ]{6}[A-Z ]):(.*)$`)
)

// isArchive reports whether an article is in the form of the archive.
func isArchive(data []byte) bool {
	line, _, _ := bytes.Cut(data[:min(len(data), 200)], []byte("\n"))
	return archiveHead.MatchString(windows1252(line))
}

// titleField is the length of the field of a title; one that is as long may be cut.
const titleField = 64

// parseArchive reads an article of the archive.
func parseArchive(data []byte) *document {
	d := &document{}
	lines := archiveLines(data)
	m := archiveHead.FindStringSubmatch(lines[0])
	d.id, d.area = m[1], m[3]
	body, versions := d.head(lines)
	end := d.footer(lines, body)
	d.archiveSections(lines, body, end)
	if len(d.products) == 0 && versions != "" {
		d.flag("applies to no product that is named")
	}
	if d.title == "" {
		d.flag("no title")
	}
	return d
}

// archiveLines decodes Windows-1252 and gives the lines, without tabs and
// no-break spaces.
func archiveLines(data []byte) []string {
	lines := strings.Split(windows1252(data), "\n")
	for i, l := range lines {
		lines[i] = plainLine(strings.TrimSuffix(l, "\r"))
	}
	return lines
}

func isRule(line string, mark byte) bool {
	return len(line) >= 60 && strings.Trim(line, string(mark)) == ""
}

// head reads the fields and what the article applies to, and returns the line
// behind, counted from 0, and the versions that the head names.
func (d *document) head(lines []string) (body int, versions string) {
	i := 1
	for ; i < len(lines) && i < 40; i++ {
		if lines[i] == "" || isRule(lines[i], '=') || isRule(lines[i], '-') {
			break
		}
		m := archiveField.FindStringSubmatch(lines[i])
		if m == nil {
			if i > 1 { // a field goes on
				continue
			}
			break
		}
		value := strings.TrimSpace(m[2])
		switch strings.TrimSpace(m[1]) {
		case "TITLE":
			d.title = value
			d.cut = len(value) >= titleField
			if d.cut {
				d.flag("the title may be cut")
			}
		case "PROD/VER":
			versions = value
		case "KEYWORDS":
			d.words = append(d.words, strings.Fields(value)...)
		}
	}
	for i < len(lines) && (lines[i] == "" || isRule(lines[i], '=')) {
		i++
	}
	if i < len(lines) && isRule(lines[i], '-') {
		first := i + 1
		end := first
		for end < len(lines) && !isRule(lines[end], '-') && end < first+200 {
			end++
		}
		if end < len(lines) && isRule(lines[end], '-') {
			d.applies(lines[first:end])
			i = end + 1
		}
	} else {
		d.flag("does not say what it applies to")
	}
	d.parts = append(d.parts, part{kind: partHead, from: 1, to: i, text: lines[:i]})
	return i, versions
}

// footer finds where the body ends, and takes the keywords from behind.
func (d *document) footer(lines []string, body int) (end int) {
	end = len(lines)
	keywords, legal, words := -1, -1, -1
	for i := len(lines) - 1; i >= body; i-- {
		switch l := lines[i]; {
		case legal < 0 && strings.HasPrefix(l, "THE INFORMATION PROVIDED"):
			legal = i
		case keywords < 0 && strings.HasPrefix(l, "Keywords          :"):
			keywords = i
		case words < 0 && strings.HasPrefix(l, "Additional query words:"):
			words = i
		}
	}
	from := end // of the footer
	switch {
	case words >= 0:
		from = words
	case keywords >= 0:
		from = keywords
	case legal >= 0:
		from = legal
	}
	for from > body && from < len(lines) && from != words && isRule(lines[from-1], '=') {
		from--
	}
	if words >= 0 {
		for i := words; i < len(lines) && !isRule(lines[i], '='); i++ {
			d.words = append(d.words, strings.Fields(strings.TrimPrefix(lines[i], "Additional query words:"))...)
		}
	}
	stop := legal
	if stop < from { // none, or one that is quoted in the text
		stop = len(lines)
	}
	for stop > from && stop < len(lines) && (lines[stop-1] == "" || isRule(lines[stop-1], '=')) {
		stop--
	}
	if keywords >= 0 {
		for i := keywords; i < stop; i++ {
			if i > keywords && !strings.HasPrefix(lines[i], " ") {
				break
			}
			_, value, _ := strings.Cut(lines[i], ":")
			if i > keywords {
				value = lines[i]
			}
			for _, w := range strings.Fields(value) {
				if !contains(d.words, w) {
					d.words = append(d.words, w)
				}
			}
		}
	}
	if from < len(lines) {
		if from < stop {
			d.parts = append(d.parts, part{kind: partFooter, from: from + 1, to: stop, text: lines[from:stop]})
		}
		if stop < len(lines) {
			d.parts = append(d.parts, part{kind: partLegal, from: stop + 1, to: len(lines), text: lines[stop:]})
		}
		return from
	}
	d.flag("no footer")
	return end
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// archiveSections divides the body at its headings.
func (d *document) archiveSections(lines []string, from, end int) {
	current := part{kind: partPreamble, from: from + 1}
	var body []part
	flush := func(to int) {
		if to >= current.from {
			current.to = to
			first := current.from - 1
			if current.heading != "" {
				first += 2
			}
			current.text = lines[min(first, to):to]
			body = append(body, current)
		}
	}
	for i := from; i+1 < end; i++ {
		k, found := archiveHeading(lines[i], lines[i+1])
		if !found {
			continue
		}
		flush(i)
		current = part{kind: k, heading: lines[i], from: i + 1}
		i++
	}
	flush(end)
	// The parts stay in the order of their lines.
	head, tail := d.parts[:1], append([]part{}, d.parts[1:]...)
	d.parts = append(append(append([]part{}, head...), body...), tail...)
	if len(body) > 0 && body[0].kind == partPreamble && len(trimBlank(body[0].text)) > 0 {
		d.flag("text before the first heading")
	}
}

// archiveHeading reports whether a line is the heading of a section: a word of the
// vocabulary at the left margin, underlined to its length.
func archiveHeading(line, under string) (kind, bool) {
	if line == "" || line[0] == ' ' || len(under) != len(line) || len(line) < 4 {
		return "", false
	}
	k, known := headingKind(line)
	switch {
	case !known || line != strings.ToUpper(line):
		return "", false
	case strings.Trim(under, "=") == "":
		return k, true
	case strings.Trim(under, "-") == "":
		return k, k == partSymptoms || k == partCause || k == partResolution || k == partWorkaround || k == partStatus
	}
	return "", false
}
