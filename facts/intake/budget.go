package intake

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// maxRepeats is how often a file gives the same code or event where there are
// more facts than are kept.
const maxRepeats = 100

// A budget bounds the facts that are kept. Each has a rank in its file, and
// those of a rank above the cut are passed over. More facts than there may be
// lower the cut for all files, so that their order does not decide what is kept.
//
// Ranks up to the number of facts are those of first occurrences, in their
// order; above it, by n, is the nth occurrence of a code or event.
type budget struct {
	facts int   // that may be held
	bytes int64 // of text in them
	cut   int
	held  []ranked
	size  int64 // bytes of text in held
}

type ranked struct {
	facts.Fact
	rank  int
	plain int // lines of a text that holds neither code nor event
	of    *taken
}

func (b *budget) add(r ranked) {
	if r.rank > b.cut {
		r.of.pass(r, b.facts)
		return
	}
	b.held = append(b.held, r)
	b.size += weight(r.Fact)
	for len(b.held) > b.facts || b.size > b.bytes {
		b.lower()
	}
}

// lower takes repeated occurrences away first, then those in the later part of
// each file.
func (b *budget) lower() {
	if n := b.cut - b.facts; n > 1 {
		b.cut = b.facts + min(n, 2*maxRepeats)/2
	} else {
		b.cut /= 2
	}
	b.held = slices.DeleteFunc(b.held, func(r ranked) bool {
		if r.rank <= b.cut {
			return false
		}
		b.size -= weight(r.Fact)
		r.of.pass(r, b.facts)
		return true
	})
}

// taken is a file or standard input as far as it was read.
type taken struct {
	src     facts.Source
	seen    map[signal]*occurrences // while it is read
	plain   int                     // texts that hold neither code nor event
	lines   int64                   // of such texts, passed over
	repeats int64                   // of codes and events, passed over
	lost    int64                   // other codes and events, passed over
	from    int                     // the first line of what was passed over
}

// A signal is what makes two codes or two events the same.
type signal struct {
	kind  facts.Kind
	name  string // family or source
	value uint32
}

type occurrences struct{ rank, n int }

// rank is that of a code or event, where limit is the number of facts.
func (t *taken) rank(f facts.Fact, limit int) int {
	var k signal
	switch f.Kind {
	case facts.KindCode:
		k = signal{f.Kind, f.Code.Family, f.Code.Value}
	case facts.KindEvent:
		k = signal{f.Kind, f.Event.Source, f.Event.ID}
	}
	o := t.seen[k]
	switch {
	case o == nil && len(t.seen) == limit: // too many to remember, and to keep
		return limit + 1
	case o == nil:
		k.name = strings.Clone(k.name) // without the record around it
		t.seen[k] = &occurrences{len(t.seen) + 1, 1}
		return len(t.seen)
	}
	o.n++
	return limit + o.n
}

// pass counts a fact that is not kept.
func (t *taken) pass(r ranked, limit int) {
	if t.from == 0 || r.Origin.Line < t.from {
		t.from = r.Origin.Line
	}
	switch {
	case r.Kind == facts.KindText:
		t.lines += int64(r.plain)
	case r.rank > limit+1:
		t.repeats++
	default:
		t.lost++
	}
}

// keep takes the facts of one record: codes and events, then their text.
func (s *session) keep(t *taken, record []facts.Fact) {
	first := math.MaxInt
	for _, f := range record {
		switch {
		case f.Kind != facts.KindText:
			rank := t.rank(f, s.Limits.Facts)
			first = min(first, rank)
			s.signals.add(ranked{f, rank, 0, t})
		case first < math.MaxInt:
			s.signals.add(ranked{f, first, 0, t})
		default:
			t.plain++
			s.plain.add(ranked{f, t.plain, 1 + strings.Count(f.Text.Value, "\n"), t})
		}
	}
}

// settle hands over what was kept, and says what was not.
func (s *session) settle() {
	for _, b := range []*budget{&s.signals, &s.plain} {
		for _, r := range b.held {
			s.found.Facts = append(s.found.Facts, r.Fact)
		}
	}
	for _, t := range s.taken {
		passed := t.lines + t.repeats + t.lost
		t.src.Skipped += int(passed)
		s.found.Sources = append(s.found.Sources, t.src)
		if passed == 0 {
			continue
		}
		var what []string
		if t.lines > 0 {
			what = append(what, fmt.Sprintf("%d plain lines were not kept: there may be %d texts of a file, and %d or %d bytes in all; codes and events were looked for in all lines",
				t.lines, s.Limits.Plain, s.Limits.Facts, s.Limits.Text))
		}
		if t.repeats+t.lost > 0 {
			what = append(what, fmt.Sprintf("%d repeated and %d other codes and events were not kept: there may be %d or %d bytes with their text in all",
				t.repeats, t.lost, s.Limits.Facts, s.Limits.Text))
		}
		place := "" // a log without lines has none
		if t.from > 0 {
			place = at(t.from)
		}
		s.problem(facts.Problem{
			Source: t.src.Path, At: place, Stage: "read", Reason: "text.too-many", Read: int64(t.src.Records), Lost: passed,
			Text: strings.Join(what, "; ") + ". Hand in the part of the log around the problem, or use kbtriage scan, which reads any amount",
		})
	}
}
