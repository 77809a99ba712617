package csvlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// gather keeps what a reader gives, as text.
type gather struct {
	all    []string
	lines  []int
	faults []facts.Problem
	stop   int
}

var errStop = errors.New("enough")

func (g *gather) Record(r *record.Record) error {
	s := fmt.Sprintf("%d|%s|%s", r.Line, r.Time, r.Level)
	if r.Event {
		s += fmt.Sprintf("|event %d", r.ID)
	}
	if r.Number > 0 {
		s += fmt.Sprintf("|number %d", r.Number)
	}
	s += fmt.Sprintf("|%s|%s|%s|%s|%q", r.Host, r.Source, r.Log, r.Category, r.Text())
	g.all = append(g.all, s)
	g.lines = append(g.lines, r.Line)
	if g.stop == len(g.all) {
		return errStop
	}
	return nil
}

func (g *gather) Damage(p facts.Problem) { g.faults = append(g.faults, p) }

func (g *gather) problems() string {
	var list []string
	for _, p := range g.faults {
		list = append(list, p.At+" "+p.Reason)
	}
	return strings.Join(list, "; ")
}

func read(t testing.TB, data string) *gather {
	t.Helper()
	g := &gather{}
	if err := Read(context.Background(), strings.NewReader(data), g); err != nil {
		t.Fatal(err)
	}
	return g
}

// forms are samples of what programs write, with what they mean.
var forms = []struct {
	name, in string
	want     []string
	problems string
}{
	{
		"Event Viewer",
		"\ufeffLevel,Date and Time,Source,Event ID,Task Category\r\n" +
			"Error,3/14/2024 9:05:07 AM,DNS Server,4013,None,\"The server said \"\"wait\"\".\r\n\r\nIt waits.\"\r\n" +
			"Information,3/4/2024 12:00:00 PM,Service Control Manager,7036,(2),Started.\r\n",
		[]string{
			`2|2024-03-14T09:05:07|Error|event 4013||DNS Server|||"The server said \"wait\".\n\nIt waits."`,
			`5|2024-03-04T12:00:00|Information|event 7036||Service Control Manager||(2)|"Started."`,
		},
		"",
	},
	{
		"Get-WinEvent | Export-Csv",
		"#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n" +
			`"Message","Id","Version","Qualifiers","Level","Task","ProviderName","LogName","MachineName","TimeCreated","Properties","LevelDisplayName","TaskDisplayName","RecordId"` + "\n" +
			`"It failed.","1014","0",,"3","1014","DNS Client Events","System","PC7.corp.example","31/12/2023 23:59:58","System.Collections.Generic.List` + "`1[x]" + `","Warning","Resolver","77"` + "\n",
		[]string{`3|2023-12-31T23:59:58|Warning|event 1014|number 77|PC7.corp.example|DNS Client Events|System|Resolver|"It failed.\nVersion: 0\nLevel: 3\nTask: 1014"`},
		"",
	},
	{
		"Get-EventLog | Export-Csv, semicolons",
		`"EventID";"MachineName";"Data";"Index";"Category";"EntryType";"Message";"Source";"InstanceId";"TimeGenerated"` + "\n" +
			`"4058";"MAIL1";"System.Byte[]";"12";"(1)";"Error";"No connection.";"MTA";"3221229530";"05.03.2004 17:01:02"`,
		[]string{`2|2004-03-05T17:01:02|Error|event 4058|number 12|MAIL1|MTA||(1)|"No connection.\nInstanceId: 3221229530"`},
		"",
	},
	{
		"EvtxECmd",
		"RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId,Computer,MapDescription,PayloadData1,Payload\n" +
			`1,901,2024-01-02 03:04:05.1234567,4625,LogAlways,Sec,Security,4,DC1,Failed logon,User: x,"{""a"":""b""}"` + "\n",
		[]string{`2|2024-01-02T03:04:05.1234567|LogAlways|event 4625|number 901|DC1|Sec|Security||"Failed logon\nRecordNumber: 1\nProcessId: 4\nPayloadData1: User: x\nPayload: {\"a\":\"b\"}"`},
		"",
	},
	{
		"a timeline",
		`"Timestamp","RuleTitle","Level","Computer","Channel","EventID","RecordID","Details"` + "\n" +
			`"2021-12-12 10:00:00.250 +09:00","A rule","high","PC","Sec","4720","5","User: y"`,
		[]string{`2|2021-12-12T10:00:00.25+09:00|high|event 4720|number 5|PC||Sec||"User: y\nRuleTitle: A rule"`},
		"",
	},
	{
		"dumpel",
		"7/22/99\t10:57:18 AM\t4\t0\t6005\tEventLog\tN/A\tSRV1\t\n7/2/99\t1:02:03 PM\t1\t3\t4058\tMTA\tN/A\tSRV1\tone\ttwo words\n",
		[]string{
			`1|1999-07-22T10:57:18|information|event 6005|SRV1|EventLog|||"User: N/A"`,
			`2|1999-07-02T13:02:03|error|event 4058|SRV1|MTA||3|"one\ntwo words\nUser: N/A"`,
		},
		"",
	},
	{
		"Event Viewer of Windows XP",
		"8/21/2003,8:12:45 AM,EventLog,Information,None,6005,N/A,SRV2,The service was started, as it should. \n",
		[]string{`1|2003-08-21T08:12:45|Information|event 6005|SRV2|EventLog|||"The service was started, as it should.\nUser: N/A"`},
		"",
	},
	{
		"generic",
		"@timestamp,host.name,logger,severity,msg,user\n2024-05-06T07:08:09Z,web1,nginx,warn,\"slow, very\",joe\n1715000000,,,,late,\n",
		[]string{`2|2024-05-06T07:08:09Z|warn|web1|nginx|||"slow, very\nuser: joe"`, `3|2024-05-06T12:53:20Z||||||"late"`},
		"",
	},
	{
		"date and time apart, line ends of the old Mac",
		"Date\tTime\tHost\tMessage\r2024/05/06\t07:08\th1\tone\r2024/05/06\tlate\th1\ttwo\r",
		[]string{`2|2024-05-06T07:08:00||h1||||"one"`, `3|||h1||||"two\nDate: 2024/05/06\nTime: late"`},
		"",
	},
	{
		"missing and further fields",
		"time,level,source,message\n2024-05-06 07:08:09,a,b\n2024-05-06 07:08:09,a,b,c,d\n\n,,,\ntime,level,source,message\n2024-05-06 07:08:09,a,b,c\n" +
			strings.Repeat("2024-05-06 07:08:09,a,b,c\n", 4),
		[]string{`2|2024-05-06T07:08:09|a||b|||""`, `3|2024-05-06T07:08:09|a||b|||"c\ncolumn 5: d"`, `7|2024-05-06T07:08:09|a||b|||"c"`, `8|2024-05-06T07:08:09|a||b|||"c"`, `9|2024-05-06T07:08:09|a||b|||"c"`, `10|2024-05-06T07:08:09|a||b|||"c"`, `11|2024-05-06T07:08:09|a||b|||"c"`},
		"line 2 csv.fields; line 3 csv.fields",
	},
	{
		"dates that may be two",
		"time,level,message\n3/4/2024 10:00,a,b\n",
		[]string{`2||a|||||"b\ntime: 3/4/2024 10:00"`},
		"",
	},
	{
		"a number that is none",
		"time,event id,source,message\n2024-05-06 07:08:09,E17,s,m\n2024-05-06 07:08:09,99999999999,s,m\n",
		[]string{`2|2024-05-06T07:08:09|||s|||"m\nevent id: E17"`, `3|2024-05-06T07:08:09|||s|||"m\nevent id: 99999999999"`},
		"",
	},
	{
		"a quote that is not closed",
		"time,level,message\n2024-05-06 07:08:01,a,\"one\n2024-05-06 07:08:02,b,\"two, three\"\n2024-05-06 07:08:03,c,four\n",
		[]string{`2|2024-05-06T07:08:01|a|||||"one"`, `3|2024-05-06T07:08:02|b|||||"two, three"`, `4|2024-05-06T07:08:03|c|||||"four"`},
		"line 2 csv.quote",
	},
	{
		"quotes that are not doubled",
		"time,level,message\n2024-05-06 07:08:01,a,\"it said \"no\" and\nwent\"\n2024-05-06 07:08:03,c,four\n",
		[]string{`2|2024-05-06T07:08:01|a|||||"it said \"no\" and\nwent"`, `4|2024-05-06T07:08:03|c|||||"four"`},
		"",
	},
	{
		"an end in a field",
		"time,level,message\n2024-05-06 07:08:01,a,\"one\ntwo",
		[]string{`2|2024-05-06T07:08:01|a|||||"one"`, `3|||||||"two"`},
		"line 2 csv.quote",
	},
	{
		"levels as numbers",
		"TimeCreated,Level,EventID,ProviderName,\"The \"\"user\"\"\",Level\n" + strings.Repeat("2024-05-06 07:08:01,0,1,p,u,\n", 4) +
			"2024-05-06 07:08:01,1,1,\"p\"\"q\",u,9\n,2,1,p,,\n,3,1,p,,\n,5,1,p,,\n,17,1,p,,\n",
		append(slices.Repeat([]string{"LINE|2024-05-06T07:08:01|information|event 1||p|||\"The \\\"user\\\": u\""}, 4),
			"LINE|2024-05-06T07:08:01|critical|event 1||p\"q|||\"The \\\"user\\\": u\\nLevel: 9\"", `LINE||error|event 1||p|||""`, `LINE||warning|event 1||p|||""`,
			`LINE||verbose|event 1||p|||""`, `LINE||17|event 1||p|||""`), "",
	},
	{
		"types of dumpel",
		"1/2/99\t1:02:03 AM\t0\t0\t1\ta\tu\th\n1/2/99\t1:02:03 AM\t2\t0\t1\ta\tu\th\n1/2/99\t1:02:03 AM\t8\t0\t1\ta\tu\th\n1/2/99\t1:02:03 AM\t16\t0\t1\ta\tu\th\n",
		[]string{
			`LINE|1999-01-02T01:02:03|success|event 1|h|a|||"User: u"`, `LINE|1999-01-02T01:02:03|warning|event 1|h|a|||"User: u"`,
			`LINE|1999-01-02T01:02:03|audit success|event 1|h|a|||"User: u"`, `LINE|1999-01-02T01:02:03|audit failure|event 1|h|a|||"User: u"`,
		},
		"",
	},
	{
		"rarer names, a trailing delimiter",
		"Date;Program;Eventlog;Machine;Type;Id;Task;Index;Payload;\n2024-05-06 07:08:01;p;System;m;Info;7;3;8;x;\n",
		[]string{`2|2024-05-06T07:08:01|Info|event 7|number 8|m|p|System|3|"x"`},
		"",
	},
	{
		"names for Excel",
		"sep=|\ntime|level|message\n2024-05-06 07:08:01|a|b\n",
		[]string{`3|2024-05-06T07:08:01|a|||||"b"`},
		"",
	},
}

func TestForms(t *testing.T) {
	for _, tt := range forms {
		g := read(t, tt.in)
		got := strings.Join(g.all, "\n")
		for i, w := range tt.want { // where the number of the line says nothing
			if rest, ok := strings.CutPrefix(w, "LINE"); ok && i < len(g.lines) {
				w = fmt.Sprint(g.lines[i]) + rest
			}
			if i >= len(g.all) || g.all[i] != w || len(g.all) != len(tt.want) {
				t.Errorf("%s:\n got %s\nwant %s", tt.name, got, w)
			}
		}
		if g.problems() != tt.problems {
			t.Errorf("%s: %s, want %s", tt.name, g.problems(), tt.problems)
		}
		if !Is([]byte(tt.in)) {
			t.Errorf("%s: not recognised", tt.name)
		}
	}
}

// TestPieces: what is read does not depend on how the bytes come.
func TestPieces(t *testing.T) {
	for _, tt := range forms {
		g := &gather{}
		if err := Read(context.Background(), iotest.OneByteReader(strings.NewReader(tt.in)), g); err != nil {
			t.Fatal(err)
		}
		if want := read(t, tt.in); strings.Join(g.all, "\n") != strings.Join(want.all, "\n") || g.problems() != want.problems() {
			t.Errorf("%s: got %s", tt.name, g.all)
		}
	}
}

func TestIsNot(t *testing.T) {
	tests := map[string]string{
		"nothing":        "",
		"prose":          "Source, level and message are words, too.\nThis is a line, which goes on,\nand ends, here.\n",
		"names in prose": "Time, level, message\nThese are the names of columns, as the manual says.\nNothing else, really nothing, is meant, and more, too.\n",
		"a table":        "name,price,amount\nfoo,1,2\nbar,3,4\n",
		"one column":     "message\nfoo\nbar\n",
		"syslog":         "Mar  1 10:11:12 host prog[1]: a, b, c\nMar  1 10:11:12 host prog[1]: d\n",
		"JSON":           `{"time":"2024-01-01","level":"x","message":"y"}` + "\n",
		"code":           "time := 1\nlevel, message := f(a, b)\n",
		"binary":         "\x00\x01,\x02,\x03\n",
		"an event":       "Event Type:\tError\nEvent Source:\tMTA\nEvent ID:\t4058\nDate:\t1/2/2004\nTime:\t10:11:12\n",
		"dates, no log":  "1/2/2004,10:11:12,a,b\n1/2/2004,10:11:12,a,b\n",
	}
	for name, in := range tests {
		if Is([]byte(in)) {
			t.Error(name)
		}
		read(t, in)
	}
}

// TestUnknown: what has no known names is read all the same.
func TestUnknown(t *testing.T) {
	g := read(t, "name,price\nfoo,1\nbar,2,3\n")
	want := []string{`2|||||||"name: foo\nprice: 1"`, `3|||||||"name: bar\nprice: 2\ncolumn 3: 3"`}
	if !slices.Equal(g.all, want) || g.problems() != "line 3 csv.fields" {
		t.Error(g.all, g.problems())
	}
	g = read(t, strings.Repeat("x", headSize)+",y\nfoo,bar\n")
	if len(g.all) != 2 || g.all[1] != `2|||||||"column 1: foo\ncolumn 2: bar"` || g.problems() != "" {
		t.Error(len(g.all), g.all[1:], g.problems())
	}
	if g = read(t, "\ufeff#TYPE x\n\n"); len(g.all)+len(g.faults) > 0 {
		t.Error(g.all, g.faults)
	}
	wide := strings.Repeat("a,", 2*maxColumns) + "\"z\"\n"
	if g = read(t, "time,level,message\n2024-05-06 07:08:01,b,"+wide); len(g.all) != 1 || g.problems() != "line 2 csv.fields" || strings.Count(g.all[0], "a") < 2*maxColumns {
		t.Error(g.problems())
	}
	if g = read(t, strings.Repeat("time,level,message\n", 3)+"2024-05-06 07:08:01,\n"); len(g.all) != 1 || !strings.Contains(g.faults[0].Text, "missing: message") {
		t.Error(g.all, g.faults)
	}
}

func TestLongRows(t *testing.T) {
	const names = "time,level,message\n"
	long := strings.Repeat("x", maxRow)
	lines := strings.Repeat("more\n", 1200)
	tests := []struct {
		name, in string
		records  int
		problems string
	}{
		{"one line", names + "a,b," + long + "\nc,d,e\n", 2, "line 2 csv.row-too-long"},
		{"one line, the last", names + "a,b," + long, 1, "line 2 csv.row-too-long"},
		{"one line of letters", names + "a,b," + strings.Repeat("é", maxRow) + "\nc,d,e\n", 2, "line 2 csv.row-too-long"},
		{"one line in quotes", names + `a,b,"` + long + "\"\nc,d,e\n", 2, "line 2 csv.row-too-long"},
		{"many lines", names + `a,b,"` + lines + "\"\nc,d,e\n", 1201, "line 2 csv.quote"},
		{"a quote, and no other", names + `a,b,"c` + "\n" + strings.Repeat("c,d,e\n", 300_000), 300_001, "line 2 csv.quote"},
		{"a quote a line", names + strings.Repeat("a,b,\"c\n", 3_000), 3_000, "line 2 csv.quote; line 1002 csv.quote; line 2002 csv.quote"},
		{"1,000 lines", names + `a,b,"` + strings.Repeat("x\n", 999) + "\"\nc,d,e\n", 2, ""},
	}
	for _, tt := range tests {
		g := read(t, tt.in)
		if len(g.all) != tt.records || g.problems() != tt.problems {
			t.Errorf("%s: %d records, want %d; %s, want %s", tt.name, len(g.all), tt.records, g.problems(), tt.problems)
		}
	}
}

func TestErrors(t *testing.T) {
	const in = "time,level,message\n2024-05-06 07:08:01,a,b\n2024-05-06 07:08:01,a,b\n"
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
