package archive

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameMax is the length in bytes from which a name in an archive is shortened.
const nameMax = 1024

// inside is the path of a member in the archive at path. The name is text from
// outside: what does not print, line ends and marks that turn the direction of
// writing among it, is escaped, so that it cannot forge a line of a message.
func inside(path, name string) string {
	var b strings.Builder
	b.WriteString(path)
	b.WriteByte('!')
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		switch {
		case i+n > nameMax:
			fmt.Fprintf(&b, "… (%d bytes more)", len(name)-i)
			return b.String()
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, name[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += n
	}
	return b.String()
}
