package engine

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/engine/rank"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Settings are the choices of one diagnosis. The zero value is usable.
type Settings struct {
	Top     int   // diagnoses listed at most; 0 means all
	Records int64 // of a scan: how many records of logs the case was found in; 0 for a description of a problem
	Workers int   // rules evaluated at the same time; 0 means one a processor. It changes nothing but the time.
}

// The bounds of what a differential shows.
const (
	maxAlso        = 5  // rounds over what is left unexplained
	maxCited       = 5  // facts that one line of evidence cites
	maxUnexplained = 50 // facts listed as unexplained
	maxProblems    = 1000
)

// Diagnose ranks what explains the case. The case is brought into canonical
// order; nothing else of it changes.
func (b *Base) Diagnose(c *facts.Case, s Settings) *result.Differential {
	c.Sort()
	if s.Records == 0 {
		c = b.named(c)
	}
	return b.diagnose(c, s, b.index.Candidates(c.Facts))
}

// Ranked is the likeliest causes of a case, without what a differential tells of them.
type Ranked struct {
	List     []RankedRule
	None     float64
	Problems []facts.Problem // rules that could not be evaluated
}

// RankedRule is a rule with its probability.
type RankedRule struct {
	Rule        *rules.Rule
	Probability float64
	Odds        float64 // log2(Probability / None)
}

// Rank gives the first of what Diagnose would list.
func (b *Base) Rank(c *facts.Case, top int) Ranked {
	c.Sort()
	c = b.named(c)
	v := cond.NewView(c)
	words, found := b.newWording(c)
	var d result.Differential
	all := b.assessAll(union(b.index.Candidates(c.Facts), found), v, nil, words, 1, &d)
	first, _ := rankAll(all)
	r := Ranked{None: rank.Round(first.none), Problems: d.Problems}
	for i, a := range first.list[:min(len(first.list), top)] {
		r.List = append(r.List, RankedRule{a.rule, rank.Round(first.p[i]), a.odds()})
	}
	return r
}

// union joins two ascending lists.
func union(x, y []int) []int {
	if len(y) == 0 {
		return x
	}
	all := append(slices.Clone(x), y...)
	slices.Sort(all)
	return slices.Compact(all)
}

func (b *Base) diagnose(c *facts.Case, s Settings, candidates []int) *result.Differential {
	d := &result.Differential{
		Version: result.Version, Status: result.Complete,
		Problems: slices.Clone(c.Problems), Inputs: slices.Clone(c.Sources),
		Diagnoses: []result.Diagnosis{}, Also: []result.Diagnosis{}, Excluded: []result.Exclusion{},
		Findings: []facts.Finding{}, Next: []result.Check{}, Unexplained: []result.Unexplained{},
	}
	d.Rules = result.Rules{Loaded: b.Len(), Evaluated: b.Len(), NotEvaluated: []string{}, Base: b.Hash()}
	d.Case = result.Case{ID: c.ID(), Host: c.Host(), Facts: len(c.Facts)}
	d.Case.From, d.Case.To = c.Span()

	v := cond.NewView(c)
	var words *wording
	if s.Records == 0 { // in a log every word occurs
		var found []int
		words, found = b.newWording(c)
		candidates = union(candidates, found)
	}
	all := b.assessAll(candidates, v, b.newInput(c, s.Records), words, s.Workers, d)
	first, superseded := rankAll(all)
	d.None = rank.Round(first.none)

	t := &telling{base: b, c: c, view: v}
	decisive := b.decisiveFacts(all, v, &first)
	t.leads = leaders(&first, v)
	explained := map[int]bool{} // groups
	for i, a := range first.list {
		if first.p[i] >= 0.01 {
			markExplained(explained, v, a)
		}
		if s.Top == 0 || i < s.Top {
			d.Diagnoses = append(d.Diagnoses, t.diagnosis(&first, i, decisive))
		} else {
			d.NotShown++
		}
	}
	d.Codes = t.codes()
	t.also(d, all, &first, explained)
	d.Excluded = t.excluded(all, superseded)
	for _, f := range c.Facts {
		if f.Kind == facts.KindFinding {
			x := *f.Finding
			if x.Proof == nil {
				x.Proof = []facts.Proof{}
			}
			d.Findings = append(d.Findings, x)
		}
	}
	sortFindings(d.Findings)
	d.Next = t.next(&first)
	d.Unexplained, d.MoreUnexplained = t.unexplained(explained)
	finish(d)
	return d
}

// assessAll evaluates the candidates, in parallel; the result is in the order of the candidates.
func (b *Base) assessAll(candidates []int, v *cond.View, in *input, words *wording, workers int, d *result.Differential) []*assessment {
	out := make([]*assessment, len(candidates))
	errs := make([]error, len(candidates))
	one := func(i int) {
		r, err := b.Rule(candidates[i])
		if err != nil {
			errs[i] = err
			return
		}
		out[i] = b.assess(candidates[i], r, v, in, words)
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	const worthwhile = 64 // below it starting workers costs more than they save
	if workers == 1 || len(candidates) < worthwhile {
		for i := range candidates {
			one(i)
		}
	} else {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := w; i < len(candidates); i += workers {
					one(i)
				}
			})
		}
		wg.Wait()
	}
	all := make([]*assessment, 0, len(out))
	for i, a := range out {
		if a == nil {
			d.Problems = append(d.Problems, facts.Problem{Source: fmt.Sprintf("rule %d", candidates[i]), Stage: "evaluate", Reason: "rule.unreadable", Text: errs[i].Error()})
			d.Rules.NotEvaluated = append(d.Rules.NotEvaluated, fmt.Sprintf("rule %d", candidates[i]))
			d.Rules.Evaluated--
			continue
		}
		for _, err := range a.errs {
			d.Problems = append(d.Problems, facts.Problem{Source: a.rule.File, At: a.rule.ID, Stage: "evaluate", Reason: "rule.condition-failed", Text: err.Error() + "; the symptom counts as unknown"})
		}
		if len(a.errs) > 0 {
			d.Rules.NotEvaluated = append(d.Rules.NotEvaluated, a.rule.ID)
			d.Rules.Evaluated--
		}
		all = append(all, a)
	}
	return all
}

func markExplained(groups map[int]bool, v *cond.View, a *assessment) {
	for _, f := range a.explained() {
		groups[v.Group(f)] = true
	}
}

// also diagnoses what the first diagnosis leaves, again and again, as long as
// something leads over none. Each round adds its leading diagnosis.
func (t *telling) also(d *result.Differential, all []*assessment, first *ranking, explained map[int]bool) {
	var gone []int
	round := first
	for range maxAlso {
		lead := round.first()
		if lead == "" {
			return
		}
		facts := round.list[0].explained()
		if len(facts) == 0 {
			return
		}
		gone = append(gone, facts...)
		next := t.base.without(all, t.view, gone)
		if next.first() == "" || next.first() == lead {
			return
		}
		markExplained(explained, t.view, next.list[0])
		diagnosis := t.diagnosis(&next, 0, nil)
		diagnosis.Rank = len(d.Also) + 1
		d.Also = append(d.Also, diagnosis)
		round = &next
	}
}

// excluded lists the rules that had evidence and cannot hold, and imported
// rules that gave way.
func (t *telling) excluded(all []*assessment, superseded map[*assessment]*assessment) []result.Exclusion {
	list := []result.Exclusion{}
	for _, a := range all {
		reason := a.excluded
		if by := superseded[a]; by != nil {
			reason = "superseded by " + by.rule.ID + ", which shares its reference"
		} else if reason == "" || !a.presents {
			continue
		}
		list = append(list, result.Exclusion{
			Rule: a.rule.ID, Refs: refs(a.rule), Title: a.rule.Title, Reason: reason, Facts: t.cite(a.explained()),
		})
	}
	return list
}

// unexplained lists the codes, events, texts and true findings that no
// diagnosis worth 1 % accounts for, one of each observation.
func (t *telling) unexplained(explained map[int]bool) (list []result.Unexplained, more int) {
	list = []result.Unexplained{}
	told := map[int]bool{}
	lines := map[facts.Origin]bool{} // where an event was recognised and explained: the line says no more
	for i := range t.c.Facts {
		if f := &t.c.Facts[i]; explained[t.view.Group(i)] && f.Kind == facts.KindEvent {
			lines[facts.Origin{Path: f.Origin.Path, Line: f.Origin.Line}] = true
		}
	}
	for i := range t.c.Facts {
		f := &t.c.Facts[i]
		switch f.Kind {
		case facts.KindCode, facts.KindEvent, facts.KindText:
		case facts.KindFinding:
			if f.Finding.State != facts.True || f.Finding.ID == facts.FindingUpdate {
				continue
			}
		default:
			continue
		}
		g := t.view.Group(i)
		if explained[g] || told[g] || f.Kind == facts.KindText && lines[facts.Origin{Path: f.Origin.Path, Line: f.Origin.Line}] {
			continue
		}
		told[g] = true
		if len(list) == maxUnexplained {
			more++
			continue
		}
		list = append(list, result.Unexplained{Kind: f.Kind, Text: f.String(), Path: f.Origin.Path, Line: f.Origin.Line})
	}
	return list, more
}

func sortFindings(list []facts.Finding) {
	slices.SortStableFunc(list, func(a, b facts.Finding) int {
		return cmp.Or(strings.Compare(string(a.ID), string(b.ID)), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Server, b.Server))
	})
}

// finish sorts and bounds the problems and sets the status.
func finish(d *result.Differential) {
	slices.SortStableFunc(d.Problems, func(a, b facts.Problem) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.At, b.At), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Text, b.Text))
	})
	if d.Problems == nil {
		d.Problems = []facts.Problem{}
	}
	if d.Inputs == nil {
		d.Inputs = []facts.Source{}
	}
	if n := len(d.Problems); n > 0 {
		d.Status = result.Partial
		if n > maxProblems {
			d.Problems = append(d.Problems[:maxProblems], facts.Problem{Source: "kbtriage", Stage: "report", Reason: "problems.more", Text: fmt.Sprintf("%d more problems are not listed", n-maxProblems)})
		}
	}
}
