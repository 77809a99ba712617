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

// page writes lines and remembers the first error.
type page struct {
	w     io.Writer
	style Style
	err   error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " ")+"\n")
	}
}

const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	faint  = "2"
)

func (p *page) paint(code, s string) string {
	if !p.style.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// wrapped writes text with a hanging indent.
func (p *page) wrapped(first, indent, text string) {
	width := max(40, p.style.Width)
	line := first
	begun := false
	for _, word := range strings.Fields(text) {
		if begun && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			p.line("%s", line)
			line, begun = indent, false
		}
		if begun {
			line += " "
		}
		line += word
		begun = true
	}
	p.line("%s", line)
}

// text is the layout for a person.
func text(w io.Writer, d *result.Differential, style Style) error {
	if style.Width == 0 {
		style.Width = 100
	}
	p := &page{w: w, style: style}
	p.readAs(d)
	if d.Status != result.Complete {
		p.line("%s", p.paint(red, fmt.Sprintf("This result is %s: see the end.", d.Status)))
	}
	if len(d.Diagnoses) == 0 {
		p.line("No rule has a symptom that was seen. %d rules were looked at.", d.Rules.Evaluated)
	} else if d.None > d.Diagnoses[0].Probability {
		p.line("%s", p.paint(yellow, fmt.Sprintf("Most likely none of the known errors (%s). The nearest:", Percent(d.None))))
	}
	for i := range d.Diagnoses {
		p.line("")
		p.diagnosis(&d.Diagnoses[i], i == 0 || style.Verbose || d.Diagnoses[i].Probability > 0.8*d.Diagnoses[0].Probability)
	}
	if len(d.Diagnoses) > 0 {
		p.line("")
		p.line("None of these: %s", Percent(d.None))
	}
	if d.NotShown > 0 {
		p.line("%d more are not shown (--top).", d.NotShown)
	}
	p.also(d)
	p.findings(d)
	p.excluded(d)
	p.next(d)
	p.unexplained(d)
	p.notThere(d)
	p.problems(d)
	return p.err
}

// notThere names the inputs of which nothing was read and that are no problem: a
// host without systemd has no failed units to tell.
func (p *page) notThere(d *result.Differential) {
	var names []string
	for _, s := range d.Inputs {
		named := slices.ContainsFunc(d.Problems, func(x facts.Problem) bool { return x.Source == s.Path })
		if s.Format == "unread" && !named {
			names = append(names, Clean(s.Path))
		}
	}
	if len(names) == 0 {
		return
	}
	p.line("")
	p.line("Not there, so not looked at:")
	for _, n := range names {
		p.wrapped("  ", "    ", n)
	}
}

func (p *page) readAs(d *result.Differential) {
	if len(d.Inputs) == 0 {
		return
	}
	var parts []string
	for _, s := range d.Inputs {
		parts = append(parts, fmt.Sprintf("%s: %s", Clean(s.Path), s.Format))
	}
	const most = 8
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	p.wrapped("Read as ", "        ", strings.Join(parts, "; "))
	for _, c := range d.Codes {
		if c.Name != "" || c.Text != "" {
			p.wrapped("Code    ", "        ", strings.TrimSuffix(fmt.Sprintf("%s: %s %s: %s", Clean(c.Literal), c.Family, c.Name, c.Text), ": "))
		}
	}
}

func verdictWord(v result.Verdict) string { return strings.ReplaceAll(string(v), "_", " ") }

func (p *page) verdict(v result.Verdict) string {
	colour := faint
	switch v {
	case result.Confirmed:
		colour = green
	case result.Likely, result.Possible:
		colour = yellow
	case result.RuledOut:
		colour = red
	}
	return p.paint(colour, verdictWord(v))
}

func (p *page) diagnosis(d *result.Diagnosis, full bool) {
	name := d.Rule
	if len(d.Refs) > 0 {
		name += "  (" + strings.Join(d.Refs, ", ") + ")"
	}
	p.line("%s  %s  %s", p.paint(bold, fmt.Sprintf("%d. %s", d.Rank, Clean(d.Title))), Percent(d.Probability), p.verdict(d.Verdict))
	p.line("   %s", p.paint(faint, Clean(name)))
	if full {
		p.causeOf(d.Cause)
	}
	p.evidence("Why:", d, func(e result.Evidence) bool { // one that says the same again only with everything else
		return e.State == "seen" && (e.Bits != 0 || e.Proof || p.style.Verbose)
	})
	p.evidence("Against:", d, func(e result.Evidence) bool { return e.Bits <= 0 && e.State == "missing" })
	for _, t := range d.Tuned {
		p.wrapped("   Tuned here: ", "     ", Clean(t))
	}
	if full {
		p.evidence("Not known:", d, func(e result.Evidence) bool { return e.State == "unknown" })
		p.resolution(d)
	}
}

func (p *page) evidence(head string, d *result.Diagnosis, which func(result.Evidence) bool) {
	begun := false
	for _, e := range d.Evidence {
		if !which(e) {
			continue
		}
		if !begun {
			p.line("   %s", head)
			begun = true
		}
		weight := "         "
		if e.State != "unknown" {
			weight = fmt.Sprintf("%+5.1f bit", e.Bits)
		}
		mark := ""
		if e.Proof {
			mark += ", proof"
		}
		if e.Decisive {
			mark += ", decisive"
		}
		p.wrapped(fmt.Sprintf("     %s  %s%s: ", weight, e.Symptom, mark), "                ", Clean(e.Why)+origins(e.Facts))
	}
}

// origins names where the facts are from, once each.
func origins(list []result.Fact) string {
	var from []string
	for _, f := range list {
		o := facts.Origin{Path: f.Path, Line: f.Line, Record: f.Record}
		if s := Clean(o.String()); s != "" && !slices.Contains(from, s) {
			from = append(from, s)
		}
	}
	if len(from) == 0 {
		return ""
	}
	return "  [" + strings.Join(from, ", ") + "]"
}

func (p *page) also(d *result.Differential) {
	for i := range d.Also {
		p.line("")
		p.line("%s", p.paint(bold, "Besides, for what that does not explain:"))
		p.diagnosis(&d.Also[i], true)
	}
}

// findings lists what is wrong or unknown; what is in order only when asked to.
func (p *page) findings(d *result.Differential) {
	begun := false
	for _, state := range []facts.State{facts.True, facts.Unknown, facts.False} { // what is wrong first
		for _, f := range d.Findings {
			if f.State != state || state == facts.False && !p.style.Verbose && f.ID != facts.FindingUpdate {
				continue
			}
			if !begun {
				p.line("")
				p.line("%s", p.paint(bold, "Findings:"))
				begun = true
			}
			p.finding(&f)
		}
	}
}

func (p *page) finding(f *facts.Finding) {
	word := map[facts.State]string{facts.True: "problem", facts.False: "in order", facts.Unknown: "unknown"}[f.State]
	if f.ID == facts.FindingUpdate {
		word = map[facts.State]string{facts.True: "accepted", facts.False: "not accepted", facts.Unknown: "unknown"}[f.State]
	}
	text := Clean(f.Text)
	if f.Advice != "" {
		text += " -> " + Clean(f.Advice)
	}
	p.wrapped(fmt.Sprintf("  %-8s %s: ", word, f.ID), "           ", text)
}

func (p *page) excluded(d *result.Differential) {
	if len(d.Excluded) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Excluded:"))
	for _, x := range d.Excluded {
		name := x.Rule
		if len(x.Refs) > 0 {
			name += " (" + strings.Join(x.Refs, ", ") + ")"
		}
		p.wrapped("  ", "    ", fmt.Sprintf("%s: %s", Clean(name), Clean(x.Reason)))
	}
}

func (p *page) next(d *result.Differential) {
	if len(d.Next) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Check next:"))
	shown := d.Next
	if !p.style.Verbose {
		shown = shown[:min(len(shown), 4)]
	}
	for i, c := range shown {
		p.wrapped(fmt.Sprintf("  %d. ", i+1), "     ", fmt.Sprintf("%s  (%s, %.2f bit for cost %g)", Clean(c.Text), c.Kind, c.GainBits, c.Cost))
		p.line("     %s", p.paint(faint, Clean(c.Command)))
		for _, n := range c.Needs {
			p.wrapped("     needs: ", "            ", fmt.Sprintf("%s  (--set %s=...)", Clean(n.Ask), n.Input))
		}
		yes, no := "yes", "no"
		if len(c.IfYes) > 0 && strings.Contains(c.IfYes[0], ": ") {
			yes, no = "if", "other"
		}
		if len(c.IfYes) > 0 {
			p.wrapped(fmt.Sprintf("     %s: ", yes), "          ", Clean(strings.Join(c.IfYes, "; ")))
		}
		if len(c.IfNo) > 0 {
			p.wrapped(fmt.Sprintf("     %s: ", no), "          ", Clean(strings.Join(c.IfNo, "; ")))
		}
	}
	if n := len(d.Next) - len(shown); n > 0 {
		p.line("  and %d more (-v)", n)
	}
}

func (p *page) unexplained(d *result.Differential) {
	if len(d.Unexplained) == 0 {
		return
	}
	p.line("")
	p.line("%s", p.paint(bold, "Not explained by any of these:"))
	shown := d.Unexplained
	if !p.style.Verbose {
		shown = shown[:min(len(shown), 8)]
	}
	for _, u := range shown {
		where := facts.Origin{Path: u.Path, Line: u.Line}
		p.wrapped("  ", "    ", fmt.Sprintf("%s: %s  [%s]", u.Kind, Clean(u.Text), Clean(where.String())))
	}
	if n := len(d.Unexplained) - len(shown) + d.MoreUnexplained; n > 0 {
		p.line("  and %d more (-v)", n)
	}
}

func (p *page) problems(d *result.Differential) {
	if d.Status == result.Complete {
		return
	}
	p.line("")
	p.line("%s", p.paint(red, fmt.Sprintf("This result is %s:", d.Status)))
	for _, x := range d.Problems {
		at := x.Source
		if x.At != "" {
			at += ", " + x.At
		}
		p.wrapped("  ", "    ", fmt.Sprintf("%s: %s [%s]", Clean(at), Clean(x.Text), x.Reason))
	}
}
