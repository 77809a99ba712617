package syslog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func show(line string, h Header) string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%d %s|%s|%s|%s", h.Time, h.Host, h.Program, h.Module, h.PID, h.Priority, h.Level, h.MsgID, h.Data, line[h.Text:])
}

func TestParseHeader(t *testing.T) {
	tests := []struct{ line, want string }{
		{"Mar  7 06:25:01 web1 sshd[123]: text: more", "0000-03-07T06:25:01|web1|sshd||123|-1 |||text: more"},
		{"Mar 17 06:25:01 web1 kernel: [ 12.3] text", "0000-03-17T06:25:01|web1|kernel|||-1 |||[ 12.3] text"},
		{"Feb 29 06:25:01 web1 postfix/smtpd[1]: text", "0000-02-29T06:25:01|web1|postfix/smtpd||1|-1 |||text"},
		{"Mar  7 06:25:01.123456 web1 cron[1]:  text", "0000-03-07T06:25:01.123456|web1|cron||1|-1 |||text"},
		{"Mar  7 06:25:01 combo sshd(pam_unix)[9]: text", "0000-03-07T06:25:01|combo|sshd|pam_unix|9|-1 |||text"},
		{"Mar  7 06:25:01 mac Web Browser He[5]: text", "0000-03-07T06:25:01|mac|Web Browser He||5|-1 |||text"},
		{"Mar  7 06:25:01 mac com.example.launchd[1] (com.example.x[7]): text", "0000-03-07T06:25:01|mac|com.example.launchd||1|-1 |||(com.example.x[7]): text"},
		{"Mar  7 06:25:01 web1 last message repeated 3 times", "0000-03-07T06:25:01|web1||||-1 |||last message repeated 3 times"},
		{"Mar  7 06:25:01 --- last message repeated 1 time ---", "0000-03-07T06:25:01|---||||-1 |||last message repeated 1 time ---"},
		{"Mar  7 06:25:01 web1 -- MARK --", "0000-03-07T06:25:01|web1||||-1 |||-- MARK --"},
		{"Mar  7 06:25:01 sshd[123]: no host", "0000-03-07T06:25:01||sshd||123|-1 |||no host"},
		{"Mar  7 06:25:01 prog: no host", "0000-03-07T06:25:01||prog|||-1 |||no host"},
		{"Mar  7 06:25:01 ::1 a::b: text", "0000-03-07T06:25:01|::1|a::b|||-1 |||text"},
		{"Mar  7 06:25:01 INFO prog: text", "0000-03-07T06:25:01|||||-1 |||INFO prog: text"},
		{"Mar  7 06:25:01 web1", "0000-03-07T06:25:01|||||-1 |||web1"},
		{"2024-03-07T06:25:01.123456+01:00 web1 prog[1]: text", "2024-03-07T06:25:01.123456+01:00|web1|prog||1|-1 |||text"},
		{"2024-03-07T06:25:01+0100 web1 prog: text", "2024-03-07T06:25:01+01:00|web1|prog|||-1 |||text"},
		{"Thu 2024-03-07 06:25:01 CET web1 a.service[1]: text", "2024-03-07T06:25:01|web1|a.service||1|-1 |||text"},
		{"Thu 2024-03-07 06:25:01 UTC web1 a.service[1]: text", "2024-03-07T06:25:01Z|web1|a.service||1|-1 |||text"},
		{"1709792701.123456 web1 prog[1]: text", "2024-03-07T06:25:01.123456Z|web1|prog||1|-1 |||text"},
		{"<34>Mar  7 06:25:01 web1 su: text", "0000-03-07T06:25:01|web1|su|||34 critical|||text"},
		{"<13>Mar  7 06:25:01 web1 just text", "0000-03-07T06:25:01|web1||||13 notice|||just text"},
		{"<30>2024-03-07T06:25:01Z web1 prog[1]: text", "2024-03-07T06:25:01Z|web1|prog||1|30 information|||text"},
		{"<30>prog[7]: text", "||prog||7|30 information|||text"},
		{"<30>what is this", "|||||30 information|||what is this"},
		{"<0>", "|||||0 emergency|||"},
		{`<165>1 2024-03-07T06:25:01.123Z web1 prog 7 ID47 [a@1 x="1" y="\"\]"][b] text`, `2024-03-07T06:25:01.123Z|web1|prog||7|165 notice|ID47|[a@1 x="1" y="\"\]"][b]|text`},
		{"<165>1 - - - - - - \xEF\xBB\xBFtext", "|||||165 notice|||text"},
		{"<165>1 2024-03-07T06:25:01-02:00 web1 prog - - -", "2024-03-07T06:25:01-02:00|web1|prog|||165 notice|||"},
		{"<165>1 broken", "|||||165 notice|||1 broken"},
		{"<189>31: rt1: *Mar  7 06:25:01.123 UTC: %LINK-3-UPDOWN: Interface", "0000-03-07T06:25:01.123|rt1|LINK-3-UPDOWN|||189 error|||%LINK-3-UPDOWN: Interface"},
		{"<166>Mar 07 2024 06:25:01: %ASA-6-302013: Built", "2024-03-07T06:25:01||ASA-6-302013|||166 information|||%ASA-6-302013: Built"},
		{"Mar 07 2024 06:25:01 fw1 : %ASA-4-106023: Deny", "2024-03-07T06:25:01|fw1|ASA-4-106023|||-1 warning|||%ASA-4-106023: Deny"},
		{"Mar  7 06:25:01 192.0.2.1 123: *Mar  7 06:25:00.1: %SYS-5-CONFIG_I: by", "0000-03-07T06:25:01|192.0.2.1|SYS-5-CONFIG_I|||-1 notice|||%SYS-5-CONFIG_I: by"},
		{"Mar  7 06:25:01 web1 prog[1]: 100 %A-9-B: no", "0000-03-07T06:25:01|web1|prog||1|-1 |||100 %A-9-B: no"},
	}
	for _, tt := range tests {
		h, ok := ParseHeader([]byte(tt.line))
		if got := show(tt.line, h); !ok || got != tt.want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", tt.line, ok, got, tt.want)
		}
	}
	for _, line := range []string{
		"", " ", "text", "\tat x", "<", "<34", "<192>x", "<a>", "Mar", "Mar  7 06:25", "Mar 32 06:25:01 web1 a: b", "Feb 30 06:25:01 web1 a: b",
		"2024-03-07 06:25:01,978 INFO [main] a.b.C: text", "2024-03-07T06:25:01Z ", "2024-03-07T06:25:01Z stdout F text",
		"2024-03-07T06:25:01Z text", "17/06/09 20:10:40 INFO a: text", "[Sun Dec 04 04:47:44 2005] [notice] text", "Sun Dec 04 04:47:44 2005 text", "1709792701.123456 text",
	} {
		if h, ok := ParseHeader([]byte(line)); ok {
			t.Errorf("%q: %+v", line, h)
		}
	}
}

func TestIs(t *testing.T) {
	const line = "Mar  7 06:25:01 web1 sshd[123]: text\n"
	for in, want := range map[string]bool{
		line: true, line[:20]: false, "": false, "\n": false, line + " more\n" + line: true, "-- Boot x --\n" + line: true,
		"<34>Mar  7 06:25:01 web1 text\n": true, "<34>x\n": false, "<b>bold</b>\n": false, "17 <34>1 - - - - - -": true, "17 <b>\n": false,
		"Mar  7 06:25:01 INFO text\n": false, line + "x\ny\nz\n": false,
	} {
		if Is([]byte(in)) != want {
			t.Errorf("Is(%q) is %v", in, !want)
		}
	}
}

func TestIsOfOtherLogs(t *testing.T) {
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
		name := filepath.Base(filepath.Dir(f))
		want := name == "Linux" || name == "OpenSSH" || name == "Mac"
		if Is(b[:min(len(b), 64<<10)]) != want {
			t.Errorf("%s: Is is %v", f, !want)
		}
		if !want {
			continue
		}
		lines, headers, programs := 0, 0, 0
		for line := range strings.Lines(string(b)) {
			lines++
			h, ok := ParseHeader([]byte(strings.TrimRight(line, "\r\n")))
			if ok {
				headers++
			}
			if len(h.Program) > 0 {
				programs++
			}
		}
		t.Logf("%s: %d lines, %d headers, %d programs", name, lines, headers, programs)
		if headers*10 < lines*9 || programs*10 < headers*9 {
			t.Errorf("%s: %d lines, %d headers, %d programs", name, lines, headers, programs)
		}
	}
}
