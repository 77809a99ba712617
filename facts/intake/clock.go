package intake

import "strings"

// clockReader walks over the characters of a time stamp.
type clockReader struct {
	s string
	i int
}

func (c *clockReader) peek() byte {
	if c.i < len(c.s) {
		return c.s[c.i]
	}
	return 0
}

func (c *clockReader) eat(b byte) bool {
	if c.peek() == b {
		c.i++
		return true
	}
	return false
}

func (c *clockReader) blanks() {
	for c.peek() == ' ' || c.peek() == '\t' {
		c.i++
	}
}

// number reads at most most digits and says how many there were. It reads
// nothing when there are more.
func (c *clockReader) number(most int) (value, digits int) {
	j := c.i
	for j < len(c.s) && isDigit(c.s[j]) {
		if j-c.i == most {
			return 0, 0
		}
		value = value*10 + int(c.s[j]-'0')
		j++
	}
	digits = j - c.i
	c.i = j
	return value, digits
}

// join skips what stands between a date and a clock.
func (c *clockReader) join() bool {
	at := c.i
	c.eat(',')
	for strings.IndexByte(" \tT_-:", c.peek()) >= 0 && c.i < len(c.s) && c.i-at < 12 {
		c.i++
	}
	return c.i > at && isDigit(c.peek())
}

// clock reads "10:11", "10:11:12,345", "10:11:12 AM" and the zone behind it.
func (c *clockReader) clock(d *date) bool {
	n, m := 0, 0
	d.hour, n = c.number(2)
	if n == 0 {
		return false
	}
	sep := c.peek()
	if sep != ':' && (sep != '.' || !d.hasDay) {
		return false
	}
	c.i++
	if d.min, m = c.number(2); m != 2 {
		return false
	}
	if c.peek() == sep && c.i+1 < len(c.s) && isDigit(c.s[c.i+1]) {
		c.i++
		if d.sec, m = c.number(2); m != 2 {
			return false
		}
		c.fraction(d)
	}
	d.hasClock = true
	c.halfDay(d)
	c.zone(d)
	return true
}

func (c *clockReader) fraction(d *date) {
	if b := c.peek(); (b != '.' && b != ',' && b != ':') || c.i+1 >= len(c.s) || !isDigit(c.s[c.i+1]) {
		return
	}
	at := c.i
	c.i++
	value, digits := c.number(9)
	if digits == 0 {
		c.i = at
		return
	}
	for ; digits < 9; digits++ {
		value *= 10
	}
	d.nsec = value
}

func (c *clockReader) halfDay(d *date) {
	rest := c.s[c.i:]
	skip := 0
	if len(rest) > 2 && rest[0] == ' ' {
		skip = 1
	}
	if len(rest) < skip+2 || rest[skip+1]|0x20 != 'm' || len(rest) > skip+2 && (isLetter(rest[skip+2]) || isDigit(rest[skip+2])) {
		return
	}
	switch rest[skip] | 0x20 {
	case 'a':
		d.hour %= 12
	case 'p':
		d.hour = d.hour%12 + 12
	default:
		return
	}
	c.i += skip + 2
}

func (c *clockReader) zone(d *date) {
	at := c.i
	if c.peek() == 'Z' && (c.i+1 == len(c.s) || !isLetter(c.s[c.i+1]) && !isDigit(c.s[c.i+1])) {
		c.i++
		d.zoned = true
		return
	}
	c.eat(' ')
	for _, name := range []string{"UTC", "GMT"} {
		if rest, ok := strings.CutPrefix(c.s[c.i:], name); ok && (rest == "" || !isLetter(rest[0])) {
			c.i += 3
			d.zoned = true
			return
		}
	}
	sign := 1
	switch c.peek() {
	case '-':
		sign = -1
	case '+':
	default:
		c.i = at
		return
	}
	c.i++
	hours, n := c.number(4)
	minutes := 0
	if n == 2 && c.eat(':') {
		minutes, n = c.number(2)
		n += 2
	} else if n == 4 {
		hours, minutes = hours/100, hours%100
	}
	if n != 4 || hours > 14 || minutes%15 != 0 || minutes > 45 || isLetter(c.peek()) {
		c.i = at
		return
	}
	d.zoned, d.offset = true, sign*(hours*3600+minutes*60)
}

func (c *clockReader) month() int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	at := c.name(names)
	if at < 0 {
		return 0
	}
	return at/3 + 1
}

func (c *clockReader) weekday() bool { return c.name("montuewedthufrisatsun") >= 0 }

// name reads a name of three letters, or the long name that begins with them.
func (c *clockReader) name(names string) int {
	j := c.i
	for j < len(c.s) && j-c.i < 12 && isLetter(c.s[j]) {
		j++
	}
	if j-c.i < 3 {
		return -1
	}
	short := strings.ToLower(c.s[c.i : c.i+3])
	for at := 0; at < len(names); at += 3 {
		if names[at:at+3] == short {
			c.i = j
			return at
		}
	}
	return -1
}
