package importer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// file is the rule as YAML.
func (w *draft) file(path, digest string) []byte {
	var b rulefile.Writer
	b.Line(0, "schema: 1")
	b.Line(0, "id: "+w.id)
	b.Line(0, "title: "+rulefile.Quote(w.title))
	b.Line(0, "status: imported")
	if w.ref != "" {
		b.Line(0, "refs: [{kb: "+w.ref+"}]")
	}
	w.appliesTo(&b)
	if len(w.codes)+len(w.mentioned)+len(w.events)+len(w.messages) > 0 {
		b.Line(0, "symptoms:")
		w.codeSymptoms(&b)
		for _, e := range w.events {
			ids := make([]string, len(e.ids))
			for i, id := range e.ids {
				ids[i] = strconv.FormatUint(uint64(id), 10)
			}
			source, suggests := "", 3 // a number means something else for each source
			if e.source != "" {
				source, suggests = ", source: "+rulefile.Quote(e.source), 4
			}
			b.Line(2, fmt.Sprintf("%s: {event: {id: [%s]%s}, suggests: %d, expected: 4}", b.Name("event_"+ids[0]), strings.Join(ids, ", "), source, suggests))
		}
		for i, m := range w.messages {
			b.Line(2, fmt.Sprintf("message_%d: {text: %s, suggests: 4, expected: 3}", i+1, rulefile.Quote(m)))
		}
	}
	b.Text(0, "cause", w.cause)
	b.Line(0, "resolution:")
	b.Line(2, "kind: "+w.resolution)
	writeSteps(&b, w.steps)
	b.Line(0, "article:")
	b.Text(2, "symptoms", w.symptoms)
	b.Text(2, "notes", w.notes)
	b.Flow(2, "related", w.related)
	b.Flow(2, "words", w.words)
	b.Line(2, "origin:")
	b.Line(4, "file: "+rulefile.Quote(path))
	b.Line(4, "sha256: "+digest)
	b.Line(4, "made: "+rulefile.NoDigest)
	b.Flow(4, "parts", w.parts)
	b.Flow(4, "flags", w.flags)
	return rulefile.Sign(b.Bytes())
}

// steps writes the steps, those of the ways below their names.
func writeSteps(b *rulefile.Writer, list []todo) {
	way := ""
	for i, s := range list {
		indent := 4
		switch {
		case s.way == "" && i == 0:
			b.Line(2, "steps:")
		case s.way != "" && way == "":
			b.Line(2, "ways:")
		}
		if s.way != "" {
			if indent = 8; s.way != way {
				b.Line(4, "- name: "+rulefile.Quote(s.way))
				b.Line(6, "steps:")
			}
		}
		way = s.way
		b.Item(indent, s.text)
	}
}

func (w *draft) appliesTo(b *rulefile.Writer) {
	if len(w.products) == 0 {
		return
	}
	b.Line(0, "applies_to:")
	seen := map[string]bool{}
	for _, p := range w.products {
		entry := "{product: " + rulefile.Quote(p.name)
		if p.version != "" {
			entry += ", version: " + rulefile.Quote(p.version)
		}
		if p.os != "" {
			entry += ", os: " + rulefile.Quote(p.os)
		}
		if entry += "}"; !seen[entry] {
			seen[entry] = true
			b.Line(2, "- "+entry)
		}
	}
}

func (w *draft) codeSymptoms(b *rulefile.Writer) {
	for _, c := range w.codes {
		b.Line(2, fmt.Sprintf("%s: {code: %s, suggests: 4, expected: 4}", b.Name(codeName(c)), rulefile.Quote(c.Notation())))
	}
	if len(w.mentioned) > 0 {
		list := make([]string, len(w.mentioned))
		for i, c := range w.mentioned {
			list[i] = rulefile.Quote(c.Notation())
		}
		b.Line(2, fmt.Sprintf("mentioned: {code: [%s], suggests: 2, expected: 2}", strings.Join(list, ", ")))
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
