package lint

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Refused is a message about a file that cannot be loaded, with the edit that mends it
// where a name was misspelt and one is near.
func Refused(m source.Message, text []byte) Finding {
	f := Finding{Message: m}
	found := nearest().FindStringSubmatch(m.Hint)
	if found == nil || m.Line < 1 {
		return f
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	at := 0
	for range m.Line - 1 {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return f
		}
		at += i + 1
	}
	line, _, _ := strings.Cut(string(text[at:]), "\n")
	runes := []rune(line)
	if m.Column < 1 || m.Column > len(runes) {
		return f
	}
	from := at + len(string(runes[:m.Column-1]))
	word := misspelt().FindString(string(runes[m.Column-1:]))
	if word == "" || !strings.Contains(m.Text, `"`+word+`"`) { // the place is that of something larger
		return f
	}
	f.Fixable, f.Edits = true, []Edit{{m.File, from, from + len(word), found[1]}}
	return f
}

var (
	nearest  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^did you mean "([A-Za-z0-9_./-]+)"\?$`) })
	misspelt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./-]+`) })
)
