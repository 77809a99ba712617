package hostprobe

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// clockState is what a time service says of the clock. Offset counts only where
// it is known.
type clockState struct {
	unsynchronized bool
	offset         float64 // seconds, of whichever sign
	known          bool
}

// linuxClock asks the time service of this machine, whichever it runs, for the
// state that it keeps. Nothing is sent to a time server.
func (p *probe) linuxClock() {
	switch {
	case p.runs("chronyd"):
		p.clock(parseChrony, "chronyc", "-n", "-c", "tracking")
	case p.runs("ntpd"):
		p.clock(parseNTPQ, "ntpq", "-n", "-c", "rv 0 leap,offset")
	case p.booted:
		p.clock(parseTimedatectl, "timedatectl", "show", "--property=NTPSynchronized")
	default:
		p.unread("clock (no time service runs here)")
	}
}

func (p *probe) clock(parse func([]byte) (clockState, error), name string, args ...string) {
	out, ok := p.run(maxCommand, name, args...)
	if !ok {
		return
	}
	state, err := parse(out.Stdout)
	if err != nil {
		p.odd(name, err)
		return
	}
	if state.unsynchronized {
		p.text(name, "clock is not synchronized")
	}
	if off := math.Abs(state.offset); state.known && off >= p.o.ClockOffset {
		p.text(name, "clock is %s s off its time source", strconv.FormatFloat(math.Round(off*10)/10, 'f', -1, 64))
	}
}

// parseChrony reads `chronyc -c tracking`: fields with commas between them, the
// fifth is the offset of the clock, the last the leap status.
func parseChrony(data []byte) (clockState, error) {
	fields := strings.Split(strings.TrimSpace(string(data)), ",")
	if len(fields) < 14 {
		return clockState{}, errors.New("expected the 14 fields of chronyc -c tracking")
	}
	offset, err := seconds(fields[4])
	if err != nil {
		return clockState{}, err
	}
	none := fields[13] == "Not synchronised"
	return clockState{unsynchronized: none, offset: offset, known: !none}, nil
}

// parseNTPQ reads the variables leap (bits or a number) and offset (milliseconds).
func parseNTPQ(data []byte) (clockState, error) {
	var s clockState
	leap := false
	for f := range strings.FieldsFuncSeq(string(data), func(r rune) bool { return r == ',' || r == '\n' || r == '\r' || r == ' ' }) {
		name, value, _ := strings.Cut(f, "=")
		switch name {
		case "leap":
			leap, s.unsynchronized = true, value == "11" || value == "3"
		case "offset":
			ms, err := seconds(value)
			if err != nil {
				return clockState{}, err
			}
			s.offset, s.known = ms/1000, true
		}
	}
	if !leap {
		return clockState{}, errors.New("the variable leap is not there; expected leap=00, offset=0.123")
	}
	s.known = s.known && !s.unsynchronized
	return s, nil
}

// parseTimedatectl reads "NTPSynchronized=yes".
func parseTimedatectl(data []byte) (clockState, error) {
	switch keyValues(data, "=")["NTPSynchronized"] {
	case "yes":
		return clockState{}, nil
	case "no":
		return clockState{unsynchronized: true}, nil
	}
	return clockState{}, errors.New("expected NTPSynchronized=yes or NTPSynchronized=no")
}

// seconds reads a finite number of at most a thousand years.
func seconds(s string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 4e10 {
		return 0, errors.New("an offset is no number of seconds: " + clean(s))
	}
	return n, nil
}
