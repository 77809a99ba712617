package stamp

import (
	"bytes"
	"strconv"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// Any reads the whole of b as a time, in the forms that structured logs have:
// ISO 8601, a number since 1970, "/Date(1700000000000)/", that of web servers,
// that of syslog. It is zero if b is none.
func Any(b []byte) facts.Time {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return facts.Time{}
	}
	if t, n := ISO(b); n > 0 {
		return behind(t, b[n:])
	}
	if inner, ok := bytes.CutPrefix(b, []byte("/Date(")); ok {
		inner, ok = bytes.CutSuffix(inner, []byte(")/"))
		if !ok {
			return facts.Time{}
		}
		if i := bytes.LastIndexAny(inner, "+-"); i > 0 { // an offset for display; the number is UTC
			inner = inner[:i]
		}
		ms, err := strconv.ParseInt(string(inner), 10, 64)
		if err != nil {
			return facts.Time{}
		}
		return utc(time.UnixMilli(ms))
	}
	if digit(b[0]) {
		if t, n := CLF(b); n == len(b) {
			return t
		}
		return Epoch(b)
	}
	if t, n := Syslog(b); n == len(b) {
		return t
	}
	return facts.Time{}
}

// behind settles what stands behind a time: nothing, or its zone after a blank.
func behind(t facts.Time, rest []byte) facts.Time {
	if len(rest) == 0 {
		return t
	}
	if t.Zoned || rest[0] != ' ' {
		return facts.Time{}
	}
	if s := string(rest[1:]); s == "UTC" || s == "GMT" {
		t.Zoned = true
		return t
	}
	offset, n := Zone(rest[1:])
	if n == 0 || n != len(rest)-1 {
		return facts.Time{}
	}
	if offset != 0 {
		t.Time = t.Time.Add(-time.Duration(offset) * time.Second).In(time.FixedZone("", offset))
	}
	t.Zoned = true
	return t
}

// Epoch reads a number of seconds, milliseconds, microseconds or nanoseconds
// since 1970, which its size tells apart: seconds up to the year 5138. It is
// zero if b is no such number, or one before 2 January 1970.
func Epoch(b []byte) facts.Time {
	whole, n := int64(0), 0
	for n < len(b) && n < 19 && digit(b[n]) {
		whole = whole*10 + int64(b[n]-'0')
		n++
	}
	if n == 0 || whole < 0 {
		return facts.Time{}
	}
	frac := int64(0) // in billionths of the unit
	if n < len(b) && b[n] == '.' {
		unit := int64(100_000_000)
		for n++; n < len(b) && digit(b[n]); n++ {
			frac += int64(b[n]-'0') * unit
			unit /= 10
		}
	}
	if n < len(b) { // "1.7e+09", as some encoders write; a float holds it to the microsecond
		f, err := strconv.ParseFloat(string(b), 64)
		if err != nil || f < 0 || f > 1<<62 {
			return facts.Time{}
		}
		whole = int64(f)
		frac = int64((f - float64(whole)) * 1e9)
	}
	switch {
	case whole < 86_400:
		return facts.Time{}
	case whole < 1e11:
		return utc(time.Unix(whole, frac))
	case whole < 1e14:
		return utc(time.Unix(whole/1e3, whole%1e3*1e6+frac/1e3))
	case whole < 1e17:
		return utc(time.Unix(whole/1e6, whole%1e6*1e3+frac/1e6))
	}
	return utc(time.Unix(whole/1e9, whole%1e9))
}

// Micro is a number of microseconds since 1970, zero if that is behind the year
// 9999.
func Micro(us uint64) facts.Time {
	if us > 1<<62 {
		return facts.Time{}
	}
	return utc(time.UnixMicro(int64(us)))
}

func utc(t time.Time) facts.Time {
	t = t.UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return facts.Time{}
	}
	return facts.Time{Time: t, Zoned: true}
}
