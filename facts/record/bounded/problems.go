package bounded

import (
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// maxTold is how many problems of one reason are told one by one.
const maxTold = 100

// Problems hands the problems of one input to a sink: of each reason the first
// hundred, and the rest counted in one.
type Problems struct {
	to    record.Sink
	kinds []kind
}

type kind struct {
	reason string
	told   int
	more   int64
	lost   int64
	first  int // line of the first that is not told
}

// NewProblems hands problems to a sink.
func NewProblems(to record.Sink) *Problems { return &Problems{to: to} }

// Add hands over a problem of the given line: its reason, how many records are
// lost with it, and its text as fmt.Sprintf makes it.
func (p *Problems) Add(line int, reason string, lost int64, format string, args ...any) {
	i := slices.IndexFunc(p.kinds, func(k kind) bool { return k.reason == reason })
	if i < 0 {
		i = len(p.kinds)
		p.kinds = append(p.kinds, kind{reason: reason})
	}
	k := &p.kinds[i]
	if k.told < maxTold {
		k.told++
		p.to.Damage(facts.Problem{At: at(line), Reason: reason, Text: fmt.Sprintf(format, args...), Lost: lost})
		return
	}
	if k.more == 0 {
		k.first = line
	}
	k.more++
	k.lost += lost
}

// Close hands over the problems that were only counted.
func (p *Problems) Close() {
	for _, k := range p.kinds {
		if k.more > 0 {
			p.to.Damage(facts.Problem{
				At: at(k.first), Reason: k.reason, Lost: k.lost,
				Text: fmt.Sprintf("and %d more of this kind, the first of them here", k.more),
			})
		}
	}
	p.kinds = nil
}

func at(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d", line)
}
