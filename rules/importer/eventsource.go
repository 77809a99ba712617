package importer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Articles give the source of an event in ways in which no log does. What follows
// finds it for a number that stands there without one.

var (
	labelled = newPattern(`\bSource(?: Name)?\s*[:=-]\s*(\S.*)$`) // behind other words of its line
	loggedBy = newPattern(`\b(?:logged|generated|reported|written) by (?:the )?(\S+)`)
)

// eventReach is how many lines before and behind the number its source may stand.
const eventReach = 5

// sourceNear is the source of the event with the number, as the lines around it
// name it, or "".
func sourceNear(lines []string, id uint32) string {
	number := strconv.FormatUint(uint64(id), 10)
	at := regexp.MustCompile(`(?i)\b(?:event(?:\s+id|\s*:|s)?|id|error)[\s:#=-]*` + number + `\b`)
	for i, line := range lines {
		place := at.FindStringIndex(line)
		if place == nil {
			continue
		}
		if s := before(line[:place[0]]); s != "" {
			return s
		}
		for n := 0; n <= eventReach; n++ { // the nearest line first
			for _, k := range []int{i - n, i + n} {
				if k < 0 || k >= len(lines) || parted(lines, i, k) {
					continue
				}
				if m := labelled.FindStringSubmatch(lines[k]); m != nil {
					if s := sourceOf(m[1]); s != "" {
						return s
					}
				}
			}
		}
		for k := i; k >= max(0, i-eventReach); k-- { // the sentence that announces it
			if m := loggedBy.FindStringSubmatch(lines[k]); m != nil {
				if s := strings.TrimRight(m[1], ".,:;"); identifier(s) {
					return s
				}
			}
		}
	}
	return ""
}

// parted reports whether between two lines another event begins, or a paragraph ends.
func parted(lines []string, i, k int) bool {
	for x := min(i, k); x <= max(i, k); x++ {
		if strings.TrimSpace(lines[x]) == "" || x != i && anyEvent.MatchString(lines[x]) {
			return true
		}
	}
	return false
}

var anyEvent = newPattern(`(?i)\bevent\s*id\b`)

// before is the source that stands before "Event ID" in the same line:
// "MSExchangeMTA Event ID: 1290", "Service Control Manager. Event ID 7003".
func before(s string) string {
	if indentOf([]string{s + "x"}) < 3 { // running text: "the MSExchangeMTA Event ID 9301"
		if words := strings.Fields(s); len(words) > 0 && identifier(words[len(words)-1]) {
			return words[len(words)-1]
		}
		return ""
	}
	return sourceOf(strings.TrimRight(strings.TrimSpace(s), ".,:;- "))
}

// notSource reports whether other fields of an event begin with the word, or what
// people call it.
func notSource(word string) bool {
	switch word {
	case "event", "error", "warning", "information", "informational", "stop", "critical", "success", "failure", "audit", "none", "n/a",
		"application", "system", "security", "log", "type", "date", "time", "category", "user", "source", "message", "id", "nt", "windows",
		"the", "an", "a", "following", "this", "these", "in", "and", "where", "with", "for":
		return true
	}
	return false
}

// nextField reports whether the word behind a source begins another field.
func nextField(word string) bool {
	switch word {
	case "error", "warning", "information", "informational", "category:", "type:", "event":
		return true
	}
	return false
}

// sourceOf is what s begins with, if that is a name: at most four words that begin
// with a capital.
func sourceOf(s string) string {
	words := strings.Fields(strings.NewReplacer(",", " , ", ";", " ; ").Replace(s))
	for i, w := range words {
		if i > 0 && nextField(strings.ToLower(w)) {
			words = words[:i]
			break
		}
	}
	n := 0
	for n < len(words) && (unicode.IsUpper(rune(words[n][0])) || unicode.IsDigit(rune(words[n][0]))) {
		n++
	}
	if n == 0 || n > 4 || n < len(words) && words[n] != "," && words[n] != ";" || !unicode.IsLetter(rune(words[0][0])) || notSource(strings.ToLower(strings.Trim(words[0], ".:"))) {
		return ""
	}
	name := strings.TrimRight(strings.Join(words[:n], " "), ".,:;")
	if len(name) < 3 || len(name) > 60 || strings.ContainsAny(name, ":\"'()[]<>{}\\/") {
		return ""
	}
	return name
}

// identifier reports whether a word is a name that no sentence has: with a capital
// behind a small letter, as MSExchangeIMC.
func identifier(s string) bool {
	small := false
	for _, r := range s {
		if small && unicode.IsUpper(r) {
			return len(s) >= 4
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		small = unicode.IsLower(r)
	}
	return false
}
