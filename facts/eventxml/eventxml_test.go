package eventxml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func read(t testing.TB, data string) *gather {
	t.Helper()
	g := &gather{}
	if err := Read(context.Background(), strings.NewReader(data), g); err != nil {
		t.Fatal(err)
	}
	return g
}

const (
	begin  = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>`
	header = `<System><Provider Name='DNS &amp; Co' Guid='{1}' EventSourceName='x'/><EventID Qualifiers='49152'>4013</EventID><Version>0</Version><Level>3</Level><Task>2</Task>` +
		`<Opcode>0</Opcode><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2024-01-02T03:04:05.678900000Z'/><EventRecordID>771</EventRecordID>` +
		`<Correlation/><Execution ProcessID='4' ThreadID='8'/><Channel>DNS Server</Channel><Computer>dc1.corp.example</Computer><Security UserID='S-1-5-18'/></System>`
	values   = `<EventData><Data Name='zone'>corp.example</Data><Data>&lt;none&gt;</Data><Data Name='empty'></Data><Binary>0D250000</Binary></EventData>`
	rendered = `<RenderingInfo Culture='en-US'><Message>It waits.
For "it".</Message><Level>Warning</Level><Task>Loading</Task><Opcode></Opcode><Channel>x</Channel><Provider>DNS Server</Provider><Keywords><Keyword>Classic</Keyword></Keywords></RenderingInfo>`
	end = `</Event>`

	fields1 = `2024-01-02T03:04:05.6789Z|warning|event 4013|number 771|dc1.corp.example|DNS & Co|DNS Server|`
	texts1  = `"zone: corp.example\n<none>\nBinary: 0D250000"`
	want1   = fields1 + "|" + texts1
)

// forms are samples of what programs write, with what they mean.
var forms = []struct {
	name, in string
	want     []string
	problems string
	only     bool // the library does not read it
}{
	{"one event", begin + header + values + end, []string{"1|" + want1}, "", false},
	{"lines", begin + header + values + end + "\r\n" + begin + header + values + end + "\n", []string{"1|" + want1, "2|" + want1}, "", false},
	{"no line ends", strings.Repeat(begin+header+values+end, 3), []string{"1|" + want1, "1|" + want1, "1|" + want1}, "", false},
	{
		"a root and its declaration", "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<!-- saved -->\n<Events>" + begin + header + values + end + "</Events>\n",
		[]string{"3|" + want1},
		"", false,
	},
	{"another root", "<root a='b'>\n" + begin + header + values + end + "</root>", []string{"2|" + want1}, "", false},
	{
		"rendered", begin + header + values + rendered + end,
		[]string{`1|2024-01-02T03:04:05.6789Z|Warning|event 4013|number 771|dc1.corp.example|DNS & Co|DNS Server|Loading|"It waits.\nFor \"it\".\nzone: corp.example\n<none>\nBinary: 0D250000"`},
		"", false,
	},
	{
		"pretty printed", strings.ReplaceAll(begin+header+values+end, "><", ">\n\t<"),
		[]string{"1|" + want1},
		"", false,
	},
	{
		"user data", begin + header + `<UserData><x:Change xmlns:x='urn:x' a="1 &gt; 0 > -1"><x:Old>one</x:Old><x:New><Part>two</Part> and <Part>three</Part></x:New></x:Change></UserData>` + end,
		[]string{"1|" + fields1 + `|"Old: one\nPart: two\nNew: and\nPart: three"`},
		"", false,
	},
	{
		"an Event as user data", begin + header + `<UserData><Event xmlns="urn:mine"><What>x</What></Event></UserData>` + end,
		[]string{"1|" + fields1 + `|"What: x"`},
		"", false,
	},
	{
		"CDATA, comments, characters", begin + "<!-- <Event> -->" + header + `<EventData><Data Name="a&quot;b">x<![CDATA[<b> & ]] </Event>]]>&#x41;&#66;<!-- y -->z<?p i?></Data><Data>a&#13;&#10;b&apos;</Data></EventData>` + end,
		[]string{"1|" + fields1 + `|"a\"b: x<b> & ]] </Event>ABz\na\nb'"`},
		"", false,
	},
	{"unknown entities", begin + "<EventData><Data>&x; &#0; &#x110000; & &amp</Data></EventData>" + end, []string{`1|||||||"&x; &#0; &#x110000; & &amp"`}, "", true},
	{"nothing in it", "<Event/>\n<Event />", []string{`1|||||||""`, `2|||||||""`}, "", false},
	{"time of its zone, level of its own", `<Event><System><TimeCreated SystemTime="2024-01-02T03:04:05+01:00"/><Level> 17 </Level><EventID>x</EventID></System></Event>`, []string{`1|2024-01-02T03:04:05+01:00|17|||||""`}, "", false},
	{"time without zone", `<Event><System><TimeCreated SystemTime="2024-01-02T03:04:05.5"/><EventID>70000</EventID></System></Event>`, []string{`1|2024-01-02T03:04:05.5||event 4464|||||""`}, "", false},

	{"the beginning is missing", "two</Data></EventData>" + end + "\n" + begin + header + values + end, []string{"2|" + want1}, "line 1 xml.outside", true},
	{"the end is missing", begin + header + "\n<EventData><Data>x</Data><Data>yy", []string{"1|" + fields1 + `|"x\nyy"`}, "line 1 xml.event", true},
	{"the end is missing early", begin + "<System><EventID>1", []string{`1|||event 1|||||""`}, "line 1 xml.event", true},
	{"the end is missing at once", begin + "\n<System>", nil, "line 1 xml.event", true},
	{"an event in the middle of another", begin + header + "<EventData><Data Name='\n" + begin + header + values + end, []string{"1|" + fields1 + `|""`, "2|" + want1}, "line 1 xml.event", true},
	{"an event behind a broken one", begin + header + values + "\n" + begin + header + values + end, []string{"1|" + want1, "2|" + want1}, "line 1 xml.event", true},
	{"crossed tags", begin + header + "<EventData><Data>x</EventData>" + end + "\n" + begin + header + values + end, []string{"1|" + fields1 + `|"x"`, "2|" + want1}, "line 1 xml.event", true},
	{"text between", begin + header + values + end + "\nwhat is\nthis?\n" + begin + header + values + end, []string{"1|" + want1, "4|" + want1}, "line 2 xml.outside", true},
	{
		"a document type", "<!DOCTYPE Events [\n<!ENTITY a \"<Event>]>\">\n]>\n<Events>" + begin + "<EventData><Data>&a;</Data></EventData>" + end + "</Events>",
		[]string{`4|||||||"&a;"`},
		"line 4 xml.dtd", true,
	},
	{"a document type in an event", begin + "<!DOCTYPE a><System>" + end + begin + header + values + end, []string{"1|" + want1}, "line 1 xml.event", true},
	{"a document type without end", "<!DOCTYPE Events [ " + begin + header + values + end, []string{"1|" + want1}, "line 1 xml.dtd; line 1 xml.outside", true},
	{"a comment without end", "<!-- " + begin + header + values + end, []string{"1|" + want1}, "line 1 xml.outside", true},
	{"CDATA without end", begin + header + "<EventData><Data><![CDATA[x" + end + "\n" + begin + header + values + end, []string{"1|" + fields1 + `|""`, "2|" + want1}, "line 1 xml.event", true},
}

func TestForms(t *testing.T) {
	for _, tt := range forms {
		g := read(t, tt.in)
		if got, want := strings.Join(g.all, "\n"), strings.Join(tt.want, "\n"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, want)
		}
		if g.problems() != tt.problems {
			t.Errorf("%s: %v, want %s", tt.name, g.faults, tt.problems)
		}
		pieces := &gather{}
		if err := Read(context.Background(), iotest.OneByteReader(strings.NewReader(tt.in)), pieces); err != nil || strings.Join(g.all, "\n") != strings.Join(pieces.all, "\n") || g.problems() != pieces.problems() {
			t.Errorf("%s, in pieces: %s, %v", tt.name, pieces.all, pieces.faults)
		}
	}
}

func TestIs(t *testing.T) {
	for _, tt := range forms {
		if want := tt.problems == "" || strings.HasPrefix(tt.in, begin); want && strings.Contains(tt.in, "<System>") && !Is([]byte(tt.in)) {
			t.Errorf("%s: not recognised", tt.name)
		}
	}
	for _, not := range []string{
		"", "<Event", "text " + begin + header, "<html><body>" + begin + header, "<Events></Events>", "<Event><name>party</name></Event>",
		"<EventLog><System></System></EventLog>", `{"a": "<Event><System>"}`, "<!-- <Event><System> -->",
	} {
		if Is([]byte(not)) {
			t.Errorf("%q: taken for events", not)
		}
	}
}

// TestCorruption: whatever byte is damaged and wherever the input is cut, no
// other event is lost, and an event is not lost without a word.
func TestCorruption(t *testing.T) {
	one := begin + header + values + rendered + end + "\n"
	whole := one + one + one
	want := read(t, whole)
	check := func(what, in string, least int) {
		t.Helper()
		g := read(t, in)
		if len(g.all) < least || len(g.faults) == 0 && len(g.all) < 3 {
			t.Errorf("%s: %d events, want %d; %v", what, len(g.all), least, g.faults)
		}
		if g.all != nil && g.all[0] != want.all[0] {
			t.Errorf("%s: the first event is not as it was", what)
		}
	}
	for i := len(one); i < 2*len(one); i++ {
		for _, c := range []string{"<", ">", "'", "/", "\x00", ""} {
			check(fmt.Sprintf("%q at %d", c, i), whole[:i]+c+whole[i+1:], 2)
		}
	}
	for i := len(one); i < len(whole)-1; i++ {
		g := read(t, whole[:i])
		if i != 2*len(one) && i != 2*len(one)-1 && strings.TrimSpace(whole[len(one)*(i/len(one)):i]) != "" && len(g.faults) == 0 {
			t.Errorf("cut at %d: nothing is said", i)
		}
	}
}

// TestLarge reads a file of many buffers, with events of many sizes.
func TestLarge(t *testing.T) {
	var b strings.Builder
	var want []string
	b.WriteString("<Events>")
	line := 1
	for i := range 700 {
		b.WriteString(begin + header + "<EventData><Data>x<![CDATA[" + strings.Repeat("<y>&\n", i*7%1500) + "]]>z</Data></EventData>" + end + "\n")
		want = append(want, fmt.Sprintf("%d|%s|%q", line, fields1, "x"+strings.Repeat("<y>&\n", i*7%1500)+"z"))
		line += 1 + i*7%1500
	}
	b.WriteString("</Events>")
	g := read(t, b.String())
	if len(g.faults) > 0 || strings.Join(g.all, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d events, want %d; %s", len(g.all), len(want), g.problems())
	}
}

// TestLevels: the levels that are numbers have names.
func TestLevels(t *testing.T) {
	for number, name := range []string{"information", "critical", "error", "warning", "information", "verbose", "6"} {
		g := read(t, fmt.Sprintf("<Event><System><Level>%d</Level></System></Event>", number))
		if want := "1||" + name + `|||||""`; len(g.all) != 1 || g.all[0] != want {
			t.Errorf("%s, want %s", g.all, want)
		}
	}
}

// TestBounds: events that are too long or too deep cost no more than themselves,
// and files that are full of beginnings are read in time.
func TestBounds(t *testing.T) {
	good := "\n" + begin + header + values + end
	long := strings.Repeat("é ", maxEvent/2)
	tests := []struct {
		name, in string
		records  int
		reasons  string
	}{
		{"long value", begin + header + "<EventData><Data>" + long + "</Data></EventData>" + end + good, 2, "xml.event"},
		{"long tag", begin + header + "<EventData><Data Name='" + long + "'/></EventData>" + end + good, 2, "xml.event"},
		{"long name", begin + header + "<" + strings.Repeat("x", maxEvent) + "/>" + end + good, 2, "xml.event"},
		{"many values", begin + header + "<EventData>" + strings.Repeat("<Data>x</Data>", maxValues+1) + "</EventData>" + end + good, 2, "xml.values"},
		{"deep", begin + header + strings.Repeat("<a>", maxDepth) + end + good, 2, "xml.event"},
		{"deep enough", begin + header + strings.Repeat("<a>", maxDepth-1) + strings.Repeat("</a>", maxDepth-1) + end + good, 2, ""},
		{"events without end", strings.Repeat("<Event>", 50_000) + good, 1, ""},
		{"CDATA without end", strings.Repeat("<Event><![CDATA[", 100_000) + good, 1, ""},
		{"comments in events without end", strings.Repeat("<Event><!--", 100_000) + strings.Repeat(" ", maxEvent) + "-->" + good, 1, ""},
		{"comments without end", strings.Repeat("<!--", 500_000) + good, 1, "xml.outside"},
		{"tags without end", strings.Repeat("<a", 1_000_000) + good, 1, "xml.outside"},
		{"text", strings.Repeat("x", 3<<20) + good, 1, "xml.outside"},
		{"document types", strings.Repeat("<!DOCTYPE [", 100_000) + good, 1, "xml.dtd xml.outside"},
		{"quotes without end", strings.Repeat("<Event a='", 100_000) + good, 1, ""},
	}
	for _, tt := range tests {
		g := read(t, tt.in)
		var reasons []string
		for _, p := range g.faults {
			reasons = append(reasons, p.Reason)
		}
		if len(g.all) != tt.records || tt.reasons != "" && strings.Join(reasons, " ") != tt.reasons || tt.reasons == "" && tt.records == 1 && len(reasons) == 0 {
			t.Errorf("%s: %d events, want %d; %d problems", tt.name, len(g.all), tt.records, len(reasons))
		}
		if len(g.all) > 0 && !strings.HasSuffix(g.all[len(g.all)-1], want1) {
			t.Errorf("%s: the event behind is %s", tt.name, g.all[len(g.all)-1][:100])
		}
	}
}

func TestErrors(t *testing.T) {
	in := begin + header + values + end + "\n" + begin + header + values + end
	broken := errors.New("broken")
	for cut := range len(in) + 1 {
		g := &gather{}
		err := Read(context.Background(), io.MultiReader(strings.NewReader(in[:cut]), iotest.ErrReader(broken)), g)
		if !errors.Is(err, broken) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if cut == len(in) && len(g.all) != 2 {
			t.Error("not all was given before the error:", g.all)
		}
	}
	if err := Read(context.Background(), strings.NewReader(in), &gather{stop: 1}); !errors.Is(err, errStop) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, strings.NewReader(in), &gather{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := Read(context.Background(), idle{}, &gather{}); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

// idle is a reader that gives nothing, ever.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }
