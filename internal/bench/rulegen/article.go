package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// article is what of a support article the benchmarks use.
type article struct {
	number   string   // Q263029
	products []string // lines of "The information in this article applies to", without bullet
	symptoms []string // lines of the section SYMPTOMS
}

// articlePaths returns FOLDER/NNN/Q*.TXT in the order of names.
func articlePaths(folder string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "[0-9][0-9][0-9]", "Q*.TXT"))
	slices.Sort(paths)
	return paths, err
}

func readArticle(path string) (article, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return article{}, err
	}
	a := parseArticle(string(text))
	a.number = strings.TrimSuffix(filepath.Base(path), ".TXT")
	return a, nil
}

func parseArticle(text string) article {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var a article
	section := ""
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "The information in this article applies to"):
			section = "products"
		case i+1 < len(lines) && isRule(lines[i+1], '=') && isHeading(line):
			section = line
		case isRule(line, '=') && len(line) > 60, isRule(line, '-') && len(line) > 60:
			section = ""
		case section == "products":
			if item, ok := strings.CutPrefix(line, " - "); ok {
				a.products = append(a.products, strings.TrimSpace(item))
			}
		case section == "SYMPTOMS" && !isRule(line, '='):
			a.symptoms = append(a.symptoms, line)
		}
	}
	return a
}

// isHeading says that a line is the name of a section: capitals that begin in
// the first column.
func isHeading(line string) bool {
	return line != "" && line == strings.ToUpper(line) && line[0] >= 'A' && line[0] <= 'Z'
}

func isRule(line string, mark byte) bool {
	return len(line) >= 3 && strings.Trim(line, string(rune(mark))) == ""
}

// paragraph is lines that belong together.
type paragraph struct {
	text     string // with single blanks
	indented bool   // set off as messages are, not an item of a list
}

var item = regexp.MustCompile(`^ *(?:[-o*] |\d+\. )`)

func paragraphs(lines []string) []paragraph {
	var list []paragraph
	open, inItem := false, false
	for _, line := range lines {
		text := strings.Join(strings.Fields(line), " ")
		indented := strings.HasPrefix(line, "   ")
		begins := item.MatchString(line)
		switch {
		case text == "":
			open = false
		case open && !begins && (inItem || list[len(list)-1].indented == indented):
			list[len(list)-1].text += " " + text
		default:
			list = append(list, paragraph{text, indented && !begins})
			open, inItem = true, begins
		}
	}
	return list
}

var (
	quoted    = regexp.MustCompile(`"([^"]{8,200})"`)
	codeWord  = regexp.MustCompile(`\b0[xX][0-9a-fA-F]{8}\b`)
	eventHead = regexp.MustCompile(`(?i)^event ?id *[:=]? *(\d{1,5})\b`)
	source    = regexp.MustCompile(`(?i)^source *: *([A-Za-z][\w .-]{1,40})$`)
	field     = regexp.MustCompile(`^[A-Z][A-Za-z ]{2,20} ?: `)
)

// messages returns what the symptoms quote or show indented, in their order.
// Of a report of an event only the description is a message; one that is too
// long is taken by its sentences.
func (a *article) messages() []string {
	var list []string
	add := func(text string) {
		if text = literal(text); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	for _, p := range paragraphs(a.symptoms) {
		if text := p.text; p.indented {
			if field.MatchString(text) || eventHead.MatchString(text) {
				_, text, _ = strings.Cut(text, "Description: ")
			}
			if len(text) <= longest {
				add(text)
			} else {
				for sentence := range strings.SplitSeq(text, ". ") {
					add(sentence)
				}
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(p.text, -1) {
			add(m[1])
		}
	}
	return list
}

// shown returns the lines that the symptoms show indented, each by itself: a
// wrapped message as it stands in the article, the fields of an event.
func (a *article) shown() []string {
	var list []string
	inItem := false
	for _, line := range a.symptoms {
		if strings.TrimSpace(line) == "" || item.MatchString(line) {
			inItem = item.MatchString(line)
			continue
		}
		if text := literal(line); text != "" && !inItem && strings.HasPrefix(line, "   ") {
			list = append(list, text)
		}
	}
	return list
}

// codes returns the codes of eight hexadecimal digits in the symptoms.
func (a *article) codes() []string {
	var list []string
	for _, line := range a.symptoms {
		for _, code := range codeWord.FindAllString(line, -1) {
			if code = "0x" + strings.ToUpper(code[2:]); !slices.Contains(list, code) {
				list = append(list, code)
			}
		}
	}
	return list
}

// event is an event of which the symptoms state the id.
type event struct {
	id     string
	source string // empty where it is not stated
}

func (a *article) events() []event {
	var list []event
	id, src := "", ""
	flush := func() {
		if e := (event{strings.TrimLeft(id, "0"), src}); e.id != "" && !slices.Contains(list, e) {
			list = append(list, e)
		}
		id, src = "", ""
	}
	for _, line := range a.symptoms {
		line = strings.TrimSpace(line)
		if line == "" {
			flush()
		}
		if m := eventHead.FindStringSubmatch(line); m != nil {
			if id != "" {
				flush()
			}
			id = m[1]
		}
		if m := source.FindStringSubmatch(line); m != nil {
			src = strings.TrimSpace(m[1])
		}
	}
	flush()
	return list
}

var (
	// numbered divides the name of a product from its versions.
	numbered = regexp.MustCompile(`,? versions? `)
	// version is one version that stands alone.
	version = regexp.MustCompile(`^\d+(?:\.\d+)*(?: SP\d+)?$`)
)

// product splits "Microsoft Exchange Server, version 5.5 SP3" into the name
// and the version. What lists several versions, or says more, has no version.
func product(line string) (name, number string) {
	name, _, _ = strings.Cut(line, ", on platform")
	if at := numbered.FindStringIndex(name); at != nil {
		name, number = name[:at[0]], strings.TrimSpace(name[at[1]:])
	}
	if !version.MatchString(number) {
		number = ""
	}
	return strings.TrimSpace(strings.TrimPrefix(name, "Microsoft ")), number
}
