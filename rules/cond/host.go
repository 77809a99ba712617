package cond

import "strings"

// foldHost is a host name in lower case without trailing dot.
func foldHost(s string) string { return strings.TrimSuffix(strings.ToLower(s), ".") }

// cutHost splits a full name into its first label and the rest.
func cutHost(name string) (short, domain string, full bool) { return strings.Cut(name, ".") }
