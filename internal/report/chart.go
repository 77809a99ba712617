package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// What a timeline draws at most. Marks that would lie on one another are one,
// and rows beyond the last share one.
const (
	chartRows  = 40
	chartMarks = 1500

	chartLeft  = 190.0 // where the time begins
	chartRight = 985.0
	chartRow   = 26.0
	chartNear  = 15.0 // marks nearer than that are one
)

// instant is something that a timeline shows.
type instant struct {
	Row   string
	Time  facts.Time
	Group int    // number in the mark, which gives the colour; from 1
	Label string // for the pointer
	Href  string
}

// chart is a timeline as numbers: a row for each host, a mark for each case.
type chart struct {
	Height   int
	Bottom   float64
	Rows     []chartLabel
	Ticks    []chartLabel
	Marks    []chartMark
	Desc     string
	Undated  int // instants without a day
	LeftOut  int // instants beyond the number of marks
	Unzoned  bool
	OtherRow int // rows that share the last one
}

type chartLabel struct {
	X, Y float64
	Text string
}

type chartMark struct {
	X, Y, R float64
	Class   int
	Text    string
	Title   string
	Href    string
	count   int
}

// newChart draws list, or returns nil where less than two moments are known.
func newChart(list []instant) *chart {
	c := &chart{}
	var known []instant
	rows := map[string]int{}
	for i := range list {
		if !dated(list[i].Time) {
			c.Undated++
			continue
		}
		known = append(known, list[i])
		rows[list[i].Row]++
		c.Unzoned = c.Unzoned || !list[i].Time.Zoned
	}
	if len(known) < 2 {
		return nil
	}
	slices.SortStableFunc(known, func(a, b instant) int { return a.Time.Time.Compare(b.Time.Time) })
	place := c.place(rows)
	c.Bottom = chartRow * float64(len(c.Rows))
	c.Height = int(c.Bottom) + 34
	from, to := known[0].Time.Time, known[len(known)-1].Time.Time
	axis := newAxis(from, to)
	c.Ticks = axis.ticks()
	c.mark(known, place, axis)
	c.Desc = fmt.Sprintf("%s in %s, from %s to %s.", counted(int64(len(known)), "moment"), counted(int64(len(rows)), "row"),
		toSecond(known[0].Time), toSecond(known[len(known)-1].Time))
	return c
}

// place gives each row its line: by name, those with most instants if not all fit.
func (c *chart) place(rows map[string]int) map[string]int {
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(rows[b], rows[a]), strings.Compare(a, b)) })
	shown := names
	if len(names) > chartRows {
		shown = names[:chartRows-1]
		c.OtherRow = len(names) - len(shown)
	}
	slices.Sort(shown)
	place := make(map[string]int, len(names))
	for i, name := range shown {
		place[name] = i
		c.Rows = append(c.Rows, chartLabel{Y: rowMiddle(i), Text: shorten(name, 26)})
	}
	if c.OtherRow > 0 {
		last := len(shown)
		for name := range rows {
			if _, ok := place[name]; !ok {
				place[name] = last
			}
		}
		c.Rows = append(c.Rows, chartLabel{Y: rowMiddle(last), Text: fmt.Sprintf("%d others", c.OtherRow)})
	}
	return place
}

func rowMiddle(i int) float64 { return chartRow * (float64(i) + 0.5) }

// mark puts instants that are near one another, of one row and group, into one.
// Near marks of other groups are moved aside a little. List is in the order of time.
func (c *chart) mark(list []instant, place map[string]int, axis *axis) {
	type key struct{ row, group int }
	last := map[key]int{}  // the latest mark of a row and group
	crowd := map[int]int{} // of a row: marks before the latest that are near it
	right := map[int]float64{}
	for i := range list {
		x := axis.at(list[i].Time.Time)
		k := key{place[list[i].Row], list[i].Group}
		if n, ok := last[k]; ok && x-c.Marks[n].X < chartNear {
			c.Marks[n].count++
			continue
		}
		if len(c.Marks) == chartMarks {
			c.LeftOut++
			continue
		}
		if at, ok := right[k.row]; ok && x-at < chartNear {
			crowd[k.row]++
		} else {
			crowd[k.row] = 0
		}
		right[k.row] = x
		shift := float64(crowd[k.row] % 4)
		last[k] = len(c.Marks)
		text := ""
		if list[i].Group > 0 && list[i].Group < 100 {
			text = fmt.Sprint(list[i].Group)
		}
		c.Marks = append(c.Marks, chartMark{
			X: round1(x + 3*shift), Y: rowMiddle(k.row) + 2*shift, Class: max(0, list[i].Group-1) % 8, Text: text,
			Title: list[i].Label, Href: list[i].Href, count: 1,
		})
	}
	for i := range c.Marks {
		m := &c.Marks[i]
		m.R = round1(math.Min(11, 7+math.Log2(float64(m.count))))
		if m.count > 1 {
			m.Title += fmt.Sprintf(" (and %s more at about this time)", thousands(int64(m.count-1)))
		}
	}
}

func round1(x float64) float64 { return math.Round(x*10) / 10 }

// axis maps times to places, in UTC.
type axis struct {
	from, to float64 // seconds since 1970
}

func newAxis(from, to time.Time) *axis {
	a := &axis{seconds(from), seconds(to)}
	if a.to-a.from < 1 {
		a.from, a.to = a.from-0.5, a.from+0.5
	}
	room := (a.to - a.from) * 0.02
	a.from, a.to = a.from-room, a.to+room
	return a
}

func seconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

func (a *axis) x(s float64) float64 {
	return chartLeft + (chartRight-chartLeft)*(s-a.from)/(a.to-a.from)
}

func (a *axis) at(t time.Time) float64 { return a.x(seconds(t)) }

// ticks are at most 8, at round times.
func (a *axis) ticks() []chartLabel {
	const most = 8
	span := a.to - a.from
	var list []chartLabel
	put := func(t time.Time, layout string) {
		if x := a.at(t); x >= chartLeft && x <= chartRight {
			list = append(list, chartLabel{X: round1(x), Text: t.Format(layout)})
		}
	}
	for _, step := range []int64{1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400} {
		if span/float64(step) > most {
			continue
		}
		layout := "2006-01-02"
		switch {
		case step < 60:
			layout = "15:04:05"
		case step < 86400:
			layout = "01-02 15:04"
		}
		for s := int64(math.Ceil(a.from/float64(step))) * step; float64(s) <= a.to; s += step {
			put(time.Unix(s, 0).UTC(), layout)
		}
		return list
	}
	first := time.Unix(int64(a.from), 0).UTC()
	for _, months := range []int{1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000, 24000} {
		if span/(float64(months)*30.44*86400) > most {
			continue
		}
		layout := "2006-01"
		if months >= 12 {
			layout = "2006"
		}
		years := max(1, months/12)
		year := first.Year() - first.Year()%years
		for t := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); seconds(t) <= a.to; t = t.AddDate(0, months, 0) {
			put(t, layout)
		}
		return list
	}
	return list
}
