package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

// TestEventTails: whatever stands beside the fields of an event, its code
// becomes a fact and the source stays the source.
func TestEventTails(t *testing.T) {
	spellings := []string{"Event ID: 4058", "EventID: 4058", "Event ID=4058", "Event Id   : 4058", "EventID 4058"}
	tails := []struct {
		text string
		code uint32
	}{
		{" 0xc00203e5", 0xc00203e5},
		{" (0xc00203e5)", 0xc00203e5},
		{" [0xc00203e5]", 0xc00203e5},
		{", 0xc00203e5", 0xc00203e5},
		{",0xc00203e5", 0xc00203e5},
		{"; 0xc00203e5", 0xc00203e5},
		{": 0xc00203e5", 0xc00203e5},
		{" = 0xc00203e5", 0xc00203e5},
		{" | 0xc00203e5", 0xc00203e5},
		{" – 0xc00203e5", 0xc00203e5},
		{", error 0xc00203e5", 0xc00203e5},
		{" error 997 on NODE1", 997},
		{" Error 997", 997},
		{", Error code: 997", 997},
		{" (error 997)", 997},
		{" ID no: c00203e5", 0xc00203e5},
		{" status code 0xc00203e5", 0xc00203e5},
		{" failed with 0xc00203e5", 0xc00203e5},
		{" Failed to start (0xc00203e5)", 0xc00203e5},
		{" with the error 997", 997},
		{" - The Internet Mail Service cannot start (0xc00203e5)", 0xc00203e5},
		{" - The Internet Mail Service cannot start, error 997", 997},
		{"; The Internet Mail Service cannot start (0xc00203e5)", 0xc00203e5},
		{". The Internet Mail Service cannot start. ID no: 0xc00203e5", 0xc00203e5},
		{" (The Internet Mail Service cannot start, 0xc00203e5)", 0xc00203e5},
	}
	layouts := []string{
		"{event} Source: MSExchangeIMC{tail}",
		"{event}, Source: MSExchangeIMC{tail}",
		"{event} Source: MSExchangeIMC{tail}, Category: None",
		"{event} Source: MSExchangeIMC Category: None{tail}",
		"{event} Type: Error{tail} Source: MSExchangeIMC",
		"{event} Log: Application{tail} Source: MSExchangeIMC",
		"{event} Source: MSExchangeIMC Computer: NODE1{tail}",
		"Source: MSExchangeIMC{tail} {event}",
		"Source: MSExchangeIMC, {event}{tail}",
		"{event}{tail}, Source: MSExchangeIMC",
		"Event Source: MSExchangeIMC{tail}\n{event}",
		"Event Type: Error\nEvent Source: MSExchangeIMC{tail}\n\n{event}\nDescription: It stopped.",
		"{event}\nSource: MSExchangeIMC{tail}",
		"{event}\nSource: MSExchangeIMC{tail}\nIt stopped.",
		"> {event}\n> Source: MSExchangeIMC{tail}",
		"2024-01-02 10:11:12 {event} Source: MSExchangeIMC{tail}",
	}
	for _, layout := range layouts {
		for _, spelling := range spellings {
			for _, tail := range tails {
				in := strings.NewReplacer("{event}", spelling, "{tail}", tail.text).Replace(layout)
				var codes []uint32
				var events []facts.Event
				said := ""
				for _, f := range Text("t", in) {
					switch f.Kind {
					case facts.KindCode:
						codes = append(codes, f.Code.Value)
					case facts.KindEvent:
						events = append(events, *f.Event)
						said += f.Event.Message
					case facts.KindText:
						said += f.Text.Value
					}
				}
				if !slices.Equal(codes, []uint32{tail.code}) || len(events) != 1 || events[0].ID != 4058 || events[0].Source != "MSExchangeIMC" {
					t.Errorf("%q: codes %#x, events %+v", in, codes, events)
				}
				if strings.Contains(tail.text, "cannot start") && !strings.Contains(said, "The Internet Mail Service cannot start") {
					t.Errorf("%q: the tail is lost, text is %q", in, said)
				}
			}
		}
	}
}

func TestEventTailFacts(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"Event ID: 3 Source: A 0xc00203e5", []string{"code 0xc00203e5", "event 3 A|||||"}},
		{"Event ID: 3 Source: A, error 997 on NODE1", []string{"event 3 A|||error 997 on NODE1||", "code 0x3e5"}},
		{
			"Event ID: 3 Source: A - The service cannot start (0xc00203e5)",
			[]string{"event 3 A|||The service cannot start (0xc00203e5)||", "code 0xc00203e5"},
		},
		{
			"Event ID: 3\nSource: A, error 997 on NODE1\nDescription: It stopped.",
			[]string{"code 0x3e5", "text error 997 on NODE1", "event 3 A|||It stopped.||"},
		},
		{
			"Event ID: 3 Source: A - The service\ncannot start (0xc00203e5)",
			[]string{"event 3 A|||The service cannot start (0xc00203e5)||", "code 0xc00203e5"},
		},
		{"Event ID: 3\nType: Error 997", []string{"code 0x3e5", "event 3 ||Error|||"}},
		{"Event ID: 3 Source: A; it stopped", []string{"event 3 A|||it stopped||"}},
		{"Event ID: 3 Source: A failed", []string{"event 3 A|||failed||"}},

		// names with blanks
		{"Event ID: 3 Source: Service Control Manager 0xc00203e5", []string{"code 0xc00203e5", "event 3 Service Control Manager|||||"}},
		{"Event ID: 3 Source: MSExchangeIS Private, error 0xc00203e5", []string{"code 0xc00203e5", "event 3 MSExchangeIS Private|||||"}},
		{"Event ID: 3 Source: DNS Client Events (0xc00203e5)", []string{"code 0xc00203e5", "event 3 DNS Client Events|||||"}},
		{"Event ID: 3 Source: SNA Server", []string{"event 3 SNA Server|||||"}},
		{"Event ID: 3 Source: Application Error", []string{"event 3 Application Error|||||"}},
		{"Event ID: 3 Source: Application Error 0xc0000005", []string{"code 0xc0000005", "event 3 Application Error|||||"}},
		{"Event ID: 3 Source: Windows Error Reporting, 0xc0000005", []string{"code 0xc0000005", "event 3 Windows Error Reporting|||||"}},
		{"Event ID: 3, SNA Server 0xc00203e5", []string{"code 0xc00203e5", "event 3 SNA Server|||||", "text Event ID: 3, SNA Server 0xc00203e5"}},
		{"event 3 (SNA Server, 0xc00203e5)", []string{"code 0xc00203e5", "event 3 SNA Server|||||", "text event 3 (SNA Server, 0xc00203e5)"}},
		{"Event ID: 3 Source: A (B) Type: Error", []string{"event 3 A (B)||Error|||"}},
		{"Event ID: 3\nCategory: Inter-\nSite Messaging", []string{"event 3 |Inter-Site Messaging||||"}},
	} {
		var got []string
		for _, f := range Text("t", tt.in) {
			got = append(got, brief(f))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", tt.in, diff)
		}
	}
}

func TestTailLines(t *testing.T) {
	want := map[string]int{"997": 3, "event 3 (A)": 4, "0xc00203e5": 5}
	for _, f := range Text("t", "Event Type: Error\n\nSource: A error 997\nEvent ID: 3\nCategory: B 0xc00203e5\n") {
		if want[f.String()] != f.Origin.Line {
			t.Errorf("%s: %s, want line %d", f, f.Origin, want[f.String()])
		}
		delete(want, f.String())
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
}

func TestQuotedMail(t *testing.T) {
	const event = "Event ID: 4058\nSource: MSExchangeIMC\nCategory: Intialization/Termin-\nation\n\nDescription: It\ncannot start, error 997."
	marked := func(mark string) string { return mark + strings.ReplaceAll(event, "\n", "\n"+mark) }
	found := func(text string) (got []string) {
		for _, f := range Text("t", text) {
			got = append(got, fmt.Sprint(f.Origin.Line, " ", brief(f)))
		}
		return got
	}
	want := found(event)
	if diff := cmp.Diff([]string{"1 event 4058 MSExchangeIMC|Initialization/Termination||It cannot start, error 997.||", "7 code 0x3e5"}, want); diff != "" {
		t.Fatal(diff)
	}
	for _, mark := range []string{"> ", "> > ", ">> ", ">  ", ">>> > "} {
		for _, text := range []string{marked(mark), strings.ReplaceAll(marked(mark), "\n"+mark+"\n", "\n\n"), strings.ReplaceAll(marked(mark), " \n", "\n")} {
			if diff := cmp.Diff(want, found(text)); diff != "" {
				t.Errorf("%q: (-want +got)\n%s", text, diff)
			}
		}
	}
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"> 997", []string{"1 code 0x3e5"}},
		{"Bob wrote:\n> It fails with\n> error 997.", []string{"3 code 0x3e5", "1 text Bob wrote: It fails with error 997."}},
		{"> Access is denied.\n>\n> ID no: 0x80070005\n\nWhy?", []string{"1 text Access is denied.", "3 code 0x80070005 Access is denied.", "5 text Why?"}},
		{"> quoted\nand not", []string{"1 text > quoted and not"}},
		{"not quoted\n> so this stays", []string{"1 text not quoted > so this stays"}},
		{">no mark\n>at all", []string{"1 text >no mark >at all"}},
		{"> <Event>\n> <EventID>3</EventID>\n> </Event>", []string{"1 event 3 |||||"}},
	} {
		if diff := cmp.Diff(tt.want, found(tt.in)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", tt.in, diff)
		}
	}
	long := strings.Repeat("> a line of a long quotation\n", 500) + "> ends with error 997"
	for _, f := range Text("t", long) {
		if f.Kind == facts.KindText && strings.Contains(f.Text.Value, ">") || f.Kind == facts.KindCode && f.Origin.Line != 501 {
			t.Errorf("%s: %s", f, f.Origin)
		}
	}
}
