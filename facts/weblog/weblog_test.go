package weblog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

type keep struct {
	lines    []int
	records  []string
	problems []string
	err      error
}

func (k *keep) Record(r *record.Record) error {
	k.lines = append(k.lines, r.Line)
	k.records = append(k.records, fmt.Sprintf("%s %s %s| %s", r.Time, r.Host, r.Source, r.Text()))
	return k.err
}

func (k *keep) Damage(p facts.Problem) { k.problems = append(k.problems, p.At+" "+p.Reason) }

func readAll(t testing.TB, in io.Reader) *keep {
	t.Helper()
	k := &keep{}
	if err := Read(context.Background(), in, k); err != nil {
		t.Fatal(err)
	}
	return k
}

const iis = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-03-07 06:25:01\n" +
	"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"

func TestRead(t *testing.T) {
	tests := []struct {
		name, in string
		records  []string
		problems []string
	}{
		{
			"IIS", iis + "2024-03-07 06:25:01 192.0.2.1 GET /a.aspx - 443 - 192.0.2.9 Agent/1+x 500 19 5 46\n",
			[]string{"2024-03-07T06:25:01Z 192.0.2.1 IIS| GET /a.aspx, HTTP 500.19, win32 error 5, s-ip: 192.0.2.1, s-port: 443, c-ip: 192.0.2.9, cs(User-Agent): Agent/1+x, time-taken: 46"},
			nil,
		},
		{
			"IIS, no error", iis + "2024-03-07 06:25:01 192.0.2.1 GET /a q=1 443 jo 192.0.2.9 A 200 0 0 46\r\n",
			[]string{"2024-03-07T06:25:01Z 192.0.2.1 IIS| GET /a?q=1, answered 200, s-ip: 192.0.2.1, s-port: 443, cs-username: jo, c-ip: 192.0.2.9, cs(User-Agent): A, time-taken: 46"},
			nil,
		},
		{
			"fields change", "#Date: 2024-03-07 00:00:00\n#Fields: time cs-uri-query\n06:25:01 a\n#Date: 2024-03-08 00:00:00\n#Fields: sc-status time s-computername\n404 07:00:00 W1\n",
			[]string{"2024-03-07T06:25:01Z  | cs-uri-query: a", "2024-03-08T07:00:00Z W1 | HTTP 404"},
			nil,
		},
		{
			"HTTP.SYS", "#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n" +
				"2024-03-07 06:25:01 192.0.2.9 50000 192.0.2.1 80 HTTP/1.1 GET / 503 1 AppOffline Pool\n2024-03-07 06:25:02 192.0.2.9 50000 192.0.2.1 80 - - - - - Timer_ConnectionIdle -\n",
			[]string{
				"2024-03-07T06:25:01Z 192.0.2.1 Microsoft HTTP API| GET /, HTTP 503, c-ip: 192.0.2.9, c-port: 50000, s-ip: 192.0.2.1, s-port: 80, cs-version: HTTP/1.1, s-siteid: 1, s-reason: AppOffline, s-queuename: Pool",
				"2024-03-07T06:25:02Z 192.0.2.1 Microsoft HTTP API| c-ip: 192.0.2.9, c-port: 50000, s-ip: 192.0.2.1, s-port: 80, s-reason: Timer_ConnectionIdle",
			},
			nil,
		},
		{
			"firewall, local time", "#Version: 1.5\n#Software: Example Firewall\n#Time Format: Local\n#Fields: date time action protocol\n\n2024-03-07 06:25:01 DROP TCP \n",
			[]string{"2024-03-07T06:25:01  Example Firewall| action: DROP, protocol: TCP"},
			nil,
		},
		{
			"commas", "#Software: Mail\n#Fields: date-time,context,data\n2024-03-07T06:25:01.123Z,,\"a, \"\"b\"\"\"\n2024-03-07T06:25:02Z,\"c\",d\n",
			[]string{"2024-03-07T06:25:01.123Z  Mail| data: a, \"b\"", "2024-03-07T06:25:02Z  Mail| context: c, data: d"},
			nil,
		},
		{
			"tabs", "#Fields: date\ttime\tx-note\n2024-03-07\t06:25:01\ttwo words\n",
			[]string{"2024-03-07T06:25:01Z  | x-note: two words"},
			nil,
		},
		{
			"broken", iis + "2024-03-07 06:25:01 192.0.2.1 GE\n\x00\x00\x00\n2024-03-07 06:25:01 192.0.2.1 GET /a - 1 - - A 200 0 0 46 more\n",
			[]string{"  | 2024-03-07 06:25:01 192.0.2.1 GE", "  | 2024-03-07 06:25:01 192.0.2.1 GET /a - 1 - - A 200 0 0 46 more"},
			[]string{"line 5 weblog.broken", "line 7 weblog.broken"},
		},
		{
			"common", `192.0.2.9 - jo [07/Mar/2024:06:25:01 +0100] "GET /x HTTP/1.1" 404 12` + "\n",
			[]string{"2024-03-07T06:25:01+01:00  | GET /x HTTP/1.1, HTTP 404, client: 192.0.2.9, user: jo, bytes: 12"},
			nil,
		},
		{
			"combined", `192.0.2.9 - - [07/Mar/2024:06:25:01 +0000] "GET /\"x\" HTTP/1.1" 200 - "http://r.example/" "A (b; c)" 0.5` + "\n",
			[]string{`2024-03-07T06:25:01Z  | GET /\"x\" HTTP/1.1, answered 200, client: 192.0.2.9, referer: http://r.example/, agent: A (b; c), more: 0.5`},
			nil,
		},
		{
			"with its site", `www.example:80 192.0.2.9 - jo [07/Mar/2024:06:25:01 +0000] "-" 408 0 "-" "-"` + "\n",
			[]string{"2024-03-07T06:25:01Z  | HTTP 408, client: 192.0.2.9, user: jo, site: www.example:80, bytes: 0"},
			nil,
		},
		{
			"name with a blank", `192.0.2.9 - jo doe [07/Mar/2024:06:25:01 +0000] "" 400 0` + "\n",
			[]string{"2024-03-07T06:25:01Z  | HTTP 400, client: 192.0.2.9, user: jo doe, bytes: 0"},
			nil,
		},
		{
			"no request", "hello\n", []string{"  | hello"}, []string{"line 1 weblog.broken"},
		},
	}
	for _, tt := range tests {
		got := readAll(t, strings.NewReader(tt.in))
		if !slices.Equal(got.records, tt.records) || !slices.Equal(got.problems, tt.problems) {
			t.Errorf("%s:\ngot  %q, %v\nwant %q", tt.name, got.records, got.problems, tt.records)
		}
		if tt.name != "no request" && !Is([]byte(tt.in)) {
			t.Errorf("%s: not recognised", tt.name)
		}
	}
}

func TestLongLines(t *testing.T) {
	in := iis + strings.Repeat("x", 1<<20+10) + "\n" + strings.Repeat("#Fields: "+strings.Repeat("a ", 2000)+"\nx\n", 1)
	got := readAll(t, strings.NewReader(in))
	want := []string{"line 5 weblog.too-long", "line 5 weblog.broken", "line 6 weblog.fields", "line 7 weblog.broken"}
	if !slices.Equal(got.problems, want) || len(got.records) != 2 {
		t.Errorf("%d records, %v", len(got.records), got.problems)
	}
}

func TestIsNot(t *testing.T) {
	for _, in := range []string{
		"", "\n", "#", "# comment\nx\n", "#!/bin/sh\n", "[Sun Mar 07 04:47:44 2005] [notice] up\n", "2024-03-07 06:25:01 GET / 200\n",
		"# a comment that is very long: with a colon\n#Fields: a\n", "host - - [07/Mar/2024] \"x\" 200 1\n",
	} {
		if Is([]byte(in)) {
			t.Errorf("%q is taken for a log of requests", in)
		}
	}
	data := os.Getenv("KBTRIAGE_DATA")
	files, _ := filepath.Glob(filepath.Join(data, "loghub", "*", "*.log"))
	if data == "" || len(files) == 0 {
		t.Skip("KBTRIAGE_DATA is not set or has no folder loghub: other logs were not tried")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if Is(b[:min(len(b), 64<<10)]) {
			t.Errorf("%s is taken for a log of requests", f)
		}
	}
}

func TestErrors(t *testing.T) {
	failed := errors.New("failed")
	if err := Read(context.Background(), strings.NewReader("x\n"), &keep{err: failed}); !errors.Is(err, failed) {
		t.Errorf("sink: %v", err)
	}
	if err := Read(context.Background(), io.MultiReader(strings.NewReader(iis), iotest.ErrReader(failed)), &keep{}); !errors.Is(err, failed) {
		t.Errorf("input: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, strings.NewReader(iis), &keep{}); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

// slowAccess is the form of an access log line as one expression.
var slowAccess = regexp.MustCompile(`^(\S+) (\S+) (\S+) \[(\d\d/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/\d{4}:[0-2]\d:[0-5]\d:[0-5]\d [+-][01]\d[0-5]\d)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)$`)

// FuzzRead compares with slow readers: an expression for access logs, and for
// W3C logs a split of the line. The way in which the input comes changes nothing.
func FuzzRead(f *testing.F) {
	f.Add([]byte(iis + "2024-03-07 06:25:01 192.0.2.1 GET /a.aspx - 443 - 192.0.2.9 Agent/1+x 500 19 5 46\n"))
	f.Add([]byte(`192.0.2.9 - jo [07/Mar/2024:06:25:01 +0100] "GET /x HTTP/1.1" 404 12`))
	f.Add([]byte("#Fields: a,b\n\"x\",y\n\"x\"\"\",\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		Is(b)
		got := readAll(t, bytes.NewReader(b))
		pieces := readAll(t, iotest.OneByteReader(bytes.NewReader(b)))
		if !slices.Equal(got.records, pieces.records) || !slices.Equal(got.problems, pieces.problems) || !slices.Equal(got.lines, pieces.lines) {
			t.Errorf("byte by byte: %q, %v; at once: %q, %v", pieces.records, pieces.problems, got.records, got.problems)
		}
		fields := []string(nil)
		lines := strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
		for i, n := range got.lines {
			line, record := lines[n-1], got.records[i]
			if m := slowAccess.FindStringSubmatch(line); m != nil && fields == nil && !strings.Contains(string(b), "#") {
				if !strings.Contains(record, m[5]) && m[5] != "-" || !strings.Contains(record, m[6]) {
					t.Errorf("%q: %q", line, record)
				}
			}
		}
		for i, line := range lines {
			if strings.Trim(line, "\x00\r") != "" && line[0] != '#' && strings.Trim(line, "\x00")[0] != '#' && !slices.Contains(got.lines, i+1) {
				t.Errorf("line %d of %q is lost", i+1, b)
			}
		}
	})
}
