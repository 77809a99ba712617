package cond

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
)

// gapLimit is how many bytes a placeholder of a text template may stand for.
const gapLimit = 200

// Template is a message as a system prints it, folded. A placeholder such as
// <server name> stands for any text of up to 200 bytes. A template matches a
// text that contains it as whole words.
type Template struct {
	source string
	parts  []string // folded text between the placeholders
	words  []string // of AnchorWords
}

// ParseTemplate reads a template. It must hold at least four letters or digits
// outside its placeholders, or it would match almost anything.
func ParseTemplate(s string) (Template, error) {
	t := Template{source: s}
	rest, solid := s, 0
	for {
		before, after, found := cutPlaceholder(rest)
		part := foldKeepEdges(before)
		t.parts = append(t.parts, part)
		for _, r := range part {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				solid++
			}
		}
		if !found {
			break
		}
		rest = after
	}
	if solid < 4 {
		return Template{}, fmt.Errorf("text %q has fewer than four letters or digits outside placeholders and would match almost anything", s)
	}
	t.parts[0] = strings.TrimLeft(t.parts[0], " ")
	last := len(t.parts) - 1
	t.parts[last] = strings.TrimRight(t.parts[last], " .")
	t.words = t.anchorWords()
	return t, nil
}

// cutPlaceholder splits s at its first placeholder: '<', a letter, then letters,
// digits, blanks, '_' or '-', then '>'.
func cutPlaceholder(s string) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		if s[i] != '<' {
			continue
		}
		j := i + 1
		for j < len(s) && (isWordByte(s[j]) || j > i+1 && (s[j] == ' ' || s[j] == '_' || s[j] == '-')) {
			j++
		}
		if j > i+1 && j < len(s) && s[j] == '>' {
			return s[:i], s[j+1:], true
		}
	}
	return s, "", false
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// foldKeepEdges folds but keeps one blank at each end that had white space.
func foldKeepEdges(s string) string {
	folded := facts.Fold(s)
	if s == "" || folded == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if r, _ := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
		folded = " " + folded
	}
	if r, _ := utf8.DecodeLastRuneInString(s); unicode.IsSpace(r) {
		folded += " "
	}
	return folded
}

// String is the template as it was written.
func (t Template) String() string { return t.source }

// Match reports whether the folded text holds the template.
func (t Template) Match(folded string) bool {
	parts, begin := t.parts, true
	for len(parts) > 1 && parts[0] == "" { // a leading placeholder stands for anything, so no word has to begin behind it
		parts, begin = parts[1:], false
	}
	var ends []int // where the parts so far can end, ascending
	gap := 0
	for i, part := range parts {
		if i > 0 {
			gap += gapLimit
			if part == "" {
				continue
			}
		}
		final := i == len(parts)-1
		var next []int
		at, from := 0, 0
		if i > 0 {
			at = ends[0]
		}
		for ; ; at++ {
			k := strings.Index(folded[at:], part)
			if k < 0 {
				break
			}
			at += k
			if i == 0 && begin && !wordEdge(folded, at, part, true) {
				continue
			}
			if i > 0 {
				for from+1 < len(ends) && ends[from+1] <= at {
					from++
				}
				if at-ends[from] > gap {
					continue
				}
			}
			if !final {
				next = append(next, at+len(part))
			} else if wordEdge(folded, at, part, false) {
				return true
			}
		}
		if len(next) == 0 {
			return false
		}
		ends, gap = next, 0
	}
	return true
}

// wordEdge reports whether part, found at the position, begins (or ends) at the
// edge of a word of the text.
func wordEdge(text string, at int, part string, begin bool) bool {
	if begin {
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		first, _ := utf8.DecodeRuneInString(part)
		return at == 0 || !isWordRune(before) || !isWordRune(first)
	}
	end := at + len(part)
	after, _ := utf8.DecodeRuneInString(text[end:])
	last, _ := utf8.DecodeLastRuneInString(part)
	return end == len(text) || !isWordRune(after) || !isWordRune(last)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Words yields the words of a folded text: longest runs of letters and digits.
// Text is indexed by them, so a template is looked for only where its rarest
// word occurs.
func Words(folded string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := -1
		for i, r := range folded {
			if isWordRune(r) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && !yield(folded[start:i]) {
				return
			}
			start = -1
		}
		if start >= 0 {
			yield(folded[start:])
		}
	}
}

// AnchorWords lists the words that every text with the template holds as whole
// words: those that do not touch a placeholder.
func (t Template) AnchorWords() []string { return t.words }

func (t Template) anchorWords() []string {
	var words []string
	for i, part := range t.parts {
		text := part
		if i > 0 { // a word right behind a placeholder may be only the end of a longer word
			text = strings.TrimLeftFunc(text, isWordRune)
		}
		if i < len(t.parts)-1 {
			text = strings.TrimRightFunc(text, isWordRune)
		}
		for w := range Words(text) {
			words = append(words, w)
		}
	}
	return words
}
