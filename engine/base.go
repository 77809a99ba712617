// Package engine computes differentials: Compile turns rules into a frozen
// Base, Diagnose ranks what explains a case, with evidence, exclusions and next
// checks. It is pure and deterministic: no I/O, and the same base, case and
// settings give the same result.
package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kbtriage/kbtriage/engine/index"
	"github.com/kbtriage/kbtriage/engine/lexicon"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
)

// Base is a compiled set of rules: flat tables over one []byte. It is frozen
// and may be shared between goroutines.
type Base struct {
	data   []byte
	header header
	index  index.Index
	bodies bodies

	articleEnds []byte                       // uint64 each; empty where no rule has an article
	articles    []byte                       // the running texts of rules, as JSON
	lexicon     *lexicon.Lexicon             // nil where no rule has an article
	cache       []atomic.Pointer[rules.Rule] // rules that were candidates not long ago

	decoded atomic.Int64 // how many are in there since it was emptied

	filterData []byte
	filterOnce sync.Once
	filter     *filter
	filterErr  error

	wordsOnce   sync.Once
	commonWords map[string]bool
}

// bodies are the rules as JSON, one behind the other; text that only a
// candidate needs stays in bytes until then.
type bodies struct {
	ends []byte // uint32 each
	data []byte
}

type header struct {
	Count   int     `json:"count"`
	Weights Weights `json:"weights"`
	Hash    string  `json:"hash"`           // over weights and rules
	Over    string  `json:"over,omitempty"` // hash of the base whose rules it holds too
}

const magic = "KBTRIAGE BASE 4\n"

// Compile builds the base of the rules with the weights. Retired rules are left
// out. The rules must not change afterwards: the base keeps them, so that the
// candidates of a first diagnosis need not be decoded, nor their expressions
// compiled, a second time.
func Compile(set *rules.Set, w Weights) (*Base, error) { return compileOver("", set, w) }

// CompileOver builds the base of the rules of under and of those of the set, so
// that both are opened in one go. Over tells of which base it holds the rules.
func CompileOver(under *Base, set *rules.Set, w Weights) (*Base, error) {
	both := &rules.Set{Rules: slices.Clone(set.Rules)}
	for i := range under.Len() {
		r, err := under.Whole(i)
		if err != nil {
			return nil, err
		}
		both.Rules = append(both.Rules, r)
	}
	return compileOver(under.Hash(), both, w)
}

func compileOver(over string, set *rules.Set, w Weights) (*Base, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	var ends, data, articleEnds, articles []byte
	builder, filter, words := index.NewBuilder(), newFilterBuilder(&w), new(lexicon.Builder)
	var kept []*rules.Rule
	sum := sha256.New()
	weights, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("engine: weights: %w", err)
	}
	sum.Write(weights)
	sorted := slices.Clone(set.Rules)
	slices.SortFunc(sorted, func(a, b *rules.Rule) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	for _, r := range sorted {
		if r.Status == rules.Retired {
			continue
		}
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("engine: rule %s: %w", r.ID, err)
		}
		data = append(data, body...)
		ends = binary.LittleEndian.AppendUint32(ends, uint32(len(data)))
		sum.Write(body)
		for _, s := range r.Presenting() {
			if anchors, ok := s.Condition.Anchors(); ok {
				builder.Add(uint32(len(kept)), anchors)
			} else {
				builder.AddAlways(uint32(len(kept)))
			}
		}
		filter.add(uint32(len(kept)), r)
		if r.Article != nil {
			article, err := json.Marshal(r.Article)
			if err != nil {
				return nil, fmt.Errorf("engine: rule %s: %w", r.ID, err)
			}
			articles = append(articles, article...)
			sum.Write(article)
			words.Add(uint32(len(kept)), w.Words.fields(r))
		}
		articleEnds = binary.LittleEndian.AppendUint64(articleEnds, uint64(len(articles)))
		kept = append(kept, r)
	}
	needed, err := filter.bytes()
	if err != nil {
		return nil, err
	}
	if len(data) > 1<<32-1 {
		return nil, errors.New("engine: the rules have more than 4 GiB of text")
	}
	head, err := json.Marshal(header{Count: len(kept), Weights: w, Hash: hex.EncodeToString(sum.Sum(nil)), Over: over})
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	if len(articles) == 0 {
		articleEnds = nil
	}
	sections := [][]byte{head, ends, data, builder.Bytes(), needed, articleEnds, articles, words.Bytes()}
	size := len(magic)
	for _, section := range sections {
		size += 8 + len(section) + 7
	}
	out := append(make([]byte, 0, size), magic...)
	for _, section := range sections {
		out = binary.LittleEndian.AppendUint64(out, uint64(len(section)))
		out = append(out, section...)
		for len(out)%8 != 0 {
			out = append(out, 0)
		}
	}
	b, err := Open(out)
	if err != nil {
		return nil, err
	}
	for i, r := range kept {
		b.cache[i].Store(r)
	}
	return b, nil
}

// Open reads a compiled base in place: data is kept and must not change.
// Nothing is parsed but a short header.
func Open(data []byte) (*Base, error) {
	sections, err := divide(data)
	if err != nil {
		return nil, err
	}
	b := &Base{data: data, bodies: bodies{ends: sections[1], data: sections[2]}, filterData: sections[4]}
	if err := json.Unmarshal(sections[0], &b.header); err != nil {
		return nil, fmt.Errorf("engine: the header of the compiled base: %w", err)
	}
	if b.header.Count < 0 || len(sections[1]) != 4*b.header.Count {
		return nil, errors.New("engine: the compiled base does not hold the rules that its header counts")
	}
	if err := b.header.Weights.check(); err != nil {
		return nil, err
	}
	if b.index, err = index.Open(sections[3], b.header.Count); err != nil {
		return nil, err
	}
	if b.articleEnds, b.articles = sections[5], sections[6]; len(b.articleEnds) != 0 && len(b.articleEnds) != 8*b.header.Count {
		return nil, errors.New("engine: the compiled base does not hold the articles that its header counts")
	}
	if b.lexicon, err = lexicon.Open(sections[7], b.header.Count, b.header.Weights.Chance.Common); err != nil {
		return nil, err
	}
	last := uint32(0)
	for i := range b.header.Count {
		end := binary.LittleEndian.Uint32(b.bodies.ends[4*i:])
		if end < last || uint64(end) > uint64(len(b.bodies.data)) {
			return nil, fmt.Errorf("engine: rule %d of the compiled base lies outside of it", i)
		}
		last = end
	}
	b.cache = make([]atomic.Pointer[rules.Rule], b.header.Count)
	return b, nil
}

// divide finds the sections of a base.
func divide(data []byte) (sections [8][]byte, err error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return sections, errors.New("engine: not a compiled base of this version")
	}
	rest := data[len(magic):]
	for i := range sections {
		if len(rest) < 8 {
			return sections, fmt.Errorf("engine: the compiled base is cut short, in its section %q", sectionNames[i])
		}
		n := binary.LittleEndian.Uint64(rest)
		padded := (n + 7) &^ 7
		if padded < n || padded > uint64(len(rest)-8) {
			return sections, fmt.Errorf("engine: the compiled base is cut short, in its section %q", sectionNames[i])
		}
		sections[i] = rest[8 : 8+n]
		rest = rest[8+padded:]
	}
	return sections, nil
}

// Bytes is the form that Open reads.
func (b *Base) Bytes() []byte { return b.data }

// Len is the number of rules.
func (b *Base) Len() int { return b.header.Count }

// Hash identifies rules and weights: "sha256:...".
func (b *Base) Hash() string { return "sha256:" + b.header.Hash }

// Over is the hash of the base whose rules this one holds besides its own, or "".
func (b *Base) Over() string { return b.header.Over }

// Weights are the numbers that the base was compiled with.
func (b *Base) Weights() Weights { return b.header.Weights }

// Reweighted is the same rules with other weights: to try them out. How the words
// of a rule are weighed by where they stand stays as it was compiled.
func (b *Base) Reweighted(w Weights) *Base {
	again, err := Open(b.data)
	if err != nil {
		panic("engine: " + err.Error()) // it was opened before
	}
	again.header.Weights = w
	again.cache = b.cache
	return again
}

// mostDecoded is how many rules a base keeps decoded. A scan comes to need each
// of tens of thousands once: with their expressions they take ten kilobytes each,
// and decoding one anew takes a tenth of a millisecond.
const mostDecoded = 4096

// Rule decodes the rule with the number, and keeps it for a while.
func (b *Base) Rule(i int) (*rules.Rule, error) {
	if r := b.cache[i].Load(); r != nil {
		return r, nil
	}
	r := new(rules.Rule)
	if err := json.Unmarshal(b.body(i), r); err != nil {
		return nil, fmt.Errorf("engine: rule %d of the compiled base: %w", i, err)
	}
	if !b.cache[i].CompareAndSwap(nil, r) {
		if other := b.cache[i].Load(); other != nil {
			return other, nil
		}
		return r, nil
	}
	if b.decoded.Add(1) > mostDecoded {
		b.decoded.Store(0)
		for k := range b.cache {
			b.cache[k].Store(nil)
		}
	}
	return r, nil
}

// Whole is the rule with the number and its article.
func (b *Base) Whole(i int) (*rules.Rule, error) {
	r, err := b.Rule(i)
	if err != nil || len(b.articleEnds) == 0 || r.Article != nil {
		return r, err
	}
	article, err := b.article(i)
	if err != nil || len(article) == 0 {
		return r, err
	}
	whole := *r
	whole.Article = new(rules.Article)
	if err := json.Unmarshal(article, whole.Article); err != nil {
		return nil, fmt.Errorf("engine: the article of rule %d of the compiled base: %w", i, err)
	}
	return &whole, nil
}

// article is that of the rule with the number as JSON, or nothing.
func (b *Base) article(i int) ([]byte, error) {
	if len(b.articleEnds) == 0 {
		return nil, nil
	}
	from, to := uint64(0), binary.LittleEndian.Uint64(b.articleEnds[8*i:])
	if i > 0 {
		from = binary.LittleEndian.Uint64(b.articleEnds[8*(i-1):])
	}
	if from > to || to > uint64(len(b.articles)) {
		return nil, fmt.Errorf("engine: the article of rule %d of the compiled base lies outside of it", i)
	}
	return b.articles[from:to], nil
}

// body is the rule with the number as JSON.
func (b *Base) body(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = binary.LittleEndian.Uint32(b.bodies.ends[4*(i-1):])
	}
	return b.bodies.data[from:binary.LittleEndian.Uint32(b.bodies.ends[4*i:])]
}

// id is that of the rule with the number. A body begins with it, and ids hold no
// character that JSON would write in another way, so that nothing is decoded.
func (b *Base) id(i int) string {
	rest, ok := bytes.CutPrefix(b.body(i), []byte(`{"id":"`))
	end := bytes.IndexByte(rest, '"')
	if !ok || end < 0 {
		return ""
	}
	return string(rest[:end])
}

// Number is that of the rule with the id: those of a base are in the order of
// their ids.
func (b *Base) Number(id string) (int, bool) {
	return sort.Find(b.Len(), func(i int) int { return strings.Compare(id, b.id(i)) })
}

// Naming lists the rules that have the code among what brings them up.
func (b *Base) Naming(code uint32) []int {
	return b.index.Candidates([]facts.Fact{{Kind: facts.KindCode, Code: &facts.Code{Value: code}}})
}

// Find is the rule with the id.
func (b *Base) Find(id string) (*rules.Rule, bool) {
	i, ok := b.Number(id)
	if !ok {
		return nil, false
	}
	r, err := b.Rule(i)
	return r, err == nil
}
