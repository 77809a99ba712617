package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

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
	case Markdown:
		return fleetMarkdown(w, f)
	case HTML:
		return fleetHTML(w, f)
	case CSV:
		return fleetCSV(w, f)
	case SARIF:
		return fleetSARIF(w, f)
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
	if len(f.Causes) == 0 && f.Status != result.Failed {
		p.line("No known error is shown by what was read.")
	}
	for i := range f.Causes {
		if i == mostCauses && !style.Verbose {
			p.line("\nand %s (-v shows all)", counted(int64(len(f.Causes)-i), "more cause"))
			break
		}
		p.line("")
		p.cause(i+1, &f.Causes[i])
	}
	p.cases(f)
	p.timeline(f)
	p.common(f)
	p.tunedOut(f)
	p.lookedAt(f)
	p.fleetProblems(f.Problems)
	return p.err
}

// tunedOut names what overlays of the site kept out.
func (p *page) tunedOut(f *result.Fleet) {
	if len(f.TunedOut) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Kept out by overlays"))
	for i, x := range f.TunedOut {
		if i == mostTunedOut && !p.style.Verbose {
			p.line("  and %s (-v shows them)", counted(int64(len(f.TunedOut)-i), "more rule"))
			break
		}
		p.wrapped("  ", "    ", Clean(fmt.Sprintf("%s, in %s: %s", x.Rule, counted(int64(x.Cases), "session"), x.Reason)))
	}
}

// counted is "1 file", "12,345 files".
func counted(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}

// What the text lists at most, unless everything is asked for.
const (
	mostCauses   = 20
	mostTunedOut = 20
	mostHosts    = 12 // of a cause
	mostCases    = 20 // in all
	mostAlike    = 5  // cases of one cause
	mostFacts    = 5  // of a line of evidence
	mostLines    = 20 // of the timeline, of the problems
)

func (p *page) cause(n int, c *result.Cause) {
	head := fmt.Sprintf("%d. %s", n, shorten(c.Title, mostRunes))
	tail := fmt.Sprintf("%s  %s  on %s", Percent(c.Probability), p.verdict(c.Verdict), counted(int64(len(c.Hosts)), "host"))
	if utf8.RuneCountInString(head)+len("  > 99.9 %  ruled out  on 100 hosts") <= p.style.Width {
		p.line("%s  %s", p.paint(bold, head), tail)
	} else {
		p.wrapped("", "   ", head)
		p.line("   %s", tail)
	}
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
			names = append(names, fmt.Sprintf("and %s more", thousands(int64(len(hosts)-most))))
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

// cases shows the evidence of each case, cause by cause.
func (p *page) cases(f *result.Fleet) {
	if len(f.Cases) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Cases"))
	all, shown := newHomes(f), 0
	alike := min(all.share(mostCases), mostAlike)
	for i, cases := range all.cases {
		for k, n := range cases {
			if !p.style.Verbose && (k == alike || shown == mostCases) {
				of := ""
				if i < len(f.Causes) {
					of = " of " + shorten(f.Causes[i].Rule, mostRunes)
				}
				p.line("  and %s%s (-v shows all)", counted(int64(len(cases)-k), "more case"), of)
				break
			}
			p.fleetCase(&f.Cases[n])
			shown++
		}
	}
}

func (p *page) fleetCase(d *result.Differential) {
	when := span(d.Case.From, d.Case.To)
	if when != "" {
		when = "  " + when
	}
	p.line("  %s%s", hostTitle(d.Case.Host), when)
	for j := range d.Diagnoses {
		x := &d.Diagnoses[j]
		if j > 0 && !p.style.Verbose && x.Probability < 0.05 {
			break
		}
		p.line("    %s  %s  %s", Percent(x.Probability), Clean(x.Rule), p.verdict(x.Verdict))
		p.fleetEvidence(x)
	}
	for j := range d.Also {
		x := &d.Also[j]
		p.line("    %s  %s  %s, for what that does not explain", Percent(x.Probability), Clean(x.Rule), p.verdict(x.Verdict))
		p.fleetEvidence(x)
	}
}

func (p *page) fleetEvidence(x *result.Diagnosis) {
	for _, e := range x.Evidence {
		if e.State == "unknown" {
			continue
		}
		if len(e.Facts) == 0 {
			p.wrapped("      ", "        ", fmt.Sprintf("%s %s: %s", e.State, e.Symptom, shorten(e.Why, mostRunes)))
		}
		for i := range e.Facts {
			if i == mostFacts && !p.style.Verbose {
				p.line("      and %s (-v shows all)", counted(int64(len(e.Facts)-i), "more fact"))
				break
			}
			fact := &e.Facts[i]
			line := fmt.Sprintf("%s %s", shorten(fact.Text, mostRunes), place(fact))
			if fact.Count > 1 {
				line += fmt.Sprintf(" and %s more", thousands(fact.Count-1))
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
	for i, m := range f.Timeline {
		if i == mostLines && !p.style.Verbose {
			p.line("  and %s more (-v shows all)", thousands(int64(len(f.Timeline)-i)))
			break
		}
		when := m.Time.String()
		if !dated(m.Time) {
			when = "time unknown"
		}
		p.line("  %s  %s  %s", when, hostName(m.Host), Clean(m.Rule))
	}
}

// common names the rules whose symptoms were seen and prove nothing.
func (p *page) common(f *result.Fleet) {
	if len(f.Common) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Seen, but too common in an input of this size to be told"))
	most := 5
	if p.style.Verbose {
		most = len(f.Common)
	}
	for i, c := range f.Common {
		if i == most {
			p.line("  and %s (-v shows them; explain RULE FILE says what a rule sees)", counted(int64(len(f.Common)-most), "more rule"))
			break
		}
		p.wrapped("  ", "    ", fmt.Sprintf("%s: %s, such as %s %s", Clean(c.Rule), counted(c.Records, "record"), Clean(c.First.Text), place(&c.First)))
	}
}

// lookedAt says of which hosts something was not there to be looked at: one line
// for all hosts of which it is the same.
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
	absent := map[string][]string{} // logs that are not there -> hosts
	var logs, gaps, named, strangers, unread []string
	most := mostHosts
	if p.style.Verbose {
		most = len(f.Hosts)
	}
	for _, h := range f.Hosts {
		if len(h.NotThere) > 0 {
			key := Clean(strings.Join(h.NotThere, " or "))
			if absent[key] == nil {
				logs = append(logs, key)
			}
			absent[key] = append(absent[key], h.Host)
		}
		if h.Gaps > 0 {
			gaps = append(gaps, fmt.Sprintf("%s (%s)", hostName(h.Host), thousands(int64(h.Gaps))))
		}
		if h.Known == "path" && h.Cases > 0 {
			named = append(named, h.Host)
		}
		unread = append(unread, h.NotRead...)
	}
	for i := range f.Cases {
		if d := &f.Cases[i]; d.Case.Host == "" {
			for _, s := range d.Inputs {
				if !slices.Contains(strangers, s.Path) {
					strangers = append(strangers, s.Path)
				}
			}
		}
	}
	for _, key := range logs {
		say("no %s log among the inputs, so what it would show is unknown: %s", key, hostList(absent[key], most))
	}
	if len(gaps) > 0 {
		say("gaps in the record numbers of the event logs: %s", hostList(gaps, most))
	}
	if len(named) > 0 {
		say("the name is that of the folder or file, because the records name no host: %s", hostList(named, most))
	}
	if len(strangers) > 0 {
		say("neither records nor folders name the host of: %s", hostList(strangers, most))
	}
	if len(unread) > 0 {
		say("not there, or not read: %s", hostList(unread, most))
	}
	if n := f.Rules.NotEvaluated; len(n) > 0 {
		say("rules that were not evaluated: %s", hostList(n, most))
	}
}

func (p *page) fleetProblems(list []facts.Problem) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Problems"))
	for i, x := range list {
		if i == mostLines && !p.style.Verbose {
			p.line("  and %s more (-v shows all)", thousands(int64(len(list)-i)))
			break
		}
		at := ""
		if x.At != "" {
			at = ", " + Clean(x.At)
		}
		p.wrapped("  ", "    ", fmt.Sprintf("%s%s: %s (%s)", Clean(x.Source), at, Clean(x.Text), x.Reason))
	}
}
