package overlap

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Reason is why rules look like the same one.
type Reason string

// The reasons.
const (
	ByText  Reason = "text"  // three quarters of the runs of three words in their symptoms, or more, are the same
	ByTitle Reason = "title" // their titles are the same
)

// Duplicates is rules that are nearly the same: each one is alike to some other of
// them, though not to all.
type Duplicates struct {
	Rules      []Rule   `json:"rules"`                // by id
	By         []Reason `json:"by"`                   // every reason that joins two of them
	Similarity float64  `json:"similarity,omitempty"` // the least of the texts that are alike, 0.75 to 1
}

// How long a text or a title must be to say that two rules are the same. "The
// program stops responding" is the symptom of many.
const (
	fewestWords      = 8
	fewestTitleWords = 4
)

// alike is the near-duplicates, and for each rule the number of its cluster, or -1.
type alike struct {
	list      []Duplicates
	cluster   []int32
	unchecked int
}

func (b *base) duplicates() alike {
	c := newClusters(len(b.rules))
	texts := make([]shingled, 0, len(b.rules))
	for i, r := range b.rules {
		if s := shingles(likeness(r)); len(s) > 0 {
			texts = append(texts, shingled{int32(i), s})
		}
	}
	unchecked := pairs(texts, c.join)
	first := map[string]int32{}
	for i, r := range b.rules {
		title := plainTitle(r.Title)
		if title == "" {
			continue
		}
		if other, ok := first[title]; ok {
			c.sameTitle(other, int32(i))
			continue
		}
		first[title] = int32(i)
	}
	a := c.alike(b)
	a.unchecked = unchecked
	return a
}

// likeness is the text by which a rule is compared.
func likeness(r *rules.Rule) string {
	if r.Article != nil && r.Article.Symptoms != "" {
		return r.Article.Symptoms
	}
	return r.Title + "\n\n" + r.Cause
}

// titlePrefix is what articles put before their title to file it: "PRB:",
// "XL97:", "FIX:". It differs where one error is described for two products.
var titlePrefix = regexp.MustCompile(`^\s*(?:[A-Z][A-Z0-9]{1,11}(?: [0-9.]+)?|Err(?:or)? M(?:sg|essage)|How To)\s?:\s+`)

// plainTitle is the words of a title without its prefixes; "" where it is too
// short, or cut off, to say that two rules are the same.
func plainTitle(title string) string {
	title = strings.TrimSpace(title)
	if strings.HasSuffix(title, "...") || strings.HasSuffix(title, "…") {
		return ""
	}
	for {
		prefix := titlePrefix.FindString(title)
		if prefix == "" {
			break
		}
		title = title[len(prefix):]
	}
	var words []string
	for w := range cond.Words(facts.Fold(title)) {
		words = append(words, w)
	}
	if len(words) < fewestTitleWords {
		return ""
	}
	return strings.Join(words, " ")
}

// clusters joins rules into sets (union-find, the smallest number stands for all)
// and remembers of each set why it is one.
type clusters struct {
	parent []int32
	why    []why // of the sets by the number that stands for them
}

// why is what joined the rules of a set.
type why struct {
	title bool
	least float64 // the least similarity of two texts, 0 where none are alike
}

func newClusters(n int) *clusters {
	c := &clusters{parent: make([]int32, n), why: make([]why, n)}
	for i := range c.parent {
		c.parent[i] = int32(i)
	}
	return c
}

func (c *clusters) root(i int32) int32 {
	for c.parent[i] != i {
		c.parent[i] = c.parent[c.parent[i]]
		i = c.parent[i]
	}
	return i
}

// join puts two rules into one set, as their texts are so similar.
func (c *clusters) join(x, y int32, similarity float64) {
	c.unite(x, y, why{least: similarity})
}

// sameTitle puts two rules into one set, as they have one title.
func (c *clusters) sameTitle(x, y int32) { c.unite(x, y, why{title: true}) }

func (c *clusters) unite(x, y int32, w why) {
	x, y = c.root(x), c.root(y)
	for _, other := range []why{c.why[x], c.why[y]} {
		w.title = w.title || other.title
		if other.least > 0 && (w.least == 0 || other.least < w.least) {
			w.least = other.least
		}
	}
	c.parent[max(x, y)] = min(x, y)
	c.why[min(x, y)] = w
}

// alike lists the sets of more than one rule.
func (c *clusters) alike(b *base) alike {
	a := alike{list: []Duplicates{}, cluster: make([]int32, len(b.rules))}
	size := make([]int32, len(b.rules))
	for i := range b.rules {
		size[c.root(int32(i))]++
	}
	place := map[int32]int{}
	for i := range b.rules {
		root := c.root(int32(i))
		a.cluster[i] = -1
		if size[root] < 2 {
			continue
		}
		a.cluster[i] = root
		at, ok := place[root]
		if !ok {
			at = len(a.list)
			place[root] = at
			a.list = append(a.list, c.why[root].duplicates())
		}
		a.list[at].Rules = append(a.list[at].Rules, Rule{b.rules[i].ID, b.rules[i].Title})
	}
	slices.SortFunc(a.list, func(x, y Duplicates) int {
		return cmp.Or(cmp.Compare(len(y.Rules), len(x.Rules)), cmp.Compare(x.Rules[0].ID, y.Rules[0].ID))
	})
	return a
}

// duplicates is a set without its rules.
func (w why) duplicates() Duplicates {
	d := Duplicates{Similarity: w.least}
	if w.least > 0 {
		d.By = append(d.By, ByText)
	}
	if w.title {
		d.By = append(d.By, ByTitle)
	}
	return d
}
