package csvlog

import (
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// dateOrder is which comes first in the dates of a file, as in 3/4/2024.
type dateOrder uint8

const (
	orderUnknown dateOrder = iota
	monthFirst
	dayFirst
	orderMixed // the file has both
)

// learn adds what one date says.
func (o *dateOrder) learn(one dateOrder) {
	switch {
	case one == orderUnknown || *o == one:
	case *o == orderUnknown:
		*o = one
	default:
		*o = orderMixed
	}
}

// date collects the parts of a time.
type date struct {
	year, month, day int
	hour, min, sec   int
	nsec             int
	offset           int // seconds
	zoned, half      bool
	slashed          bool      // which of month and day comes first is open
	says             dateOrder // what the numbers say about that
}

// parseTime reads a time, of which the time of day may be in a field of its own.
// It takes ISO 8601 with blank or T, with or without zone; dates of numbers as
// 1/2/2006 and 2.1.2006, with 12 or 24 hours; and seconds, milliseconds or
// microseconds since 1970. It is zero where the field is not one of these, or
// may be two dates. The order is what is known of the file, and learns.
func parseTime(day, clock []byte, order *dateOrder) facts.Time {
	var d date
	p := clockParser{s: day}
	p.blanks()
	if len(clock) == 0 {
		if t, ok := sinceEpoch(day); ok {
			return t
		}
	}
	if !p.day(&d) {
		return facts.Time{}
	}
	if len(clock) > 0 {
		if p.blanks(); p.i < len(p.s) {
			return facts.Time{}
		}
		p = clockParser{s: clock}
	} else if !p.join() {
		return facts.Time{}
	}
	p.blanks()
	if !p.clock(&d) {
		return facts.Time{}
	}
	if p.blanks(); p.i < len(p.s) {
		return facts.Time{}
	}
	return d.time(order)
}

// time is zero unless the parts make one time.
func (d *date) time(order *dateOrder) facts.Time {
	order.learn(d.says)
	if d.slashed && d.says == orderUnknown && d.month != d.day {
		switch {
		case *order == dayFirst:
			d.month, d.day = d.day, d.month
		case *order == monthFirst || d.half: // 12 hours are written where the month comes first
		default:
			return facts.Time{}
		}
	}
	zone := time.UTC
	if d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.min, d.sec, d.nsec, zone)
	if t.Day() != d.day {
		return facts.Time{}
	}
	return facts.Time{Time: t, Zoned: d.zoned}
}

// sinceEpoch reads seconds since 1970, with a fraction or not, and milliseconds
// and microseconds: numbers of 10, 13 and 16 digits.
func sinceEpoch(s []byte) (facts.Time, bool) {
	p := clockParser{s: s}
	n, digits := p.number(16)
	var t time.Time
	switch digits {
	case 10:
		t = time.Unix(int64(n), int64(p.fraction()))
	case 13:
		t = time.UnixMilli(int64(n))
	case 16:
		t = time.UnixMicro(int64(n))
	default:
		return facts.Time{}, false
	}
	if p.i < len(s) {
		return facts.Time{}, false
	}
	return facts.Time{Time: t.UTC(), Zoned: true}, true
}

// clockParser walks over the characters of a time.
type clockParser struct {
	s []byte
	i int
}

func (p *clockParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *clockParser) eat(b byte) bool {
	if p.peek() == b && b != 0 {
		p.i++
		return true
	}
	return false
}

// blanks skips blanks, also those that do not break a line, which Windows writes before AM and PM.
func (p *clockParser) blanks() {
	for p.i < len(p.s) {
		switch {
		case p.s[p.i] == ' ':
			p.i++
		case p.has("\u202f"):
			p.i += len("\u202f")
		case p.has("\u00a0"):
			p.i += len("\u00a0")
		default:
			return
		}
	}
}

func (p *clockParser) has(s string) bool {
	return len(p.s)-p.i >= len(s) && string(p.s[p.i:p.i+len(s)]) == s
}

// number reads at most most digits, none where there are more.
func (p *clockParser) number(most int) (value, digits int) {
	j := p.i
	for ; j < len(p.s) && p.s[j] >= '0' && p.s[j] <= '9'; j++ {
		if j-p.i == most {
			return 0, 0
		}
		value = value*10 + int(p.s[j]-'0')
	}
	digits = j - p.i
	p.i = j
	return value, digits
}

// day reads "2006-01-02", "1/2/2006", "2.1.06".
func (p *clockParser) day(d *date) bool {
	first, n := p.number(4)
	sep := p.peek()
	if n == 0 || sep != '-' && sep != '/' && sep != '.' {
		return false
	}
	p.i++
	second, m := p.number(2)
	if m == 0 || !p.eat(sep) {
		return false
	}
	third, k := p.number(4)
	switch {
	case n == 4 && (k == 1 || k == 2):
		d.year, d.month, d.day = first, second, third
	case n > 2 || k != 2 && k != 4:
		return false
	default:
		d.year, d.month, d.day = third, first, second
		if k == 2 {
			d.year += 1900
			if third < 70 {
				d.year += 100
			}
		}
		d.slashed = true
		switch {
		case sep == '.' || first > 12:
			d.says = dayFirst
			d.month, d.day = second, first
		case second > 12:
			d.says = monthFirst
		}
	}
	return d.year >= 1970 && d.year < 2200 && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31
}

// join skips what stands between a date and a time of day.
func (p *clockParser) join() bool {
	at := p.i
	p.eat(',')
	if p.i == at && p.eat('T') {
		return true
	}
	p.blanks()
	return p.i > at
}

// clock reads "15:04", "15:04:05.000", "3:04:05 PM", and the zone behind it.
func (p *clockParser) clock(d *date) bool {
	n, m := 0, 0
	if d.hour, n = p.number(2); n == 0 || !p.eat(':') {
		return false
	}
	if d.min, m = p.number(2); m != 2 {
		return false
	}
	if p.eat(':') {
		if d.sec, m = p.number(2); m != 2 {
			return false
		}
		d.nsec = p.fraction()
	}
	p.halfDay(d)
	p.zone(d)
	return d.hour < 24 && d.min < 60 && d.sec < 61
}

// fraction reads the part of a second behind a point or comma, in nanoseconds.
func (p *clockParser) fraction() int {
	at := p.i
	if !p.eat('.') && !p.eat(',') {
		return 0
	}
	value, digits := p.number(12)
	if digits == 0 {
		p.i = at
		return 0
	}
	for ; digits < 9; digits++ {
		value *= 10
	}
	for ; digits > 9; digits-- {
		value /= 10
	}
	return value
}

func (p *clockParser) halfDay(d *date) {
	at := p.i
	p.blanks()
	if len(p.s)-p.i < 2 || p.s[p.i+1]|0x20 != 'm' || d.hour > 12 {
		p.i = at
		return
	}
	switch p.s[p.i] | 0x20 {
	case 'a':
		d.hour %= 12
	case 'p':
		d.hour = d.hour%12 + 12
	default:
		p.i = at
		return
	}
	d.half = true
	p.i += 2
}

// zone reads "Z", "UTC", "GMT", "+01:00", "-0800".
func (p *clockParser) zone(d *date) {
	at := p.i
	p.blanks()
	switch {
	case p.eat('Z'):
		d.zoned = true
		return
	case p.has("UTC") || p.has("GMT"):
		p.i += 3
		d.zoned = true
		return
	}
	sign := 1
	if p.peek() == '-' {
		sign = -1
	}
	if !p.eat('-') && !p.eat('+') {
		p.i = at
		return
	}
	hours, n := p.number(4)
	minutes := 0
	switch {
	case n == 4:
		hours, minutes = hours/100, hours%100
	case n == 2 && p.eat(':'):
		if minutes, n = p.number(2); n != 2 {
			n = 0
		}
	case n != 2:
		n = 0
	}
	if n == 0 || hours > 14 || minutes > 59 {
		p.i = at
		return
	}
	d.zoned, d.offset = true, sign*(hours*3600+minutes*60)
}

// decimal reads a number of digits alone.
func decimal(s []byte) (uint64, bool) {
	if len(s) == 0 || len(s) > 20 {
		return 0, false
	}
	v := uint64(0)
	for _, b := range s {
		if b < '0' || b > '9' || v > (1<<64-10)/10 {
			return 0, false
		}
		v = v*10 + uint64(b-'0')
	}
	return v, true
}
