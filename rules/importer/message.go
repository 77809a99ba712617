package importer

import (
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// messages finds what a system prints, in the words of an article: indented blocks
// behind a sentence that announces them, and texts in double quotes. Each is a
// template in which what differs from case to case is a placeholder.
func messages(text string) (list []string) {
	seen := map[string]bool{}
	add := func(s string) {
		s = template(s)
		key := facts.Fold(s)
		if seen[key] || !telling(s) {
			return
		}
		if _, err := cond.ParseTemplate(s); err != nil {
			return
		}
		seen[key] = true
		list = append(list, s)
	}
	announced := true // by the heading of the symptoms
	for _, b := range blocks(text) {
		plain := b.unwrap()
		switch {
		case alternative(plain):
			continue // what was announced goes on
		case b.indent >= 3 && announced && !isList(b):
			for _, m := range printed(b) {
				add(m)
			}
			continue
		}
		announced = strings.HasSuffix(plain, ":") || announces(plain)
		for _, q := range quoted.FindAllStringSubmatch(straight.Replace(plain), -1) {
			add(q[1])
		}
	}
	return list
}

// straight makes typewriter quotes of those that were typeset.
var straight = strings.NewReplacer("\u201c", `"`, "\u201d", `"`, "\u201e", `"`)

// printed are the messages of a block. Of an event they are what follows its
// fields, the description.
func printed(b block) (list []string) {
	var message []string
	flush := func() {
		if len(message) > 0 {
			list = append(list, block{lines: message}.unwrap())
		}
		message = nil
	}
	wraps := false // a field goes on in the next line
	for _, l := range b.lines {
		if _, _, ok := intake.Stamp([]byte(strings.TrimSpace(l))); ok { // a record of a log
			flush()
		}
		switch at := description.FindStringIndex(l); {
		case at != nil:
			flush()
			message = append(message, l[at[1]:])
			wraps = false
		case field.MatchString(l):
			flush()
			wraps = len(l) > 65
		case wraps:
			wraps = false
		default:
			message = append(message, l)
		}
	}
	flush()
	return list
}

// alternative reports whether a line stands between messages.
func alternative(s string) bool {
	switch strings.ToLower(strings.Trim(s, "- ")) {
	case "or", "and", "and/or", "then":
		return true
	}
	return false
}

var (
	quoted     = newPattern(`"([^"]{12,300})"`)
	messageFor = newPattern(`(?i)\b(error|message|messages|event|text|prompt|dialog|warning|following|appears?|displayed|logged)\b`)
)

// announces reports whether a sentence that does not end in a colon speaks of a message.
func announces(s string) bool {
	return len(s) < 300 && messageFor.MatchString(s[max(0, len(s)-80):])
}

// isList reports whether the lines of a block are items or code, not a message.
func isList(b block) bool {
	odd := 0
	for _, l := range b.lines {
		l = strings.TrimSpace(l)
		if bullet.MatchString(l) || strings.HasSuffix(l, ";") || strings.HasSuffix(l, "{") || strings.HasPrefix(l, "//") || strings.HasPrefix(l, "#") {
			odd++
		}
	}
	return 2*odd > len(b.lines)
}

// The longest message that becomes a template, in bytes; of a longer one the
// begin does.
const longest = 300

var (
	field       = newPattern(`(?i)^\s*(?:(?:event ?ids?|source|category|type|date|time|user|computer|id no\.?|event type|event source|event category)\s*[:=]|(?:error |return )?code\s*[:=]\s*-?\d)`)
	description = newPattern(`(?i)^\s*(?:event )?desc\w{4,8}n\s*[:=]\s*`) // Descrition
	angled      = newPattern(`<[^<>]*>`)
	variables   = []struct {
		is *pattern
		by string
	}{
		{newPattern(`\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z\b|[+-]\d{2}:?\d{2}\b))?)?`), "<time>"},
		{newPattern(`\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2},? (?:\d{4} )?\d{1,2}:\d{2}:\d{2}\b`), "<time>"},
		{newPattern(`\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?[AaPp][Mm]\b)?`), "<time>"},
		{newPattern(`\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b`), "<address>"},
		{newPattern(`\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b`), "<value>"},
		{newPattern(`\b[0-9A-Fa-f]*[0-9][0-9A-Fa-f]{4,}[A-Fa-f][0-9A-Fa-f]{4,}\b`), "<value>"},
		{newPattern(`\[\d+\]`), "[<number>]"},
		{newPattern(`(?i)\\\\[\w.$-]+(?:\\[\w.$ -]*[\w$])*|\b[a-z]:\\[\w.$~\\-]*`), "<path>"},
		{newPattern(`%[A-Za-z]\w*%|%\d+|%[sdulx]\b|\b[Xx]{3,}\b|\b[nN]{3,}\b|\?{3,}|\.\.\.`), "<value>"},
		{newPattern(`\b0[xX][0-9A-Fa-f]+\b|\b[0-9A-Fa-f]{8}\b|\b\d{4,}\b`), "<number>"},
		{newPattern(`\b\d{1,2}[/:.]\d{1,2}[/:.]\d{2,4}\b`), "<time>"},
	}
	stamped = newPattern(`^(?:[\[(]?<time>[\])]?[ ,;:-]*)+`) // as records of logs begin
	twice   = newPattern(`(?:<[a-z0-9 _-]+>[\s,.;:()'"-]*){2,}`)
)

// template is a message with placeholders for what varies.
func template(s string) string {
	s = mended(residue.Replace(s))
	s = strings.Map(func(r rune) rune {
		if r == '\\' || r == '"' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	s = angled.ReplaceAllStringFunc(s, func(m string) string {
		if m = strings.ToLower(m); placeholder.MatchString(m) {
			return m
		}
		return "<value>"
	})
	s = outside(s, func(s string) string {
		for _, v := range variables {
			s = v.is.ReplaceAllString(s, v.by)
		}
		return s
	})
	s = twice.ReplaceAllString(s, "<value> ")
	s = strings.Join(strings.Fields(s), " ")
	s = stamped.ReplaceAllString(s, "")
	if len(s) > longest {
		cut := strings.LastIndexByte(s[:longest], ' ')
		if open := strings.LastIndexByte(s[:max(cut, 0)], '<'); open > strings.LastIndexByte(s[:max(cut, 0)], '>') {
			cut = open
		}
		s = s[:max(cut, 0)]
	}
	return strings.TrimSpace(s)
}

// keptIn is what stays in a template as it is: placeholders, and the names of
// messages, as "ORA-28000:".
var keptIn = newPattern(placeholderIn.String() + `|\b[A-Z]{2,10}-\d{3,6}:`)

// outside changes what stands between the placeholders of a template, and names.
func outside(s string, change func(string) string) string {
	var b strings.Builder
	at := 0
	for _, m := range keptIn.FindAllStringIndex(s, -1) {
		b.WriteString(change(s[at:m[0]]))
		b.WriteString(s[m[0]:m[1]])
		at = m[1]
	}
	b.WriteString(change(s[at:]))
	return b.String()
}

var placeholder = newPattern(`^<[a-z][a-z0-9 _-]*>$`)

// telling reports whether a template is worth looking for: it has a few words
// besides its placeholders, and is no field of an event.
func telling(s string) bool {
	if field.MatchString(s) {
		return false
	}
	if strings.HasSuffix(s, ":") && s[0] >= 'a' && s[0] <= 'z' { // the middle of a sentence
		return false
	}
	words, letters := 0, 0
	for w := range cond.Words(facts.Fold(strings.Join(placeholderIn.Split(s, -1), " "))) {
		if strings.Trim(w, "0123456789") != "" {
			words++
			letters += len(w)
		}
	}
	return words >= 3 && letters >= 12
}

var placeholderIn = newPattern(`<[a-z][a-z0-9 _-]*>`)
