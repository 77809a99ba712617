package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// report shows recall by kind, how far probabilities mean what they say, and what
// it costs to say none.
func report(out io.Writer, list []outcome) error {
	var err error
	say := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(out, format, args...)
		}
	}
	byKind := map[string][]outcome{}
	for _, o := range list {
		byKind[o.kind] = append(byKind[o.kind], o)
	}
	say("\n| kind | tickets | first right | expected calibration error |\n| --- | --: | --: | --: |\n")
	for _, k := range slices.Sorted(maps.Keys(byKind)) {
		say("| %s | %d | %.3f | %.3f |\n", k, len(byKind[k]), firstRight(byKind[k]), calibrationError(bins(byKind[k])))
	}
	say("| all | %d | %.3f | %.3f |\n", len(list), firstRight(list), calibrationError(bins(list)))
	say("\n| probability of the first | answers | mean | right |\n| --- | --: | --: | --: |\n")
	for i, x := range bins(list) {
		if x.n > 0 {
			say("| %d-%d %% | %d | %.3f | %.3f |\n", 10*i, 10*i+10, x.n, x.mean/float64(x.n), x.right/float64(x.n))
		}
	}
	say("\n| none first, of tickets that the base does not know | points of first right that it costs |\n| --: | --: |\n")
	for _, p := range noneCurve(list) {
		say("| %.2f | %.1f |\n", p.none, 100*p.cost)
	}
	return err
}

func firstRight(list []outcome) float64 {
	n := 0
	for _, o := range list {
		if len(o.list) > 0 && o.list[0].right {
			n++
		}
	}
	return float64(n) / float64(len(list))
}

// bin is answers of about the same probability.
type bin struct {
	n           int
	mean, right float64
}

// bins are those of the first answer, which is a rule or none, of tickets that the
// base knows and of the same tickets without what is right, a quarter as often.
func bins(list []outcome) []bin {
	b := make([]bin, 10)
	add := func(p float64, right bool) {
		x := &b[min(int(10*p), 9)]
		x.n++
		x.mean += p
		if right {
			x.right++
		}
	}
	for i, o := range list {
		answer(o.list, false, add)
		if i%4 == 0 {
			answer(o.rest, true, add)
		}
	}
	return b
}

func answer(list []candidate, unknown bool, add func(p float64, right bool)) {
	p, none := posterior(list)
	if len(p) == 0 || none >= p[0] {
		add(none, unknown)
		return
	}
	add(p[0], list[0].right)
}

func calibrationError(b []bin) float64 {
	sum, n := 0.0, 0
	for _, x := range b {
		sum += math.Abs(x.mean - x.right)
		n += x.n
	}
	return sum / float64(max(n, 1))
}

// point is what a threshold gives: how often none is first where it is right, and
// how much it takes from the tickets that the base knows.
type point struct{ none, cost float64 }

func noneCurve(list []outcome) (curve []point) {
	for _, bits := range []float64{-8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8} {
		none, lost, n := 0, 0, float64(len(list))
		for _, o := range list {
			if len(o.rest) == 0 || o.rest[0].odds < bits {
				none++
			}
			if len(o.list) > 0 && o.list[0].right && o.list[0].odds < bits {
				lost++
			}
		}
		curve = append(curve, point{float64(none) / n, float64(lost) / n})
	}
	return curve
}
