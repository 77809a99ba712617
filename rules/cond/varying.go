package cond

import (
	"regexp"
	"strings"
	"sync"
)

// varying is what differs from one occurrence of a message to the next, by the name of
// its placeholder.
var varying = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?P<guid>\{?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\}?)` +
		`|(?P<date>\b\d{4}-\d{2}-\d{2}\b)|(?P<time>\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\b)` +
		`|(?P<address>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b)` +
		`|(?P<folder>\b[a-z]:\\(?:users|documents and settings)\\[^\s\\]+)`)
})

// Varying finds the first thing in a message that differs from one occurrence to the
// next, such as an address, a time or the folder of a user: where it stands, and a name
// for the placeholder that should stand there. ok is false where there is none.
func Varying(message string) (from, to int, name string, ok bool) {
	if !strings.ContainsAny(message, "0123456789\\") { // all of it has one of these, and most messages have none
		return 0, 0, "", false
	}
	re := varying()
	m := re.FindStringSubmatchIndex(message)
	if m == nil {
		return 0, 0, "", false
	}
	for i, n := range re.SubexpNames() {
		if n != "" && m[2*i] >= 0 {
			return m[0], m[1], n, true
		}
	}
	return m[0], m[1], "value", true
}
