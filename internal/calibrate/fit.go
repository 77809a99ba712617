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
	most float64 // it goes no further up; 0: as far as it likes
}

func knobs() []knob {
	return []knob{
		{"words.match.word", func(w *engine.Weights) *float64 { return &w.Words.Match.Word }, 1.15, 0},
		{"words.match.pair", func(w *engine.Weights) *float64 { return &w.Words.Match.Pair }, 1.25, 0},
		{"words.match.missing", func(w *engine.Weights) *float64 { return &w.Words.Match.Missing }, 1.25, 0},
		{"words.match.most", func(w *engine.Weights) *float64 { return &w.Words.Match.Most }, 1.12, 0},
		{"words.match.few", func(w *engine.Weights) *float64 { return &w.Words.Match.Few }, 1.5, 1},
		{"words.besides", func(w *engine.Weights) *float64 { return &w.Words.Besides }, 1.3, 1},
		{"words.suggests[1]", func(w *engine.Weights) *float64 { return &w.Words.Suggests[1] }, 1.2, 0},
		{"words.suggests[3]", func(w *engine.Weights) *float64 { return &w.Words.Suggests[3] }, 1.15, 0},
		{"words.information", func(w *engine.Weights) *float64 { return &w.Words.Information }, 1.3, 1},
		{"words.warning", func(w *engine.Weights) *float64 { return &w.Words.Warning }, 1.2, 1},
		{"words.among", func(w *engine.Weights) *float64 { return &w.Words.Among }, 1.4, 0},
		{"words.crowd", func(w *engine.Weights) *float64 { return &w.Words.Crowd }, 1.3, 1},
		{"words.trust", func(w *engine.Weights) *float64 { return &w.Words.Trust }, 1.15, 1},
		{"words.prior", func(w *engine.Weights) *float64 { return &w.Words.Prior }, 0, 0},
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

// search turns one knob after the other as long as the loss falls, then once more
// in half steps.
func search(b *engine.Base, list []*ticket, rounds int, progress io.Writer) engine.Weights {
	w := clone(b.Weights())
	at := func(w engine.Weights) float64 { return loss(outcomes(b.Reweighted(w), list)) }
	best := at(w)
	fmt.Fprintf(progress, "loss %.4f\n", best)
	fine := 1.0
	for round := range rounds {
		before := best
		for _, k := range knobs() {
			step := math.Pow(k.step, fine)
			for _, up := range []bool{true, false} {
				for {
					next := clone(w)
					v := k.at(&next)
					switch {
					case k.step == 0 && up:
						*v += 0.5 * fine
					case k.step == 0:
						*v -= 0.5 * fine
					case up:
						*v *= step
					default:
						*v /= step
					}
					if k.most != 0 && *v > k.most {
						break
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
			if fine < 1 {
				break
			}
			fine = 0.5
		}
	}
	return w
}

func clone(w engine.Weights) engine.Weights {
	w.Words.Suggests = slices.Clone(w.Words.Suggests)
	w.Priors = maps.Clone(w.Priors)
	return w
}

// printWeights prints the lines of the weights file that the knobs turn.
func printWeights(out io.Writer, w *engine.Weights) {
	x, m := &w.Words, &w.Words.Match
	fmt.Fprintf(out, "words:\n  besides: %.3g\n  information: %.3g\n  warning: %.3g\n  among: %.3g\n  crowd: %.3g\n  trust: %.3g\n  prior: %.3g\n",
		x.Besides, x.Information, x.Warning, x.Among, x.Crowd, x.Trust, x.Prior)
	fmt.Fprintf(out, "  match: {word: %.3g, pair: %.3g, missing: %.3g, most: %.3g, few: %.3g}\n", m.Word, m.Pair, m.Missing, m.Most, m.Few)
	s := x.Suggests
	fmt.Fprintf(out, "  suggests: [%.3g, %.3g, %.3g, %.3g, %.3g]\n", s[0], s[1], s[2], s[3], max(s[3], s[4]))
}
