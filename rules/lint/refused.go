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
	// Keys and words of a closed list alone: which of the symptoms is meant is the
	// author's to say.
	if found == nil || m.Line < 1 || m.Check != "rule.unknown-key" && m.Check != "rule.value" {
		return f
	}
	marked := bytes.HasPrefix(text, []byte("\ufeff"))
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if bytes.ContainsAny(text, "\u0085\u2028\u2029") || bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n")) {
		return f // YAML counts lines that are none here
	}
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
	f.Fixable, f.Edits = true, []Edit{{File: m.File, From: from, To: from + len(word), Text: found[1], Marked: marked}}
	return f
}

var (
	nearest  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^did you mean "([A-Za-z0-9_./-]+)"\?$`) })
	misspelt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./-]+`) })
)
