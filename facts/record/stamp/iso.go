// Package stamp reads the times that logs write.
package stamp

import (
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// ISO reads a date and a time of day at the beginning of b, as ISO 8601 and RFC
// 3339 have them: "2024-03-07T06:25:01.123456+01:00". A blank may stand for the
// T, a comma for the point, slashes for the hyphens; the zone may lack its
// colon or be missing. It says how many bytes the time takes, 0 if there is
// none.
func ISO(b []byte) (facts.Time, int) {
	if len(b) < 19 || b[4] != '-' && b[4] != '/' || b[7] != b[4] || b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return facts.Time{}, 0
	}
	year, ok1 := four(b)
	month, ok2 := two(b[5:])
	day, ok3 := two(b[8:])
	if !ok1 || !ok2 || !ok3 {
		return facts.Time{}, 0
	}
	c, n := clock(b[11:])
	if n == 0 {
		return facts.Time{}, 0
	}
	n += 11
	offset, zone := Zone(b[n:])
	t, ok := date(year, month, day, c, offset)
	if !ok {
		return facts.Time{}, 0
	}
	return facts.Time{Time: t, Zoned: zone > 0}, n + zone
}

// clockTime is a time of day.
type clockTime struct{ hour, min, sec, nsec int }

// clock reads "06:25:01" with any number of digits behind a point or comma, and
// says how many bytes it takes, 0 if there is none.
func clock(b []byte) (c clockTime, n int) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return c, 0
	}
	var ok1, ok2, ok3 bool
	c.hour, ok1 = two(b)
	c.min, ok2 = two(b[3:])
	c.sec, ok3 = two(b[6:])
	if !ok1 || !ok2 || !ok3 || c.hour > 23 || c.min > 59 || c.sec > 60 {
		return c, 0
	}
	n = 8
	if len(b) > 9 && (b[8] == '.' || b[8] == ',') && digit(b[9]) {
		unit := 100_000_000
		for n = 9; n < len(b) && digit(b[n]); n++ {
			c.nsec += int(b[n]-'0') * unit
			unit /= 10
		}
	}
	return c, n
}

// Zone reads "Z", "+01:00", "+0100" or "+01" at the beginning of b: seconds
// east of UTC, and how many bytes it takes, 0 if there is none.
func Zone(b []byte) (offset, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] == 'Z' || b[0] == 'z' {
		if len(b) > 1 && letter(b[1]) {
			return 0, 0
		}
		return 0, 1
	}
	if b[0] != '+' && b[0] != '-' || len(b) < 3 {
		return 0, 0
	}
	hours, ok := two(b[1:])
	if !ok || hours > 23 {
		return 0, 0
	}
	offset, n = hours*3600, 3
	rest := b[3:]
	if len(rest) > 2 && rest[0] == ':' {
		rest = rest[1:]
	}
	if minutes, ok := two(rest); ok && minutes < 60 {
		offset += minutes * 60
		n = len(b) - len(rest) + 2
	}
	if b[0] == '-' {
		offset = -offset
	}
	return offset, n
}

// date is the time with these parts, if there is such a day. A leap second is
// the first second of the next minute.
func date(year, month, day int, c clockTime, offset int) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	if day > 28 {
		last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
		if day > last.Day() {
			return time.Time{}, false
		}
	}
	zone := time.UTC
	if offset != 0 {
		zone = time.FixedZone("", offset)
	}
	return time.Date(year, time.Month(month), day, c.hour, c.min, c.sec, c.nsec, zone), true
}

func two(b []byte) (int, bool) {
	if len(b) < 2 || !digit(b[0]) || !digit(b[1]) {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

func four(b []byte) (int, bool) {
	high, ok1 := two(b)
	low, ok2 := two(b[2:])
	return high*100 + low, ok1 && ok2
}

func digit(b byte) bool  { return b-'0' < 10 }
func letter(b byte) bool { return b|0x20-'a' < 26 }
