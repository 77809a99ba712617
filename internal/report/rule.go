package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Rule prints a rule in full for a person.
func Rule(w io.Writer, r *rules.Rule) error {
	p := &page{w: Cleaner{w}, style: Style{Width: 100}}
	p.line("%s, version %d, %s", r.ID, r.Version, r.Status)
	p.wrapped("", "", r.Title)
	var refs []string
	for _, ref := range r.Refs {
		refs = append(refs, ref.String())
	}
	if len(refs) > 0 {
		p.line("References: %s", strings.Join(refs, ", "))
	}
	p.line("File: %s", r.File)
	for i := range r.Tuned {
		p.wrapped("Tuned here: ", "  ", r.Tuned[i].String())
		if except := r.Tuned[i].Except; except != nil {
			except.Leaves(func(name string, leaf *cond.Condition) {
				if name != "" {
					p.line("    %s:", name)
				}
				for _, l := range leafLines(leaf) {
					p.wrapped("      ", "        ", l)
				}
			})
		}
	}
	for _, a := range r.AppliesTo {
		text := a.Environment.String()
		if a.FixedIn != "" {
			text += ", fixed in " + a.FixedIn
		}
		p.line("Applies to: %s", text)
	}
	for _, in := range r.Inputs {
		for _, ask := range in.Ask {
			p.line("Input %s: %s", ask.Key, ask.Text)
		}
	}
	p.line("")
	p.line("Symptoms:")
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		kind := ""
		if s.Proof {
			kind = ", proof"
		}
		if s.Presents {
			kind += ", presents"
		}
		p.line("  %s%s (suggests %d, expected %d)", s.Name, kind, s.Suggests, s.Expected)
		s.Condition.Leaves(func(name string, leaf *cond.Condition) {
			if name != "" {
				p.line("    %s:", name)
			}
			for _, l := range leafLines(leaf) {
				p.wrapped("      ", "        ", l)
			}
		})
	}
	p.line("")
	if r.Cause == "" {
		p.line("Cause: not known")
	} else {
		first := "Cause: "
		for _, l := range paragraphs(r.Cause) {
			p.wrapped(first, "       ", Clean(l))
			first = "       "
		}
	}
	p.line("Resolution (%s):", r.Resolution.Kind)
	number, way := 0, ""
	for _, s := range r.Resolution.Steps {
		number++
		if s.Way != way {
			number, way = 1, s.Way
			p.wrapped("  ", "    ", way+":")
		}
		text := s.Text
		if s.If != "" {
			text += "  (only if " + s.If + ")"
		}
		first := fmt.Sprintf("  %d. ", number)
		for _, l := range cleanLines(text) {
			p.wrapped(first, "     ", l)
			first = "     "
		}
	}
	if len(r.Resolution.Verify) > 0 {
		p.line("Verify: %s must be gone", strings.Join(r.Resolution.Verify, ", "))
	}
	p.article(r.Article)
	return p.err
}

// article prints the running text of a rule as it was written.
func (p *page) article(a *rules.Article) {
	if a == nil {
		return
	}
	for _, part := range []struct{ heading, text string }{{"Article", a.Symptoms}, {"Notes", a.Notes}} {
		if part.text == "" {
			continue
		}
		p.line("")
		p.line("%s:", part.heading)
		for l := range strings.SplitSeq(part.text, "\n") {
			p.line("  %s", l)
		}
	}
	if len(a.Related) > 0 {
		p.line("")
		p.wrapped("Related: ", "         ", strings.Join(a.Related, ", "))
	}
	if a.Origin != nil {
		p.line("")
		p.wrapped("Imported from ", "  ", a.Origin.File+": lines "+strings.Join(a.Origin.Parts, ", "))
	}
}

func leafLines(c *cond.Condition) []string {
	var lines []string
	for _, code := range c.Codes {
		lines = append(lines, "code "+code.Literal)
	}
	if c.Event != nil {
		text := "event"
		for _, id := range c.Event.IDs {
			text += fmt.Sprintf(" %d", id)
		}
		for _, part := range []struct{ name, value string }{{"source", c.Event.Source}, {"log", c.Event.Log}, {"category", c.Event.Category}} {
			if part.value != "" {
				text += ", " + part.name + " " + part.value
			}
		}
		lines = append(lines, text)
	}
	for _, t := range c.Texts {
		lines = append(lines, "text “"+t.String()+"”")
	}
	if c.Environment != nil {
		lines = append(lines, "environment "+c.Environment.String())
	}
	if c.Correlate != nil {
		lines = append(lines, fmt.Sprintf("%d events together in time", len(c.Correlate.Events)))
	}
	if c.Probe != nil {
		names := "all names of the case"
		if len(c.Probe.Names) > 0 {
			names = strings.Join(c.Probe.Names, ", ")
		}
		lines = append(lines, fmt.Sprintf("probe %s of %s", c.Probe.Kind, names))
	}
	if c.When != nil {
		lines = append(lines, fmt.Sprintf("when %s   (at most %d steps)", c.When.String(), c.When.Cost()))
	}
	if c.Ask != nil {
		answer := "no"
		if c.Ask.SeenIf {
			answer = "yes"
		}
		lines = append(lines, fmt.Sprintf("ask “%s” (key %s, seen if %s)", c.Ask.Text, c.Ask.Key, answer))
	}
	return lines
}
