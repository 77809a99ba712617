// Package lexicon finds rules by the words of their articles: an inverted index
// from words and pairs of words to rules, read in place from a compiled base.
// How much a word counts comes from how few rules have it.
package lexicon

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// A term is a word by its stem, or two words that stand behind each other, as a
// hash. Pairs keep words such as "is" and "not", which alone say little: in a
// message they tell it from others.

// words are those of a text by their stems. Numbers of five digits and more, and
// codes, are none: they are facts of their own.
func words(text string) (list []string) {
	for w := range cond.Words(facts.Fold(text)) {
		if isCode(w) || len(w) > 40 {
			list = append(list, "") // keeps its neighbours apart
			continue
		}
		list = append(list, stem(w))
	}
	return list
}

// isCode reports whether a word is a code or a long number.
func isCode(w string) bool {
	digits, letters := 0, 0
	for i := range len(w) {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'f':
		default:
			letters++
		}
	}
	return letters == 0 && digits > 0 && len(w) >= 5 || letters == 1 && strings.HasPrefix(w, "0x")
}

// stem takes off the usual endings of English words, so that "services",
// "installing" and "installed" meet "service" and "install". It is cruder than
// Porter's and needs no list of exceptions: both sides go through it.
func stem(w string) string {
	n := len(w)
	if n < 4 || w[n-1] < 'a' || w[n-1] > 'z' {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ies") && n > 4:
		w = w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"):
		w = w[:n-2]
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
	case w[n-1] == 's':
		w = w[:n-1]
	}
	n = len(w)
	switch {
	case strings.HasSuffix(w, "ing") && n > 5 && hasVowel(w[:n-3]):
		w = undouble(w[:n-3])
	case strings.HasSuffix(w, "ed") && n > 4 && hasVowel(w[:n-2]):
		w = undouble(w[:n-2])
	}
	if n = len(w); n > 4 && w[n-1] == 'e' {
		w = w[:n-1]
	}
	return w
}

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }

func undouble(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] && !strings.ContainsRune("lsz", rune(s[n-1])) {
		return s[:n-1]
	}
	return s
}

// key is the hash of a word.
func key(w string) uint64 { return mix(cond.WordHash(w)) }

// pairKey is the hash of two words, the second behind the first.
func pairKey(first, second string) uint64 {
	return mix(cond.WordHash(first)*0x9E3779B97F4A7C15 + cond.WordHash(second))
}

func mix(h uint64) uint64 {
	h ^= h >> 31
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}
