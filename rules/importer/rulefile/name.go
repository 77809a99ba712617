package rulefile

import "strings"

// The most bytes of a name that is made from a file or a folder.
const longestSlug = 80

// Slug is a name in lower case letters, digits and single '-'.
func Slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= longestSlug:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// Unbraced is a text in which no placeholder of a rule begins.
func Unbraced(s string) string {
	for strings.Contains(s, "{{") { // "{{{" needs it twice
		s = strings.ReplaceAll(s, "{{", "{ {")
	}
	return s
}
