package syslog

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// Header is what stands before the message of a line. Its slices are parts of
// the line; what the line does not have is empty.
type Header struct {
	Time     facts.Time // with the year 0 and no zone where the line has none
	Host     []byte
	Program  []byte // without what stands in parentheses or brackets behind it
	Module   []byte // what stands in parentheses behind the program, as in "sshd(pam_unix)[7]:"
	PID      []byte
	Priority int    // facility and severity as sent, -1 where the line has none
	Level    string // the severity in words
	MsgID    []byte // RFC 5424
	Data     []byte // structured data of RFC 5424, as it is
	Text     int    // where the message begins
}

// ParseHeader reads the beginning of a line of syslog, in the forms of
//
//	<34>1 2024-03-07T06:25:01.123Z host prog 123 ID7 [id a="b"] text   RFC 5424
//	<34>Mar  7 06:25:01 host prog[123]: text                           RFC 3164
//	Mar  7 06:25:01 host prog[123]: text                               a file, journalctl
//	2024-03-07T06:25:01.123456+01:00 host prog[123]: text              rsyslog, journalctl -o short-iso
//	Thu 2024-03-07 06:25:01 CET host prog[123]: text                   journalctl -o short-full, with-unit
//	1709792701.123456 host prog[123]: text                             journalctl -o short-unix
//	<189>31: host: *Mar  7 06:25:01.123: %LINK-3-UPDOWN: text          devices of Cisco
//
// It answers false for a line without a header, such as one that goes on with
// the line before it.
func ParseHeader(line []byte) (Header, bool) {
	h := Header{Priority: -1}
	i := 0
	if len(line) > 0 && line[0] == '<' {
		if h.Priority, i = priority(line); i == 0 {
			return Header{}, false
		}
		h.Level = Severity(h.Priority & 7)
		if v := h; v.protocol(line, i) {
			return v, true
		}
		i = blanks(line, i)
	}
	at, form := h.stamp(line, i)
	if form == noStamp && h.Priority < 0 {
		return Header{}, false
	}
	if form == noStamp && h.cisco(line, i) {
		return h, true
	}
	h.names(line, at, form)
	if h.Priority < 0 && form == strictStamp && len(h.Program) == 0 {
		return Header{}, false
	}
	return h, true
}

// priority reads "<34>", and says how many bytes it takes, 0 if there is none.
func priority(line []byte) (value, n int) {
	for n = 1; n < len(line) && n < 4 && line[n]-'0' < 10; n++ {
		value = value*10 + int(line[n]-'0')
	}
	if n == 1 || n >= len(line) || line[n] != '>' || value > 191 {
		return 0, 0
	}
	return value, n + 1
}

// A stampForm says how much a stamp alone says about its line.
type stampForm uint8

const (
	noStamp     stampForm = iota
	syslogStamp           // "Mar  7 06:25:01": lines of syslog begin so
	strictStamp           // others do too: it takes a host and a program behind it
)

// stamp reads the time at i and says where it ends.
func (h *Header) stamp(line []byte, i int) (int, stampForm) {
	rest := line[i:]
	if len(rest) < 14 {
		return i, noStamp
	}
	n, form := 0, strictStamp
	switch c := rest[0]; {
	case c-'0' < 10 && rest[10] == '.':
		if n = bytes.IndexByte(rest, ' '); n != 17 {
			return i, noStamp
		}
		if h.Time = stamp.Epoch(rest[:n]); h.Time.IsZero() {
			return i, noStamp
		}
	case c-'0' < 10:
		if rest[10] != 'T' {
			return i, noStamp
		}
		h.Time, n = stamp.ISO(rest)
	case rest[3] == ' ' && rest[4]-'0' < 10 && stamp.Month(rest) == 0:
		if h.Time, n = stamp.ISO(rest[4:]); n > 0 {
			n += 4
			n += h.zoneName(rest[n:])
		}
	default:
		h.Time, n = stamp.Syslog(rest)
		form = syslogStamp
	}
	if n == 0 || n < len(rest) && rest[n] != ' ' && rest[n] != ':' {
		h.Time = facts.Time{}
		return i, noStamp
	}
	return i + n, form
}

// zoneName passes over " CET". Only UTC is known by its name.
func (h *Header) zoneName(b []byte) int {
	n := 1
	for n < len(b) && n < 6 && (b[n]-'A' < 26 || b[n] == '+' || b[n] == '-' || b[n]-'0' < 10) {
		n++
	}
	if len(b) == 0 || b[0] != ' ' || n < 3 || n >= len(b) || b[n] != ' ' {
		return 0
	}
	h.Time.Zoned = h.Time.Zoned || string(b[1:n]) == "UTC"
	return n
}

// names reads host and program from i on.
func (h *Header) names(line []byte, i int, form stampForm) {
	if i < len(line) && line[i] == ':' { // "Mar 07 2024 06:25:01: %ASA-..."
		i++
	}
	i = blanks(line, i)
	h.Text = i
	if h.cisco(line, i) {
		return
	}
	if form != noStamp {
		end := i
		for end < len(line) && hostByte(line[end]) {
			end++
		}
		if end > i && end < len(line) && line[end] == ' ' && line[end-1] != ':' && end-i < 256 && !levelWord(line[i:end]) {
			h.Host = line[i:end]
			i = blanks(line, end)
			h.Text = i
			if h.cisco(line, i) {
				return
			}
		}
	}
	h.tag(line, i)
	if allDigits(h.Program) { // none, or a number of the message
		h.cisco(line, h.Text)
	}
}

// tag reads "prog[123]: " at i, where the text begins if there is none.
func (h *Header) tag(line []byte, i int) {
	end, module := i, 0
	for end < len(line) && end-i < 128 {
		switch c := line[end]; {
		case c == ':' && (end+1 == len(line) || line[end+1] == ' ' || line[end+1] == '\t'):
			h.program(line, i, end, module)
			h.Text = blanks(line, end+1)
			return
		case c == '[':
			if n := pidLength(line[end:]); n > 0 {
				h.program(line, i, end, module)
				h.PID = line[end+1 : end+n-1]
				end += n
				if end < len(line) && line[end] == ':' {
					end++
				}
				h.Text = blanks(line, end)
			}
			return
		case c == '(' && end > i && module == 0:
			module = end
		case c == ' ':
			// A program whose name has blanks is known by its number.
			if n := spacedName(line[i:]); n > 0 && module == 0 {
				end = i + n
				continue
			}
			return
		case c < ' ' || c == '"' || c == '=' || c == ',' || c == ';':
			return
		}
		end++
	}
}

// program takes line[i:end] as the name of the program.
func (h *Header) program(line []byte, i, end, module int) {
	if module > 0 && line[end-1] == ')' {
		h.Program, h.Module = line[i:module], line[module+1:end-1]
		return
	}
	h.Program = line[i:end]
}

// pidLength is the length of "[123]" at the beginning of b, 0 if there is none.
func pidLength(b []byte) int {
	n := 1
	for n < len(b) && n < 24 && (b[n]-'0' < 10 || b[n]|0x20-'a' < 26 || b[n] == '-' || b[n] == '.' || b[n] == '#') {
		n++
	}
	if n == 1 || n >= len(b) || b[n] != ']' {
		return 0
	}
	return n + 1
}

// spacedName is the length of a name with blanks that "[123]:" follows.
func spacedName(b []byte) int {
	for n, c := range b[:min(len(b), 40)] {
		switch {
		case c == '[':
			m := pidLength(b[n:])
			if m > 0 && n+m < len(b) && b[n+m] == ':' {
				return n
			}
			return 0
		case c != ' ' && c != '.' && c != '-' && c != '_' && c-'0' > 9 && c|0x20-'a' > 25:
			return 0
		}
	}
	return 0
}

func blanks(line []byte, i int) int {
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return i
}

func hostByte(c byte) bool {
	return c-'0' < 10 || c|0x20-'a' < 26 || c == '-' || c == '.' || c == '_' || c == ':' || c == '/' || c == '@' || c >= 0x80
}

// levelWord reports whether w is what other logs have where syslog has a host.
func levelWord(w []byte) bool {
	var buf [11]byte
	if len(w) > len(buf) {
		return false
	}
	low := append(buf[:0], w...)
	for i, c := range low {
		low[i] = c | 0x20
	}
	switch string(low) {
	case "info", "error", "warn", "warning", "debug", "trace", "fatal", "notice", "critical", "err", "crit", "information", "severe":
		return true
	}
	return false
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
