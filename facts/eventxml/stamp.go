package eventxml

import (
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// parseTime reads the time of an event, which Windows writes as
// "2006-01-02T15:04:05.000000000Z". It is zero where there is another.
func parseTime(s []byte) facts.Time {
	if t, ok := fixedTime(s); ok {
		return t
	}
	if t, err := time.Parse(time.RFC3339Nano, string(s)); err == nil {
		return facts.Time{Time: t, Zoned: true}
	}
	if t, err := time.Parse("2006-01-02T15:04:05.999999999", string(s)); err == nil {
		return facts.Time{Time: t}
	}
	return facts.Time{}
}

// fixedTime reads the form with all digits in their places, and a fraction of
// any length or none.
func fixedTime(s []byte) (facts.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(s) <= len(form) || len(s) > len(form)+11 || s[len(s)-1] != 'Z' {
		return facts.Time{}, false
	}
	for i := range len(form) {
		if isDigit := s[i] >= '0' && s[i] <= '9'; form[i] == '0' && !isDigit || form[i] != '0' && s[i] != form[i] {
			return facts.Time{}, false
		}
	}
	nsec, scale := 0, 1_000_000_000
	if fraction := s[len(form) : len(s)-1]; len(fraction) > 0 {
		if fraction[0] != '.' || len(fraction) == 1 {
			return facts.Time{}, false
		}
		for _, c := range fraction[1:] {
			if c < '0' || c > '9' {
				return facts.Time{}, false
			}
			nsec = nsec*10 + int(c-'0')
			scale /= 10
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, sec := two(11), two(14), two(17)
	t := time.Date(year, time.Month(month), day, hour, minute, sec, nsec*scale, time.UTC)
	if month < 1 || month > 12 || t.Day() != day || hour > 23 || minute > 59 || sec > 59 {
		return facts.Time{}, false
	}
	return facts.Time{Time: t, Zoned: true}, true
}
