package report

import (
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// escape makes text inert in Markdown and in the HTML that it becomes.
func escape(s string) string {
	s = Clean(s)
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '<':
			b.WriteString("&lt;")
			continue
		case '>':
			b.WriteString("&gt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		case '\\', '`', '*', '_', '[', ']', '#', '|', '!', '~':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// markdown is the form for tickets and wikis.
func markdown(w io.Writer, d *result.Differential) error {
	p := &page{w: w}
	p.line("# Differential of case %s", d.Case.ID)
	p.line("")
	p.line("Status: %s. Rules: %d. Facts: %d. None of these: %s.", d.Status, d.Rules.Loaded, d.Case.Facts, Percent(d.None))
	if d.Status != result.Complete {
		p.line("")
		p.line("**This result is %s.** See Problems.", d.Status)
	}
	for i := range d.Diagnoses {
		p.markdownDiagnosis("##", &d.Diagnoses[i])
	}
	for i := range d.Also {
		if i == 0 {
			p.line("\n## Besides, for what the first does not explain")
		}
		p.markdownDiagnosis("###", &d.Also[i])
	}
	p.section(len(d.Findings), "Findings")
	for _, f := range d.Findings {
		p.line("- **%s** %s: %s %s", f.State, escape(string(f.ID)), escape(f.Text), escape(f.Advice))
	}
	p.section(len(d.Excluded), "Excluded")
	for _, x := range d.Excluded {
		p.line("- %s (%s): %s", escape(x.Rule), escape(strings.Join(x.Refs, ", ")), escape(x.Reason))
	}
	p.section(len(d.Next), "Check next")
	for i, c := range d.Next {
		p.line("%d. %s (%s, %.2f bit)", i+1, escape(c.Text), c.Kind, c.GainBits)
		for _, n := range c.Needs {
			p.line("   - needs: %s (%s)", escape(n.Ask), escape(n.Input))
		}
		p.line("   - yes: %s", escape(strings.Join(c.IfYes, "; ")))
		p.line("   - no: %s", escape(strings.Join(c.IfNo, "; ")))
	}
	p.section(len(d.Unexplained), "Not explained")
	for _, u := range d.Unexplained {
		p.line("- %s: %s (%s)", u.Kind, escape(u.Text), escape(facts.Origin{Path: u.Path, Line: u.Line}.String()))
	}
	p.section(len(d.Problems), "Problems")
	for _, x := range d.Problems {
		p.line("- %s %s: %s (%s)", escape(x.Source), escape(x.At), escape(x.Text), escape(x.Reason))
	}
	return p.err
}

func (p *page) section(n int, title string) {
	if n > 0 {
		p.line("\n## %s\n", title)
	}
}

func (p *page) markdownDiagnosis(level string, d *result.Diagnosis) {
	p.line("\n%s %d. %s: %s, %s\n", level, d.Rank, escape(d.Title), Percent(d.Probability), verdictWord(d.Verdict))
	p.line("Rule %s (%s). %s\n", escape(d.Rule), escape(strings.Join(d.Refs, ", ")), escape(d.Cause))
	for _, t := range d.Tuned {
		p.line("Tuned here: %s\n", escape(t))
	}
	p.line("| evidence | state | bits | why |")
	p.line("| --- | --- | ---: | --- |")
	for _, e := range d.Evidence {
		mark := ""
		if e.Proof {
			mark += ", proof"
		}
		if e.Decisive {
			mark += ", decisive"
		}
		p.line("| %s%s | %s | %+.1f | %s |", escape(e.Symptom), mark, e.State, e.Bits, escape(e.Why+origins(e.Facts)))
	}
	if len(d.Resolution.Steps) > 0 {
		p.line("")
	}
	for i := range d.Resolution.Steps {
		number, way, s := d.Resolution.Step(i)
		if way != "" {
			p.line("\n**%s**\n", escape(way))
		}
		fenced := false
		for k, l := range cleanLines(s) {
			t := strings.TrimSpace(l)
			switch {
			case k == 0:
				p.line("%d. %s", number, escape(l))
			case t == result.DerivedMark || t == result.BlankMark:
				p.line("\n   %s\n\n   ```text", t)
				fenced = true
			case strings.HasPrefix(l, "    ") && fenced:
				p.line("   %s", strings.ReplaceAll(t, "```", "'''"))
			default:
				if fenced {
					p.line("   ```\n")
					fenced = false
				}
				p.line("   %s", escape(l))
			}
		}
		if fenced {
			p.line("   ```\n")
		}
	}
	for _, b := range d.Resolution.Blanks {
		p.line("- Blank %s: %s", escape(b.Input), escape(b.Ask))
	}
	for _, v := range d.Resolution.Verify {
		p.line("- Afterwards: %s", escape(v))
	}
}
