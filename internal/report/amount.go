package report

import (
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// thousands is a number with its digits in groups: "1,234,567".
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size is a number of bytes for a person: "512 bytes", "1.2 MB".
func size(n int64) string {
	if n < 1000 {
		return counted(n, "byte")
	}
	f, unit := float64(n), 0
	for f >= 999.5 && unit < 5 {
		f /= 1000
		unit++
	}
	digits := 1
	if f >= 99.5 {
		digits = 0
	}
	return strconv.FormatFloat(f, 'f', digits, 64) + " " + []string{"B", "kB", "MB", "GB", "TB", "PB"}[unit]
}

// dated reports whether the day of t is known: some logs write no year.
func dated(t facts.Time) bool { return !t.IsZero() && t.Time.Year() != 0 }

// moment is a time for a person, with its fraction of a second: "2003-11-03 10:14:22.5+01:00".
// Without a year it is "11-03 10:14:22".
func moment(t facts.Time) string {
	if t.IsZero() {
		return ""
	}
	s := t.String()
	if !dated(t) {
		s = strings.TrimPrefix(s, "0000-")
	}
	return strings.Replace(s, "T", " ", 1)
}

// toSecond is moment without the fraction.
func toSecond(t facts.Time) string {
	t.Time = t.Time.Truncate(1e9)
	return moment(t)
}

// stretch is from when to when, to the second; "" where no time is known.
func stretch(from, to facts.Time) string {
	a, b := toSecond(from), toSecond(to)
	switch {
	case a == "":
		return b
	case b == "" || a == b:
		return a
	case len(a) > 10 && len(b) > 10 && a[:10] == b[:10] && a[4] == '-':
		return a + " to " + b[11:]
	}
	return a + " to " + b
}
