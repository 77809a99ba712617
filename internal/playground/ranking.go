package playground

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/rules"
)

// How much of a differential an answer holds.
const (
	mostListed  = 20        // diagnoses
	mostPrinted = 256 << 10 // bytes of Ranking.Printed
)

// Ranking is the differential as the page shows it.
type Ranking struct {
	Status  string   `json:"status"` // complete or partial, as result.Differential has it
	Rows    []Row    `json:"rows"`
	More    int      `json:"more"`    // diagnoses that are not among the rows
	None    string   `json:"none"`    // that no known rule explains the case, for a person
	Share   float64  `json:"share"`   // the same, 0 to 1
	Printed string   `json:"printed"` // what kbtriage prints for it
	Trouble []string `json:"trouble"` // what was not read or not evaluated
}

// Row is one diagnosis.
type Row struct {
	Rule     string     `json:"rule"`
	Title    string     `json:"title"`
	Own      bool       `json:"own"` // it is of the author's rule
	Verdict  string     `json:"verdict"`
	Percent  string     `json:"percent"` // for a person
	Share    float64    `json:"share"`   // 0 to 1
	Evidence []Evidence `json:"evidence"`
}

// Evidence is the state of one symptom.
type Evidence struct {
	Symptom  string `json:"symptom"`
	Line     int    `json:"line"` // in the pane of the rule, or 0
	Proof    bool   `json:"proof"`
	State    string `json:"state"` // seen, missing or unknown
	Bits     string `json:"bits"`  // "+7.0", or "" where it is unknown
	Why      string `json:"why"`
	IfSeen   string `json:"if_seen"` // of an unknown one, in an Account: the bits that the answer would add
	IfNot    string `json:"if_not"`
	Decisive bool   `json:"decisive"`
}

// Account is the author's rule held against the case, listed or not.
type Account struct {
	Summary  string     `json:"summary"`
	Symptoms []Evidence `json:"symptoms"`
}

// diagnose ranks, and holds the rule against the case.
func (a *Answer) diagnose(base *engine.Base, rule *rules.Rule, c *facts.Case, columns int) {
	d := base.Diagnose(c, engine.Settings{Top: mostListed, Workers: 1})
	r := &Ranking{Status: d.Status, Rows: []Row{}, More: d.NotShown, None: report.Percent(d.None), Share: d.None, Trouble: []string{}}
	for i := range d.Diagnoses {
		x := &d.Diagnoses[i]
		row := Row{
			Rule: x.Rule, Title: shorten(x.Title), Own: x.Rule == rule.ID, Verdict: strings.ReplaceAll(string(x.Verdict), "_", " "),
			Percent: report.Percent(x.Probability), Share: x.Probability, Evidence: []Evidence{},
		}
		for _, e := range x.Evidence {
			row.Evidence = append(row.Evidence, evidence(rule, x.Rule, &e))
		}
		r.Rows = append(r.Rows, row)
	}
	for _, p := range d.Problems {
		r.Trouble = append(r.Trouble, shorten(p.Source+": "+p.Text))
	}
	r.Printed = printed(d, columns)
	a.Ranking = r
	a.Account = account(base, rule, c, d)
}

func account(base *engine.Base, rule *rules.Rule, c *facts.Case, d *result.Differential) *Account {
	held := base.Account(rule, c)
	out := &Account{Symptoms: []Evidence{}}
	for _, s := range held.Symptoms {
		e := evidence(rule, rule.ID, &s.Evidence)
		if s.IfSeen != 0 || s.IfMissing != 0 {
			e.IfSeen, e.IfNot = fmt.Sprintf("%+.1f", s.IfSeen), fmt.Sprintf("%+.1f", s.IfMissing)
		}
		out.Symptoms = append(out.Symptoms, e)
	}
	out.Summary = "It is not listed: none of its presenting symptoms was seen."
	if held.Excluded != "" {
		out.Summary = "It cannot hold here: " + shorten(held.Excluded) + "."
	}
	for _, x := range d.Diagnoses {
		if x.Rule == rule.ID {
			out.Summary = fmt.Sprintf("Number %d with %s: prior %+.1f bit, evidence %+.1f bit.", x.Rank, report.Percent(x.Probability), x.PriorBits, x.Bits)
		}
	}
	return out
}

// evidence is a line of evidence of the rule with the id.
func evidence(own *rules.Rule, id string, e *result.Evidence) Evidence {
	out := Evidence{Symptom: shorten(e.Symptom), Proof: e.Proof, State: e.State, Why: shorten(e.Why), Decisive: e.Decisive}
	if e.State != "unknown" {
		out.Bits = fmt.Sprintf("%+.1f", e.Bits)
	}
	if id == own.ID {
		if s, _ := own.Find(e.Symptom); s != nil {
			out.Line = s.Position.Line
		}
	}
	return out
}

// printed is the differential as text.
func printed(d *result.Differential, columns int) string {
	var out bytes.Buffer
	_ = report.Differential(&out, d, report.Text, report.Style{Width: columns}) // a Buffer takes all
	text := report.CleanText(out.String())
	if len(text) <= mostPrinted {
		return text
	}
	return text[:strings.LastIndexByte(text[:mostPrinted], '\n')+1] + "...\nThe rest is not shown: it is too long for a page.\n"
}
