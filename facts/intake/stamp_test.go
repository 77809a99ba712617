package intake

import "testing"

func TestStamp(t *testing.T) {
	for _, tt := range []struct{ in, time, host, rest string }{
		{"2024-01-02 10:11:12 it stopped", "2024-01-02T10:11:12", "", "it stopped"},
		{"2024-01-02T10:11:12Z it stopped", "2024-01-02T10:11:12Z", "", "it stopped"},
		{"2024-01-02T10:11:12.25+02:00 it stopped", "2024-01-02T10:11:12.25+02:00", "", "it stopped"},
		{"2024-01-02 10:11:12,345 INFO it", "2024-01-02T10:11:12.345", "", "INFO it"},
		{"2024-01-02 10:11:12 -0700 it", "2024-01-02T10:11:12-07:00", "", "it"},
		{"2024-01-02 10:11:12 UTC it", "2024-01-02T10:11:12Z", "", "it"},
		{"2024-01-02 10:11:12 -1018 it", "2024-01-02T10:11:12", "", "-1018 it"},
		{"2024/01/02 10:11:12 it", "2024-01-02T10:11:12", "", "it"},
		{"[2024-01-02 10:11:12] it", "2024-01-02T10:11:12", "", "it"},
		{"20240102-10:11:12:606|it", "2024-01-02T10:11:12.606", "", "|it"},
		{"240102 101112 148 it", "2024-01-02T10:11:12", "", "148 it"},
		{"1/22/2024 10:11:12 PM it", "2024-01-22T22:11:12", "", "it"},
		{"22/1/2024 10:11:12 it", "2024-01-22T10:11:12", "", "it"},
		{"22.01.2024 10:11 it", "2024-01-22T10:11:00", "", "it"},
		{"12:00:01 AM it stopped", "", "", "it stopped"},
		{"17/06/09 20:10:40 INFO x: it", "", "", "INFO x: it"}, // which is the year?
		{"02-Jan-2024 10:11:12.345 it", "2024-01-02T10:11:12.345", "", "it"},
		{"Jan  2 10:11:12 web1 app[7]: it", "0000-01-02T10:11:12", "web1", "app[7]: it"},
		{"Jan  2 10:11:12 ERROR it stopped", "0000-01-02T10:11:12", "", "ERROR it stopped"},
		{"Jan 2, 2024 10:11:12 AM it", "2024-01-02T10:11:12", "", "it"},
		{"<34>Jan  2 10:11:12 web1 su: it", "0000-01-02T10:11:12", "web1", "su: it"},
		{"<34>1 2024-01-02T10:11:12Z web1 su - ID47 - it", "2024-01-02T10:11:12Z", "web1", "su - ID47 - it"},
		{"[Tue Jan 02 10:11:12 2024] [error] it", "2024-01-02T10:11:12", "", "[error] it"},
		{"Tue, 02 Jan 2024 10:11:12 +0100 it", "2024-01-02T10:11:12+01:00", "", "it"},
		{`192.0.2.1 - - [02/Jan/2024:10:11:12 -0700] "GET / HTTP/1.0" 500`, "2024-01-02T10:11:12-07:00", "", `"GET / HTTP/1.0" 500`},
		{"01-02 10:11:12.345  17 D it", "0000-01-02T10:11:12.345", "", "17 D it"},
		{"I0102 10:11:12.345678  17 x.go:1] it", "0000-01-02T10:11:12.345678", "", "17 x.go:1] it"},
		{"[   12.345678] usb 1-1: it", "", "", "usb 1-1: it"},
		{"[10:11:12] it stopped", "", "", "it stopped"},
		{"10:11:12.345 it stopped", "", "", "it stopped"},
	} {
		st, ok := parseStamp(tt.in)
		if !ok || st.time.String() != tt.time || st.host != tt.host || tt.in[st.end:] != tt.rest {
			t.Errorf("%q: ok %v time %s host %q rest %q", tt.in, ok, st.time, st.host, tt.in[st.end:])
		}
	}
	for _, in := range []string{
		"", "12 monkeys came", "2024 was a year", "10:30 we met", "1. Open the door", "192.0.2.1 does not answer", "Mary had a lamb",
		"997 is a code", "0xc00203e5", "4067", "1/2 of it", "1-2-3 go go go", "2024-13-45 10:11:12 it", "5.5 SP3 is there", "Jan 2024 was cold",
		"-1018 is an error", "2147746077 is one", "10:99:99 it", "00000005 (0, 0)", "c0000005 it", "80040115-0514-000006bb",
	} {
		if st, ok := parseStamp(in); ok {
			t.Errorf("%q has a stamp: %+v", in, st)
		}
	}
}

func TestDateTime(t *testing.T) {
	for in, want := range map[string]string{
		"11/22/93 10:19:32 AM":      "1993-11-22T10:19:32",
		"1/2/04 1:05:06 PM":         "2004-01-02T13:05:06",
		"2024-01-02T10:11:12.000Z":  "2024-01-02T10:11:12Z",
		"22.11.2024 10:19:32":       "2024-11-22T10:19:32",
		"Tuesday, January 2, 2024 ": "",
		"N/A":                       "",
		"11/31/2024 10:00:00":       "",
		"":                          "",
	} {
		if got := parseDateTime(in).String(); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
