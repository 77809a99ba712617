package rulefile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Writer writes YAML. Names of symptoms are given once.
type Writer struct {
	bytes.Buffer
	names map[string]bool
}

// Line writes a line, indented by blanks.
func (b *Writer) Line(indent int, s string) {
	for range indent {
		b.WriteByte(' ')
	}
	b.WriteString(s)
	b.WriteByte('\n')
}

// Name is s, or s with a number behind it where that name is given already.
func (b *Writer) Name(s string) string {
	if b.names == nil {
		b.names = map[string]bool{}
	}
	name := s
	for n := 2; b.names[name]; n++ {
		name = fmt.Sprintf("%s_%d", s, n)
	}
	b.names[name] = true
	return name
}

// Text writes a key with a text, if there is one: as a block where it has several lines.
func (b *Writer) Text(indent int, key, s string) {
	switch {
	case strings.TrimSpace(s) == "":
	case !strings.Contains(s, "\n"):
		b.Line(indent, key+": "+Quote(s))
	default:
		b.Line(indent, key+": |"+strconv.Itoa(2)+"-")
		b.block(indent+2, s)
	}
}

// Item writes an element of a list.
func (b *Writer) Item(indent int, s string) {
	if !strings.Contains(s, "\n") {
		b.Line(indent, "- "+Quote(s))
		return
	}
	b.Line(indent, "- |2-")
	b.block(indent+2, s)
}

func (b *Writer) block(indent int, s string) {
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimRightFunc(l, unicode.IsSpace); l == "" {
			b.WriteByte('\n')
			continue
		}
		b.Line(indent, l)
	}
}

// Flow writes a key with a list on one line, if there is one.
func (b *Writer) Flow(indent int, key string, list []string) {
	if len(list) == 0 {
		return
	}
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = Quote(s)
	}
	b.Line(indent, key+": ["+strings.Join(quoted, ", ")+"]")
}

// Quote is a text as a scalar of YAML, in quotes unless it needs none.
func Quote(s string) string {
	plain := s != ""
	for i, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && (r >= '0' && r <= '9' || r == ' ' || r == '.' || r == '/' || r == '_' || r == '-')
		plain = plain && ok
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		plain = false
	}
	if plain && !strings.HasSuffix(s, " ") {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
