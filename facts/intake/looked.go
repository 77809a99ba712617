package intake

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Looked is what was looked at of the logs in one file, so that a record which
// is not there counts as missing.
type Looked struct {
	Path string       `json:"path"`
	Logs []*LookedLog `json:"logs"`

	index map[lookedKey]*LookedLog
	last  *LookedLog // of the record before, which is nearly always the one of the next
}

type lookedKey struct{ host, log string }

// LookedLog is what was read of one log of one host.
type LookedLog struct {
	Host    string     `json:"host,omitempty"`
	Log     string     `json:"log,omitempty"`
	Events  bool       `json:"events,omitempty"`
	Records int64      `json:"records"`
	From    facts.Time `json:"from,omitzero"`
	To      facts.Time `json:"to,omitzero"`
	Runs    []Run      `json:"runs,omitempty"`
}

// Run is record numbers without a gap between them.
type Run struct {
	First uint64     `json:"first"`
	Last  uint64     `json:"last"`
	From  facts.Time `json:"from,omitzero"`
	To    facts.Time `json:"to,omitzero"`
}

// The bounds of what is noted: logs of one file, and gaps in the numbers of a
// log. A log with more gaps is a selection of records, in which nothing that is
// absent says anything.
const (
	maxLooked = 10_000
	maxRuns   = 32
)

// NewLooked returns an empty one for the file.
func NewLooked(path string) *Looked { return &Looked{Path: path} }

// Add takes a record.
func (l *Looked) Add(r *record.Record) {
	if l.last == nil || l.last.Host != string(r.Host) || l.last.Log != string(r.Log) {
		if l.last = l.log(lookedKey{string(r.Host), string(r.Log)}); l.last == nil {
			return
		}
	}
	l.last.add(r)
}

// log finds or makes the log; nil where there are too many.
func (l *Looked) log(k lookedKey) *LookedLog {
	if l.index == nil {
		l.index = make(map[lookedKey]*LookedLog, len(l.Logs))
		for _, g := range l.Logs {
			l.index[lookedKey{g.Host, g.Log}] = g
		}
	}
	g := l.index[k]
	if g == nil && len(l.Logs) < maxLooked {
		g = &LookedLog{Host: k.host, Log: k.log}
		l.index[k] = g
		l.Logs = append(l.Logs, g)
	}
	return g
}

func (g *LookedLog) add(r *record.Record) {
	g.Events = g.Events || r.Event
	g.Records++
	g.span(r.Time, r.Time)
	if r.Number == 0 {
		return
	}
	if n := len(g.Runs); n > 0 && g.Runs[n-1].Last+1 == r.Number {
		g.Runs[n-1].Last, g.Runs[n-1].To = r.Number, r.Time
	} else if n <= 4*maxRuns {
		g.Runs = append(g.Runs, Run{r.Number, r.Number, r.Time, r.Time})
	}
}

func (g *LookedLog) span(from, to facts.Time) {
	if !from.IsZero() && (g.From.IsZero() || from.Time.Before(g.From.Time)) {
		g.From = from
	}
	if !to.IsZero() && (g.To.IsZero() || to.Time.After(g.To.Time)) {
		g.To = to
	}
}

// Merge adds what was looked at of another part of the same file.
func (l *Looked) Merge(other *Looked) {
	for _, g := range other.Logs {
		have := l.log(lookedKey{g.Host, g.Log})
		if have == nil {
			continue
		}
		have.Events = have.Events || g.Events
		have.Records += g.Records
		have.span(g.From, g.To)
		have.Runs = append(have.Runs, g.Runs...)
	}
}

// Coverage is what the event logs cover, and the gaps in their record numbers.
func (l *Looked) Coverage() (covers []facts.Coverage, gaps []facts.Fact) {
	logs := slices.Clone(l.Logs)
	slices.SortFunc(logs, func(a, b *LookedLog) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Log, b.Log)) })
	for _, g := range logs {
		if !g.Events {
			continue
		}
		runs := joined(g.Runs)
		if len(runs) > maxRuns {
			continue
		}
		covers = append(covers, facts.Coverage{Kind: facts.KindEvent, Log: g.Log, Host: g.Host, Path: l.Path, From: g.From, To: g.To})
		for i := 1; i < len(runs); i++ {
			gaps = append(gaps, facts.Fact{
				Kind: facts.KindLogGap, Origin: facts.Origin{Path: l.Path, Host: g.Host, Record: runs[i].First},
				LogGap: &facts.LogGap{
					Log: g.Log, From: runs[i-1].To, To: runs[i].From,
					Reason: fmt.Sprintf("record %d follows on record %d", runs[i].First, runs[i-1].Last),
				},
			})
		}
	}
	return covers, gaps
}

// joined sorts runs and joins those without a gap between them.
func joined(list []Run) (runs []Run) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Run) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last)) })
	for _, r := range list {
		n := len(runs) - 1
		if n < 0 || r.First > runs[n].Last+1 {
			runs = append(runs, r)
			continue
		}
		if r.Last > runs[n].Last {
			runs[n].Last, runs[n].To = r.Last, r.To
		}
	}
	return runs
}
