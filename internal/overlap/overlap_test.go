package overlap

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/rules"
)

// Symptoms and words of which random rules are made.
var (
	someSymptoms = []string{
		"code: 57", "code: 0x80070005", "code: HTTP 503", `code: "503"`, "event: {id: 7}", "event: {id: 7, source: Disk Driver}",
		"event: {id: [7, 8], source: DiskDriver}", "text: The service <name> stopped.", "text: the service <name> stopped", "environment: {role: cluster node}",
	}
	someTexts  = []string{"", long, longOther, "The mail stops.", "in the end all is well, and nobody remembers how it was before"}
	someTitles = []string{"The mail does not come", "PRB: The mail does not come", "It is dark", "Printing fails after setup ..."}
)

func randomRules(t *rapid.T) []rule {
	n := rapid.IntRange(0, 10).Draw(t, "rules")
	list := make([]rule, n)
	for i := range list {
		list[i] = rule{
			id: fmt.Sprintf("a/r%02d", i), title: rapid.SampledFrom(someTitles).Draw(t, "title"), article: rapid.SampledFrom(someTexts).Draw(t, "article"),
			symptoms: rapid.SliceOfNDistinct(rapid.SampledFrom(someSymptoms), 1, 4, rapid.ID).Draw(t, "symptoms"),
		}
	}
	return list
}

// TestOrder: the order of rules changes nothing, and the set stays as it was.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := set(t, randomRules(rt)...)
		want, err := json.Marshal(Find(s))
		if err != nil {
			rt.Fatal(err)
		}
		mixed := &rules.Set{Rules: rapid.Permutation(s.Rules).Draw(rt, "order")}
		before := slices.Clone(mixed.Rules)
		got, err := json.Marshal(Find(mixed))
		if err != nil {
			rt.Fatal(err)
		}
		if string(got) != string(want) {
			rt.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		if !slices.Equal(before, mixed.Rules) {
			rt.Fatal("the set has another order")
		}
	})
}

// TestPairs: what is said of random rules holds for all pairs, looked at one by one.
func TestPairs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := set(t, randomRules(rt)...)
		o, b := Find(s), read(s)
		sharing := map[string]bool{} // "symptom: rule" of every group
		for _, g := range o.Shared {
			for _, x := range g.Symptoms {
				for _, a := range g.Rules {
					sharing[x.String()+": "+a.ID] = true
				}
			}
		}
		for i := range b.rules {
			for j := range b.rules {
				for n, x := range b.symptoms {
					both := slices.Contains(b.of[i], int32(n)) && slices.Contains(b.of[j], int32(n))
					if i != j && both && !sharing[x.String()+": "+b.rules[i].ID] {
						rt.Fatalf("%s and %s share %s, which is not listed", b.rules[i].ID, b.rules[j].ID, x)
					}
				}
			}
		}
		together := map[string]int{}
		for n, d := range o.Duplicates {
			for _, r := range d.Rules {
				together[r.ID] = n + 1
			}
		}
		var want, got []string
		for i, x := range b.rules {
			for j, y := range b.rules {
				apart := together[x.ID] == 0 || together[x.ID] != together[y.ID]
				if len(b.of[i]) > 0 && len(b.of[i]) < len(b.of[j]) && holds(b.of[j], b.of[i]) && apart && !b.reads[i] {
					want = append(want, x.ID+" "+y.ID)
				}
			}
		}
		for _, x := range o.Swallowed {
			for _, by := range x.By {
				got = append(got, x.ID+" "+by.ID)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			rt.Fatalf("swallowed: %q, want %q", got, want)
		}
	})
}

// TestEmpty: a set without rules has empty lists, not null.
func TestEmpty(t *testing.T) {
	got, err := json.Marshal(Find(&rules.Set{}))
	if want := `{"rules":0,"shared":[],"duplicates":[],"same":[],"swallowed":[],"unchecked":0}`; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

// generated is rules whose words and symptoms are spread as in articles: a few are
// everywhere, most are rare. Every fiftieth is a near duplicate of the one before.
func generated(t testing.TB, n int) *rules.Set {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := func(most uint64) uint64 { return rand.NewZipf(r, 1.1, 8, most-1).Uint64() }
	list := make([]rule, n)
	for i := range list {
		var words []string
		for range 60 + r.IntN(80) {
			words = append(words, fmt.Sprintf("w%d", zipf(40_000)))
		}
		if i%50 == 49 {
			words = strings.Fields(list[i-1].article)
			words[len(words)/2] = "changed"
		}
		x := rule{id: fmt.Sprintf("a/r%05d", i), article: strings.Join(words, " "), title: strings.Join(words[:8], " ")}
		for range 1 + r.IntN(3) {
			switch r.IntN(3) {
			case 0:
				x.symptoms = append(x.symptoms, fmt.Sprintf("code: 0x8007%04X", zipf(4000)))
			case 1:
				x.symptoms = append(x.symptoms, fmt.Sprintf("event: {id: %d, source: source%d}", zipf(9000), zipf(100)))
			default:
				x.symptoms = append(x.symptoms, fmt.Sprintf("text: message w%d w%d w%d", zipf(40), zipf(400), zipf(400)))
			}
		}
		list[i] = x
	}
	return set(t, list...)
}

func BenchmarkFind(b *testing.B) {
	s := generated(b, 5000)
	b.ReportAllocs()
	for b.Loop() {
		if o := Find(s); len(o.Duplicates) != 100 {
			b.Fatalf("%d clusters of near duplicates, want 100", len(o.Duplicates))
		}
	}
}
