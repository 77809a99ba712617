package report

import (
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// differentialHTML is one case as a page of its own.
func differentialHTML(w io.Writer, d *result.Differential) error {
	s := newSheet()
	s.put("top", differentialTop(d))
	s.put("diagnoses-begin", d)
	shown := 0
	for i := range d.Diagnoses {
		if i == pageCases || !s.fits("diagnosis", standing(&d.Diagnoses[i], d.Case.Host, "diagnosis", i)) {
			break
		}
		shown++
	}
	s.put("diagnoses-end", struct {
		None string
		Left int
	}{Percent(d.None), len(d.Diagnoses) - shown + d.NotShown})
	if len(d.Also) > 0 {
		s.put("besides-begin", nil)
		for i := range d.Also {
			if i == pageCases || !s.fits("diagnosis", standing(&d.Also[i], d.Case.Host, "besides", i)) {
				s.put("left", len(d.Also)-i)
				break
			}
		}
		s.put("section-end", nil)
	}
	evidenceChart(s, d)
	table(s, "findings", nil, d.Findings)
	table(s, "next", nil, d.Next)
	table(s, "excluded", nil, d.Excluded)
	if len(d.Unexplained) > 0 {
		rest, more := d.Unexplained, d.MoreUnexplained
		table(s, "rest", more, rest)
	}
	pageTables(s, d.Problems, d.Inputs)
	s.put("end", d.Rules)
	return s.print(w)
}

// pageTables writes what both kinds of pages end with.
func pageTables(s *sheet, problems []facts.Problem, inputs []facts.Source) {
	table(s, "problems", len(problems), problems)
	table(s, "inputs", len(inputs), inputs)
}

// standingDiagnosis is a diagnosis with an address on the page.
type standingDiagnosis struct {
	shownDiagnosis
	ID   string
	Open bool
}

func standing(x *result.Diagnosis, host, kind string, i int) standingDiagnosis {
	return standingDiagnosis{showDiagnosis(x, host, true), fmt.Sprintf("%s-%d", kind, i+1), i == 0}
}

func differentialTop(d *result.Differential) pageTop {
	title := "Differential of case " + shorten(or(d.Case.ID, "?"), 80)
	top := newTop(title, d.Status, len(d.Problems))
	switch {
	case len(d.Diagnoses) == 0:
		top.Lead = "No rule has a symptom that was seen."
	case d.None > d.Diagnoses[0].Probability:
		top.Lead = fmt.Sprintf("Most likely none of the known errors (%s). The nearest: %s.", Percent(d.None), shorten(d.Diagnoses[0].Title, mostRunes))
	default:
		x := &d.Diagnoses[0]
		top.Lead = fmt.Sprintf("%s: %s, %s.", shorten(x.Title, mostRunes), Percent(x.Probability), shorten(verdictWord(x.Verdict), mostRunes))
	}
	top.Tiles = []tile{
		{thousands(int64(len(d.Diagnoses) + d.NotShown)), "diagnoses", ""},
		{Percent(d.None), "none of these", ""},
		{thousands(int64(d.Case.Facts)), "facts", ""},
		{thousands(int64(len(d.Inputs))), "inputs", ""},
		{thousands(int64(len(d.Problems))), "problems", warnIf(len(d.Problems) > 0)},
	}
	if d.Case.Host != "" {
		top.Facts = append(top.Facts, tile{Label: "Host", Value: hostTitle(d.Case.Host)})
	}
	if when := stretch(d.Case.From, d.Case.To); when != "" {
		top.Facts = append(top.Facts, tile{Label: "When", Value: when})
	}
	if d.Case.Records > 0 {
		top.Facts = append(top.Facts, tile{Label: "Records", Value: fmt.Sprintf("%s of %s looked at", thousands(d.Case.Records), thousands(d.Case.Looked))})
	}
	for i, c := range d.Codes {
		if i == pageLines {
			top.Facts = append(top.Facts, tile{Label: "Codes", Value: fmt.Sprintf("and %d more", len(d.Codes)-i)})
			break
		}
		if c.Name != "" || c.Text != "" {
			top.Facts = append(top.Facts, tile{Label: "Code " + shorten(c.Literal, 80), Value: shorten(c.Family+" "+c.Name+": "+c.Text, mostRunes)})
		}
	}
	top.Facts = append(top.Facts, tile{Label: "Rules", Value: fmt.Sprintf("%s evaluated of %s", thousands(int64(d.Rules.Evaluated)), thousands(int64(d.Rules.Loaded)))})
	top.add(true, "diagnoses", "Diagnoses")
	top.add(len(d.Also) > 0, "besides", "Besides")
	top.add(hasMoments(d), "timeline", "Timeline")
	top.add(len(d.Findings) > 0, "findings", "Findings")
	top.add(len(d.Next) > 0, "next", "Check next")
	top.add(len(d.Excluded) > 0, "excluded", "Excluded")
	top.add(len(d.Unexplained) > 0, "rest", "Not explained")
	top.add(len(d.Problems) > 0, "problems", "Problems")
	top.add(len(d.Inputs) > 0, "inputs", "Inputs")
	return top
}

// evidenceMoments are the facts of the evidence that have a time, a row for each
// diagnosis.
func evidenceMoments(d *result.Differential) (list []instant, moments []shownMoment) {
	for i := range d.Diagnoses[:min(len(d.Diagnoses), pageDiagnoses)] {
		x := &d.Diagnoses[i]
		for _, e := range x.Evidence {
			for j := range e.Facts {
				f := &e.Facts[j]
				if f.Time.IsZero() || e.State != "seen" {
					continue
				}
				m := shownMoment{When: moment(f.Time), Host: hostTitle(or(f.Host, d.Case.Host, "(unknown host)")), Title: shorten(x.Title, mostRunes), Text: shorten(f.Text, 160), Case: fmt.Sprintf("#diagnosis-%d", i+1), Cause: i + 1}
				list = append(list, instant{Row: fmt.Sprintf("%2d. %s", i+1, Clean(x.Rule)), Time: f.Time, Group: i + 1, Label: m.When + ": " + m.Text, Href: m.Case})
				moments = append(moments, m)
			}
		}
	}
	return list, moments
}

func hasMoments(d *result.Differential) bool {
	list, _ := evidenceMoments(d)
	return len(list) > 0
}

func evidenceChart(s *sheet, d *result.Differential) {
	list, moments := evidenceMoments(d)
	if len(list) == 0 {
		return
	}
	more := max(0, len(moments)-pageMoment)
	s.put("timeline", struct {
		Chart   *chart
		Rows    string
		Moments []shownMoment
		More    int
	}{newChart(list), "diagnosis", moments[:len(moments)-more], more})
}
