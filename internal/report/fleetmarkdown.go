package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// What the Markdown of a scan lists at most: tickets and wikis refuse long texts.
const (
	markdownCauses = 100
	markdownCases  = 10 // of a cause
	markdownFacts  = 4  // of a line of evidence
	markdownRows   = 100
)

// passive is escape for text that comes from a log: addresses and names in it
// become no links and call nobody.
func passive(s string) string {
	s = escape(s)
	if !strings.ContainsAny(s, "@:.") {
		return s
	}
	return strings.NewReplacer("@", "&#64;", "://", "&#58;//", "www.", "www&#46;").Replace(s)
}

// fleetMarkdown is the form of a scan for tickets and wikis.
func fleetMarkdown(w io.Writer, f *result.Fleet) error {
	p := &page{w: w}
	t := &f.Totals
	p.line("# Scan of %s on %s", counted(int64(t.Files), "file"), counted(int64(t.Hosts), "host"))
	p.line("")
	p.line("Status: %s. Looked at %s with %s: %s in %s may matter to a rule. Cases: %s.", passive(f.Status),
		counted(t.Records, "record"), counted(int64(f.Rules.Evaluated), "rule"), counted(t.Hits, "record"), counted(int64(t.Sessions), "session"), thousands(int64(t.Cases)))
	if f.Status != result.Complete {
		p.line("\n**This result is %s.** See Problems.", passive(f.Status))
	}
	p.markdownCauses(f)
	homes := newHomes(f)
	for i := range f.Causes[:min(len(f.Causes), markdownCauses)] {
		p.markdownCause(f, i, homes)
	}
	if stray := homes.cases[len(f.Causes)]; len(stray) > 0 {
		p.line("\n## Other cases\n")
		p.markdownCases(f, stray)
	}
	p.markdownHosts(f.Hosts)
	p.markdownTunedOut(f)
	p.markdownProblems(f)
	return p.err
}

// markdownTunedOut names what overlays of the site kept out.
func (p *page) markdownTunedOut(f *result.Fleet) {
	if len(f.TunedOut) == 0 {
		return
	}
	p.line("\n## Kept out by overlays\n")
	for i, x := range f.TunedOut {
		if i == markdownRows {
			p.line("\nAnd %s more.", thousands(int64(len(f.TunedOut)-i)))
			break
		}
		p.line("- %s, in %s: %s", passive(shorten(x.Rule, mostRunes)), counted(int64(x.Cases), "session"), passive(shorten(x.Reason, mostRunes)))
	}
}

func (p *page) markdownCauses(f *result.Fleet) {
	if len(f.Causes) == 0 {
		p.line("\nNo known error is shown by what was read.")
		return
	}
	p.line("\n## Causes\n")
	p.line("| | cause | probability | verdict | hosts | cases | records | when |")
	p.line("| ---: | --- | ---: | --- | --- | ---: | ---: | --- |")
	for i := range f.Causes {
		c := &f.Causes[i]
		if i == markdownCauses {
			p.line("\nAnd %s more.", thousands(int64(len(f.Causes)-i)))
			break
		}
		p.line("| %d | %s (%s) | %s | %s | %d: %s | %s | %s | %s |", i+1, passive(shorten(c.Title, mostRunes)), passive(shorten(c.Rule, mostRunes)), Percent(c.Probability), passive(verdictWord(c.Verdict)),
			len(c.Hosts), passive(hostNames(c.Hosts, 5)), thousands(int64(c.Cases)), thousands(c.Records), stretch(c.From, c.To))
	}
}

func (p *page) markdownCause(f *result.Fleet, i int, homes *homes) {
	c := &f.Causes[i]
	p.line("\n## %d. %s\n", i+1, passive(shorten(c.Title, mostRunes)))
	refs := ""
	if len(c.Refs) > 0 {
		refs = " (" + passive(joined(c.Refs, 20)) + ")"
	}
	p.line("Rule %s%s. %s\n", passive(shorten(c.Rule, mostRunes)), refs, passive(shorten(c.Cause, longRunes)))
	p.line("- Hosts: %s", passive(hostNames(c.Hosts, 40)))
	when := stretch(c.From, c.To)
	if when != "" {
		when = ", " + when
	}
	p.line("- Seen: %s in %s%s", counted(c.Records, "record"), counted(int64(c.Cases), "case"), when)
	p.markdownSteps(c.Steps)
	if len(homes.cases[i]) > 0 {
		p.line("\n### Cases of %d\n", i+1)
		p.markdownCases(f, homes.cases[i])
	}
}

// markdownSteps is a numbered list; computed lines are code in it.
func (p *page) markdownSteps(steps []string) {
	if len(steps) > 0 {
		p.line("")
	}
	for i, step := range steps {
		first := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(first))
		code := false
		for k, l := range stepLines(step) {
			if code && !l.Code {
				p.line("%s```\n", indent)
				code = false
			}
			switch {
			case l.Mark:
				p.line("\n%s%s\n", indent, passive(l.Text))
			case l.Code && !code:
				p.line("%s```text", indent)
				code = true
				fallthrough
			case l.Code:
				p.line("%s%s", indent, strings.ReplaceAll(l.Text, "```", "'''"))
			case k == 0:
				p.line("%s%s", first, passive(l.Text))
			default:
				p.line("%s%s", indent, passive(l.Text))
			}
		}
		if code {
			p.line("%s```\n", indent)
		}
	}
}

func (p *page) markdownCases(f *result.Fleet, cases []int) {
	for k, n := range cases {
		if k == markdownCases {
			p.line("- and %s more", thousands(int64(len(cases)-k)))
			break
		}
		d := &f.Cases[n]
		when := stretch(d.Case.From, d.Case.To)
		if when != "" {
			when = ", " + when
		}
		p.line("- **%s**%s (case %s)", passive(hostTitle(d.Case.Host)), when, passive(shorten(d.Case.ID, mostRunes)))
		for j := range d.Diagnoses {
			if j > 0 && d.Diagnoses[j].Probability < 0.05 {
				break
			}
			p.markdownEvidence(&d.Diagnoses[j], d.Case.Host)
		}
		for j := range d.Also {
			p.markdownEvidence(&d.Also[j], d.Case.Host)
		}
	}
}

func (p *page) markdownEvidence(x *result.Diagnosis, host string) {
	p.line("  - %s: %s, %s", passive(shorten(x.Rule, mostRunes)), Percent(x.Probability), passive(verdictWord(x.Verdict)))
	for _, e := range x.Evidence {
		if e.State == "unknown" {
			continue
		}
		if len(e.Facts) == 0 {
			p.line("    - %s %s: %s", passive(e.State), passive(shorten(e.Symptom, mostRunes)), passive(shorten(e.Why, mostRunes)))
		}
		for i := range e.Facts {
			if i == markdownFacts {
				p.line("    - and %s more", thousands(int64(len(e.Facts)-i)))
				break
			}
			v := showFact(&e.Facts[i], host)
			p.line("    - %s (%s)%s", passive(v.Text), passive(strings.Join(v.Where, ", ")), v.More)
		}
	}
}

func (p *page) markdownHosts(hosts []result.Host) {
	p.section(len(hosts), "Hosts")
	if len(hosts) > 0 {
		p.line("| host | known by | files | sessions | cases | gaps | not read | not there |")
		p.line("| --- | --- | ---: | ---: | ---: | ---: | --- | --- |")
	}
	for i := range hosts {
		if i == markdownRows {
			p.line("\nAnd %s more.", thousands(int64(len(hosts)-i)))
			break
		}
		h := &hosts[i]
		p.line("| %s | %s | %d | %d | %d | %d | %s | %s |", passive(hostTitle(h.Host)), passive(h.Known), h.Files, h.Sessions, h.Cases, h.Gaps,
			passive(joined(h.NotRead, 5)), passive(joined(h.NotThere, 5)))
	}
}

func (p *page) markdownProblems(f *result.Fleet) {
	p.section(len(f.Problems), "Problems")
	for i, x := range f.Problems {
		if i == markdownRows {
			p.line("- and %s more", thousands(int64(len(f.Problems)-i)))
			break
		}
		p.line("- %s: %s (%s)", passive(problemPlace(&x)), passive(shorten(x.Text, longRunes)), passive(x.Reason))
	}
}

// problemPlace is the source of a problem and where in it.
func problemPlace(x *facts.Problem) string {
	s := shorten(x.Source, mostRunes)
	if x.At != "" {
		s += ", " + shorten(x.At, mostRunes)
	}
	return s
}

func hostTitle(h string) string { return shorten(hostName(h), mostRunes) }

func hostNames(hosts []string, most int) string {
	names := make([]string, len(hosts))
	for i, h := range hosts {
		names[i] = hostName(h)
	}
	return joined(names, most)
}
