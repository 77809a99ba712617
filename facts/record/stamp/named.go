package stamp

import "github.com/kbtriage/kbtriage/facts"

// Syslog reads the time of RFC 3164 at the beginning of b: "Mar  7 06:25:01".
// The day may have one digit, a fraction may follow, and a year may stand before
// the time of day or behind it, as some devices and -T of some tools write.
// Without a year the time has the year 0 and no zone. It says how many bytes the
// time takes, 0 if there is none.
func Syslog(b []byte) (facts.Time, int) {
	month := Month(b)
	if month == 0 || len(b) < 14 || b[3] != ' ' {
		return facts.Time{}, 0
	}
	i := 4
	if b[i] == ' ' {
		i++
	}
	day, n := number(b[i:], 2)
	i += n
	if n == 0 || i >= len(b) || b[i] != ' ' {
		return facts.Time{}, 0
	}
	i++
	year := 0
	if y, n := number(b[i:], 4); n == 4 && i+4 < len(b) && b[i+4] == ' ' && plausible(y) {
		year = y
		i += 5
	}
	c, n := clock(b[i:])
	if n == 0 {
		return facts.Time{}, 0
	}
	i += n
	if year == 0 && i+6 <= len(b) && b[i] == ' ' {
		if y, n := number(b[i+1:], 4); n == 4 && plausible(y) && b[i+5] == ' ' {
			year = y
			i += 5
		}
	}
	t, ok := date(year, month, day, c, 0)
	if !ok {
		return facts.Time{}, 0
	}
	return facts.Time{Time: t}, i
}

func plausible(year int) bool { return year >= 1970 && year < 2200 }

// CLF reads the time of the common log format of web servers at the beginning
// of b: "10/Oct/2000:13:55:36 -0700". It says how many bytes the time takes, 0 if
// there is none.
func CLF(b []byte) (facts.Time, int) {
	if len(b) < 20 || b[2] != '/' || b[6] != '/' || b[11] != ':' {
		return facts.Time{}, 0
	}
	day, ok1 := two(b)
	month := Month(b[3:])
	year, ok2 := four(b[7:])
	c, n := clock(b[12:])
	if !ok1 || !ok2 || month == 0 || n == 0 {
		return facts.Time{}, 0
	}
	n += 12
	offset, zone := 0, 0
	if n+1 < len(b) && b[n] == ' ' {
		if offset, zone = Zone(b[n+1:]); zone > 0 {
			zone++
		}
	}
	t, ok := date(year, month, day, c, offset)
	if !ok {
		return facts.Time{}, 0
	}
	return facts.Time{Time: t, Zoned: zone > 0}, n + zone
}

// Month is the number of the month whose English short name b begins with, 0 if
// there is none.
func Month(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	switch string(b[:3]) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// number reads up to limit digits.
func number(b []byte, limit int) (v, n int) {
	for n < len(b) && n < limit && digit(b[n]) {
		v = v*10 + int(b[n]-'0')
		n++
	}
	return v, n
}
