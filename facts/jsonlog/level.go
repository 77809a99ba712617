package jsonlog

import "github.com/kbtriage/kbtriage/facts/syslog"

// levelOf is the level of the entry in words: those of the log, or for a number
// those that its writer means.
func (r *reader) levelOf(p pick) []byte {
	v := r.value(p.node)
	n, ok := digits(v)
	if !ok {
		return v
	}
	word := ""
	switch {
	case p.scale == windowsScale && r.win32:
		word = windowsLevel(n)
	case p.scale == entryScale:
		word = entryType(n)
	case n <= 7:
		word = syslog.Severity(int(n))
	default:
		word = bunyanLevel(n)
	}
	if word == "" {
		return v
	}
	r.level = append(r.level[:0], word...)
	return r.level
}

// windowsLevel is the word for a level of winmeta.xml. Level 0 is always
// logged, and shown as information.
func windowsLevel(n uint64) string {
	switch n {
	case 0, 4:
		return "information"
	case 1:
		return "critical"
	case 2:
		return "error"
	case 3:
		return "warning"
	case 5:
		return "verbose"
	}
	return ""
}

// entryType is the word for a number of System.Diagnostics.EventLogEntryType.
func entryType(n uint64) string {
	switch n {
	case 1:
		return "error"
	case 2:
		return "warning"
	case 4:
		return "information"
	case 8:
		return "audit success"
	case 16:
		return "audit failure"
	}
	return ""
}

// bunyanLevel is the word for a level of bunyan and pino, which leave room
// between the tens.
func bunyanLevel(n uint64) string {
	switch {
	case n < 10 || n > 69:
		return ""
	case n < 20:
		return "trace"
	case n < 30:
		return "debug"
	case n < 40:
		return "information"
	case n < 50:
		return "warning"
	case n < 60:
		return "error"
	}
	return "critical"
}
