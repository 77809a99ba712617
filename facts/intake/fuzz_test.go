package intake

import (
	"bufio"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
)

func checkFacts(t *testing.T, text string, found []facts.Fact) {
	t.Helper()
	lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
	size := 0
	for _, f := range found {
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		if f.Origin.Line < 1 || f.Origin.Line > lines {
			t.Fatalf("line %d of %d: %s", f.Origin.Line, lines, f)
		}
		size += int(weight(f))
		switch {
		case f.Kind == facts.KindText && (strings.TrimSpace(f.Text.Value) == "" || !utf8.ValidString(f.Text.Value)):
			t.Fatalf("text %q", f.Text.Value)
		case f.Kind == facts.KindEvent && !utf8.ValidString(f.Event.Message+f.Event.Source+f.Event.Category):
			t.Fatalf("event %+v", f.Event)
		case f.Kind == facts.KindCode && (!utf8.ValidString(f.Code.Message) || len(f.Code.Message) > 4*maxMessage):
			t.Fatalf("code %+v", f.Code)
		}
	}
	if size > 64*len(text)+1000 {
		t.Fatalf("%d bytes of facts from %d bytes", size, len(text))
	}
}

func FuzzText(f *testing.F) {
	f.Add(sample)
	f.Add("Jun 14 15:16:01 combo app[1]: 0x80070005 (Access is denied.)\n  more\r\nTail\r997")
	f.Add("error 997: It.\n\nID no: 80040115-0514-000006bb\n\xff\x00\x92")
	f.Add("[   12.345678] x\n<34>1 2024-01-02T10:11:12Z h a - -\n10/11/12 1:2:3 PM y\n")
	f.Fuzz(func(t *testing.T, text string) {
		found := Text("t", text)
		checkFacts(t, text, found)
		c, err := Reader{Stdin: strings.NewReader(text), Limits: Limits{Line: 64, Record: 128, Facts: 50, Text: 1000}}.Read(t.Context(), []string{"-", "x\n" + text})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Facts) > 2*50+len(text)+2 { // what the argument gives has no limit
			t.Fatalf("%d facts", len(c.Facts))
		}
	})
}

func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		"Event ID: 4058\nSource: X\nCategory: Intialization/\nTermination\nDescription:\n  a\n\n  b\nEvent IDs 1 , 2 and 3",
		"Date: 1/2/99   Event ID: 1\nTime 1:02:03 PM   Source A\nComputer B\n\nwhat",
		"Message : a\n          b\nId : 4\nProviderName : X\nIndex : 4\n",
		"<Event><System><Provider Name='a&#x41;'/><EventID>1</EventID></System><Data>x</Data></Event>",
		"event 4058 (X) event ID ( 3 ) in Source ( Y ), events 1, 2",
		"Log Name: A\nEvent ID: 3\nDescription:\nx\nEvent Xml:\n<Event><EventID>3</EventID></Event>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Text("t", text)
		checkFacts(t, text, found)
		for _, a := range anchors(text) {
			if a.start < 0 || a.end > len(text) || a.start >= a.end || len(a.ids) == 0 {
				t.Fatalf("%+v", a)
			}
		}
		if utf8.ValidString(text) && !strings.ContainsAny(text, "\r\x00\x1a") {
			again := Text("t", strings.ReplaceAll(text, "\n", "\r\n"))
			if len(again) != len(found) {
				t.Fatalf("%d facts, with CRLF %d", len(found), len(again))
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	log := strings.Repeat("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0 euid=0 rhost=192.0.2.4\n", 2000)
	for name, text := range map[string]string{
		"log":     log,
		"prose":   strings.Repeat("The service does not start any more since we have moved\nthe computer to another room, and nobody knows why.\n\n", 2000),
		"events":  strings.Repeat("Event ID: 4058\nSource: MSExchangeIMC\nCategory: Intialization/Termination\nDescription: It cannot start, error 0x80070005.\n\n", 2000),
		"hostile": strings.Repeat("Source: a Event ID: x: ", 20000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Text("t", text)
			}
		})
	}
	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		for b.Loop() {
			r := newLineReader(asUTF8(bufio.NewReaderSize(strings.NewReader(log), 64<<10)), 1<<20)
			for {
				if _, err := r.next(); err != nil {
					break
				}
			}
		}
	})
}
