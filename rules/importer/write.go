package importer

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts/errcode"
)

// file is the rule as YAML.
func (w *draft) file(path, digest string) []byte {
	var b writer
	b.line(0, "schema: 1")
	b.line(0, "id: "+w.id)
	b.line(0, "title: "+quote(w.title))
	b.line(0, "status: imported")
	if w.ref != "" {
		b.line(0, "refs: [{kb: "+w.ref+"}]")
	}
	w.appliesTo(&b)
	if len(w.codes)+len(w.mentioned)+len(w.events)+len(w.messages) > 0 {
		b.line(0, "symptoms:")
		w.codeSymptoms(&b)
		for _, e := range w.events {
			ids := make([]string, len(e.ids))
			for i, id := range e.ids {
				ids[i] = strconv.FormatUint(uint64(id), 10)
			}
			source, suggests := "", 3 // a number means something else for each source
			if e.source != "" {
				source, suggests = ", source: "+quote(e.source), 4
			}
			b.line(2, fmt.Sprintf("%s: {event: {id: [%s]%s}, suggests: %d, expected: 4}", b.name("event_"+ids[0]), strings.Join(ids, ", "), source, suggests))
		}
		for i, m := range w.messages {
			b.line(2, fmt.Sprintf("message_%d: {text: %s, suggests: 4, expected: 3}", i+1, quote(m)))
		}
	}
	b.text(0, "cause", w.cause)
	b.line(0, "resolution:")
	b.line(2, "kind: "+w.resolution)
	b.steps(w.steps)
	b.line(0, "article:")
	b.text(2, "symptoms", w.symptoms)
	b.text(2, "notes", w.notes)
	b.flow(2, "related", w.related)
	b.flow(2, "words", w.words)
	b.line(2, "origin:")
	b.line(4, "file: "+quote(path))
	b.line(4, "sha256: "+digest)
	b.line(4, "made: "+noDigest)
	b.flow(4, "parts", w.parts)
	b.flow(4, "flags", w.flags)
	return sign(b.Bytes())
}

// steps writes the steps, those of the ways below their names.
func (b *writer) steps(list []todo) {
	way := ""
	for i, s := range list {
		indent := 4
		switch {
		case s.way == "" && i == 0:
			b.line(2, "steps:")
		case s.way != "" && way == "":
			b.line(2, "ways:")
		}
		if s.way != "" {
			if indent = 8; s.way != way {
				b.line(4, "- name: "+quote(s.way))
				b.line(6, "steps:")
			}
		}
		way = s.way
		b.item(indent, s.text)
	}
}

func (w *draft) appliesTo(b *writer) {
	if len(w.products) == 0 {
		return
	}
	b.line(0, "applies_to:")
	seen := map[string]bool{}
	for _, p := range w.products {
		entry := "{product: " + quote(p.name)
		if p.version != "" {
			entry += ", version: " + quote(p.version)
		}
		if p.os != "" {
			entry += ", os: " + quote(p.os)
		}
		if entry += "}"; !seen[entry] {
			seen[entry] = true
			b.line(2, "- "+entry)
		}
	}
}

func (w *draft) codeSymptoms(b *writer) {
	for _, c := range w.codes {
		b.line(2, fmt.Sprintf("%s: {code: %s, suggests: 4, expected: 4}", b.name(codeName(c)), quote(c.Notation())))
	}
	if len(w.mentioned) > 0 {
		list := make([]string, len(w.mentioned))
		for i, c := range w.mentioned {
			list[i] = quote(c.Notation())
		}
		b.line(2, fmt.Sprintf("mentioned: {code: [%s], suggests: 2, expected: 2}", strings.Join(list, ", ")))
	}
}

// codeName is a name for the symptom of a code.
func codeName(c errcode.Code) string {
	name := "code_"
	for _, r := range strings.ToLower(c.Notation()) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			name += string(r)
		} else if !strings.HasSuffix(name, "_") {
			name += "_"
		}
	}
	return strings.TrimRight(name, "_")
}

// writer writes YAML. Names of symptoms are given once.
type writer struct {
	bytes.Buffer
	names map[string]bool
}

func (b *writer) line(indent int, s string) {
	for range indent {
		b.WriteByte(' ')
	}
	b.WriteString(s)
	b.WriteByte('\n')
}

func (b *writer) name(s string) string {
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

// text writes a key with a text, if there is one: as a block where it has several lines.
func (b *writer) text(indent int, key, s string) {
	switch {
	case strings.TrimSpace(s) == "":
	case !strings.Contains(s, "\n"):
		b.line(indent, key+": "+quote(s))
	default:
		b.line(indent, key+": |"+strconv.Itoa(2)+"-")
		b.block(indent+2, s)
	}
}

func (b *writer) item(indent int, s string) {
	if !strings.Contains(s, "\n") {
		b.line(indent, "- "+quote(s))
		return
	}
	b.line(indent, "- |2-")
	b.block(indent+2, s)
}

func (b *writer) block(indent int, s string) {
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimRightFunc(l, unicode.IsSpace); l == "" {
			b.WriteByte('\n')
			continue
		}
		b.line(indent, l)
	}
}

func (b *writer) flow(indent int, key string, list []string) {
	if len(list) == 0 {
		return
	}
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	b.line(indent, key+": ["+strings.Join(quoted, ", ")+"]")
}

// quote is a text as a scalar of YAML, in quotes unless it needs none.
func quote(s string) string {
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
