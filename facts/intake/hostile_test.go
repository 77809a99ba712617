package intake

import (
	"strings"
	"testing"
	"time"
)

// TestHostileText shows that no repetition of what the parsers look for costs
// more than its length: each of the texts is one MiB.
func TestHostileText(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, unit := range []string{
		"event 1, ", "event 1 ", "Event ID: 1\n", "Source: a ", "Source: a\n", "Source a  ", "Source: a\nSource: b\nEvent ID: 1\n", "Id : 4\n",
		"Message : a\n          b\n", "<Event>", "<Event>\n", "</Event>", "<Event><EventID>1</EventID>", "<Event ><Data", "<Event><Data>\n", "&#x", "<", "<System>\n", "error 5 (", "error 5: A b. ",
		"0x80070005 ", "error 0x80070005\n", "ID no: ", "\n", " \n", "\r", "a\n", "a\n\n", "a: ", "event ", "vevevev", "12/12/12 ", "12:12:12 x\n", "12:12:12 x\n y\n", "[[[[", "(", "\"", "Category: a/\n",
		"Event ID: 1\nDescription: a\n\n b\n\n", "x  ", "=", "Jun 1 1:1:1 a b: c ", "\x80", "\xff\xfe", "The error is. ", "Event ID 1 in source ",
	} {
		text := strings.Repeat(unit, 1<<20/len(unit))
		start := time.Now()
		found := Text("t", text)
		checkFacts(t, text, found)
		d := time.Since(start)
		t.Logf("%8s %6d facts %q", d.Round(time.Millisecond), len(found), unit)
		if d > 5*time.Second {
			t.Errorf("%q: %s", unit, d)
		}
	}
}
