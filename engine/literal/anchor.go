package literal

import "unicode/utf8"

// choose picks the anchor of each member: where its windows are rare in logs,
// and few other patterns have the same.
//
// As long as no anchor has a blank, the odd pass has next to nothing to do. So
// anchors are plain, unless some pattern has none that is, or the plain ones are
// too common ("event 4058" among many events). Runes outside ASCII are the last
// resort.
func (m *model) choose(l *lane, patterns []Pattern, members []int) []int {
	shared := newCounts(l, patterns, members)
	picks := make([][kinds]pick, len(members))
	blanks := false
	var saved uint64 // how much rarer anchors with blanks are in all
	for n, i := range members {
		p := &picks[n]
		*p = m.pick(l, patterns[i].Text, shared)
		switch x, y := p[plain], p[withBlank]; {
		case x.found && y.found && y.cost < x.cost:
			saved += (x.cost - y.cost) / scale
		case !x.found && y.found:
			blanks = true
		}
	}
	blanks = blanks || saved > bearable/scale
	anchors := make([]int, len(members))
	for n, p := range picks {
		switch x, y := p[plain], p[withBlank]; {
		case y.found && blanks && (!x.found || y.cost < x.cost/muchRarer):
			anchors[n] = y.at
		case x.found:
			anchors[n] = x.at
		case y.found:
			anchors[n] = y.at
		default:
			anchors[n] = p[withForeign].at
		}
	}
	return anchors
}

const (
	// farthest bounds how far into a pattern an anchor is looked for.
	farthest = 4096
	// bearable is how common candidates may be in all, as a weight, before
	// looking for anchors across line ends is cheaper.
	bearable = certain / 50
	// muchRarer is how much rarer an anchor with a blank must be than one without.
	muchRarer = 4
	scale     = 1 << 24 // keeps sums of weights within 64 bits
)

// Kinds of anchors.
const (
	plain = iota
	withBlank
	withForeign
	kinds
)

// pick is the best anchor of a kind.
type pick struct {
	at    int
	cost  uint64 // as a weight: how common its windows are, and for how many patterns
	found bool
}

// pick finds the best anchor of each kind.
func (m *model) pick(l *lane, p string, shared *counts) [kinds]pick {
	var best [kinds]pick
	last := min(len(p)-l.anchor, farthest)
	m.weigh(p[:last+l.anchor], l.width)
	from, blank, foreign := 0, -1, -1
	for at := range last + 1 {
		for ; from < at+l.anchor; from++ {
			switch {
			case p[from] >= utf8.RuneSelf:
				foreign = from
			case p[from] == ' ':
				blank = from
			}
		}
		kind := plain
		if foreign >= at {
			kind = withForeign
		} else if blank >= at {
			kind = withBlank
		}
		var sum, most uint64
		for _, w := range m.weights[at : at+l.stride] {
			sum += w
			most = max(most, w)
		}
		cost := sum + most/4*uint64(min(shared.of(l.key(loadString(p, at)))-1, 1000))
		if b := &best[kind]; !b.found || cost < b.cost {
			*b = pick{at, cost, true}
		}
	}
	return best
}

// loadString is load for strings.
func loadString(s string, at int) uint64 {
	var b [loadSize]byte
	copy(b[:], s[at:])
	return order.Uint64(b[:])
}

// counts tells how many patterns hold an anchor, or a few too many.
type counts struct{ cells []uint16 }

func newCounts(l *lane, patterns []Pattern, members []int) *counts {
	c := &counts{make([]uint16, 1<<20)}
	for _, i := range members {
		p := patterns[i].Text
		for at := range min(len(p)-l.anchor, farthest) + 1 {
			if cell := c.cell(l.key(loadString(p, at))); *cell < 1<<16-1 {
				*cell++
			}
		}
	}
	return c
}

func (c *counts) cell(key uint64) *uint16 { return &c.cells[key*mixKey>>44] }

func (c *counts) of(key uint64) int { return int(*c.cell(key)) }
