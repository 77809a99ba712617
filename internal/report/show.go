package report

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// What a page shows of one case at most. What is left out is counted.
const (
	pageDiagnoses = 10
	pageEvidence  = 40 // lines of evidence of a diagnosis
	pageFacts     = 8  // facts of a line of evidence
	pageLines     = 30 // of a list: excluded rules, checks, facts that nothing explains
)

// shownFact is a fact as a page shows it: its text, where it stands, and what it
// stands for.
type shownFact struct {
	Text  string
	Where []string // file and line or record, time, host where that is another one
	More  string   // " and 312 more, the last at ..."
}

func showFact(f *result.Fact, host string) shownFact {
	v := shownFact{Text: shorten(f.Text, mostRunes)}
	path := shorten(f.Path, mostRunes)
	switch {
	case f.Line > 0:
		v.Where = append(v.Where, fmt.Sprintf("%s:%d", path, f.Line))
	case f.Record > 0:
		v.Where = append(v.Where, strings.TrimSpace(fmt.Sprintf("%s record %d", path, f.Record)))
	case path != "":
		v.Where = append(v.Where, path)
	}
	if t := moment(f.Time); t != "" {
		v.Where = append(v.Where, t)
	}
	if f.Host != "" && f.Host != host {
		v.Where = append(v.Where, "on "+hostTitle(f.Host))
	}
	if f.Count > 1 {
		v.More = " and " + thousands(f.Count-1) + " more"
		if t := moment(f.Last); t != "" {
			v.More += ", the last at " + t
		}
	}
	return v
}

// shownEvidence is a line of evidence.
type shownEvidence struct {
	Symptom, State, Bits string
	Class                string // "for", "against" or "open"
	Notes                string
	Why                  string // "" where the facts say the same
	Facts                []shownFact
	More                 int
}

// shownDiagnosis is a diagnosis as a page shows it.
type shownDiagnosis struct {
	*result.Diagnosis
	Number   string
	Badge    badge
	Evidence []shownEvidence
	More     int    // lines of evidence that are not listed
	Unknown  string // symptoms of which nothing is known
	Steps    [][]stepLine
	ToDo     string // heading of the steps
	Full     bool   // with cause and resolution
	Cause    int    // number of the cause in the scan that it belongs to; 0 for none
}

// badge is a verdict with its probability.
type badge struct{ Class, Word, Percent string }

func showVerdict(v result.Verdict, p float64) badge {
	b := badge{Class: "unlikely", Word: shorten(verdictWord(v), mostRunes), Percent: Percent(p)}
	switch v {
	case result.Confirmed, result.Likely, result.Possible, result.Unlikely:
		b.Class = string(v)
	case result.RuledOut:
		b.Class = "out"
	}
	return b
}

func showDiagnosis(x *result.Diagnosis, host string, full bool) shownDiagnosis {
	v := shownDiagnosis{
		Diagnosis: x, Number: fmt.Sprintf("%d.", x.Rank), Badge: showVerdict(x.Verdict, x.Probability), Full: full,
		ToDo: map[string]string{"fix": "To do", "workaround": "Workaround", "by-design": "By design", "none": "No solution is known"}[x.Resolution.Kind],
	}
	if v.ToDo == "" {
		v.ToDo = "To do"
	}
	var open []string
	for i := range x.Evidence {
		e := &x.Evidence[i]
		switch {
		case e.State == "unknown":
			open = append(open, e.Symptom)
		case len(v.Evidence) == pageEvidence:
			v.More++
		default:
			v.Evidence = append(v.Evidence, showEvidence(e, host))
		}
	}
	v.Unknown = joined(open, pageLines)
	if full {
		v.Steps = allSteps(x.Resolution.Steps)
	} else if derived := x.Resolution.Derived; len(derived) > 0 {
		var lines []stepLine
		for _, l := range derived[:min(len(derived), pageLines)] {
			lines = append(lines, stepLine{Text: shorten(strings.TrimSpace(l), mostRunes), Code: true})
		}
		if n := len(derived) - pageLines; n > 0 {
			lines = append(lines, stepLine{Text: "and " + thousands(int64(n)) + " more"})
		}
		v.Steps = [][]stepLine{lines}
	}
	return v
}

func allSteps(steps []string) [][]stepLine {
	var list [][]stepLine
	for _, s := range steps[:min(len(steps), pageLines)] {
		list = append(list, stepLines(s))
	}
	if n := len(steps) - pageLines; n > 0 {
		list = append(list, []stepLine{{Text: "and " + thousands(int64(n)) + " more steps"}})
	}
	return list
}

func showEvidence(e *result.Evidence, host string) shownEvidence {
	v := shownEvidence{Symptom: shorten(e.Symptom, mostRunes), State: shorten(e.State, mostRunes), Bits: fmt.Sprintf("%+.1f", e.Bits), Class: "for"}
	if e.State == "missing" || e.Bits < 0 {
		v.Class = "against"
	}
	var notes []string
	if e.Proof {
		notes = append(notes, "proof")
	}
	if e.Decisive {
		notes = append(notes, "decisive")
	}
	v.Notes = strings.Join(notes, ", ")
	for i := range e.Facts {
		if i == pageFacts {
			v.More = len(e.Facts) - i
			break
		}
		v.Facts = append(v.Facts, showFact(&e.Facts[i], host))
	}
	if why := shorten(e.Why, mostRunes); len(v.Facts) != 1 || v.Facts[0].Text != why {
		v.Why = why
	}
	return v
}

// findingWord says what the state of a finding means.
func findingWord(f *facts.Finding) string {
	words := map[facts.State]string{facts.True: "problem", facts.False: "in order", facts.Unknown: "unknown"}
	if f.ID == facts.FindingUpdate {
		words = map[facts.State]string{facts.True: "accepted", facts.False: "not accepted", facts.Unknown: "unknown"}
	}
	return or(words[f.State], shorten(string(f.State), mostRunes))
}
