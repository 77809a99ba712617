// Package importer makes rules of articles: texts that describe a known error
// under headings such as Symptoms, Cause and Resolution. It reads the plain text
// of the Microsoft knowledge base archive, Markdown and HTML.
//
// Nothing is lost: each line of an article is in exactly one part of the document,
// and the rule says which lines its parts are from. What was odd is flagged. The
// same article gives the same bytes.
package importer

import (
	"strings"
)

// kind is what a part of an article is.
type kind string

const (
	partHead       kind = "head" // number, title, product, what it applies to
	partSymptoms   kind = "symptoms"
	partCause      kind = "cause"
	partResolution kind = "resolution"
	partWorkaround kind = "workaround"
	partStatus     kind = "status"
	partSummary    kind = "summary"
	partMore       kind = "more"
	partReferences kind = "references"
	partPreamble   kind = "preamble" // text before the first heading
	partOther      kind = "other"    // under a heading of its own
	partFooter     kind = "footer"   // query words, keywords
	partLegal      kind = "legal"
)

// document is an article in parts.
type document struct {
	id       string // "Q263029", or a name made from that of the file
	area     string // "exchange": what rules are filed under
	title    string
	cut      bool // the title ends where its field does
	products []product
	words    []string // under which it was filed
	parts    []part
	flags    []string
}

// product is one that an article applies to.
type product struct {
	name, version, os string
}

// part is a stretch of lines, all of which are of one kind.
type part struct {
	kind     kind
	heading  string
	from, to int // lines, from 1
	text     []string
}

func (d *document) flag(what string) {
	for _, f := range d.flags {
		if f == what {
			return
		}
	}
	d.flags = append(d.flags, what)
}

// problem is what one article says of one known error: an article that has
// symptoms twice describes two.
type problem struct {
	parts []part
}

// mostProblems bounds the rules of an article. What follows belongs to the last.
const mostProblems = 50

// problems divides the parts of the body. What stands before the first symptoms
// belongs to each of them.
func (d *document) problems() []problem {
	var shared []part
	var list []problem
	for _, p := range d.parts {
		switch {
		case p.kind == partHead || p.kind == partFooter || p.kind == partLegal:
		case p.kind == partSymptoms && len(list) < mostProblems && !continues(list, p):
			list = append(list, problem{append(append([]part{}, shared...), p)})
		case len(list) == 0:
			shared = append(shared, p)
		default:
			last := &list[len(list)-1]
			last.parts = append(last.parts, p)
		}
	}
	if len(list) == 0 {
		return []problem{{shared}}
	}
	return list
}

// continues reports whether symptoms go on with those of the problem before: they
// do until something else of it was told.
func continues(list []problem, p part) bool {
	if len(list) == 0 {
		return false
	}
	for _, have := range list[len(list)-1].parts {
		if have.kind == partCause || have.kind == partResolution || have.kind == partWorkaround {
			return false
		}
	}
	return true
}

// text is the lines of the parts of the kinds, with an empty line between parts.
func (p *problem) text(kinds ...kind) string {
	var b strings.Builder
	for _, x := range p.parts {
		for _, k := range kinds {
			if x.kind != k {
				continue
			}
			body := trimBlank(x.text)
			if len(body) == 0 {
				continue
			}
			if b.Len() > 0 {
				b.WriteString("\n\n")
			}
			b.WriteString(strings.Join(body, "\n"))
		}
	}
	return b.String()
}

// trimBlank takes empty lines off the ends.
func trimBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// headings are the words over parts, in the forms of knowledge bases (KCS has
// Issue, Environment, Cause, Resolution).
func headingKind(heading string) (kind, bool) {
	h := strings.ToLower(strings.Trim(strings.TrimSpace(heading), ":*#_ "))
	switch h {
	case "symptoms", "symptom", "issue", "problem", "problem description", "problem statement", "error", "error message", "question", "description":
		return partSymptoms, true
	case "cause", "causes", "root cause", "reason", "possible causes", "possible cause":
		return partCause, true
	case "resolution", "resolutions", "solution", "solutions", "fix", "answer", "response", "how to fix", "steps to resolve", "recommended action", "recommended actions":
		return partResolution, true
	case "workaround", "workarounds", "cause/workaround", "temporary solution":
		return partWorkaround, true
	case "status":
		return partStatus, true
	case "summary", "introduction", "overview":
		return partSummary, true
	case "more information", "additional information", "notes", "note", "details", "more info", "background":
		return partMore, true
	case "references", "reference", "see also", "related articles", "related information", "related":
		return partReferences, true
	}
	return "", false
}

// environmentHeading reports whether a heading stands over what an article
// applies to.
func environmentHeading(heading string) bool {
	switch strings.ToLower(strings.Trim(strings.TrimSpace(heading), ":*#_ ")) {
	case "environment", "applies to", "products", "product", "affected products", "platform", "version", "versions", "affected versions":
		return true
	}
	return false
}
