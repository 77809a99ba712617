package intake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextFacts(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{
			"dialog", "Setup shows:\n\n   Overlapped I/O operation is in progress.\n\n   ID no: 0xc00203e5\n",
			[]string{"text Setup shows:", "text Overlapped I/O operation is in progress.", "code 0xc00203e5 Overlapped I/O operation is in progress."},
		},
		{
			"dialog without blank lines", "Overlapped I/O operation is in progress.\nID no: c00203e5",
			[]string{"code 0xc00203e5 Overlapped I/O operation is in progress.", "text Overlapped I/O operation is in progress. ID no: c00203e5"},
		},
		{
			"dialog on one line", "Overlapped I/O operation is in progress. ID no: c00203e5",
			[]string{"code 0xc00203e5 Overlapped I/O operation is in progress.", "text Overlapped I/O operation is in progress. ID no: c00203e5"},
		},
		{
			"only one paragraph above", "We tried again.\n\nAccess is denied.\n\nID no: 0x80070005",
			[]string{"text We tried again.", "text Access is denied.", "code 0x80070005 Access is denied."},
		},
		{"a code alone has no message", "We tried again.\n\n0x80070005", []string{"text We tried again.", "code 0x80070005"}},
		{"an announcement is no message", "Setup shows:\n\nID no: 0x80070005", []string{"text Setup shows:", "code 0x80070005"}},
		{
			"message behind", "It says error 997: Overlapped I/O operation is in progress. We tried again.",
			[]string{"code 0x3e5 Overlapped I/O operation is in progress.", "text It says error 997: Overlapped I/O operation is in progress. We tried again."},
		},
		{"message behind a dash", "0x80070005 - Access is denied", []string{"code 0x80070005 Access is denied", "text 0x80070005 - Access is denied"}},
		{"message in brackets", "failed with 0x80070005 (Access is denied.)", []string{"code 0x80070005 Access is denied.", "text failed with 0x80070005 (Access is denied.)"}},
		{"code in brackets", "The copy stopped. Access is denied. (0x80070005)", []string{"code 0x80070005 Access is denied.", "text The copy stopped. Access is denied. (0x80070005)"}},
		{
			"wrapped message", "error 997: Overlapped I/O\noperation is in progress.",
			[]string{"code 0x3e5 Overlapped I/O operation is in progress.", "text error 997: Overlapped I/O operation is in progress."},
		},
		{"no message in a sentence", "It failed with error 0x80070005 after an hour", []string{"code 0x80070005", "text It failed with error 0x80070005 after an hour"}},
		{
			"net use", "System error 53 has occurred.\n\nThe network path was not found.",
			[]string{"code 0x35 The network path was not found.", "text System error 53 has occurred.", "text The network path was not found."},
		},
		{"two lines, two facts", "0xc00203e5\nevent 4058", []string{"code 0xc00203e5", "event 4058 |||||"}},
		{"on one line, two facts", "event 4058, 0xc00203e5", []string{"code 0xc00203e5", "event 4058 |||||"}},
		{"as a field, two facts", "Event ID: 4058 - 0xc00203e5", []string{"code 0xc00203e5", "event 4058 |||||"}},
		{"a code twice", "It gives 0x80070005 and then 0x80070005 again", []string{"code 0x80070005", "text It gives 0x80070005 and then 0x80070005 again"}},
		{"an event number is no code", "EventID 4058 failed", []string{"event 4058 |||||", "text EventID 4058 failed"}},
		{"a code alone", "  997\n\n", []string{"code 0x3e5"}},
		{"paragraphs", "One\nparagraph.\n\n\n  Another.", []string{"text One paragraph.", "text Another."}},
		{
			"log with continuation", "2024-01-02 10:11:12 it failed\n  at once\n\tagain\n2024-01-02 10:11:13 fine",
			[]string{"text 2024-01-02 10:11:12 it failed at once again", "text 2024-01-02 10:11:13 fine"},
		},
		{"prose and log", "See:\n2024-01-02 10:11:12 it failed\nDone", []string{"text See:", "text 2024-01-02 10:11:12 it failed", "text Done"}},
		{"nothing", "\n \n\t\n", nil},
	} {
		for _, end := range []string{"\n", "\r\n", "\r"} {
			var got []string
			for _, f := range Text("t", strings.ReplaceAll(tt.in, "\n", end)) {
				got = append(got, brief(f))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s %q: (-want +got)\n%s", tt.name, end, diff)
			}
		}
	}
}

func TestTextLines(t *testing.T) {
	in := "Above.\n\nAccess is denied.\n\nID no: 0x80070005\n\n\nThe code\nis 0x80070002 here\n\nEvent ID: 3\nSource: A\nDescription: It\nfailed: 0x80070003\n"
	want := map[string]int{"0x80070005": 5, "0x80070002": 9, "0x80070003": 14, "event 3 (A)": 11, "Above.": 1, "Access is denied.": 3, "The code is 0x80070002 here": 8}
	for _, f := range Text("t", in) {
		if f.Origin.Path != "t" || want[f.String()] != f.Origin.Line {
			t.Errorf("%s: %s, want line %d", f, f.Origin, want[f.String()])
		}
		delete(want, f.String())
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
}

// TestLongStretch shows that a log in no known form is divided and nothing of it is lost.
func TestLongStretch(t *testing.T) {
	in := strings.Repeat("some line of a log in no known form\n", 1000)
	n := 0
	for _, f := range Text("t", in) {
		n += strings.Count(f.Text.Value, "some line")
		if len(f.Text.Value) > 8<<10 {
			t.Errorf("a record of %d bytes", len(f.Text.Value))
		}
	}
	if n != 1000 {
		t.Errorf("%d lines in facts", n)
	}
}
