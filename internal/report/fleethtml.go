package report

import (
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/engine/result"
)

// fleetHTML is a scan as one page that needs nothing else: no script, no
// request, and the policy in its head forbids both.
func fleetHTML(w io.Writer, f *result.Fleet) error {
	s := newSheet()
	causes := newFleetCauses(f, s)
	s.put("top", fleetTop(f))
	s.put("causes-begin", causes)
	for _, text := range causes.text {
		s.keep(text)
	}
	s.put("section-end", nil)
	causes.chart(s)
	table(s, "hosts", nil, f.Hosts)
	pageTables(s, f.Problems, f.Inputs)
	s.put("end", f.Rules)
	return s.print(w)
}

func fleetTop(f *result.Fleet) pageTop {
	t := &f.Totals
	top := newTop(fmt.Sprintf("Scan of %s on %s", counted(int64(t.Files), "file"), counted(int64(t.Hosts), "host")), f.Status, len(f.Problems))
	hit := map[string]bool{}
	for i := range f.Cases {
		hit[f.Cases[i].Case.Host] = true
	}
	top.Lead = "No known error is shown by what was read."
	if n := len(f.Causes); n > 0 {
		top.Lead = fmt.Sprintf("%s found on %s.", counted(int64(n), "known error"), counted(int64(len(hit)), "host"))
	}
	top.Tiles = []tile{
		{thousands(int64(len(f.Causes))), "causes", ""},
		{fmt.Sprintf("%s of %s", thousands(int64(len(hit))), thousands(int64(t.Hosts))), "hosts with a case", ""},
		{thousands(int64(t.Cases)), "cases", ""},
		{thousands(t.Records), "records looked at", ""},
		{thousands(int64(t.Unread)), "files not read", warnIf(t.Unread > 0)},
		{thousands(int64(len(f.Problems))), "problems", warnIf(len(f.Problems) > 0)},
	}
	top.Facts = []tile{
		{Label: "Read", Value: fmt.Sprintf("%s, %s unpacked", counted(int64(t.Files), "file"), size(t.Bytes))},
		{Label: "May matter to a rule", Value: fmt.Sprintf("%s, in %s", counted(t.Hits, "record"), counted(int64(t.Sessions), "session"))},
		{Label: "Rules", Value: fmt.Sprintf("%s evaluated of %s", thousands(int64(f.Rules.Evaluated)), thousands(int64(f.Rules.Loaded)))},
	}
	top.add(true, "causes", "Causes")
	top.add(len(f.Timeline) > 0, "timeline", "Timeline")
	top.add(len(f.Hosts) > 0, "hosts", "Hosts")
	top.add(len(f.Problems) > 0, "problems", "Problems")
	top.add(len(f.Inputs) > 0, "inputs", "Inputs")
	return top
}

func warnIf(x bool) string {
	if x {
		return "warn"
	}
	return ""
}

// fleetCauses is the part of the page with causes and cases. It is rendered
// first: the summary says what did not fit.
type fleetCauses struct {
	F     *result.Fleet
	homes *homes
	text  []string // the pieces in their order
	fit   []bool   // causes that are on the page
	shown []bool   // cases in full

	Causes     int
	CausesLeft int // that did not fit
	CasesLeft  int // that are not shown in full
	MostCases  int
}

// shownCause is a cause with links to its cases.
type shownCause struct {
	*result.Cause
	Number int
	Badge  badge
	Steps  [][]stepLine
	Open   bool
	Cases  int
	Hosts  int
}

// causeEnd is what stands below the cases of a cause.
type causeEnd struct {
	Left  int        // cases that are not shown in full
	Other []caseLink // cases in which another cause leads
	More  int        // of those
}

type caseLink struct {
	Number     int // 0 where the case is not on the page
	Host, When string
}

// shownCase is a case in full.
type shownCase struct {
	*result.Differential
	Number       int
	Cause        int // that it is shown under; 0 for none
	Open         bool
	Badge        badge
	When         string
	List         []shownDiagnosis
	Besides      []shownDiagnosis
	MoreList     int
	Excluded     []result.Exclusion
	MoreExcluded int
	Next         []result.Check
	MoreNext     int
	Rest         []result.Unexplained
	MoreRest     int
}

// newFleetCauses renders the causes, then as many cases as fit, then what links
// to the cases that did.
func newFleetCauses(f *result.Fleet, s *sheet) *fleetCauses {
	none := len(f.Causes)
	c := &fleetCauses{F: f, homes: newHomes(f), fit: make([]bool, none+1), shown: make([]bool, len(f.Cases)), Causes: none, MostCases: pageCases}
	heads, cases, left := make([]string, none+1), make([][]string, none+1), make([]int, none+1)
	s.most = pageHeads
	for i := range f.Causes {
		if heads[i], c.fit[i] = s.bounded("cause-begin", c.cause(i)); !c.fit[i] {
			c.CausesLeft++
		}
	}
	if len(c.homes.cases[none]) > 0 {
		heads[none], c.fit[none] = s.render("stray-begin", nil), true
	}
	s.most, s.full = pageMost, false
	share, shown := c.homes.share(pageCases), 0
	for i := range c.fit {
		left[i] = len(c.homes.cases[i])
		if !c.fit[i] {
			continue
		}
		for k, n := range c.homes.cases[i] {
			if k == share || shown == pageCases {
				break
			}
			text, ok := s.bounded("case", c.oneCase(n))
			if !ok {
				continue
			}
			cases[i] = append(cases[i], text)
			c.shown[n] = true
			left[i]--
			shown++
		}
	}
	s.most, s.full = pageWhole, false
	c.CasesLeft = len(f.Cases) - shown
	for i := range c.fit {
		if c.fit[i] {
			c.text = append(c.text, heads[i])
			c.text = append(c.text, cases[i]...)
			c.text = append(c.text, s.render("cause-end", c.end(i, left[i])))
		}
	}
	return c
}

func (c *fleetCauses) end(i, left int) causeEnd {
	v := causeEnd{Left: left}
	for _, n := range c.homes.other[i] {
		if len(v.Other) == pageLinks {
			v.More = len(c.homes.other[i]) - pageLinks
			break
		}
		d := &c.F.Cases[n]
		l := caseLink{Host: hostTitle(d.Case.Host), When: stretch(d.Case.From, d.Case.To)}
		if c.shown[n] {
			l.Number = n + 1
		}
		v.Other = append(v.Other, l)
	}
	return v
}

func (c *fleetCauses) cause(i int) *shownCause {
	x := &c.F.Causes[i]
	v := &shownCause{
		Cause: x, Number: i + 1, Badge: showVerdict(x.Verdict, x.Probability), Steps: allSteps(x.Steps),
		Open: i == 0 && len(c.F.Cases) <= 5, Cases: len(c.homes.cases[i]), Hosts: len(x.Hosts),
	}
	return v
}

func (c *fleetCauses) oneCase(n int) *shownCase {
	d := &c.F.Cases[n]
	v := &shownCase{Differential: d, Number: n + 1, When: stretch(d.Case.From, d.Case.To), Open: len(c.F.Cases) <= 3}
	if home := c.homes.of[n]; home < len(c.F.Causes) && c.fit[home] {
		v.Cause = home + 1
	}
	add := func(to *[]shownDiagnosis, list []result.Diagnosis) {
		for i := range list {
			if len(*to) == pageDiagnoses {
				v.MoreList += len(list) - i
				break
			}
			x := showDiagnosis(&list[i], d.Case.Host, false)
			if cause, ok := c.homes.cause[list[i].Rule]; ok && c.fit[cause] {
				x.Cause = cause + 1
			}
			if x.Cause == 0 { // its text stands nowhere else
				x.Full = true
			}
			*to = append(*to, x)
		}
	}
	add(&v.List, d.Diagnoses)
	add(&v.Besides, d.Also)
	if len(v.List) > 0 {
		v.Badge = v.List[0].Badge
	}
	v.Excluded, v.MoreExcluded = upTo(d.Excluded)
	v.Next, v.MoreNext = upTo(d.Next)
	v.Rest, v.MoreRest = upTo(d.Unexplained)
	v.MoreRest += d.MoreUnexplained
	return v
}

// upTo is the first pageLines of list, and how many more there are.
func upTo[T any](list []T) ([]T, int) {
	shown := list[:min(len(list), pageLines)]
	return shown, len(list) - len(shown)
}

// shownMoment is a row of the timeline as text.
type shownMoment struct {
	When, Host, Title, Text string
	Cause                   int    // 0 for none that is shown
	Case                    string // address of the case, or of its cause; "" where neither is shown
}

// chart writes the timeline, as a drawing and as text.
func (c *fleetCauses) chart(s *sheet) {
	if len(c.F.Timeline) == 0 {
		return
	}
	number := make(map[string]int, len(c.F.Cases))
	for i := range c.F.Cases {
		number[c.F.Cases[i].Case.Host+"\x00"+c.F.Cases[i].Case.ID] = i
	}
	var list []instant
	var moments []shownMoment
	for i := range c.F.Timeline {
		m := &c.F.Timeline[i]
		v := shownMoment{When: toSecond(m.Time), Host: hostTitle(m.Host), Title: shorten(m.Title, mostRunes), Text: shorten(m.Text, 160)}
		if cause, ok := c.homes.cause[m.Rule]; ok && c.fit[cause] {
			v.Cause = cause + 1
			v.Case = fmt.Sprintf("#cause-%d", v.Cause)
		}
		if n, ok := number[m.Host+"\x00"+m.Case]; ok && c.shown[n] {
			v.Case = fmt.Sprintf("#case-%d", n+1)
		}
		list = append(list, instant{Row: hostName(m.Host), Time: m.Time, Group: v.Cause, Label: v.When + " " + v.Host + ": " + v.Title, Href: v.Case})
		if len(moments) < pageMoment {
			moments = append(moments, v)
		}
	}
	s.put("timeline", struct {
		Chart   *chart
		Rows    string
		Moments []shownMoment
		More    int
	}{newChart(list), "cause", moments, len(c.F.Timeline) - len(moments)})
}
