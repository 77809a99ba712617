package syslog

// Severity is the word for a severity of RFC 5424, 0 to 7, as the levels of
// records have it; empty for other numbers.
func Severity(n int) string {
	switch n {
	case 0:
		return "emergency"
	case 1:
		return "alert"
	case 2:
		return "critical"
	case 3:
		return "error"
	case 4:
		return "warning"
	case 5:
		return "notice"
	case 6:
		return "information"
	case 7:
		return "debug"
	}
	return ""
}
