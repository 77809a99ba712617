package triage

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/tally"
	"github.com/kbtriage/kbtriage/internal/given"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// leastOdds is from which odds against none on, as log2, a cause is reported in
// a scan, if its evidence is special enough for the size of the input. It is
// about 5 %. The odds of a rule do not depend on what else happened on the host.
const leastOdds = -4.25

// fleet makes cases of what was read, diagnoses each, and puts together what
// they have in common.
func (k *Knowledge) fleet(all *scanned, settings []facts.Fact, unbounded []int, q *ScanRequest) *result.Fleet {
	all.settle()
	f := &fleet{k: k, all: all, settings: settings, q: q, hosts: newHosts(all.roots, all.bundled, all.tally, all.looked), byHost: map[string]*host{}}
	f.gatherHosts()
	sessions := all.tally.Sessions(func(o *tally.Observation) string {
		key, _ := f.hosts.key(o.Host, o.Path)
		return key
	}, k.Base.Concerned)
	f.learn()
	diagnosed := make([]*result.Differential, len(sessions))
	type work struct {
		i int
		c *facts.Case
	}
	next := make(chan work)
	var wg sync.WaitGroup
	for range workers(q.Workers) {
		wg.Go(func() {
			for w := range next {
				s := &sessions[w.i]
				if w.c == nil {
					w.c = f.caseOf(s, f.byHost[s.Host])
				}
				diagnosed[w.i] = f.diagnose(s, w.c)
			}
		})
	}
	for i := range sessions {
		if !f.worthwhile(&sessions[i]) {
			continue
		}
		w := work{i: i}
		if q.Redact != nil { // one after the other: tokens are given in the order of the cases
			w.c = q.Redact.Case(f.caseOf(&sessions[i], f.byHost[sessions[i].Host]))
		}
		next <- w
	}
	close(next)
	wg.Wait()
	return f.result(sessions, diagnosed, unbounded)
}

type fleet struct {
	k        *Knowledge
	all      *scanned
	settings []facts.Fact
	q        *ScanRequest
	hosts    *hosts
	byHost   map[string]*host
	counted  map[string]map[string]int64 // path -> host -> records
}

// learn makes the names of hosts known to the redactor before it sees a case.
func (f *fleet) learn() {
	var names []string
	for key := range f.byHost {
		if name := nameOf(key); name != "" {
			names = append(names, name)
		}
	}
	for _, o := range f.all.tally.Observations() {
		names = append(names, o.Host)
	}
	f.q.Redact.learnHosts(names)
}

// worthwhile reports whether anything in the session can be special: where
// nothing can, no cause would be reported.
func (f *fleet) worthwhile(s *tally.Session) bool {
	h := f.byHost[s.Host]
	for _, p := range s.Parts {
		for _, what := range p.Whats {
			if f.k.Base.MayBeSpecial(what, h.records) {
				return true
			}
		}
	}
	return false
}

// diagnose diagnoses the case of a session.
func (f *fleet) diagnose(s *tally.Session, c *facts.Case) *result.Differential {
	h := f.byHost[s.Host]
	d := f.k.Conclude(c, engine.Settings{Workers: 1, Records: max(h.records, 1)})
	d.Case.Records, d.Case.From, d.Case.To = s.Records, dated(s.From), dated(s.To)
	for i := range d.Diagnoses {
		d.Diagnoses[i].Records = f.recordsOf(d.Diagnoses[i].Rule, s)
	}
	trim(d, f.q.Top)
	return d
}

// recordsOf counts the records of the session that hold something the rule names.
func (f *fleet) recordsOf(id string, s *tally.Session) (records int64) {
	rule, ok := f.k.Base.Number(id)
	if !ok {
		return 0
	}
	for _, p := range s.Parts {
		concerned := slices.ContainsFunc(p.Whats, func(what uint32) (found bool) {
			f.k.Base.Concerned(what, func(r uint32) { found = found || int(r) == rule })
			return found
		})
		if concerned {
			for _, b := range p.Buckets {
				records += b.Count
			}
		}
	}
	return records
}

// dated is a time that tells when: one without a year only orders records.
func dated(t facts.Time) facts.Time {
	if t.Time.Year() == 0 {
		return facts.Time{}
	}
	return t
}

// frame adds what belongs to the host to the differential of a case that is told.
func frame(d *result.Differential, h *host) {
	d.Case.Host, d.Case.Looked = h.Host.Host, h.records
	d.Inputs = append([]facts.Source{}, h.sources...)
}

// caseOf is the facts of a session with what is known of its host.
func (f *fleet) caseOf(s *tally.Session, h *host) *facts.Case {
	c := &facts.Case{Version: facts.CaseVersion, Coverage: h.coverage, Facts: s.Facts(f.all.line)}
	for i := range c.Facts {
		if c.Facts[i].Origin.Host == "" {
			c.Facts[i].Origin.Host = h.Host.Host
		}
	}
	for _, g := range h.gaps {
		if overlaps(g.LogGap, s) {
			c.Facts = append(c.Facts, g)
		}
	}
	if h.system != "" && !h.mixed && !slices.ContainsFunc(h.given, isSystem) {
		c.Facts = append(c.Facts, facts.Fact{
			Kind: facts.KindEnvironment, Origin: facts.Origin{Path: h.path, Host: h.Host.Host},
			Environment: &facts.Environment{Field: facts.FieldOS, Value: h.system},
		})
	}
	c.Facts = append(given.Override(c.Facts, h.given), h.given...)
	c.Facts = append(given.Override(c.Facts, f.settings), f.settings...)
	return c
}

func isSystem(f facts.Fact) bool {
	return f.Kind == facts.KindEnvironment && f.Environment.Field == facts.FieldOS
}

// overlaps reports whether what a log does not hold may belong to the session.
func overlaps(g *facts.LogGap, s *tally.Session) bool {
	if s.From.IsZero() || g.From.IsZero() || g.To.IsZero() {
		return true
	}
	return !g.To.Time.Before(s.From.Time) && !g.From.Time.After(s.To.Time)
}

// isReported says whether a diagnosis is worth telling.
func isReported(x *result.Diagnosis) bool {
	return x.Special && x.PriorBits+x.Bits >= leastOdds && x.Verdict != result.RuledOut
}

// reported is the diagnoses of a case that are worth telling.
func reported(d *result.Differential) (list []result.Diagnosis) {
	for i := range d.Diagnoses {
		if isReported(&d.Diagnoses[i]) {
			list = append(list, d.Diagnoses[i])
		}
	}
	return list
}

// trim leaves, of the diagnoses, those that are reported and the first of the
// others, as many as are asked for.
func trim(d *result.Differential, top int) {
	kept := d.Diagnoses[:0]
	for i := range d.Diagnoses {
		if top == 0 || len(kept) < top || isReported(&d.Diagnoses[i]) {
			kept = append(kept, d.Diagnoses[i])
		} else {
			d.NotShown++
		}
	}
	d.Diagnoses = kept
}

// result puts the cases together.
func (f *fleet) result(sessions []tally.Session, diagnosed []*result.Differential, unbounded []int) *result.Fleet {
	out := &result.Fleet{
		Version: result.Version, Status: result.Complete, Problems: f.q.Redact.problems(f.all.problems),
		Causes: []result.Cause{}, Common: []result.Common{}, Hosts: []result.Host{}, Timeline: []result.Moment{}, Cases: []result.Differential{}, Inputs: f.q.Redact.sources(f.all.sources),
		Rules: result.Rules{Loaded: f.k.Base.Len(), Evaluated: f.k.Base.Len(), NotEvaluated: []string{}, Base: f.k.Base.Hash()},
	}
	for _, i := range unbounded {
		if r, err := f.k.Base.Rule(i); err == nil {
			out.Rules.NotEvaluated = append(out.Rules.NotEvaluated, r.ID)
			out.Rules.Evaluated--
			out.Problems = append(out.Problems, facts.Problem{
				Source: r.File, At: r.ID, Stage: "evaluate", Reason: "rule.unbounded",
				Text: "its condition names no code, event or text that could be looked for, so it cannot be evaluated in a scan; diagnose the host's logs with it",
			})
		}
	}
	out.TunedOut = f.tunedOut(diagnosed)
	last := f.lastRuns(sessions, diagnosed)
	for i := range sessions {
		d := diagnosed[i]
		h := f.byHost[sessions[i].Host]
		h.Sessions++
		if d == nil {
			continue
		}
		if !last[i] || len(reported(d)) == 0 {
			diagnosed[i] = nil
			continue
		}
		f.addProblems(d, h)
		h.Cases++
		h.NotThere = append(h.NotThere, f.absentLogs(d, h)...)
		frame(d, h)
		f.q.Redact.differential(d)
		out.Cases = append(out.Cases, *d)
	}
	f.savedCases(out)
	f.tellHosts(out)
	out.Problems = listed(out.Problems)
	f.totals(out)
	out.Causes, out.Timeline = causes(out.Cases), timeline(out.Cases)
	told := map[string]bool{}
	for _, c := range out.Causes {
		told[c.Rule] = true
	}
	out.Common = f.common(sessions, told)
	switch {
	case len(out.Problems) > 0 && out.Totals.Files == 0:
		out.Status = result.Failed
	case len(out.Problems) > 0:
		out.Status = result.Partial
	}
	return out
}

// mostProblems bounds the problems that are listed, of a host and in all.
const mostProblems = 1000

// addProblems adds what could not be read of the host to a case of it.
func (f *fleet) addProblems(d *result.Differential, h *host) {
	d.Problems = listed(append(f.q.Redact.problems(h.problems), d.Problems...))
	if len(d.Problems) > 0 && d.Status == result.Complete {
		d.Status = result.Partial
	}
}

// listed is the first of the problems, and how many more there are.
func listed(list []facts.Problem) []facts.Problem {
	if len(list) <= mostProblems {
		return append([]facts.Problem{}, list...)
	}
	more := len(list) - mostProblems
	return append(slices.Clone(list[:mostProblems]), facts.Problem{
		Source: "kbtriage", Stage: "report", Reason: "problems.more", Lost: int64(more), Text: fmt.Sprintf("%d more problems are not listed", more),
	})
}

// caseProblems is never nil.
func caseProblems(d *result.Differential) []facts.Problem {
	if d.Problems == nil {
		return []facts.Problem{}
	}
	return d.Problems
}

func (f *fleet) totals(out *result.Fleet) {
	t := &out.Totals
	for _, s := range f.all.sources {
		if s.Format == "unread" {
			t.Unread++
			continue
		}
		t.Files++
		t.Bytes += s.Bytes
		t.Records += int64(s.Records)
	}
	t.Hits, t.Cases = f.all.tally.Records, len(out.Cases)
	for _, h := range out.Hosts {
		if h.Files > 0 {
			t.Hosts++
		}
	}
}

// lastRuns says which sessions count. Of a problem of a setup, each session is a
// run of it, and the last one on a host tells how it ended.
func (f *fleet) lastRuns(sessions []tally.Session, diagnosed []*result.Differential) []bool {
	keep := make([]bool, len(sessions))
	later := map[string]bool{} // host and rule
	for i := len(sessions) - 1; i >= 0; i-- {
		keep[i] = true
		if diagnosed[i] == nil {
			continue
		}
		list := reported(diagnosed[i])
		if len(list) == 0 {
			continue
		}
		rule, ok := f.k.Base.Find(list[0].Rule)
		if !ok || !rule.Setup {
			continue
		}
		key := sessions[i].Host + "\x00" + rule.ID
		keep[i] = !later[key]
		later[key] = true
	}
	return keep
}

// absentLogs lists the event logs that the rules of the case look into and that
// nothing was read of.
func (f *fleet) absentLogs(d *result.Differential, h *host) (names []string) {
	if h.system == "Linux" { // it has no such logs
		return nil
	}
	for _, x := range reported(d) {
		rule, ok := f.k.Base.Find(x.Rule)
		if !ok {
			continue
		}
		for i := range rule.Symptoms {
			rule.Symptoms[i].Condition.Leaves(func(_ string, leaf *cond.Condition) {
				if leaf.Event == nil || leaf.Event.Log == "" {
					return
				}
				if !slices.ContainsFunc(h.coverage, func(c facts.Coverage) bool { return c.Log == "" || strings.EqualFold(c.Log, leaf.Event.Log) }) {
					names = append(names, leaf.Event.Log)
				}
			})
		}
	}
	return names
}
