package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/kbtriage/kbtriage/engine"
)

// knob is one number of the weights.
type knob struct {
	name string
	at   func(w *engine.Weights) *float64
	step float64 // factor by which it is tried up and down; 0 for bits, which are added
}

func knobs() []knob {
	return []knob{
		{"words.match.word", func(w *engine.Weights) *float64 { return &w.Words.Match.Word }, 1.15},
		{"words.match.pair", func(w *engine.Weights) *float64 { return &w.Words.Match.Pair }, 1.25},
		{"words.match.missing", func(w *engine.Weights) *float64 { return &w.Words.Match.Missing }, 1.25},
		{"words.match.most", func(w *engine.Weights) *float64 { return &w.Words.Match.Most }, 1.12},
		{"words.match.few", func(w *engine.Weights) *float64 { return &w.Words.Match.Few }, 1.5},
		{"words.besides", func(w *engine.Weights) *float64 { return &w.Words.Besides }, 1.3},
		{"words.suggests[1]", func(w *engine.Weights) *float64 { return &w.Words.Suggests[1] }, 1.2},
		{"words.suggests[3]", func(w *engine.Weights) *float64 { return &w.Words.Suggests[3] }, 1.15},
		{"words.information", func(w *engine.Weights) *float64 { return &w.Words.Information }, 1.3},
		{"words.warning", func(w *engine.Weights) *float64 { return &w.Words.Warning }, 1.2},
		{"words.among", func(w *engine.Weights) *float64 { return &w.Words.Among }, 1.4},
		{"words.crowd", func(w *engine.Weights) *float64 { return &w.Words.Crowd }, 1.3},
		{"words.trust", func(w *engine.Weights) *float64 { return &w.Words.Trust }, 1.15},
		{"words.prior", func(w *engine.Weights) *float64 { return &w.Words.Prior }, 0},
	}
}

// unknown is how much a ticket about something that the base does not know counts
// beside one that it knows.
const unknown = 0.25

// miss is how many bits it counts when another rule than the right one is first.
const miss = 4

// loss is the mean over the kinds of the bits by which the answers surprise.
func loss(list []outcome) float64 {
	sum, n := map[string]float64{}, map[string]float64{}
	for _, o := range list {
		right := 0.0
		p, _ := posterior(o.list)
		for i, c := range o.list {
			if c.right {
				right += p[i]
			}
		}
		_, without := posterior(o.rest)
		if len(o.list) == 0 || !o.list[0].right {
			sum[o.kind] += miss
		}
		sum[o.kind] += math.Min(-math.Log2(right), 14) + unknown*math.Min(-math.Log2(without), 14)
		n[o.kind]++
	}
	total := 0.0
	for _, k := range slices.Sorted(maps.Keys(sum)) {
		total += sum[k] / n[k]
	}
	return total / float64(len(sum))
}

// posterior is the probabilities of a list, and of none.
func posterior(list []candidate) (p []float64, none float64) {
	most := 0.0
	for _, c := range list {
		most = math.Max(most, c.odds)
	}
	none = math.Exp2(-most)
	total := none
	for _, c := range list {
		x := math.Exp2(c.odds - most)
		p = append(p, x)
		total += x
	}
	for i := range p {
		p[i] /= total
	}
	return p, none / total
}

// search turns one knob after the other as long as the loss falls.
func search(b *engine.Base, list []*ticket, rounds int, progress io.Writer) engine.Weights {
	w := clone(b.Weights())
	at := func(w engine.Weights) float64 { return loss(outcomes(b.Reweighted(w), list)) }
	best := at(w)
	fmt.Fprintf(progress, "loss %.4f\n", best)
	for round := range rounds {
		before := best
		for _, k := range knobs() {
			for _, up := range []bool{true, false} {
				for {
					next := clone(w)
					v := k.at(&next)
					switch {
					case k.step == 0 && up:
						*v += 0.5
					case k.step == 0:
						*v -= 0.5
					case up:
						*v *= k.step
					default:
						*v /= k.step
					}
					if x := at(next); x < best-1e-4 {
						best, w = x, next
						fmt.Fprintf(progress, "round %d, loss %.4f: %s = %.4g\n", round+1, best, k.name, *k.at(&w))
						continue
					}
					break
				}
			}
		}
		if before-best < 1e-3 {
			break
		}
	}
	return w
}

func clone(w engine.Weights) engine.Weights {
	w.Words.Suggests = slices.Clone(w.Words.Suggests)
	w.Priors = maps.Clone(w.Priors)
	return w
}

func printWeights(out io.Writer, w *engine.Weights) {
	fmt.Fprintln(out, "words:")
	for _, k := range knobs() {
		fmt.Fprintf(out, "  %s: %.4g\n", k.name, *k.at(w))
	}
}
