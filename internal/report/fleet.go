package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// Fleet prints the result of a scan. As JSON lines it is one differential a
// line: that of each case, and for each host without a case one that lists
// nothing.
func Fleet(w io.Writer, f *result.Fleet, form Form, style Style) error {
	switch form {
	case JSON:
		return Indented(w, f)
	case JSONL:
		return fleetLines(w, f)
	}
	return fleetText(w, f, style)
}

func fleetLines(w io.Writer, f *result.Fleet) error {
	for _, list := range [][]result.Differential{f.Cases, f.Quiet} {
		for i := range list {
			if err := Line(w, &list[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// fleetText is the layout for a person: causes over all hosts, then host by host
// what leads, then the timeline and what was not looked at.
func fleetText(w io.Writer, f *result.Fleet, style Style) error {
	if style.Width == 0 {
		style.Width = 100
	}
	p := &page{w: w, style: style}
	t := &f.Totals
	p.wrapped("", "", fmt.Sprintf("Looked at %s in %s on %s with %s: %s may matter to a rule, in %s.",
		counted(t.Records, "record"), counted(int64(t.Files), "file"), counted(int64(t.Hosts), "host"), counted(int64(f.Rules.Evaluated), "rule"),
		counted(t.Hits, "record"), counted(int64(t.Sessions), "session")))
	if f.Status != result.Complete {
		p.line("%s", p.paint(red, fmt.Sprintf("This result is %s: see the end.", f.Status)))
	}
	if len(f.Causes) == 0 {
		p.line("No known error is shown by what was read.")
	}
	for i := range f.Causes {
		p.line("")
		p.cause(i+1, &f.Causes[i])
	}
	p.cases(f)
	p.timeline(f)
	p.lookedAt(f)
	p.fleetProblems(f.Problems)
	return p.err
}

// counted is "1 file", "12 files".
func counted(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

const mostHosts = 12

func (p *page) cause(n int, c *result.Cause) {
	p.line("%s  %s  %s  on %s", p.paint(bold, fmt.Sprintf("%d. %s", n, Clean(c.Title))), Percent(c.Probability), p.verdict(c.Verdict), counted(int64(len(c.Hosts)), "host"))
	name := c.Rule
	if len(c.Refs) > 0 {
		name += "  (" + strings.Join(c.Refs, ", ") + ")"
	}
	p.line("   %s", p.paint(faint, Clean(name)))
	p.wrapped("   Hosts: ", "          ", hostList(c.Hosts, mostHosts))
	p.wrapped("   Seen:  ", "          ", seen(c.Records, int64(c.Cases), c.From, c.To))
	p.wrapped("   Cause: ", "          ", Clean(c.Cause))
	for i, s := range c.Steps {
		lines := cleanLines(s)
		p.wrapped(fmt.Sprintf("   %d. ", i+1), "      ", lines[0])
		for _, l := range lines[1:] {
			p.line("      %s", l)
		}
	}
}

func hostList(hosts []string, most int) string {
	var names []string
	for i, h := range hosts {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(hosts)-most))
			break
		}
		names = append(names, hostName(h))
	}
	return strings.Join(names, ", ")
}

func hostName(h string) string {
	if h == "" {
		return "(unknown host)"
	}
	return Clean(h)
}

func seen(records, cases int64, from, to facts.Time) string {
	s := counted(records, "record") + " in " + counted(cases, "case")
	if when := span(from, to); when != "" {
		s += ", " + when
	}
	return s
}

func span(from, to facts.Time) string {
	if from.IsZero() || from.Time.Year() == 0 {
		return ""
	}
	if from.String() == to.String() || to.IsZero() {
		return from.String()
	}
	return from.String() + " to " + to.String()
}

// cases shows the evidence of each case.
func (p *page) cases(f *result.Fleet) {
	if len(f.Cases) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Cases"))
	most := 20
	if p.style.Verbose {
		most = len(f.Cases)
	}
	for i := range f.Cases {
		d := &f.Cases[i]
		if i == most {
			p.line("  and %d more (-v shows all)", len(f.Cases)-most)
			break
		}
		when := span(d.Case.From, d.Case.To)
		if when != "" {
			when = "  " + when
		}
		p.line("  %s%s", hostName(d.Case.Host), when)
		for j := range d.Diagnoses {
			x := &d.Diagnoses[j]
			if j > 0 && !p.style.Verbose && x.Probability < 0.05 {
				break
			}
			p.line("    %s  %s  %s", Percent(x.Probability), Clean(x.Rule), p.verdict(x.Verdict))
			p.fleetEvidence(x)
		}
	}
}

func (p *page) fleetEvidence(x *result.Diagnosis) {
	for _, e := range x.Evidence {
		if e.State == "unknown" {
			continue
		}
		if len(e.Facts) == 0 {
			p.wrapped("      ", "        ", fmt.Sprintf("%s %s: %s", e.State, e.Symptom, Clean(e.Why)))
		}
		for _, fact := range e.Facts {
			line := fmt.Sprintf("%s %s", Clean(fact.Text), place(&fact))
			if fact.Count > 1 {
				line += fmt.Sprintf(" and %d more", fact.Count-1)
				if !fact.Last.IsZero() {
					line += ", the last at " + fact.Last.String()
				}
			}
			p.wrapped("      ", "        ", line)
		}
	}
}

// place is where a fact stands: "(app.evtx record 345, 2003-...)".
func place(f *result.Fact) string {
	s := Clean(f.Path)
	switch {
	case f.Line > 0:
		s += fmt.Sprintf(":%d", f.Line)
	case f.Record > 0:
		s += fmt.Sprintf(" record %d", f.Record)
	}
	if !f.Time.IsZero() {
		s += ", " + f.Time.String()
	}
	return "(" + s + ")"
}

func (p *page) timeline(f *result.Fleet) {
	if len(f.Timeline) < 2 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Timeline"))
	most := 20
	if p.style.Verbose {
		most = len(f.Timeline)
	}
	for i, m := range f.Timeline {
		if i == most {
			p.line("  and %d more (-v shows all)", len(f.Timeline)-most)
			break
		}
		when := m.Time.String()
		if m.Time.Time.Year() == 0 {
			when = "time unknown"
		}
		p.line("  %s  %s  %s", when, hostName(m.Host), Clean(m.Rule))
	}
}

// lookedAt says of which hosts something was not there to be looked at.
func (p *page) lookedAt(f *result.Fleet) {
	head := false
	say := func(format string, args ...any) {
		if !head {
			p.line("")
			p.line("%s", p.paint(bold, "Not looked at"))
			head = true
		}
		p.wrapped("  ", "    ", fmt.Sprintf(format, args...))
	}
	for _, h := range f.Hosts {
		if len(h.NotThere) > 0 {
			say("%s: no %s log among the inputs, so what it would show is unknown", hostName(h.Host), strings.Join(h.NotThere, " or "))
		}
		if h.Gaps > 0 {
			say("%s: %s in the record numbers of its event logs", hostName(h.Host), counted(int64(h.Gaps), "gap"))
		}
		if h.Known == "path" && h.Cases > 0 {
			say("%s: the name is that of the folder; its records name no host", hostName(h.Host))
		}
	}
	for _, id := range f.Rules.NotEvaluated {
		say("rule %s was not evaluated", Clean(id))
	}
}

func (p *page) fleetProblems(list []facts.Problem) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Problems"))
	for _, x := range list {
		at := ""
		if x.At != "" {
			at = ", " + Clean(x.At)
		}
		p.wrapped("  ", "    ", fmt.Sprintf("%s%s: %s (%s)", Clean(x.Source), at, Clean(x.Text), x.Reason))
	}
}
