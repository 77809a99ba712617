package rulefile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Draft is a rule as a file.
type Draft struct {
	ID   string // also the name of its file, without the ending
	YAML []byte
}

// Foreign is what a file with rules of another program gave. Rules is the sum of
// the drafts, of Parts and of Refused: none is lost.
type Foreign struct {
	Rules    int              // in the file
	Drafts   []Draft          // made of them
	Parts    int              // that stand only for a part of another rule
	Refused  int              // that cannot be expressed
	Messages []source.Message // why, with the place
	Flags    []string         // what of it was read in a way that a person should know
}

// Rule is a rule of another program in words of ours.
type Rule struct {
	ID, Title  string
	Refs       []string // addresses
	Products   []Product
	Conditions []Condition // one symptom: any of them shows it
	Symptom    string      // its name
	Suggests   int         // how strongly it points at the cause, 1 to 5
	Expected   int         // how often the cause shows it, 1 to 5
	Cause      string
	Steps      []string // of the resolution
	Symptoms   string   // in words
	Notes      string
	Words      []string // under which it was filed
	Part       string   // of the file that it was made of: "rule 3-17"
	Flags      []string
}

// Product is one that a rule is about, and a range of its versions or "".
type Product struct{ Name, Versions string }

// Condition is one test, as the lines of YAML that a symptom has for it:
// "when: ..." or "correlate: ...".
type Condition struct{ Key, Value string }

// File is the rule as YAML. digest is the SHA-256 of the file that it was made of.
func (r *Rule) File(path, digest string) []byte {
	var b Writer
	b.Line(0, "schema: 1")
	b.Line(0, "id: "+r.ID)
	b.Line(0, "title: "+Quote(r.Title))
	b.Line(0, "status: imported")
	if len(r.Refs) > 0 {
		b.Line(0, "refs:")
		for _, ref := range r.Refs {
			b.Line(2, "- url: "+Quote(ref))
		}
	}
	if len(r.Products) > 0 {
		b.Line(0, "applies_to:")
		for _, p := range r.Products {
			entry := "{product: " + Quote(p.Name)
			if p.Versions != "" {
				entry += ", version: " + Quote(p.Versions)
			}
			b.Line(2, "- "+entry+"}")
		}
	}
	b.Line(0, "symptoms:")
	b.Line(2, r.Symptom+":")
	switch {
	case len(r.Conditions) == 1:
		b.Line(4, r.Conditions[0].Key+": "+r.Conditions[0].Value)
	default:
		b.Line(4, "any:")
		for i, c := range r.Conditions {
			b.Line(6, fmt.Sprintf("%s_%d: {%s: %s}", r.Symptom, i+1, c.Key, c.Value))
		}
	}
	b.Line(4, fmt.Sprintf("suggests: %d", r.Suggests))
	b.Line(4, fmt.Sprintf("expected: %d", r.Expected))
	b.Text(0, "cause", Plain(r.Cause))
	b.Line(0, "resolution:")
	if len(r.Steps) == 0 {
		b.Line(2, "kind: none")
	} else {
		b.Line(2, "steps:")
		for _, s := range r.Steps {
			b.Item(4, Plain(s))
		}
	}
	b.Line(0, "article:")
	b.Text(2, "symptoms", Plain(r.Symptoms))
	b.Text(2, "notes", Plain(r.Notes))
	b.Flow(2, "words", r.Words)
	b.Line(2, "origin:")
	b.Line(4, "file: "+Quote(path))
	b.Line(4, "sha256: "+digest)
	b.Line(4, "made: "+NoDigest)
	b.Flow(4, "parts", []string{r.Part})
	b.Flow(4, "flags", r.Flags)
	return Sign(b.Bytes())
}

// Plain is running text as a rule keeps it: lines without blanks at their ends,
// no characters that are not for display, and no placeholder.
func Plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ' || r >= 0x7f && r <= 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\ufffe' || r == '\uffff':
			return ' '
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRightFunc(lines[i], unicode.IsSpace)
	}
	return Unbraced(strings.Trim(strings.Join(lines, "\n"), "\n "))
}

// DigestOf is the digest of a file that rules are made of.
func DigestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
