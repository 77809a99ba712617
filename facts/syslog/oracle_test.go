package syslog

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/leodido/go-syslog/v4/rfc3164"
	"github.com/leodido/go-syslog/v4/rfc5424"
)

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// checkProtocol compares with another parser: what it takes for a message of RFC
// 5424 must have the same fields here.
func checkProtocol(t *testing.T, line []byte) {
	t.Helper()
	parsed, err := rfc5424.NewParser().Parse(line)
	if err != nil || parsed == nil {
		return
	}
	m := parsed.(*rfc5424.SyslogMessage)
	h, ok := ParseHeader(line)
	if !ok {
		t.Errorf("%q is not taken", line)
		return
	}
	if h.Priority != int(*m.Priority) || string(h.Host) != text(m.Hostname) || string(h.Program) != text(m.Appname) ||
		string(h.PID) != text(m.ProcID) || string(h.MsgID) != text(m.MsgID) {
		t.Errorf("%q: %+v; want %+v", line, h, m)
	}
	if m.Timestamp == nil != h.Time.IsZero() || m.Timestamp != nil && !m.Timestamp.Equal(h.Time.Time) {
		t.Errorf("%q: time %s; want %v", line, h.Time, m.Timestamp)
	}
	if got, want := string(line[h.Text:]), strings.TrimPrefix(text(m.Message), "\xEF\xBB\xBF"); got != want {
		t.Errorf("%q: message %q; want %q", line, got, want)
	}
	if m.StructuredData != nil != (len(h.Data) > 0) {
		t.Errorf("%q: data %q; want %v", line, h.Data, m.StructuredData)
	}
}

// checkOld compares with another parser, for lines of RFC 3164 with all parts.
func checkOld(t *testing.T, line []byte) {
	t.Helper()
	parsed, err := rfc3164.NewParser().Parse(line)
	if err != nil || parsed == nil {
		return
	}
	m := parsed.(*rfc3164.SyslogMessage)
	h, ok := ParseHeader(line)
	if !ok {
		t.Errorf("%q is not taken", line)
		return
	}
	if h.Priority != int(*m.Priority) {
		t.Errorf("%q: priority %d", line, h.Priority)
	}
	if text(m.ProcID) == "" || !bytes.Contains(line, []byte("]: ")) || bytes.ContainsAny(line[h.Text:], "%") || len(h.Module) > 0 {
		return
	}
	if text(m.Hostname) == "" || strings.ContainsFunc(text(m.Hostname), func(r rune) bool { return r >= 0x80 || !hostByte(byte(r)) }) {
		return // the library takes "[" for the name of a host
	}
	want := m.Timestamp.Format(time.StampNano)
	if h.Time.Time.Format(time.StampNano) != want || string(h.Host) != text(m.Hostname) || string(h.Program) != text(m.Appname) || string(h.PID) != text(m.ProcID) {
		t.Errorf("%q: %+v; want %s %s %s %s", line, h, want, text(m.Hostname), text(m.Appname), text(m.ProcID))
	}
}

func TestOracles(t *testing.T) {
	for _, line := range []string{
		"<165>1 2024-03-07T06:25:01.123Z web1 prog 7 ID47 - text", `<0>1 2024-03-07T06:25:01-02:30 web1 prog - - [a@1 x="1" y="\"\]"][b] `,
		"<191>999 - - - - - -", "<165>1 - - - - - - \xEF\xBB\xBFtext", `<1>1 - - - - - [a x=""] t`,
	} {
		checkProtocol(t, []byte(line))
	}
	for _, line := range []string{
		"<34>Mar  7 06:25:01 web1 su[1]: text", "<34>Dec 31 23:59:59 192.0.2.1 a-b[77]: text [x]: y", "<34>Jan  1 00:00:00 h p: text",
	} {
		checkOld(t, []byte(line))
	}
}

func FuzzParseHeader(f *testing.F) {
	for _, s := range []string{
		`<165>1 2024-03-07T06:25:01.123Z web1 prog 7 ID47 [a@1 x="1" y="\"\]"][b] text`, "<34>Mar  7 06:25:01 web1 su[1]: text", "<191>999 - - - - - -",
		"<4>Mar  7 06:25:01 [ u[1]: ",
		"Mar  7 06:25:01 mac Web Browser He[5]: text", "Thu 2024-03-07 06:25:01 CET web1 a.service[1]: text", "<189>31: rt1: *Mar  7 06:25:01.123 UTC: %LINK-3-UPDOWN: Interface",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		checkProtocol(t, line)
		checkOld(t, line)
		h, ok := ParseHeader(line)
		if h.Text < 0 || h.Text > len(line) || !ok && h.Text != 0 {
			t.Fatalf("%q: %+v", line, h)
		}
		if h.Priority >= 0 && ok && h.Level == "" {
			t.Errorf("%q: no level", line)
		}
	})
}

// FuzzRead checks that the way in which the input comes changes nothing, and
// that every line that is not blank is in a record.
func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "a[1]: one\n\tat x\n" + head + "b: two\r\n"))
	f.Add([]byte("17 <34>1 - h p - - -28 <34>1 - h p - - - two\nlines\n\n18 <34>1 - h p - - - \n"))
	f.Add([]byte("99 <34>1 - h p - - - a\n-- Boot --\n"))
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
		all := strings.Join(got.records, "\n")
		for line := range bytes.Lines(b) {
			line = bytes.TrimRight(line, "\r\n \t")
			h, ok := ParseHeader(line)
			if ok || len(line) == 0 || bytes.Contains(b, []byte("<")) {
				continue
			}
			if !strings.Contains(all, string(line[h.Text:])) {
				t.Errorf("%q is lost", line)
			}
		}
	})
}
