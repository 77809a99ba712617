package cond

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Version is a product version with an optional service pack: "5.5 SP3". A
// version without service pack leaves it open: 5.5 may be any of 5.5 to 5.5 SP4.
type Version struct {
	Parts []int // 5.5 is [5 5]
	SP    int   // -1 when open
}

// ParseVersion reads "5.5", "5.5 SP3", "5.5sp3" or "10.0.19041".
func ParseVersion(s string) (Version, error) {
	v := Version{SP: -1}
	text := strings.ToLower(strings.TrimSpace(s))
	text = strings.Replace(text, "service pack", "sp", 1)
	number, pack, hasPack := strings.Cut(text, "sp")
	if hasPack {
		n, err := parseNumber(strings.TrimSpace(pack))
		if err != nil {
			return Version{}, fmt.Errorf("version %q: the service pack is not a number; expected a form like 5.5 SP3", s)
		}
		v.SP = n
	}
	for part := range strings.SplitSeq(strings.TrimSpace(number), ".") {
		n, err := parseNumber(part)
		if err != nil || len(v.Parts) == 8 {
			return Version{}, fmt.Errorf("version %q: expected numbers with dots and an optional service pack, such as 5.5 SP3", s)
		}
		v.Parts = append(v.Parts, n)
	}
	return v, nil
}

func parseNumber(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

// String is "5.5 SP3".
func (v Version) String() string {
	parts := make([]string, len(v.Parts))
	for i, p := range v.Parts {
		parts[i] = strconv.Itoa(p)
	}
	s := strings.Join(parts, ".")
	if v.SP >= 0 {
		s += fmt.Sprintf(" SP%d", v.SP)
	}
	return s
}

// ServicePack is "SP3", or the whole version where the service pack is open.
func (v Version) ServicePack() string {
	if v.SP < 0 {
		return v.String()
	}
	return fmt.Sprintf("SP%d", v.SP)
}

// span is the versions that v can stand for, as a pair of points.
func (v Version) span() (low, high Version) {
	low, high = v, v
	if v.SP < 0 {
		low.SP, high.SP = 0, math.MaxInt-1
	}
	return low, high
}

// compare orders two versions whose service packs are not open; missing parts are 0.
func compare(a, b Version) int {
	for i := range max(len(a.Parts), len(b.Parts)) {
		if d := part(a, i) - part(b, i); d != 0 {
			return d
		}
	}
	switch {
	case a.SP < b.SP:
		return -1
	case a.SP > b.SP:
		return 1
	}
	return 0
}

func part(v Version, i int) int {
	if i < len(v.Parts) {
		return v.Parts[i]
	}
	return 0
}

// isBuildOf reports whether v is a build of the version whose service pack w
// names: 5.5.2232.9 is a build of 5.5, and which service pack it is cannot be told.
func (v Version) isBuildOf(w Version) bool {
	return v.SP < 0 && w.SP > 0 && len(v.Parts) > len(w.Parts) && slices.Equal(v.Parts[:len(w.Parts)], w.Parts)
}

// Before reports whether v is older than w: Seen, Missing, or Unknown where an
// open service pack leaves it undecided.
func (v Version) Before(w Version) State {
	low, high := v.span()
	limit, _ := w.span() // "fixed in 5.5" is fixed in 5.5 without any service pack
	switch {
	case v.isBuildOf(w):
		return Unknown
	case compare(high, limit) < 0:
		return Seen
	case compare(low, limit) >= 0:
		return Missing
	}
	return Unknown
}

// Range is a set of versions: bounds that must all hold, or one listed version.
// A listed version has no upper end: it does not exclude newer ones.
type Range struct {
	source string
	bounds []bound
}

type bound struct {
	op      string // ">=", ">", "<", "<=", "=" or "" for a listed version
	version Version
}

// String is the range as it was written.
func (r Range) String() string { return r.source }

// Examples are versions that its bounds name and that lie in it.
func (r Range) Examples() []string {
	var list []string
	for _, b := range r.bounds {
		if r.Holds(b.version) == Seen {
			list = append(list, b.version.String())
		}
	}
	return list
}

// ParseRange reads bounds separated by blanks or commas, ">=5.5 <6", ">=5.5 SP2, <=5.5 SP3",
// "=5.5 SP1", or a listed version, "5.5".
func ParseRange(s string) (Range, error) {
	r := Range{source: strings.TrimSpace(s)}
	text := strings.NewReplacer(">=", "\x00>=", "<=", "\x00<=", ",", " ").Replace(r.source)
	// A single character operator starts a bound too, unless it belongs to a two character one.
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if (c == '<' || c == '>' || c == '=') && (i == 0 || text[i-1] != '\x00' && text[i-1] != '<' && text[i-1] != '>') {
			b.WriteByte(0)
		}
		b.WriteByte(c)
	}
	for piece := range strings.SplitSeq(b.String(), "\x00") {
		piece = strings.TrimSpace(piece)
		if piece == "" {
			continue
		}
		rest := strings.TrimLeft(piece, "<>=")
		op := piece[:len(piece)-len(rest)]
		switch op {
		case "", "<", "<=", ">", ">=", "=":
		default:
			return Range{}, fmt.Errorf("version range %q: %q is no operator; expected >=, >, <=, < or =", s, op)
		}
		v, err := ParseVersion(rest)
		if err != nil {
			return Range{}, fmt.Errorf("version range %q: %w", s, err)
		}
		r.bounds = append(r.bounds, bound{op, v})
	}
	if len(r.bounds) == 0 {
		return Range{}, fmt.Errorf("version range is empty; expected a form like \">=5.5 <6\" or 5.5")
	}
	if err := r.check(); err != nil {
		return Range{}, err
	}
	return r, nil
}

func (r Range) check() error {
	listed := 0
	for _, b := range r.bounds {
		if b.op == "" || b.op == "=" {
			listed++
		}
	}
	if listed > 0 && len(r.bounds) > 1 {
		return fmt.Errorf("version range %q: a single version cannot be combined with bounds", r.source)
	}
	for _, low := range r.bounds {
		for _, high := range r.bounds {
			if empty(low, high) {
				return fmt.Errorf("version range %q holds no version: its lower end is above its upper end", r.source)
			}
		}
	}
	return nil
}

// empty reports whether no version lies above the one bound and below the other.
func empty(low, high bound) bool {
	if low.op != ">" && low.op != ">=" || high.op != "<" && high.op != "<=" {
		return false
	}
	from, above := low.version.span()
	if low.op == ">" {
		from = above
		from.SP++
	}
	below, to := high.version.span()
	if high.op == "<" {
		to = below
		to.SP--
	}
	return compare(from, to) > 0
}

// Holds reports whether v lies in the range: Seen, Missing, or Unknown where
// an open service pack leaves it undecided.
func (r Range) Holds(v Version) State {
	state := Seen
	for _, b := range r.bounds {
		state = and(state, b.holds(v))
	}
	return state
}

func (b bound) holds(v Version) State {
	low, high := v.span()
	from, to := b.version.span()
	switch b.op {
	case ">=", "": // a listed version, and every newer one
		return between(compare(high, from) < 0, compare(low, from) >= 0)
	case ">":
		return between(compare(high, to) <= 0, compare(low, to) > 0)
	case "<":
		return between(compare(low, from) >= 0, compare(high, from) < 0)
	case "<=":
		return between(compare(low, to) > 0, compare(high, to) <= 0)
	}
	return between(compare(high, from) < 0 || compare(low, to) > 0, compare(low, from) >= 0 && compare(high, to) <= 0)
}

func between(never, always bool) State {
	switch {
	case never:
		return Missing
	case always:
		return Seen
	}
	return Unknown
}
