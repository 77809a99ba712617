package scan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// madeUpWords are words of syllables, as those of real messages share letters.
func madeUpWords(r *rand.Rand, n int) string {
	parts := strings.Fields("con ser ver net work fail ed er ing pro cess data base time out re quest ac cess de nied sys tem file not found memo ry disk que ue mail box name start load able open up date log on main pol i cy a of is the")
	words := make([]string, n)
	for i := range words {
		for range 1 + r.IntN(4) {
			words[i] += parts[r.IntN(len(parts))]
		}
	}
	return strings.Join(words, " ")
}

// madeUpRules are a third codes, a third events, a third texts.
func madeUpRules(b *testing.B, n int) (*engine.Base, []string) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	set, texts := &rules.Set{}, []string{}
	for i := range n {
		x := rules.Symptom{Name: "s", Suggests: 4, Expected: 4}
		var err error
		switch i % 3 {
		case 0:
			var c errcode.Code
			c, err = errcode.Parse(fmt.Sprintf("0x%08X", 0xA0000000+r.Uint32N(20_000)))
			x.Condition.Codes = []cond.Code{{Code: c}}
		case 1:
			x.Condition.Event = &cond.Event{IDs: []uint32{20_000 + r.Uint32N(20_000)}, Source: fmt.Sprintf("Source%d", r.IntN(40))}
		case 2:
			text := madeUpWords(r, 4+r.IntN(8))
			texts = append(texts, text)
			var t cond.Template
			t, err = cond.ParseTemplate(text)
			x.Condition.Texts = []cond.Text{{Template: t}}
		}
		if err != nil {
			b.Fatal(err)
		}
		id := fmt.Sprintf("made/r%05d", i)
		set.Rules = append(set.Rules, &rules.Rule{ID: id, Version: 1, Title: id, Status: rules.Stable, Cause: "c", File: id + ".yaml", Symptoms: []rules.Symptom{x}})
	}
	w, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		b.Fatal(err)
	}
	base, err := engine.Compile(set, w)
	if err != nil {
		b.Fatal(err)
	}
	return base, texts
}

// madeUpLog is about size bytes; a line in so many holds a text of a rule.
func madeUpLog(size, oneIn int, texts []string, end string) []byte {
	r := rand.New(rand.NewPCG(2, 3))
	var forms [200]string
	for i := range forms {
		forms[i] = madeUpWords(r, 5+r.IntN(12))
	}
	at := time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC)
	var text []byte
	for n := 1; len(text) < size; n++ {
		at = at.Add(time.Duration(r.IntN(2000)) * time.Millisecond)
		text = at.AppendFormat(text, "2006-01-02T15:04:05.000Z")
		text = fmt.Appendf(text, " host%d app[%d]: %s", r.IntN(9), r.IntN(30_000), forms[r.IntN(len(forms))])
		if n%oneIn == 0 {
			text = append(append(text, ' '), texts[r.IntN(len(texts))]...)
		}
		text = append(text, end...)
	}
	return text
}

func BenchmarkText(b *testing.B) {
	for _, x := range []struct {
		rules, oneIn int
		end          string
	}{{1000, 500, "\n"}, {20_000, 500, "\n"}, {20_000, 1, "\n"}, {20_000, 1, " "}} {
		name := fmt.Sprintf("rules=%d/hit=1in%d", x.rules, x.oneIn)
		if x.end == " " {
			name += "/one line"
		}
		b.Run(name, func(b *testing.B) {
			base, texts := madeUpRules(b, x.rules)
			filter, _, err := base.Filter()
			if err != nil {
				b.Fatal(err)
			}
			content := madeUpLog(16<<20, x.oneIn, texts, x.end)
			path := filepath.Join(b.TempDir(), "a.log")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				b.Fatal(err)
			}
			reader := &scan.Reader{Filter: filter, Gap: 30 * time.Minute}
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				p, err := reader.Read(context.Background(), scan.Item{Path: path, Size: int64(len(content))})
				if err != nil || len(p.Problems) > 0 || p.Tally.Records == 0 {
					b.Fatal(err, p.Problems, p.Tally.Records)
				}
			}
		})
	}
}
