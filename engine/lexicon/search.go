package lexicon

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
	"sort"
	"strings"
)

// Lexicon is read in place from the bytes of a Builder.
type Lexicon struct {
	rules   int // that have words
	numbers int // rules of the base
	shift   int
	heads   []byte
	entries []byte
	lists   []byte
	common  map[string]bool // stems of words that are no sign of anything; only where there are too few rules to tell
}

var errDamaged = errors.New("lexicon: the tables do not fit their counts")

// Open checks the counts and keeps data. Common is words that are usual in any
// article, for a base of so few rules that it cannot tell. Of damaged tables a search may find
// nothing or the wrong rules, but never one that is not there.
func Open(data []byte, numbers int, common string) (*Lexicon, error) {
	if len(data) == 0 {
		return nil, nil
	}
	if len(data) < headerSize {
		return nil, errDamaged
	}
	n := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(data[4*i:])) }
	rules, buckets, entries, lists := n(0), n(1), n(2), n(3)
	if buckets == 0 || buckets&(buckets-1) != 0 || rules > uint64(numbers) || uint64(len(data)) != headerSize+4*(buckets+1)+8*entries+4*lists {
		return nil, errDamaged
	}
	l := &Lexicon{rules: int(rules), numbers: numbers, shift: 64 - bits.TrailingZeros64(buckets)}
	rest := data[headerSize:]
	l.heads, rest = rest[:4*(buckets+1)], rest[4*(buckets+1):]
	l.entries, l.lists = rest[:8*entries], rest[8*entries:]
	if l.rules < 10*few {
		l.common = map[string]bool{}
		for _, w := range words(common) {
			l.common[w] = true
		}
	}
	return l, nil
}

// Rules is how many rules have words.
func (l *Lexicon) Rules() int { return l.rules }

// find gives the postings of a key, as the bytes of uint32.
func (l *Lexicon) find(k uint64) []byte {
	i := 4 * bucketOf(k, l.shift)
	from, to := binary.LittleEndian.Uint32(l.heads[i:]), binary.LittleEndian.Uint32(l.heads[i+4:])
	for ; from < to && 8*int(from)+8 <= len(l.entries); from++ {
		e := l.entries[8*from : 8*from+8]
		if binary.LittleEndian.Uint32(e) != uint32(k) {
			continue
		}
		v := binary.LittleEndian.Uint32(e[4:])
		if v>>31 == 0 {
			return e[4:]
		}
		at := 4 * int(v&^(1<<31))
		if at+4 > len(l.lists) {
			return nil
		}
		n := 4 * int(binary.LittleEndian.Uint32(l.lists[at:]))
		if n > len(l.lists)-at-4 {
			return nil
		}
		return l.lists[at+4 : at+4+n]
	}
	return nil
}

// Weights say how matches become bits.
type Weights struct {
	Word    float64 `yaml:"word" json:"word"`       // of the bits by which a word is special, so much counts
	Pair    float64 `yaml:"pair" json:"pair"`       // the same of a pair of words
	Missing float64 `yaml:"missing" json:"missing"` // of the bits of all words of a text, so much counts against each rule
	Most    float64 `yaml:"most" json:"most"`       // the bits of one word or pair count up to here
	Few     float64 `yaml:"few" json:"few"`         // a term in a larger share of the rules says nothing
}

// Term is a word or pair of a text that rules have.
type Term struct {
	Text     string // as the text has it
	For      string // the word of the rules that it was taken for, which differs by a letter; "" elsewhere
	stem     string
	Rules    int     // that have it
	Bits     float64 // by how much it is special
	Pair     bool
	postings []byte
}

// Text is the terms of a text.
type Text struct {
	Terms []Term
	Total float64 // bits that count against a rule with none of the words
}

// A few rules do not tell how special a word is: beside one there stand as many
// more as are missing to few, of which a share has it: a small one, unless the word
// is common. With ten times few there are none.
const (
	few    = 500
	seldom = 0.01
	usual  = 0.3
)

// mostTerms bounds the terms of a text.
const mostTerms = 600

// Read finds the terms of a text. A word that no rule has is taken for the one
// that differs by one letter, if there is one.
func (l *Lexicon) Read(text string, w *Weights) Text {
	list, shown := split(text)
	seen := map[uint64]bool{}
	var t Text
	taken := "" // what the next one is taken for
	add := func(k uint64, stem, text string, pair bool) bool {
		if seen[k] || len(t.Terms) >= mostTerms {
			return true
		}
		p := l.find(k)
		if len(p) == 0 {
			return false
		}
		seen[k] = true
		n := len(p) / 4
		more, share := math.Max(0, few-float64(l.rules)/10), seldom
		if l.common[stem] {
			share = usual
		}
		all := float64(l.rules) + more
		x := Term{Text: text, For: taken, stem: stem, Rules: n, Pair: pair, Bits: math.Min(math.Log2((all+1)/(float64(n)+0.5+more*share)), w.Most), postings: p}
		if float64(n) > w.Few*all {
			return true
		}
		if !pair {
			t.Total += x.Bits
		}
		t.Terms = append(t.Terms, x)
		return true
	}
	for i, word := range list {
		if word == "" {
			continue
		}
		if !add(key(word), word, shown[i], false) {
			if near := l.nearest(word); near != "" {
				list[i], taken = near, near
				add(key(near), near, shown[i], false)
				taken = ""
			} else if len(word) > 2 {
				t.Total += unknownWord
			}
		}
	}
	for i := 1; i < len(list); i++ {
		if list[i] != "" && list[i-1] != "" {
			add(pairKey(list[i-1], list[i]), list[i-1]+" "+list[i], shown[i-1]+" "+shown[i], true)
		}
	}
	return t
}

// unknownWord is how many bits a word that no rule has counts against all of them.
const unknownWord = 4

// nearest is the word of the rules that differs from one by a letter that is wrong,
// missing, too many, or in the wrong place: the one that most rules have.
func (l *Lexicon) nearest(w string) string {
	if len(w) < 5 || len(w) > 24 {
		return ""
	}
	best, most := "", 0
	try := func(s string) {
		if n := len(l.find(key(s))); n > most {
			best, most = s, n
		}
	}
	b := []byte(w)
	for i := range b { // too many
		try(string(slices.Concat(b[:i], b[i+1:])))
	}
	for i := 0; i+1 < len(b); i++ { // in the wrong place
		c := slices.Clone(b)
		c[i], c[i+1] = c[i+1], c[i]
		try(string(c))
	}
	for i := range b { // wrong
		c := slices.Clone(b)
		for x := byte('a'); x <= 'z'; x++ {
			if c[i] = x; x != b[i] {
				try(string(c))
			}
		}
	}
	for i := range len(b) + 1 { // missing
		for x := byte('a'); x <= 'z'; x++ {
			try(string(slices.Concat(b[:i], []byte{x}, b[i:])))
		}
	}
	if best == "" && len(w) > 5 { // the stem of a misspelt ending
		if s := stem(w[:len(w)-1]); len(l.find(key(s))) > 0 {
			return s
		}
	}
	return best
}

// Scores holds bits by rule; it is made for one Lexicon and may be used again.
type Scores struct {
	bits    []float32
	touched []uint32
}

// Hit is a rule with the bits of a text.
type Hit struct {
	Rule int
	Bits float64
}

// Search gives the rules that the text fits best, best first.
func (l *Lexicon) Search(t *Text, w *Weights, s *Scores, most int) []Hit {
	if len(s.bits) != l.numbers {
		*s = Scores{bits: make([]float32, l.numbers)}
	}
	for i := range t.Terms {
		x := &t.Terms[i]
		per := float32(x.gain(w) / full)
		for p := x.postings; len(p) >= 4; p = p[4:] {
			v := binary.LittleEndian.Uint32(p)
			rule := v >> 8
			if int(rule) >= len(s.bits) {
				continue
			}
			if s.bits[rule] == 0 {
				s.touched = append(s.touched, rule)
			}
			s.bits[rule] += per * float32(v&255)
		}
	}
	against := w.Missing * t.Total
	var hits []Hit
	floor := float32(0)
	for _, rule := range s.touched {
		b := s.bits[rule]
		s.bits[rule] = 0
		if b <= floor {
			continue
		}
		hits = append(hits, Hit{int(rule), float64(b) - against})
		if len(hits) >= 4*most {
			hits = best(hits, most)
			floor = float32(hits[most-1].Bits + against)
		}
	}
	s.touched = s.touched[:0]
	return best(hits, most)
}

func best(hits []Hit, most int) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		switch {
		case a.Bits > b.Bits:
			return -1
		case a.Bits < b.Bits:
			return 1
		}
		return a.Rule - b.Rule
	})
	return hits[:min(len(hits), most)]
}

// number reports whether the term is one of the numbers, or a pair with one.
func (x *Term) number(list []uint32) bool {
	for _, v := range list {
		stem := numberStem(v)
		if x.stem == stem || x.Pair && (strings.HasPrefix(x.stem, stem+" ") || strings.HasSuffix(x.stem, " "+stem)) {
			return true
		}
	}
	return false
}

// gain is the bits that a term adds where it stands once.
func (x *Term) gain(w *Weights) float64 {
	if x.Pair {
		return w.Pair * x.Bits
	}
	return w.Word * x.Bits
}

// Of gives the bits of the text for one rule, and the terms that it has, those
// that count most first. Numbers that count elsewhere are no words of the text.
func (l *Lexicon) Of(t *Text, rule int, w *Weights, counted []uint32) (bits float64, has []Term) {
	type found struct {
		term Term
		bits float64
	}
	var list []found
	total := t.Total
	for _, x := range t.Terms {
		if x.number(counted) {
			if !x.Pair {
				total -= x.Bits
			}
			continue
		}
		n := len(x.postings) / 4
		at := sort.Search(n, func(i int) bool { return binary.LittleEndian.Uint32(x.postings[4*i:])>>8 >= uint32(rule) })
		if at == n {
			continue
		}
		if v := binary.LittleEndian.Uint32(x.postings[4*at:]); v>>8 == uint32(rule) {
			b := x.gain(w) * float64(v&255) / full
			bits += b
			list = append(list, found{x, b})
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(b.bits, a.bits) })
	for _, f := range list {
		has = append(has, f.term)
	}
	return bits - w.Missing*total, has
}
