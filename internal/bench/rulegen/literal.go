package main

import (
	"bufio"
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

const (
	shortest = 8 // bytes of a literal
	longest  = 160
)

// literal makes a text one that every program of the comparison looks for
// alike, or returns "": printable ASCII, single blanks, no full stop at the
// end, no angle bracket (a blank to fill in for kbtriage), four letters or
// digits at least.
func literal(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.TrimRight(text, ". ")
	if len(text) < shortest || len(text) > longest {
		return ""
	}
	words := 0
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '<' || c == '>' {
			return ""
		}
		if isWord(c) {
			words++
		}
	}
	if words < 4 {
		return ""
	}
	return text
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func writeLiterals(o options) error {
	list, err := candidates(o)
	if err != nil {
		return err
	}
	if o.samples != "" {
		lines, err := sampleLines(o.samples)
		if err != nil {
			return err
		}
		list = dropCommon(list, lines, o.maxLines)
	}
	shuffle(list, o.seed)
	return writeFile(o.out, func(w *bufio.Writer) {
		for _, text := range list[:min(o.n, len(list))] {
			w.WriteString(text)
			w.WriteByte('\n')
		}
	})
}

// candidates returns literals that differ in more than case.
func candidates(o options) ([]string, error) {
	if o.articles == "" {
		return invent(o.n, o.seed), nil
	}
	paths, err := articlePaths(o.articles)
	if err != nil {
		return nil, err
	}
	var list []string
	known := map[string]bool{}
	for _, path := range paths {
		a, err := readArticle(path)
		if err != nil {
			return nil, err
		}
		for _, text := range slices.Concat(a.messages(), a.shown(), a.codes()) {
			if folded := strings.ToLower(text); !known[folded] {
				known[folded] = true
				list = append(list, text)
			}
		}
	}
	return list, nil
}

// shuffle orders literals by a hash, so that a shorter list is the beginning
// of a longer one and another article moves no other literal.
func shuffle(list []string, seed uint64) {
	key := func(text string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(text))
		return rand.NewPCG(h.Sum64(), seed).Uint64()
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(key(a), key(b)), strings.Compare(a, b))
	})
}

// dropCommon leaves out the literals that occur in more than most of the
// lines, whatever their case: they would be found everywhere in the logs.
func dropCommon(list, lines []string, most int) []string {
	byHead := map[[shortest]byte][]int{}
	folded := make([]string, len(list))
	for i, text := range list {
		folded[i] = strings.ToLower(text)
		head := [shortest]byte([]byte(folded[i][:shortest]))
		byHead[head] = append(byHead[head], i)
	}
	count := make([]int, len(list))
	last := make([]int, len(list)) // line that was counted last, from 1
	for n, line := range lines {
		line = strings.ToLower(line)
		for at := 0; at+shortest <= len(line); at++ {
			for _, i := range byHead[[shortest]byte([]byte(line[at:at+shortest]))] {
				if last[i] != n+1 && strings.HasPrefix(line[at:], folded[i]) {
					last[i] = n + 1
					count[i]++
				}
			}
		}
	}
	var rest []string
	for i, text := range list {
		if count[i] <= most {
			rest = append(rest, text)
		}
	}
	return rest
}
