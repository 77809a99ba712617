package report

import (
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/engine/result"
)

// fleetHTML is a scan as one page that needs nothing else: no script, no
// request, and the policy in its head forbids both.
func fleetHTML(w io.Writer, f *result.Fleet) error {
	causes := newFleetCauses(f)
	s := newSheet(pageWhole)
	s.put("top", fleetTop(f))
	s.put("causes-begin", causes)
	s.out.Write(causes.sheet.out.Bytes())
	s.put("causes-end", causes)
	causes.chart(s)
	table(s, "hosts", nil, f.Hosts)
	pageTables(s, f.Problems, f.Inputs)
	s.put("end", f.Rules)
	if causes.sheet.err != nil {
		return causes.sheet.err
	}
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

// fleetCauses is the part of the page with causes and cases. It is written
// first: the summary says what did not fit.
type fleetCauses struct {
	F     *result.Fleet
	sheet *sheet
	homes *homes
	shown []bool // cases in full

	Causes      int
	CausesLeft  int // that did not fit
	CasesLeft   int // that are not shown in full
	MostCases   int
	anchorCause []bool
}

// shownCause is a cause with links to its cases.
type shownCause struct {
	*result.Cause
	Number int
	Badge  badge
	Steps  [][]stepLine
	Open   bool
	Cases  int
	Other  []caseLink // cases in which another cause leads
	More   int        // of those
	Left   int        // cases that are not shown in full
	Hosts  int
}

type caseLink struct {
	Number int
	Shown  bool
	Host   string
	When   string
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

func newFleetCauses(f *result.Fleet) *fleetCauses {
	c := &fleetCauses{
		F: f, sheet: newSheet(pageMost), homes: newHomes(f), shown: make([]bool, len(f.Cases)), Causes: len(f.Causes),
		MostCases: pageCases, anchorCause: make([]bool, len(f.Causes)),
	}
	share := c.share()
	for i := range c.homes.cases {
		cases := c.homes.cases[i]
		if i < len(f.Causes) {
			if !c.sheet.fits("cause-begin", c.cause(i)) {
				c.CausesLeft++
				continue
			}
			c.anchorCause[i] = true
		} else if len(cases) > 0 {
			c.sheet.put("stray-begin", nil)
		} else {
			continue
		}
		left := 0
		for k, n := range cases {
			if k >= share || !c.sheet.fits("case", c.oneCase(n)) {
				left++
				continue
			}
			c.shown[n] = true
		}
		c.sheet.put("cause-end", left)
	}
	for _, shown := range c.shown {
		if !shown {
			c.CasesLeft++
		}
	}
	return c
}

// share is how many cases each cause may show so that all causes get some.
func (c *fleetCauses) share() int {
	total := func(share int) int {
		n := 0
		for _, cases := range c.homes.cases {
			n += min(len(cases), share)
		}
		return n
	}
	low, high := 1, len(c.F.Cases)
	for low < high {
		if middle := (low + high + 1) / 2; total(middle) <= pageCases {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

func (c *fleetCauses) cause(i int) *shownCause {
	x := &c.F.Causes[i]
	v := &shownCause{
		Cause: x, Number: i + 1, Badge: showVerdict(x.Verdict, x.Probability), Steps: allSteps(x.Steps),
		Open: i == 0 && len(c.F.Cases) <= 5, Cases: len(c.homes.cases[i]), Hosts: len(x.Hosts),
	}
	for _, n := range c.homes.other[i] {
		if len(v.Other) == pageLinks {
			v.More = len(c.homes.other[i]) - pageLinks
			break
		}
		d := &c.F.Cases[n]
		v.Other = append(v.Other, caseLink{Number: n + 1, Shown: true, Host: hostTitle(d.Case.Host), When: stretch(d.Case.From, d.Case.To)})
	}
	return v
}

func (c *fleetCauses) oneCase(n int) *shownCase {
	d := &c.F.Cases[n]
	v := &shownCase{Differential: d, Number: n + 1, When: stretch(d.Case.From, d.Case.To), Open: len(c.F.Cases) <= 3}
	if home := c.homes.of[n]; home < len(c.F.Causes) {
		v.Cause = home + 1
	}
	add := func(to *[]shownDiagnosis, list []result.Diagnosis) {
		for i := range list {
			if len(*to) == pageDiagnoses {
				v.MoreList += len(list) - i
				break
			}
			x := showDiagnosis(&list[i], d.Case.Host, false)
			if cause, ok := c.homes.cause[list[i].Rule]; ok {
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
		if cause, ok := c.homes.cause[m.Rule]; ok && c.anchorCause[cause] {
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
	}{newChart(list), "host", moments, len(c.F.Timeline) - len(moments)})
}
