package lexicon

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testWeights() *Weights {
	return &Weights{Word: 0.5, Pair: 0.25, Missing: 0.2, Most: 12, Few: 0.9}
}

func build(t interface{ Fatal(...any) }, texts ...string) *Lexicon {
	var b Builder
	for i, text := range texts {
		b.Add(uint32(i), []Field{{Text: text, Weight: 1, Usual: 10}})
	}
	l, err := Open(b.Bytes(), len(texts), "the is in of")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func search(l *Lexicon, text string, most int) []Hit {
	w := testWeights()
	t := l.Read(text, w)
	return l.Search(&t, w, new(Scores), most)
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Installing the services failed":     "install the servic fail",
		"0x3EA, 03EAh and 1002":              "#1002 #1002 and #1002",
		"error -1018":                        "error #1018",
		"0xFFFFFC06":                         "#1018",
		"version 5.5":                        "version 5 5",
		"the PC freezes, please":             "the computer hang",
		"it stopped responding":              "it hang",
		"win95":                              "window 95",
		"bus status class":                   "bus status class",
		"c00203e5":                           "#1073609755",
		"addresses, boxes, queries, matches": "address computer query match",
		"a dialog box on my box":             "a dialog on my computer",
	} {
		if got := strings.Join(words(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFindsBest(t *testing.T) {
	l := build(
		t, "the queue of the spooler is stuck", "the printer prints twice", "the mail stays in the queue", "the disk of the server is full",
		"the spooler stops", "the name is not found on the network", "not the name found",
	)
	for query, want := range map[string]int{
		"spooler queue": 0, "prints twice": 1, "mail in queue": 2, "my disk is full": 3, "the spooler stops": 4,
		"name is not found": 5, // by its pairs
		"sppoler queue":     0, // two letters changed places
		"dsk full":          3, // one is missing
	} {
		if hits := search(l, query, 3); len(hits) == 0 || hits[0].Rule != want {
			t.Errorf("%q: %v, want %d first", query, hits, want)
		}
	}
	if hits := search(l, "zebra quokka", 3); len(hits) != 0 {
		t.Errorf("words that no rule has: %v", hits)
	}
}

// TestRareWordsCount: of two rules that have one word each, that with the rarer word is first.
func TestRareWordsCount(t *testing.T) {
	texts := []string{"alpha something", "beta something"}
	for range 20 {
		texts = append(texts, "alpha otherwise")
	}
	if hits := search(build(t, texts...), "alpha beta", 3); hits[0].Rule != 1 {
		t.Errorf("%v", hits)
	}
}

// TestSearchIsOf: what a search gives is what Of gives for each rule, and is the
// same as counting words by the definition.
func TestSearchIsOf(t *testing.T) {
	vocabulary := strings.Fields("queue spooler printer mail disk server name network found not the stops full stuck 1002 0x3ea")
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 12).Draw(t, label), " ")
		}
		var texts []string
		for i := range rapid.IntRange(1, 12).Draw(t, "rules") {
			texts = append(texts, draw(fmt.Sprint("rule ", i)))
		}
		l, w := build(t, texts...), testWeights()
		text := l.Read(draw("text"), w)
		hits := l.Search(&text, w, new(Scores), len(texts))
		seen := map[int]float64{}
		for i, h := range hits {
			seen[h.Rule] = h.Bits
			if i > 0 && hits[i-1].Bits < h.Bits {
				t.Errorf("not in order: %v", hits)
			}
		}
		for rule := range texts {
			bits, has := l.Of(&text, rule, w, nil)
			if found, listed := seen[rule]; listed != (len(has) > 0) || listed && math.Abs(found-bits) > 1e-3 {
				t.Errorf("rule %d: listed %v with %v, alone %v with %d terms", rule, listed, found, bits, len(has))
			}
		}
		for _, x := range text.Terms {
			n := 0
			for _, rule := range texts {
				list := words(rule)
				holds := slices.Contains(list, x.stem)
				if x.Pair {
					holds = strings.Contains(" "+strings.Join(list, " ")+" ", " "+x.stem+" ")
				}
				if holds {
					n++
				}
			}
			if n != x.Rules {
				t.Errorf("%q is in %d rules, not %d", x.Text, n, x.Rules)
			}
		}
	})
}

// TestScoresAreClean: what one search leaves behind does not show in the next.
func TestScoresAreClean(t *testing.T) {
	l, w, s := build(t, "queue spooler", "mail disk"), testWeights(), new(Scores)
	first, second := l.Read("queue", w), l.Read("mail", w)
	_ = l.Search(&first, w, s, 9)
	if hits := l.Search(&second, w, s, 9); len(hits) != 1 || hits[0].Rule != 1 {
		t.Errorf("%v", hits)
	}
}

// TestUnrelatedRule: a rule with other words moves the bits of a text by little:
// each term by less than log2((n+2)/(n+1)), as there are n rules.
func TestUnrelatedRule(t *testing.T) {
	texts := []string{"queue spooler", "mail disk", "queue full"}
	for i := range 200 {
		texts = append(texts, fmt.Sprintf("filler%d", i))
	}
	before, w := build(t, texts...), testWeights()
	after := build(t, append(texts, "quokka zebra")...)
	a, b := before.Read("queue spooler full", w), after.Read("queue spooler full", w)
	x, _ := before.Of(&a, 0, w, nil)
	y, _ := after.Of(&b, 0, w, nil)
	if bound := float64(len(a.Terms)) * 2 * math.Log2(float64(len(texts)+2)/float64(len(texts)+1)); math.Abs(x-y) > bound {
		t.Errorf("%v, then %v: more than %v", x, y, bound)
	}
}

func FuzzOpen(f *testing.F) {
	var b Builder
	b.Add(0, []Field{{Text: "queue spooler", Weight: 1, Usual: 10}})
	b.Add(3, []Field{{Text: "queue disk", Weight: 1, Usual: 10}})
	f.Add(b.Bytes(), "queue spooler disk")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		l, err := Open(data, 4, "the")
		if err != nil || l == nil {
			return
		}
		w := testWeights()
		x := l.Read(text, w)
		for _, h := range l.Search(&x, w, new(Scores), 5) {
			if h.Rule < 0 || h.Rule >= 4 {
				t.Fatalf("rule %d of 4", h.Rule)
			}
			l.Of(&x, h.Rule, w, nil)
		}
	})
}
