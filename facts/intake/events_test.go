package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

// eventsOf are the events of text, and the texts beside them.
func eventsOf(text string) (events []facts.Event, texts []string) {
	for _, f := range Text("t", text) {
		switch f.Kind {
		case facts.KindEvent:
			events = append(events, *f.Event)
		case facts.KindText:
			texts = append(texts, f.Text.Value)
		}
	}
	return events, texts
}

func TestEventSpellings(t *testing.T) {
	ids := func(ids ...uint32) (events []facts.Event) {
		for _, id := range ids {
			events = append(events, facts.Event{ID: id})
		}
		return events
	}
	for _, tt := range []struct {
		in    string
		want  []facts.Event
		texts int
	}{
		{in: "event 4058", want: ids(4058)},
		{in: "Event 4058", want: ids(4058)},
		{in: "EventID 4058", want: ids(4058)},
		{in: "EventID:4058", want: ids(4058)},
		{in: "Event ID: 4058", want: ids(4058)},
		{in: "Event ID=4092", want: ids(4092)},
		{in: "Event ID   : 4141", want: ids(4141)},
		{in: "Event Id 4058", want: ids(4058)},
		{in: "Event: 2075", want: ids(2075)},
		{in: "EVENT ID 4058", want: ids(4058)},
		{in: "Event ID#: 7005", want: ids(7005)},
		{in: "Event ID #2625", want: ids(2625)},
		{in: "Event-ID: 4058", want: ids(4058)},
		{in: "- Event ID: 4058", want: ids(4058)},
		{in: "Event IDs 275 and 273", want: ids(275, 273)},
		{in: "Event IDs 38 , 91 , 5005", want: ids(38, 91, 5005)},
		{in: "event 103, 300, and 301", want: ids(103, 300, 301)},
		{in: "events 4058 + 4067", want: ids(4058, 4067)},
		{in: "Event ID 4058/4067", want: ids(4058, 4067)},
		{in: "Event ID 41 Kernel-Power", want: []facts.Event{{ID: 41, Source: "Kernel-Power"}}},
		{in: "event 4058 MSExchangeIMC", want: []facts.Event{{ID: 4058, Source: "MSExchangeIMC"}}},
		{in: "Event 4058 PowerShell failed", want: ids(4058), texts: 1},
		{in: "Event 4058 Wi-Fi adapter", want: ids(4058), texts: 1},
		{in: "Event 4058 After reboot", want: ids(4058), texts: 1},
		{in: "Event Id 4058 - Source: X", want: []facts.Event{{ID: 4058, Source: "X"}}},
		{in: "Event ID: 4058 Source: MSExchangeIMC", want: []facts.Event{{ID: 4058, Source: "MSExchangeIMC"}}},
		{in: "event 1314 - Type:Warning", want: []facts.Event{{ID: 1314, Level: "Warning"}}},
		{in: "Event ID 7000, Service Control Manager", want: []facts.Event{{ID: 7000, Source: "Service Control Manager"}}},
		{in: "event 4058 (MSExchangeIMC)", want: []facts.Event{{ID: 4058, Source: "MSExchangeIMC"}}},
		{in: "Event ID: 11, Source: Serial, Type: Error", want: []facts.Event{{ID: 11, Source: "Serial", Level: "Error"}}},
		{in: "Event ID 178,Source:MSExchangeMTA,Category:X400 Service", want: []facts.Event{{ID: 178, Source: "MSExchangeMTA", Category: "X.400 Service"}}},
		{in: "Source: Serial\nEvent ID: 11", want: []facts.Event{{ID: 11, Source: "Serial"}}},
		{in: "Event ID 11\nSource hpmon\nType Error", want: []facts.Event{{ID: 11, Source: "hpmon", Level: "Error"}}},
		{in: "Event ID 5\nSource DHCP Server Description : It stopped.", want: []facts.Event{{ID: 5, Source: "DHCP Server", Message: "It stopped."}}},
		{in: "Event ID: 6\nSource: SNA Host Security)<BR/>", want: []facts.Event{{ID: 6, Source: "SNA Host Security"}}},
		{in: "Event ID 8006: The browser got a bad packet.", want: []facts.Event{{ID: 8006, Message: "The browser got a bad packet."}}},

		// mentions in running text
		{in: "Since today event 4058 is in the log.", want: ids(4058), texts: 1},
		{in: "Event 4058 is logged at each start", want: ids(4058), texts: 1},
		{in: "We see Event ID ( 4058 ) in Source ( SNA Server ) daily.", want: []facts.Event{{ID: 4058, Source: "SNA Server"}}, texts: 1},
		{in: "The log shows event ID 5719 from source NETLOGON twice.", want: []facts.Event{{ID: 5719, Source: "NETLOGON"}}, texts: 1},
		{in: "event 4058, 12 times since noon", want: ids(4058), texts: 1},
		{in: "The MTA Event ID 9301 is new", want: ids(9301), texts: 1},

		// none
		{in: "prevent 4058 of them", texts: 1},
		{in: "this is event 1 of 5", texts: 1},
		{in: "the event 10/12/99 was fun", texts: 1},
		{in: "the event 10:30 meeting", texts: 1},
		{in: "eventually 12 came", texts: 1},
		{in: "event4058x", texts: 1},
		{in: "event 1.2", texts: 1},
		{in: "the event 100000 people came to", texts: 1},
		{in: "4067\nThe mail service stops since its name is unknown.", texts: 1},
		{in: "User: bob\nComputer: PC12\nDate: 1/2/2024", texts: 1},
		{in: "Id : 4058", texts: 1},
		{in: "Source: the manual\nType: book", texts: 1},
	} {
		events, texts := eventsOf(tt.in)
		if diff := cmp.Diff(tt.want, events); diff != "" {
			t.Errorf("%q: events (-want +got)\n%s", tt.in, diff)
		}
		if len(texts) != tt.texts {
			t.Errorf("%q: texts %q, want %d", tt.in, texts, tt.texts)
		}
	}
}

// TestEventOneSymptom is row 13 of the acceptance list: whatever the spelling,
// one id and one category, and the source only where it is given.
func TestEventOneSymptom(t *testing.T) {
	for i, head := range []string{"EventID 4058", "Event ID: 4058", "Event 4058", "EventID:4058", "Event Id=4058"} {
		for j, cat := range []string{
			"Category: Intialization/Termination", "Category: Initialization/Termination", "Category: initialization / termination",
			"Category: Intialization/\nTermination", "Category Initialization/Termination", "Catagory: Initialisation/Termination",
		} {
			for _, source := range []string{"", "Source: MSExchangeIMC"} {
				lines := []string{head, cat}
				if source != "" {
					lines = append(lines, source)
				}
				for _, sep := range []string{"\n", "\n\n", "\r\n   "} {
					events, texts := eventsOf("   " + strings.Join(lines, sep))
					want := []facts.Event{{ID: 4058, Category: "Initialization/Termination", Source: strings.TrimPrefix(source, "Source: ")}}
					if diff := cmp.Diff(want, events); diff != "" || len(texts) > 0 {
						t.Errorf("%d %d %q: texts %q\n%s", i, j, sep, texts, diff)
					}
				}
			}
		}
	}
}

func TestEventLayouts(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"header table", `
Date: 11/22/99                            Event ID: 4116
Time: 10:19:32 PM                         Source: MSExchangeIMC
User: N/A                                 Type: Warning
Computer: MAIL1                           Category: None

Description:
The queue could not be
read to its end.

The second paragraph.
`, []string{`event 4116 MSExchangeIMC|None|Warning|The queue could not be read to its end.\nThe second paragraph.|1999-11-22T22:19:32|MAIL1`}},

		{"header table without colons", `
Date 11/22/99          Event ID 4116
Time 10:19:32 AM       Source MSExchangeIMC
User N/A               Type Warning
Computer MAIL1         Category None
`, []string{`event 4116 MSExchangeIMC|None|Warning||1999-11-22T10:19:32|MAIL1`}},

		{"viewer copy", `
Log Name:      Application
Source:        MSExchangeIMC
Date:          11/22/2024 10:19:32 AM
Event ID:      4058
Task Category: Intialization/Termination
Level:         Error
Keywords:      Classic
User:          N/A
Computer:      mail1.corp.example
Description:
The service stopped.

It will start again at 10:20.
Source: this line belongs to the message
`, []string{`event 4058 MSExchangeIMC|Initialization/Termination|Error|The service stopped.\nIt will start again at 10:20. Source: this line belongs to the message|2024-11-22T10:19:32|mail1.corp.example|Application`}},

		{"two blocks without a blank line", `
 - Event ID: 1
   Source: A
   Description: First.
 - Event ID: 2
   Source: B
   Description: Second.
`, []string{`event 1 A|||First.|| `, `event 2 B|||Second.|| `}},

		{"fields of the next event come before its number", `
Event Type: Warning
Event Source: A
Event ID: 1
Description: First.

Event Type: Error
Event Source: B
Event ID: 2
Description: Second.
`, []string{`event 1 A||Warning|First.|| `, `event 2 B||Error|Second.|| `}},

		{"misspelt field", "Event ID: 3\nSoruce: A\nDescrition: What it says.", []string{`event 3 A|||What it says.|| `}},

		{"separated by blank lines", "Event ID: 3\n\nSource: A\n\nDescription:\n\nWhat it\nsays.", []string{`event 3 A|||What it says.|| `}},

		{
			"description without label", "   Event ID: 3\n   Source: A\n   What it\n   says.\n\nWe did nothing.",
			[]string{`event 3 A|||What it says.|| `, `text We did nothing.`},
		},

		{
			"description in its own paragraph", "   Event ID: 3\n   Source: A\n\n   What it says today.\n\nWe did nothing.",
			[]string{`event 3 A|||What it says today.|| `, `text We did nothing.`},
		},

		{"no description after a number alone", "event 3\n\nWhat can we do about it?", []string{`event 3 ||||| `, `text What can we do about it?`}},

		{
			"a heading is no description", "   EventID 3\n\n   Category: None\n\nWHAT WE DID\n===========\n",
			[]string{`event 3 |None|||| `, `text WHAT WE DID ===========`},
		},

		{
			"text around", "This is in the log:\nEvent ID: 3\nSource: A\nDescription: What it says.\n\nWe did nothing.",
			[]string{`text This is in the log:`, `event 3 A|||What it says.|| `, `text We did nothing.`},
		},

		{
			"codes in the description", "Event ID: 3\nSource: A\nDescription: It failed. Error 997: Overlapped I/O operation is in progress.",
			[]string{`event 3 A|||It failed. Error 997: Overlapped I/O operation is in progress.|| `, `code 0x3e5 Overlapped I/O operation is in progress.`},
		},

		{
			"source from the description", "Event ID: 3\nDescription: The description for Event ID ( 3 ) in Source ( CM2 ) could not be found.",
			[]string{`event 3 CM2|||The description for Event ID ( 3 ) in Source ( CM2 ) could not be found.|| `},
		},

		{"Get-WinEvent", `
TimeCreated  : 1/2/2024 10:11:12 AM
ProviderName : MSExchangeIMC
Id           : 4058
Message      : The service could
               not be started.

TimeCreated  : 1/2/2024 10:11:13 AM
ProviderName : MSExchangeIMC
Id           : 4059
Message      : It went on.
`, []string{`event 4058 MSExchangeIMC|||The service could not be started.|2024-01-02T10:11:12| `, `event 4059 MSExchangeIMC|||It went on.|2024-01-02T10:11:13| `}},

		{"Get-WinEvent, message first", `
Message      : The service could
               not be started.
Id           : 4058
ProviderName : MSExchangeIMC
LogName      : Application

Message      : It went
               on.
Id           : 4059
ProviderName : MSExchangeIMC
`, []string{`event 4058 MSExchangeIMC|||The service could not be started.|| |Application`, `event 4059 MSExchangeIMC|||It went on.|| `}},

		{"Get-EventLog", `
EventID            : 4058
MachineName        : mail1
Index              : 77
Category           : (1)
Message            : It stopped.
Source             : MSExchangeIMC
InstanceId         : 3221229530
`, []string{`event 4058 MSExchangeIMC|(1)||It stopped.||mail1`}},

		{
			"wevtutil", "Event[0]:\n  Log Name: Application\n  Source: MSExchangeIMC\n  Date: 2024-01-02T10:11:12.000\n  Event ID: 4058\n  Task: N/A\n  Level: Error\n  Opcode: Info\n  Computer: mail1\n  Description:\nIt stopped.\n",
			[]string{`event 4058 MSExchangeIMC|N/A|Error|It stopped.|2024-01-02T10:11:12|mail1|Application`},
		},

		{
			"XML", `<Event xmlns="x"><System><Provider Name="A &amp; B" Guid="{1}"/><EventID Qualifiers="49152">4058</EventID>
<Level>2</Level><TimeCreated SystemTime="2024-01-02T10:11:12.5Z"/><Channel>Application</Channel><Computer>mail1</Computer></System>
<EventData><Data>error 5</Data></EventData></Event><Event><System><EventID>7</EventID></System></Event>`,
			[]string{`event 4058 A & B||Error|error 5|2024-01-02T10:11:12.5Z|mail1|Application`, `code 0x5 `, `event 7 ||||| `},
		},

		{"XML without an event", "<Event>\nof the year\n</Event>", []string{"text <Event> of the year </Event>"}},

		{"XML in text", "It says\n<Event>\n<EventID>4058</EventID>\n</Event> and more.\nDone.", []string{"text It says", "event 4058 |||||", "text and more.", "text Done."}},

		{"XML that ends early", "<Event><System><EventID>4058</EventID>\n<Data>and", []string{"event 4058 |||||", "text <Event><System><EventID>4058</EventID> <Data>and"}},

		{"loose XML", "We see\n  <System>\n    <Provider Name='A' />\n    <EventID>4058</EventID>\n  </System>\nin the log.", []string{"text We see", "event 4058 A|||||", "text in the log."}},

		{"XML snippet", "<EventID>4058</EventID>", []string{`event 4058 ||||| `}},

		{
			"viewer copy with XML", "Log Name: Application\nSource: A\nEvent ID: 3\nDescription:\nIt stopped.\nEvent Xml:\n<Event><System><Provider Name='A'/><EventID>3</EventID><TimeCreated SystemTime='2024-01-02T10:11:12Z'/></System></Event>",
			[]string{`event 3 A|||It stopped.|2024-01-02T10:11:12Z| |Application`},
		},

		{
			"log lines", "Jun 14 15:16:01 combo app[1]: Event ID: 7000 Source: A\nJun 14 15:16:02 combo app[1]: fine",
			[]string{`event 7000 A||||0000-06-14T15:16:01|combo`, `text Jun 14 15:16:01 combo app[1]: Event ID: 7000 Source: A`, `text Jun 14 15:16:02 combo app[1]: fine`},
		},
	} {
		var got []string
		for _, f := range Text("t", strings.TrimPrefix(tt.in, "\n")) {
			got = append(got, brief(f))
		}
		for i, w := range tt.want {
			tt.want[i] = strings.TrimSpace(strings.ReplaceAll(w, `\n`, "\n"))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
	}
}

// brief is a fact on one line, for tables.
func brief(f facts.Fact) string {
	s := ""
	switch f.Kind {
	case facts.KindEvent:
		e := f.Event
		s = fmt.Sprintf("event %d %s|%s|%s|%s|%s|%s", e.ID, e.Source, e.Category, e.Level, e.Message, f.Origin.Time, f.Origin.Host)
		if e.Log != "" {
			if f.Origin.Host == "" {
				s += " "
			}
			s += "|" + e.Log
		}
	case facts.KindCode:
		s = fmt.Sprintf("code %#x %s", f.Code.Value, f.Code.Message)
	case facts.KindText:
		s = "text " + unwrap(f.Text.Value)
	}
	return strings.TrimSpace(s)
}

func TestCategory(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"None":                          "None",
		"(2)":                           "(2)",
		"Intialization/Termination":     "Initialization/Termination",
		"Initialization / Termination":  "Initialization/Termination",
		"INITIALIZATION/TERMINATION":    "Initialization/Termination",
		"Initializaiton/Termination":    "Initialization/Termination",
		"Initalizaton/Termination":      "Initalizaton/Termination", // two edits
		"Transport  General":            "Transport General",
		"Internal Procesing":            "Internal Processing",
		"Something Initialization/Term": "Something Initialization/Term",
	} {
		if got := category(in); got != want {
			t.Errorf("category(%q) = %q, want %q", in, got, want)
		}
	}
}
