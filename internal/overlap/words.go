package overlap

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

const (
	mostTelling  = 3 // words that tell a rule apart
	shortestWord = 3 // characters: shorter ones are articles, units and parts of versions
)

// wordings is the words of the titles and symptoms of all rules, as numbers.
type wordings struct {
	words []string
	rules []int     // how many rules have each
	of    [][]int32 // words of each rule, ascending
	title [][]int32 // those of its title, ascending
}

func newWordings(b *base) *wordings {
	w := &wordings{of: make([][]int32, len(b.rules)), title: make([][]int32, len(b.rules))}
	numbers := map[string]int32{}
	read := func(text string) []int32 {
		var list []int32
		for word := range cond.Words(facts.Fold(text)) {
			if utf8.RuneCountInString(word) < shortestWord {
				continue
			}
			n, ok := numbers[word]
			if !ok {
				n = int32(len(w.words))
				numbers[word] = n
				w.words = append(w.words, word)
			}
			list = append(list, n)
		}
		return list
	}
	for i, r := range b.rules {
		title := read(r.Title)
		all := slices.Clone(title)
		if r.Article != nil {
			all = append(all, read(r.Article.Symptoms)...)
		}
		w.title[i], w.of[i] = distinct(title), distinct(all)
	}
	w.rules = make([]int, len(w.words))
	for _, list := range w.of {
		for _, n := range list {
			w.rules[n]++
		}
	}
	return w
}

func distinct(list []int32) []int32 {
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
}

// count says how many of the rules have each word.
func (w *wordings) count(members []int32) map[int32]int {
	counted := map[int32]int{}
	for _, i := range members {
		for _, n := range w.of[i] {
			counted[n]++
		}
	}
	return counted
}

// telling is the words of the rule that the fewest of the others have. Among
// equals, those without digits come first, as the others are addresses and
// numbers of parts, then those of the title, as it says what matters, and then
// those that few rules of the base have.
func (w *wordings) telling(i int32, counted map[int32]int, members int) []Word {
	var found []int32
	for _, n := range w.of[i] {
		if counted[n] < members {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, func(x, y int32) int {
		return cmp.Or(cmp.Compare(counted[x], counted[y]), cmp.Compare(w.beside(i, x), w.beside(i, y)),
			cmp.Compare(w.rules[x], w.rules[y]), cmp.Compare(w.words[x], w.words[y]))
	})
	list := []Word{}
	for _, n := range found[:min(len(found), mostTelling)] {
		list = append(list, Word{w.words[n], counted[n] - 1})
	}
	return list
}

// beside is how little a word says: 0 for one of the rule's title, 1 for another
// one, 2 and 3 for words with digits.
func (w *wordings) beside(i, word int32) int {
	n := 0
	if strings.ContainsAny(w.words[word], "0123456789") {
		n = 2
	}
	if _, ok := slices.BinarySearch(w.title[i], word); !ok {
		n++
	}
	return n
}
