package scan

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/tally"
)

const testGap = 10 * time.Minute

// words is a filter that finds whole words; the number of a word is its place,
// the occurrences of "flood" are wanted each, and of "b" and "c" both are wanted
// or none.
type words []string

func testWords() words { return words{"boom", "disk full", "e", "flood", "b", "c"} }

func partOf(word string) record.Part {
	switch word {
	case "b":
		return record.OfText
	case "c":
		return record.OfEvent
	}
	return record.Whole
}

func (w words) Scanner() record.Scanner { return w }
func (w words) Telling() record.Scanner { return w }

func (w words) want(i int) record.Want {
	if w[i] == "flood" {
		return record.Each
	}
	return record.Once
}

func (w words) Event(r *record.Record, hit func(record.Hit)) {
	if r.ID == 7 {
		hit(record.Hit{What: 100, Want: record.Each})
	}
	w.Scan(r.Text(), hit)
}

func (w words) Scan(text []byte, hit func(record.Hit)) {
	for i, word := range w {
		for at := 0; word != ""; at++ {
			n := bytes.Index(text[at:], []byte(word))
			if n < 0 {
				break
			}
			at += n
			end := at + len(word)
			if (at == 0 || !isLetter(text[at-1])) && (end == len(text) || !isLetter(text[end])) {
				hit(record.Hit{What: uint32(i), Want: w.want(i), Part: partOf(word), Start: at, End: end})
			}
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// small sizes bring every border into a text of a few hundred bytes.
func small() sizes { return sizes{stretch: 300, block: 50, region: 64, seam: 12} }

// stretch scans one stretch of a text, which src gives from its base on; to is 0
// for the whole.
func stretch(t testing.TB, w sizes, from, to int64, open func(base int64) io.Reader) *Part {
	t.Helper()
	p := &Part{Tally: tally.New(testGap)}
	x := &text{sizes: w, part: p, path: "a.log", scanners: scannersOf(testWords()), from: from, to: to, hosts: map[string]string{}}
	if to == 0 {
		x.to = math.MaxInt64 - w.ahead()
	}
	x.base = max(0, from-w.back())
	x.src = open(x.base)
	if err := x.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.Lines = []Lines{{"a.log", from, x.lines}}
	p.Sources = []facts.Source{{Records: int(x.lines + x.rest)}}
	if most := 2*w.block + int(2*w.back()+w.ahead()) + 512; cap(x.buf) > 2*most {
		t.Errorf("the window grew to %d bytes; its parts are %d", cap(x.buf), most)
	}
	return p
}

// merged joins stretches of one text and numbers their lines through.
func merged(parts ...*Part) (list []*tally.Observation, records int) {
	all := tally.New(testGap)
	var lines []Lines
	for _, p := range parts {
		all.Merge(p.Tally)
		lines = append(lines, p.Lines...)
		for _, s := range p.Sources {
			records += s.Records
		}
	}
	number := func(o *tally.Occurrence) {
		for _, l := range lines {
			if before := l.From + 1; slices.ContainsFunc(lines, func(x Lines) bool { return x.From >= before && x.From <= o.Offset }) {
				o.Line += int(l.Count)
			}
		}
	}
	list = all.Observations()
	for _, obs := range list {
		for i := range obs.Buckets {
			b := &obs.Buckets[i]
			number(&b.Last)
			for j := range b.Known {
				number(&b.Known[j])
			}
		}
	}
	return list, records
}

// plainScan is the whole text in memory: all hits at once, their regions, the
// regions with one begin together, each line counted from the first.
func plainScan(content []byte, w sizes) (list []*tally.Observation, records int) {
	type group struct {
		end     int
		stamped bool
		each    bool
		parts   record.Parts
		whats   []uint32
	}
	groups := map[int]*group{}
	testWords().Scan(content, func(h record.Hit) {
		if h.End-h.Start > w.seam {
			return
		}
		start, end, stamped := region(content, 0, h.Start, h.End, w.region)
		g := groups[start]
		if g == nil {
			g = &group{stamped: stamped}
			groups[start] = g
		}
		g.end, g.each = max(g.end, end), g.each || h.Want == record.Each
		g.parts.Add(h)
		if !slices.Contains(g.whats, h.What) {
			g.whats = append(g.whats, h.What)
		}
	})
	all := tally.New(testGap)
	for start, g := range groups {
		if !g.parts.Matter() {
			continue
		}
		slices.Sort(g.whats)
		made := intake.Text("", string(content[start:g.end]))
		o := tally.Occurrence{Offset: int64(start), Line: bytes.Count(content[:start], []byte("\n")) + 1}
		host := ""
		if g.stamped {
			line, _, _ := bytes.Cut(content[start:min(g.end, start+w.region)], []byte("\n"))
			o.Time, host, _ = intake.Stamp(bytes.TrimSuffix(line, []byte("\r")))
		}
		if strings.Contains(strings.ToLower(string(content[start:g.end])), "event") && (o.Time.IsZero() || !g.stamped && host == "") {
			for _, f := range slices.Backward(made) { // the first one that tells
				if f.Origin.Host != "" && (host == "" || !g.stamped) {
					host = f.Origin.Host
				}
			}
			for _, f := range made {
				if o.Time.IsZero() {
					o.Time = f.Origin.Time
				}
			}
		}
		for i := range made {
			made[i].Origin.Line--
		}
		key := tally.Key{Host: strings.ToLower(host), Path: "a.log", Clock: tally.ClockOf(o.Time), Things: tally.DigestOf(g.whats, g.each, false)}
		all.Add(key, g.whats, g.each, o, func() []facts.Fact { return made })
	}
	records = bytes.Count(content, []byte("\n"))
	if len(content) > 0 && content[len(content)-1] != '\n' {
		records++
	}
	return all.Observations(), records
}

func asText(t testing.TB, list []*tally.Observation) string {
	t.Helper()
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// check compares the scan of a text, whole and in stretches, read in any pieces,
// with the oracle.
func check(t testing.TB, content []byte, w sizes, wrap func(io.Reader) io.Reader) {
	t.Helper()
	open := func(base int64) io.Reader { return wrap(bytes.NewReader(content[min(base, int64(len(content))):])) }
	wantList, wantRecords := plainScan(content, w)
	want := asText(t, wantList)
	gotList, records := merged(stretch(t, w, 0, 0, open))
	if got := asText(t, gotList); got != want || records != wantRecords {
		t.Fatalf("as a whole, %d records, want %d, of %q:\n%s\nwant\n%s", records, wantRecords, content, got, want)
	}
	var parts []*Part
	for from := int64(0); from == 0 || from < int64(len(content)); from += w.stretch {
		to := from + w.stretch
		if to >= int64(len(content)) {
			to = 0
		}
		parts = append(parts, stretch(t, w, from, to, open))
	}
	gotList, records = merged(parts...)
	if got := asText(t, gotList); got != want || records != wantRecords {
		t.Fatalf("in stretches, %d records, want %d, of %q:\n%s\nwant\n%s", records, wantRecords, content, got, want)
	}
}

func newTally() *tally.Tally { return tally.New(testGap) }
