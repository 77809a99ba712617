package intake

import (
	"strings"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// A stamp is what a log line begins with.
type stamp struct {
	time facts.Time // zero where the line gives only a time of day
	host string     // from a syslog header
	end  int        // where the text of the line begins
}

// parseStamp reads the time stamp at the beginning of a log line: ISO 8601,
// syslog (RFC 3164 and 5424), Apache, ctime, numeric dates, kernel seconds, a
// time of day. A time without a year has the year 0, which orders it within
// its source; of the numeric dates the month is first unless it cannot be.
func parseStamp(s string) (stamp, bool) {
	if len(s) < 8 {
		return stamp{}, false
	}
	c := clockReader{s: s}
	syslog := c.priority()
	bracket := c.eat('[')
	if bracket {
		c.blanks()
	}
	var d date
	switch b := c.peek(); {
	case isDigit(b):
		if !c.numericStamp(&d) {
			return stamp{}, false
		}
	case isLetter(b):
		if !c.wordStamp(&d) {
			return stamp{}, false
		}
	default:
		return stamp{}, false
	}
	if next := c.peek(); isLetter(next) || isDigit(next) {
		return stamp{}, false
	}
	if bracket && !c.eat(']') && c.peek() != ' ' {
		return stamp{}, false
	}
	st := stamp{time: d.time(), end: c.i}
	if host, end := c.header(); host != "" && (syslog || d.zoned || d.named && !d.hasYear) {
		st.host, st.end = host, end
	}
	for st.end < len(s) && (s[st.end] == ' ' || s[st.end] == '\t') {
		st.end++
	}
	return st, true
}

// parseDateTime reads the date and time that an event shows in its fields.
func parseDateTime(s string) facts.Time {
	s = strings.TrimSpace(s)
	c := clockReader{s: s}
	var d date
	ok := false
	if isLetter(c.peek()) {
		ok = c.wordStamp(&d)
	} else if isDigit(c.peek()) {
		d.twoDigits = true
		ok = c.numericStamp(&d)
	}
	if !ok || !d.hasClock || !d.hasYear {
		return facts.Time{}
	}
	return d.time()
}

// date collects the parts of a time.
type date struct {
	year, month, day     int
	hour, min, sec, nsec int
	offset               int // seconds
	hasYear, hasClock    bool
	hasDay, zoned        bool
	twoDigits            bool // years of two digits are taken
	named                bool // the month is a name
}

// time is zero unless the parts make a time that exists.
func (d *date) time() facts.Time {
	if !d.hasDay || !d.hasClock || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
		return facts.Time{}
	}
	zone := time.UTC
	if d.zoned && d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.min, d.sec, d.nsec, zone)
	if t.Day() != d.day {
		return facts.Time{}
	}
	return facts.Time{Time: t, Zoned: d.zoned && d.hasYear}
}

// priority skips "<34>" and "<34>1 ".
func (c *clockReader) priority() bool {
	if c.peek() != '<' {
		return false
	}
	end := strings.IndexByte(c.s[:min(len(c.s), 6)], '>')
	if end < 2 {
		return false
	}
	for _, b := range []byte(c.s[1:end]) {
		if !isDigit(b) {
			return false
		}
	}
	c.i = end + 1
	if strings.HasPrefix(c.s[c.i:], "1 ") {
		c.i += 2
	}
	return true
}

// numericStamp reads the stamps that begin with a digit.
func (c *clockReader) numericStamp(d *date) bool {
	start := c.i
	first, n := c.number(8)
	switch sep := c.peek(); {
	case n == 8 && sep != 0:
		d.year, d.month, d.day, d.hasYear, d.hasDay = first/10000, first/100%100, first%100, true, true
		return c.join() && c.clock(d) && d.inRange()
	case n == 4 && (sep == '-' || sep == '/' || sep == '.'):
		c.i++
		d.year, d.hasYear, d.hasDay = first, true, true
		return c.second(&d.month, sep) && c.second(&d.day, 0) && c.join() && c.clock(d) && d.inRange()
	case n == 6 && sep == ' ':
		c.i++
		clock, digits := c.number(6)
		d.hour, d.min, d.sec, d.hasClock = clock/10000, clock/100%100, clock%100, true
		d.year, d.month, d.day, d.hasYear, d.hasDay = 2000+first/10000, first/100%100, first%100, true, true
		return digits == 6 && c.peek() == ' ' && d.inRange()
	case n >= 1 && n <= 2 && sep == ':':
		c.i = start
		return c.clock(d) && strings.Count(c.s[start:c.i], ":") >= 2 && d.hour < 24 && d.min < 60 && d.sec < 61
	case start > 0 && sep == '.' && n >= 1 && c.kernel(): // "[   12.345678]": seconds since the start
		return true
	case n >= 1 && n <= 2 && (sep == '/' || sep == '.' || sep == '-' || sep == ' '):
		return c.dayFirst(d, first, sep)
	}
	return start < len(c.s) && c.access(d, start)
}

// kernel reads the rest of the seconds of a kernel log.
func (c *clockReader) kernel() bool {
	at := c.i
	c.i++
	if _, digits := c.number(9); digits >= 3 && c.peek() == ']' {
		return true
	}
	c.i = at
	return false
}

// second reads one or two digits and, unless it is 0, the separator behind them.
func (c *clockReader) second(v *int, sep byte) bool {
	n := 0
	*v, n = c.number(2)
	return n > 0 && (sep == 0 || c.eat(sep))
}

// dayFirst reads the rest of "10/11/2024 10:11:12", "11-Oct-2024 ...",
// "11/Oct/2024:...", "03-17 16:13:38".
func (c *clockReader) dayFirst(d *date, first int, sep byte) bool {
	start := c.i
	c.i++
	if isLetter(c.peek()) {
		if d.month = c.month(); d.month == 0 || !c.eat(sep) {
			return false
		}
		n := 0
		d.year, n = c.number(4)
		d.day, d.hasDay, d.hasYear = first, true, n == 4
		return n == 4 && c.join() && c.clock(d) && d.inRange()
	}
	secondOne, n := c.number(2)
	if n == 0 || sep == ' ' {
		return false
	}
	d.month, d.day = first, secondOne
	if first > 12 {
		d.month, d.day = secondOne, first
	}
	if !c.eat(sep) {
		if sep == '/' || c.peek() != ' ' { // "1/2 ..." is a fraction
			c.i = start
			return false
		}
		d.hasDay = true
		return c.join() && c.clock(d) && d.inRange()
	}
	year, n := c.number(4)
	switch {
	case n == 4:
		d.year, d.hasDay, d.hasYear = year, true, true
	case n == 2 && d.twoDigits:
		d.year, d.hasDay, d.hasYear = 1900+year, true, true
		if year < 70 {
			d.year += 100
		}
	case n == 2: // which of the three is the year is not known
		d.month, d.day = 1, 1
	default:
		return c.access(d, 0)
	}
	return c.join() && c.clock(d) && d.inRange()
}

// access reads the beginning of a web server's access log:
// "192.0.2.1 - - [10/Oct/2000:13:55:36 -0700]".
func (c *clockReader) access(d *date, start int) bool {
	at := strings.Index(c.s[start:min(len(c.s), start+120)], " [")
	if start != 0 || at < 0 || strings.Count(c.s[:at], " ") != 2 {
		return false
	}
	*d = date{}
	c.i = at + 2
	day, n := c.number(2)
	return n == 2 && c.peek() == '/' && c.dayFirst(d, day, '/') && c.eat(']')
}

// wordStamp reads the stamps that begin with the name of a month or weekday,
// and "I0102 10:11:12" of glog.
func (c *clockReader) wordStamp(d *date) bool {
	if len(c.s) > c.i+5 && isDigit(c.s[c.i+1]) && strings.IndexByte("IWEF", c.s[c.i]) >= 0 {
		c.i++
		day, n := c.number(4)
		d.month, d.day, d.hasDay = day/100, day%100, true
		return n == 4 && c.eat(' ') && c.clock(d) && d.inRange()
	}
	if c.weekday() {
		c.eat(',')
		c.blanks()
		if isDigit(c.peek()) {
			day, n := c.number(2)
			return n > 0 && c.peek() == ' ' && c.dayFirst(d, day, ' ')
		}
	}
	if d.month = c.month(); d.month == 0 || c.peek() != ' ' {
		return false
	}
	c.blanks()
	n := 0
	if d.day, n = c.number(2); n == 0 {
		return false
	}
	d.hasDay, d.named = true, true
	c.eat(',')
	c.blanks()
	at := c.i
	if year, n := c.number(4); n == 4 {
		d.year, d.hasYear = year, true
		c.blanks()
	} else {
		c.i = at
	}
	if !c.clock(d) || !d.inRange() {
		return false
	}
	at = c.i
	if !d.hasYear && c.eat(' ') {
		if year, n := c.number(4); n == 4 && year >= 1970 && year < 2200 && (c.peek() == ']' || c.peek() == ' ' || c.peek() == 0) {
			d.year, d.hasYear = year, true
			return true
		}
		c.i = at
	}
	return true
}

func (d *date) inRange() bool {
	return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31 &&
		d.hour < 24 && d.min < 60 && d.sec < 61 && (!d.hasYear || d.year >= 1970 && d.year < 2200)
}

// header reads the host of a syslog line: a word that a tag follows, as in
// "web1 sshd[123]: ...".
func (c *clockReader) header() (host string, end int) {
	rest := c.s[c.i:]
	if !strings.HasPrefix(rest, " ") {
		return "", 0
	}
	rest = strings.TrimLeft(rest, " ")
	host, tail, ok := strings.Cut(rest, " ")
	if !ok || host == "" || len(host) > 255 || strings.HasSuffix(host, ":") || strings.IndexFunc(host, notHost) >= 0 {
		return "", 0
	}
	tag, _, _ := strings.Cut(tail, " ")
	if tag == "" || !strings.HasSuffix(tag, ":") && !strings.Contains(tag, "[") && !strings.HasPrefix(c.s, "<") {
		return "", 0
	}
	return host, len(c.s) - len(tail)
}

func notHost(r rune) bool {
	return !(r < 0x80 && (isLetter(byte(r)) || isDigit(byte(r))) || r == '.' || r == '-' || r == '_' || r == ':')
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// Stamp reads the time stamp, and the host behind it, with which a line of a log
// begins. A time without a year has the year 0.
func Stamp(line []byte) (at facts.Time, host string, ok bool) {
	if len(line) < 8 || !isDigit(line[0]) && !isLetter(line[0]) && line[0] != '[' && line[0] != '<' {
		return at, "", false
	}
	const enough = 200 // for the stamp of an access log, which stands behind the address
	st, ok := parseStamp(string(line[:min(len(line), enough)]))
	return st.time, st.host, ok
}
