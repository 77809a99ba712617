// Package lexicon finds rules by the words of their articles: an inverted index
// from words and pairs of words to rules, read in place from a compiled base.
// How much a word counts comes from how few rules have it.
package lexicon

import (
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// A term is a word by its stem, or two words that stand behind each other, as a
// hash. Pairs keep words such as "is" and "not", which alone say little: in a
// message they tell it from others.

// words are those of a text by their stems. A number of three digits and more
// stands for its value, however it is written: "0x3ea", "03EAh" and 1002 are one
// word, "-1018" and 0xFFFFFC06 are.
func words(text string) []string {
	stems, _ := split(text)
	return stems
}

// split is words, with what the text has for each.
func split(text string) (stems, shown []string) {
	same := sameWords()
	for w := range cond.Words(facts.Fold(text)) {
		switch v, ok := number(w); {
		case len(w) > 40:
			stems, shown = append(stems, ""), append(shown, w) // keeps its neighbours apart
		case ok:
			stems, shown = append(stems, numberStem(v)), append(shown, w)
		default:
			s := stem(w)
			if same.skip[s] {
				continue
			}
			if n := len(stems); n > 0 {
				if other := same.pairs[stems[n-1]+" "+s]; other != nil {
					w = shown[n-1] + " " + w
					stems, shown = append(stems[:n-1], other...), append(shown[:n-1], w)
					shown = append(shown, other[1:]...)
					continue
				}
			}
			if other := same.words[s]; other != nil {
				stems, shown = append(stems, other...), append(shown, w)
				shown = append(shown, other[1:]...)
			} else {
				stems, shown = append(stems, s), append(shown, w)
			}
		}
	}
	return stems, shown
}

// numberStem stands for a number, whatever its sign.
func numberStem(v uint32) string {
	if s := int32(v); s < 0 {
		v = uint32(-s)
	}
	return "#" + strconv.FormatUint(uint64(v), 10)
}

// number is the value of a word that is one: of three decimal digits and more, or
// hexadecimal with 0x before or h behind it, or eight digits with a letter.
func number(w string) (uint32, bool) {
	digits, letters := 0, 0
	for i := range len(w) {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'f':
			letters++
		}
	}
	base, body := 16, w
	switch {
	case len(w) > 2 && strings.HasPrefix(w, "0x"):
		body = w[2:]
	case len(w) > 3 && w[len(w)-1] == 'h' && digits > 0 && digits+letters == len(w)-1:
		body = w[:len(w)-1]
	case digits == len(w) && digits >= 3:
		base = 10
	case len(w) == 8 && digits > 0 && letters > 0 && digits+letters == 8:
	default:
		return 0, false
	}
	v, err := strconv.ParseUint(body, base, 32)
	return uint32(v), err == nil
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
