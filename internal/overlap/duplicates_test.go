package overlap

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

const (
	long      = "when the computer starts for the first time after the setup of the mail service, the screen stays dark"
	longOther = "when the computer starts for the first time after the setup of the mail service, the screen stays blue"
)

func TestDuplicates(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []rule
		want  []string
	}{
		{"equal texts", []rule{{id: "a/a", article: long}, {id: "a/b", article: strings.ToUpper(long) + "."}}, []string{"a/a a/b text 1.00"}},
		{"similar texts", []rule{{id: "a/a", article: long}, {id: "a/b", article: longOther}}, []string{"a/a a/b text 0.89"}},
		{"other texts", []rule{{id: "a/a", article: long}, {id: "a/b", article: "in the end all is well, and nobody remembers how it was before"}}, nil},
		{"equal, but short", []rule{{id: "a/a", article: "the screen stays dark after the setup"}, {id: "a/b", article: "the screen stays dark after the setup"}}, nil},
		{"equal, and just long enough", []rule{{id: "a/a", article: "the screen stays dark after the first setup"}, {id: "a/b", article: "the screen stays dark after the first setup"}}, []string{"a/a a/b text 1.00"}},
		{"title and cause where there is no article", []rule{{id: "a/a", title: "It is dark", cause: long, symptoms: []string{"code: 57"}}, {id: "a/b", title: "It is dark", cause: long, symptoms: []string{"code: 58"}}}, []string{"a/a a/b text 1.00"}},
		{"the same title but for the prefix", []rule{
			{id: "a/a", title: "PRB: The screen stays dark", article: "one"}, {id: "a/b", title: "XL97: the Screen stays dark", article: "two"}, {id: "a/c", title: "BUG: XL 5.0: The screen stays dark.", article: "three"},
		}, []string{"a/a a/b a/c title 0.00"}},
		{"a title that is cut off", []rule{{id: "a/a", title: "The screen stays dark when ...", article: "one"}, {id: "a/b", title: "The screen stays dark when ...", article: "two"}}, nil},
		{"a short title", []rule{{id: "a/a", title: "PRB: Setup fails", article: "one"}, {id: "a/b", title: "BUG: Setup fails", article: "two"}}, nil},
		{"by text and by title", []rule{
			{id: "b/a", title: "The mail does not come", article: long},
			{id: "b/b", article: longOther},
			{id: "b/c", title: "The mail does not come", article: "one"},
			{id: "a/a", title: "The mail does not go", article: "one"},
			{id: "a/b", title: "The mail does not go", article: "two"},
		}, []string{"b/a b/b b/c text title 0.89", "a/a a/b title 0.00"}},
	} {
		var got []string
		for _, d := range Find(set(t, c.rules...)).Duplicates {
			line := ids(d.Rules)
			for _, reason := range d.By {
				line += " " + string(reason)
			}
			got = append(got, line+fmt.Sprintf(" %.2f", d.Similarity))
		}
		equal(t, c.name, got, c.want)
	}
}

// runs is the runs of three words of a text, as they are.
func runs(text string) map[string]bool {
	words := slices.Collect(cond.Words(facts.Fold(text)))
	set := map[string]bool{}
	for i := 2; i < len(words) && len(words) >= fewestWords; i++ {
		set[strings.Join(words[i-2:i+1], " ")] = true
	}
	return set
}

// TestDuplicatesOracle: the clusters and similarities are those of all pairs.
func TestDuplicatesOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few words and few edits of few texts, so that every similarity comes up.
		word := rapid.SampledFrom(strings.Fields("a b c d e f"))
		originals := rapid.SliceOfN(rapid.SliceOfN(word, 5, 24), 1, 3).Draw(t, "originals")
		n := rapid.IntRange(1, 12).Draw(t, "rules")
		texts := make([]shingled, 0, n)
		all := make([]map[string]bool, n)
		for i := range n {
			text := slices.Clone(rapid.SampledFrom(originals).Draw(t, "original"))
			for range rapid.IntRange(0, 3).Draw(t, "edits") {
				at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
				if rapid.Bool().Draw(t, "replace") {
					text[at] = word.Draw(t, "word")
				} else {
					text = slices.Insert(text, at, word.Draw(t, "word"))
				}
			}
			all[i] = runs(strings.Join(text, " "))
			s := shingles(strings.Join(text, " "))
			if len(s) != len(all[i]) {
				t.Fatalf("%d shingles, want %d", len(s), len(all[i]))
			}
			if len(s) > 0 {
				texts = append(texts, shingled{int32(i), s})
			}
		}
		found := newClusters(n)
		if unchecked := pairs(texts, found.join); unchecked != 0 {
			t.Fatalf("%d not checked", unchecked)
		}
		want := newClusters(n)
		for x := range n {
			for y := range x {
				if s := jaccard(all[x], all[y]); s >= 0.75 {
					want.join(int32(y), int32(x), s)
				}
			}
		}
		for i := range int32(n) {
			root := want.root(i)
			if got := found.root(i); got != root {
				t.Fatalf("rule %d is with %d, want %d", i, got, root)
			}
			if got := found.why[root].least; got != want.why[root].least {
				t.Fatalf("the least similarity with rule %d is %v, want %v", root, got, want.why[root].least)
			}
		}
	})
}

func jaccard(x, y map[string]bool) float64 {
	common := 0
	for s := range x {
		if y[s] {
			common++
		}
	}
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	return float64(common) / float64(len(x)+len(y)-common)
}

// TestTooManyAlike: where all texts are made of the same few phrases, what is not
// compared is said, and what is equal is found all the same.
func TestTooManyAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var texts []shingled
	for i := range 3 * mostLookedAt {
		var set []uint64
		for _, k := range r.Perm(40)[:22] {
			set = append(set, uint64(k)<<58|uint64(k))
		}
		slices.Sort(set)
		texts = append(texts, shingled{int32(i), set})
	}
	unchecked := pairs(texts, func(x, y int32, s float64) {
		if s < 0.75 {
			t.Errorf("%d and %d: %v", x, y, s)
		}
	})
	if unchecked == 0 || unchecked > 2*mostLookedAt {
		t.Errorf("%d of %d not checked", unchecked, len(texts))
	}
	same, found := make([]shingled, 3*mostLookedAt), 0
	for i := range same {
		same[i] = shingled{int32(i), texts[0].set}
	}
	if got := pairs(same, func(_, _ int32, s float64) { found++ }); got != 0 || found != len(same)-1 {
		t.Errorf("equal texts: %d not checked, %d pairs", got, found)
	}
}
