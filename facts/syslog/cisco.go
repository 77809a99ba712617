package syslog

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// cisco reads what devices of Cisco write from i on, behind the priority or the
// header of a relay: "31: host: *Mar  7 06:25:01.123 UTC: %LINK-3-UPDOWN: text".
// Each part before the mnemonic may be missing. The program is the mnemonic, its
// number the level, and the message begins with the mnemonic.
func (h *Header) cisco(line []byte, i int) bool {
	rest := line[i:min(len(line), i+160)]
	at := bytes.IndexByte(rest, '%')
	if at < 0 || at > 0 && rest[at-1] != ' ' {
		return false
	}
	n, severity := mnemonic(rest[at:])
	if n == 0 {
		return false
	}
	var host []byte
	var t facts.Time
	for before := bytes.TrimRight(rest[:at], " :"); len(before) > 0; {
		before = bytes.TrimLeft(before, " :*.")
		if when, m := stamp.Syslog(before); m > 0 {
			t = when
			before = before[m:]
			zone := bytes.Trim(before, " :")
			if t.Zoned = string(zone) == "UTC" && t.Time.Year() > 0; len(zone) > 5 {
				return false
			}
			break
		}
		word, behind, _ := bytes.Cut(before, []byte(": "))
		word = bytes.TrimRight(word, " :")
		switch {
		case allDigits(word): // the number of the message
		case host == nil && bytes.IndexFunc(word, func(r rune) bool { return r < 0x80 && !hostByte(byte(r)) }) < 0:
			host = word
		default:
			return false
		}
		before = behind
	}
	if h.Time.IsZero() {
		h.Time = t
	}
	if len(h.Host) == 0 {
		h.Host = host
	}
	h.Program, h.PID, h.Module = rest[at+1:at+n], nil, nil
	h.Level = Severity(severity)
	h.Text = i + at
	return true
}

// mnemonic is the length of "%FACILITY-3-NAME" at the beginning of b, which a
// colon must follow, and its severity.
func mnemonic(b []byte) (n, severity int) {
	severity = -1
	for n = 1; n < len(b) && b[n] != ':'; n++ {
		c := b[n]
		if c == '-' && severity < 0 && n > 1 && n+2 < len(b) && b[n+1]-'0' < 8 && b[n+2] == '-' {
			severity = int(b[n+1] - '0')
		}
		if c-'A' > 25 && c-'0' > 9 && c != '_' && c != '-' {
			return 0, 0
		}
	}
	if severity < 0 || n >= len(b) {
		return 0, 0
	}
	return n, severity
}
