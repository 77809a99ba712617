package importer

import (
	"regexp"
	"strings"
)

var (
	numbered = regexp.MustCompile(`^\s*\d{1,2}[.)] +\S`)
	method   = regexp.MustCompile(`(?i)^(?:method|resolution|workaround|option|solution) (?:\d{1,2}|[a-d])\b`)
)

// steps makes instructions of a resolution: each item of a numbered list and each
// paragraph is one. The heading of one of several ways stands before its first step.
func steps(text string) (list []string) {
	label := ""
	add := func(s string) {
		if s == "" {
			return
		}
		if label != "" {
			s = label + ": " + s
			label = ""
		}
		list = append(list, strings.ReplaceAll(s, "{{", "{ {"))
	}
	for _, b := range blocks(text) {
		lines := b.lines
		if len(lines) >= 2 && underlined(lines[0], lines[1]) {
			label = strings.TrimSpace(strings.TrimSuffix(lines[0], ":"))
			if lines = lines[2:]; len(lines) == 0 {
				continue
			}
		} else if len(lines) == 1 && method.MatchString(strings.TrimSpace(lines[0])) && len(lines[0]) < 80 {
			label = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(lines[0]), ":"))
			continue
		}
		item := []string{}
		flush := func() {
			if len(item) > 0 {
				add(step(item))
			}
			item = nil
		}
		for _, l := range lines {
			if numbered.MatchString(l) {
				flush()
				l = strings.TrimLeft(strings.TrimLeft(strings.TrimSpace(l), "0123456789"), ".) ")
			}
			item = append(item, l)
		}
		flush()
	}
	return list
}

func underlined(line, under string) bool {
	under = strings.TrimSpace(under)
	return len(under) >= 3 && (strings.Trim(under, "-") == "" || strings.Trim(under, "=") == "")
}

// step is one instruction: on one line, unless its lines are ones of code or a list.
func step(lines []string) string {
	b := block{lines, indentOf(lines)}
	keep := b.indent >= 5 || len(lines) > 1 && isList(b)
	for i, l := range lines {
		if i > 0 && bullet.MatchString(l) {
			keep = true
		}
	}
	if !keep {
		return mended(b.unwrap())
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(l[min(b.indent, len(l)):], " ")
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
