package report

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/engine/result"
)

// A page stays small, says what it leaves out, and every cause keeps some of its cases.
func TestBounds(t *testing.T) {
	f := manyCases(5000)
	for i := range f.Cases { // a second cause that leads nowhere
		f.Cases[i].Diagnoses[1].Probability = 0.2
	}
	f.Causes = append(f.Causes, sampleFleet().Causes[1])
	var out bytes.Buffer
	if err := Fleet(&out, f, HTML, Style{}); err != nil {
		t.Fatal(err)
	}
	checkHTML(t, out.String())
	if n := strings.Count(out.String(), `class="case"`); n != pageCases {
		t.Errorf("%d cases in full, expected %d", n, pageCases)
	}
	for _, want := range []string{"3,000 cases of 5,000 are not shown in full", "150 more cases not shown in full here", "4,800 more are not listed", "Beside another cause, also in", "and 4,950 more.", "The JSON form has everything"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(out.String(), `class="card cause"`); n != len(f.Causes) {
		t.Errorf("%d causes, expected %d", n, len(f.Causes))
	}
	t.Logf("%d bytes", out.Len())
}

// However long its texts are, a page is bounded, and whole.
func TestBoundsOfHostileTexts(t *testing.T) {
	f := manyCases(250)
	for i := range f.Cases {
		x := &f.Cases[i].Diagnoses[0].Evidence[0]
		for range 6 {
			x.Facts = append(x.Facts, x.Facts[0])
		}
	}
	s := strings.Repeat("\u202e", 2*mostRunes)
	for i := range f.Cases {
		plant(reflect.ValueOf(&f.Cases[i].Diagnoses).Elem(), s, true)
	}
	plant(reflect.ValueOf(&f.Hosts).Elem(), s, true)
	for range 5000 {
		f.Problems = append(f.Problems, f.Problems[0])
	}
	plant(reflect.ValueOf(&f.Problems).Elem(), s, true)
	var out bytes.Buffer
	if err := Fleet(&out, f, HTML, Style{}); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 20_000_000 {
		t.Errorf("%d bytes", out.Len())
	}
	if !strings.Contains(out.String(), "cases of 250 are not shown in full") || !strings.HasSuffix(out.String(), "</html>\n") {
		t.Error("the page does not say what it leaves out, or does not end")
	}
	d := f.Cases[0]
	for range 1000 {
		d.Diagnoses = append(d.Diagnoses, f.Cases[1].Diagnoses[0])
	}
	out.Reset()
	if err := Differential(&out, &d, HTML, Style{}); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 20_000_000 || !strings.Contains(out.String(), "more are not shown") {
		t.Errorf("%d bytes", out.Len())
	}
}

func TestEmpty(t *testing.T) {
	for _, form := range []Form{Text, JSON, JSONL, Markdown, HTML, CSV, SARIF} {
		var out bytes.Buffer
		if err := Fleet(&out, &result.Fleet{Status: result.Failed}, form, Style{}); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if form == HTML {
			checkHTML(t, out.String())
		}
		out.Reset()
		if err := Differential(&out, &result.Differential{Status: result.Complete}, form, Style{}); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if form == HTML {
			checkHTML(t, out.String())
		}
	}
}
