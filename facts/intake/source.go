package intake

import (
	"slices"
	"strings"
)

// nameLike reports whether words are the name of a source: at most five, each
// beginning with a capital or a digit, and no sentence.
func nameLike(words []string) bool {
	for _, w := range words {
		if c := w[0]; !(c >= 'A' && c <= 'Z' || isDigit(c)) {
			return false
		}
	}
	last := words[len(words)-1]
	return len(words) <= 5 && strings.IndexByte(".!?:", last[len(last)-1]) < 0
}

// sourcePhrase reads a source that is given behind an event number:
// "(MSExchangeIMC)", "in Source ( SNA Server )", "from source X", " Kernel-Power",
// ", Service Control Manager" at the end of the line.
func sourcePhrase(s string, i int) (source string, end int) {
	s = s[:min(len(s), i+2*maxField)]
	j := skipBlanks(s, i)
	comma := j < len(s) && s[j] == ','
	if comma {
		j = skipBlanks(s, j+1)
	}
	if v, end, ok := inBrackets(s, j); ok && !comma {
		if name := nameBefore(v); name != v {
			v, end = name, j+strings.Index(s[j:], name)+len(name)
		}
		if words := strings.Fields(v); len(words) > 0 && isLetter(v[0]) && nameLike(words) && !slices.ContainsFunc(words, level) {
			return v, end
		}
		return "", i
	}
	k := j
	for _, w := range []string{"in", "from", "with", "and", "the", "event"} {
		if e, ok := word(s, k, w); ok && e < len(s) && s[e] == ' ' {
			k = skipBlanks(s, e)
		}
	}
	if e, ok := word(s, k, "source"); ok && e < len(s) && !isLetter(s[e]) {
		e = skipBlanks(s, e)
		if e < len(s) && (s[e] == ':' || s[e] == '=') {
			e = skipBlanks(s, e+1)
		}
		if v, end, ok := inBrackets(s, e); ok {
			return v, end
		}
		end := e
		for end < len(s) && strings.IndexByte(" \t\n,;()", s[end]) < 0 {
			end++
		}
		if v := strings.TrimRight(s[e:end], ".:"); v != "" && !isStopWord(v) {
			return v, end
		}
		return "", i
	}
	if !comma {
		if end := wordEnd(s, j); identifier(s[j:end]) {
			if rest := strings.TrimLeft(s[end:], " \t"); rest == "" || strings.IndexByte("\n.,;:)", rest[0]) >= 0 {
				return s[j:end], end // in "event 1000 PowerShell failed" it is none
			}
		}
		return "", i
	}
	line, _, _ := strings.Cut(s[j:], "\n")
	line = nameBefore(line)
	if words := strings.Fields(line); len(words) > 0 && isLetter(words[0][0]) && nameLike(words) && !level(words[0]) && words[0] != "Event" {
		return strings.Join(words, " "), j + len(line)
	}
	return "", i
}

// wordEnd is where the word at i ends, without the marks of a sentence.
func wordEnd(s string, i int) int {
	end := i
	for end < len(s) && strings.IndexByte(" \t\n,;:()[]\"", s[end]) < 0 {
		end++
	}
	return i + len(strings.TrimRight(s[i:end], "."))
}

// identifier reports whether a word is a name that no sentence has: it has a capital
// behind a small letter, as MSExchangeIMC, or behind a hyphen, as Kernel-Power.
func identifier(w string) bool {
	if len(w) < 4 || w[0] < 'A' || w[0] > 'Z' {
		return false
	}
	inner := false
	for i := 1; i < len(w); i++ {
		switch c := w[i]; {
		case c >= 'A' && c <= 'Z':
			inner = inner || w[i-1] >= 'a' && w[i-1] <= 'z' || w[i-1] == '-'
		case c >= 'a' && c <= 'z', isDigit(c), c == '-' && i+1 < len(w):
		default:
			return false
		}
	}
	return inner
}

func isStopWord(w string) bool {
	switch strings.ToLower(w) {
	case "is", "was", "of", "and", "in", "for", "cannot", "could", "the", "a", "an", "not", "name", "are", "or", "to":
		return true
	}
	return false
}

// inBrackets reads what stands in brackets or quotes at i.
func inBrackets(s string, i int) (v string, end int, ok bool) {
	if i >= len(s) {
		return "", i, false
	}
	at := strings.IndexByte("([\"", s[i])
	if at < 0 {
		return "", i, false
	}
	n := strings.IndexByte(s[i+1:], ")]\""[at])
	if n < 0 || n > maxField {
		return "", i, false
	}
	return strings.TrimSpace(s[i+1 : i+1+n]), i + n + 2, true
}
