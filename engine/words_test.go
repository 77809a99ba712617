package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/engine/lexicon"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

func articleVocabulary() []string {
	return strings.Fields(`queue spooler printer mail store disk server name network found not the stops full cluster node resource
		backup tape robot catalog index query template colour chart bar session logon account password policy folder rights driver adapter`)
}

// articleRules makes imported rules with articles of random words.
func articleRules(seed uint64, n int) []*rules.Rule {
	r := rand.New(rand.NewPCG(seed, 5))
	words := articleVocabulary()
	var list []*rules.Rule
	for i := range n {
		text := func(n int) string {
			var b []string
			for range n {
				b = append(b, words[r.IntN(len(words))])
			}
			return strings.Join(b, " ")
		}
		rule := fmt.Sprintf(`
schema: 1
id: made/r%03d
title: %s
status: imported
symptoms:
  event: {event: {id: %d, source: Source %d}, suggests: 4, expected: 4}
  code: {code: "0x%08X", suggests: 4, expected: 4}
cause: %s
resolution: {kind: none}
article: {symptoms: %s}
`, i, text(5), 100+r.IntN(20), r.IntN(4), 0xC0020000+r.IntN(12), text(10), text(20))
		parsed, msgs := rules.Parse(fmt.Sprintf("r%03d.yaml", i), []byte(rule))
		if len(msgs) > 0 {
			panic(fmt.Sprint(msgs))
		}
		list = append(list, parsed)
	}
	return list
}

func articleBase(t interface{ Fatal(...any) }, list []*rules.Rule) *Base {
	return likelyBase(t, -7.7, list)
}

// likelyBase is a base of rules with a prior: in a small one the bits are too few
// for any to be likelier than none with the usual one.
func likelyBase(t interface{ Fatal(...any) }, prior float64, list []*rules.Rule) *Base {
	b, err := Compile(&rules.Set{Rules: list}, articleWeights(prior))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// articleWeights are random weights with those of words as the fit has them.
func articleWeights(prior float64) Weights {
	w := randomWeights()
	w.Priors[rules.Imported] = prior
	w.Words = WordWeights{
		Fields:  map[string]FieldWeight{"title": {1, 8}, "symptoms": {2, 80}, "cause": {0.7, 50}, "notes": {0.3, 150}},
		Match:   lexicon.Weights{Word: 0.4, Pair: 0.1, Missing: 0.16, Most: 15, Few: 0.8},
		Besides: 1, Information: 0.1, Warning: 0.4, Among: 2, Crowd: 0.5, Trust: 0.9, Prior: -1,
		Suggests: []float64{1, 6, 9, 12, 12},
	}
	return w
}

func drawTicket(t *rapid.T) string {
	words := rapid.SliceOfN(rapid.SampledFrom(articleVocabulary()), 1, 10).Draw(t, "words")
	text := strings.Join(words, " ")
	if of := rapid.IntRange(-1, 59).Draw(t, "of a rule"); of >= 0 { // what one of the rules says, so that it is first
		r := articleRules(3, 60)[of]
		text = r.Article.Symptoms
		e := r.Symptoms[0].Condition.Event
		return fmt.Sprintf("%s\n\nEvent ID: %d\nSource: %s\n\nerror code %s", text, e.IDs[0], e.Source, r.Symptoms[1].Condition.Codes[0].Literal)
	}
	if rapid.Bool().Draw(t, "event") {
		text += fmt.Sprintf("\n\nEvent ID: %d\nSource: Source %d", 100+rapid.IntRange(0, 22).Draw(t, "id"), rapid.IntRange(0, 5).Draw(t, "source"))
	}
	if rapid.Bool().Draw(t, "code") {
		text += fmt.Sprintf("\n\nerror code 0x%08X", 0xC0020000+rapid.IntRange(0, 14).Draw(t, "value"))
	}
	return text
}

// TestRankIsDiagnose: the short way gives the rules and probabilities of the long
// one, whatever the order of rules and facts, and they add up to 1.
func TestRankIsDiagnose(t *testing.T) {
	list := articleRules(1, 60)
	b := articleBase(t, list)
	shuffled := slices.Clone(list)
	rand.New(rand.NewPCG(7, 8)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	other := articleBase(t, shuffled)
	if b.Hash() != other.Hash() {
		t.Fatal("the order of rules shows in the base")
	}
	rapid.Check(t, func(t *rapid.T) {
		c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("ticket", drawTicket(t))}
		backward := &facts.Case{Version: facts.CaseVersion, Facts: slices.Clone(c.Facts)}
		slices.Reverse(backward.Facts)
		d := b.Diagnose(c, Settings{})
		r := other.Rank(backward, 1000)
		if len(r.List) != len(d.Diagnoses) || r.None != d.None {
			t.Fatalf("%d rules and none %v, the long way %d and %v", len(r.List), r.None, len(d.Diagnoses), d.None)
		}
		sum := r.None
		for i, x := range r.List {
			sum += x.Probability
			y := d.Diagnoses[i]
			if x.Rule.ID != y.Rule || x.Probability != y.Probability {
				t.Errorf("place %d: %s with %v, the long way %s with %v", i, x.Rule.ID, x.Probability, y.Rule, y.Probability)
			}
			bits := 0.0
			for _, e := range y.Evidence {
				bits += e.Bits
			}
			if math.Abs(bits-y.Bits) > 1e-6 || math.Abs(math.Log2(y.Probability/d.None)-y.PriorBits-y.Bits) > 1e-4 {
				t.Errorf("%s: bits %v, its evidence %v, log odds %v", y.Rule, y.Bits, bits, math.Log2(y.Probability/d.None)-y.PriorBits)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("the probabilities add up to %v", sum)
		}
	})
}

// unrelatedMoves is how far a rule that shares nothing with a case moves a
// probability at most, where there are 60 others: how special words, codes and
// events are comes from how many rules there are.
const unrelatedMoves = 0.03

func TestUnrelatedArticle(t *testing.T) {
	list := articleRules(2, 60)
	b := articleBase(t, list)
	unrelated, msgs := rules.Parse("zebra.yaml", []byte(`
schema: 1
id: zebra/quokka
title: Zebra quokka
status: imported
symptoms: {code: {code: "0xC0FFEE01", suggests: 4, expected: 4}}
resolution: {kind: none}
article: {symptoms: Okapi and numbat.}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	more := articleBase(t, append(slices.Clone(list), unrelated))
	rapid.Check(t, func(t *rapid.T) {
		text := drawTicket(t)
		rank := func(b *Base) Ranked {
			return b.Rank(&facts.Case{Version: facts.CaseVersion, Facts: intake.Text("ticket", text)}, 1000)
		}
		before, after := rank(b), rank(more)
		if math.Abs(before.None-after.None) > unrelatedMoves {
			t.Errorf("none %v, then %v", before.None, after.None)
		}
		p := map[string]float64{}
		for _, x := range before.List {
			p[x.Rule.ID] = x.Probability
		}
		for _, x := range after.List {
			if math.Abs(p[x.Rule.ID]-x.Probability) > unrelatedMoves {
				t.Errorf("%s %v, then %v", x.Rule.ID, p[x.Rule.ID], x.Probability)
			}
		}
	})
}

// TestDecisiveWords: without what is decisive another rule is first.
func TestDecisiveWords(t *testing.T) {
	b := likelyBase(t, -1, articleRules(3, 60))
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("ticket", drawTicket(t))}
		d := b.Diagnose(c, Settings{})
		first := func(x Ranked) string {
			if len(x.List) == 0 || x.None > x.List[0].Probability {
				return ""
			}
			return x.List[0].Rule.ID
		}
		if len(d.Diagnoses) == 0 || len(d.Diagnoses[0].Evidence) < 2 {
			return
		}
		was := first(b.Rank(c, 1))
		for _, e := range d.Diagnoses[0].Evidence {
			if !e.Decisive || e.State != "seen" {
				continue
			}
			tried++
			view, gone := cond.NewView(c), map[int]bool{} // a code and its message are one observation
			for i, f := range c.Facts {
				if slices.ContainsFunc(e.Facts, func(x result.Fact) bool { return x.Line == f.Origin.Line && x.Kind == f.Kind }) {
					gone[view.Group(i)] = true
				}
			}
			less := &facts.Case{Version: facts.CaseVersion}
			for i, f := range c.Facts {
				if !gone[view.Group(i)] {
					less.Facts = append(less.Facts, f)
				}
			}
			if len(less.Facts) < len(c.Facts) && first(b.Rank(less, 1)) == was {
				t.Errorf("%q: %s is first without %q", e.Why, was, e.Symptom)
			}
		}
	})
	if tried < 10 {
		t.Errorf("only %d decisive pieces of evidence: the test says little", tried)
	}
}

// TestWordsInScans: in a log words count nothing.
func TestWordsInScans(t *testing.T) {
	b := articleBase(t, articleRules(4, 20))
	c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("a.log", "queue spooler printer mail store disk")}
	if d := b.Diagnose(c, Settings{}); len(d.Diagnoses) == 0 {
		t.Error("the words of a description find nothing")
	}
	if d := b.Diagnose(c, Settings{Records: 1000}); len(d.Diagnoses) != 0 {
		t.Errorf("the words of a log find %s", d.Diagnoses[0].Rule)
	}
}

// TestNamed: a source that rules know and a number that they have with it, in any
// order, are an event.
func TestNamed(t *testing.T) {
	rule, msgs := rules.Parse("a.yaml", []byte(`
schema: 1
id: a/a
title: A
status: imported
symptoms: {event: {event: {id: 1212, source: Acme Store-Keeper}, suggests: 4, expected: 4}}
resolution: {kind: none}
article: {symptoms: Nothing works.}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	b := articleBase(t, []*rules.Rule{rule})
	for text, want := range map[string]bool{
		"acme store keeper 1212": true, "the log shows AcmeStoreKeeper (1212) again": true, "1212 of acmestorekeeper": true,
		"acme store keeper 1213": false, "acme store 1212": false, "keeper of 1212 acme stores": false,
	} {
		c := b.named(&facts.Case{Version: facts.CaseVersion, Facts: intake.Text("t", text)})
		if got := slices.ContainsFunc(c.Facts, func(f facts.Fact) bool { return f.Event != nil && f.Event.ID == 1212 }); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// ruleWith is a rule whose article names its code, of the status.
func ruleWith(t *testing.T, status string) *rules.Rule {
	version := ""
	if status != "imported" {
		version = "version: 1\n"
	}
	r, msgs := rules.Parse("r.yaml", []byte(`
schema: 1
id: made/own
`+version+`title: the printer is not found
status: `+status+`
symptoms:
  code: {code: "0xC0020077", suggests: 4, expected: 4}
cause: robot tape catalog
resolution: {kind: none}
article: {symptoms: "spooler printer queue colour chart not found with code 0xC0020077"}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return r
}

// TestCodeIsNoWord: a code that a symptom counts does not count as a word of the
// article as well; what was said with it does.
func TestCodeIsNoWord(t *testing.T) {
	b := articleBase(t, append(articleRules(1, 60), ruleWith(t, "imported")))
	for text, words := range map[string]bool{
		"0xc0020077": false,
		"error 0xc0020077: spooler printer queue colour chart": true,
	} {
		c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("ticket", text)}
		d := b.Diagnose(c, Settings{})
		if len(d.Diagnoses) == 0 || d.Diagnoses[0].Rule != "made/own" {
			t.Fatalf("%s: it is not first", text)
		}
		has := slices.ContainsFunc(d.Diagnoses[0].Evidence, func(e result.Evidence) bool { return e.Symptom == wordsEvidence })
		if has != words {
			t.Errorf("%s: words %v, want %v", text, has, words)
		}
	}
}

// TestWordsOfAnAuthorsRule: where an author has taken a rule over, its words have a
// bound, which grows with the articles that they are compared with.
func TestWordsOfAnAuthorsRule(t *testing.T) {
	const text = "spooler printer queue colour chart not found, robot tape catalog"
	bits := func(status string, others int) float64 {
		b := articleBase(t, append(articleRules(1, others), ruleWith(t, status)))
		c := &facts.Case{Version: facts.CaseVersion, Facts: intake.Text("ticket", text)}
		for _, d := range b.Diagnose(c, Settings{}).Diagnoses {
			if d.Rule == "made/own" {
				return d.Bits
			}
		}
		return 0
	}
	limit := articleWeights(-7.7).Suggests[2]
	if got := bits("imported", 0); got <= limit {
		t.Fatalf("%v bits as it was imported: too few to show a bound of %v", got, limit)
	}
	for _, others := range []int{0, 10, 600} {
		if got, most := bits("stable", others), limit+math.Log2(float64(1+others)); got <= 0 || got > most+1e-6 {
			t.Errorf("%v bits among %d others, at most %v", got, others, most)
		}
	}
}
