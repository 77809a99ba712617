package hostprobe

import (
	"errors"
	"strings"
)

// windowsClock asks the time service for the state that it keeps. A service that
// is not started ends the command with a code, and leaves the clock unknown.
func (p *probe) windowsClock() {
	if k, ok := p.key(keyServices + `\W32Time`); !ok || k.Values["start"].Number == disabled {
		p.unread("clock (no time service runs here)")
		return
	}
	p.clock(parseW32tm, "w32tm", "/query", "/status", "/verbose")
}

// parseW32tm reads `w32tm /query /status /verbose`. The labels are in the language
// of the system: the leap indicator is the first line with a number before a
// bracket, "Leap Indicator: 3(not synchronized)"; the offset of the clock is known in
// English only, "Phase Offset: 0.0012345s".
func parseW32tm(data []byte) (clockState, error) {
	var s clockState
	leap := false
	for line := range strings.Lines(string(data)) {
		label, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok || value == "" {
			continue
		}
		digit, _, bracket := strings.Cut(value, "(")
		switch {
		case !leap && bracket && len(digit) == 1 && digit >= "0" && digit <= "3":
			leap, s.unsynchronized = true, digit == "3"
		case strings.TrimSpace(label) == "Phase Offset":
			n, err := seconds(strings.TrimSuffix(value, "s"))
			if err != nil {
				return clockState{}, err
			}
			s.offset, s.known = n, true
		}
	}
	if !leap {
		return clockState{}, errors.New("no line tells the leap indicator; expected Leap Indicator: 0(no warning)")
	}
	s.known = s.known && !s.unsynchronized
	return s, nil
}
