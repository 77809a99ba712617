// Package report prints results: JSON is the truth, and every other form is a
// view of it. What comes from logs, rules and DNS is hostile: no control
// character of it reaches a terminal, and no markup of it a page.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine/result"
)

// Form is a form of output.
type Form string

// The forms that a differential can be printed in, and two of code hosts for what lint
// finds.
const (
	Text     Form = "text"
	JSON     Form = "json"
	JSONL    Form = "jsonl"
	Markdown Form = "markdown"
	HTML     Form = "html"
	CSV      Form = "csv"
	SARIF    Form = "sarif"
	GitHub   Form = "github"
	GitLab   Form = "gitlab"
)

// Style is how text is laid out.
type Style struct {
	Color   bool // ANSI colours, for terminals
	Width   int  // columns; 0 is 100
	Verbose bool // everything about every diagnosis
}

// Differential prints d.
func Differential(w io.Writer, d *result.Differential, form Form, style Style) error {
	switch form {
	case JSON:
		return Indented(w, d)
	case JSONL:
		return Line(w, d)
	case Markdown:
		return markdown(w, d)
	case HTML:
		return differentialHTML(w, d)
	case CSV:
		return differentialCSV(w, d)
	case SARIF:
		return differentialSARIF(w, d)
	}
	return text(w, d, style)
}

// Whole is a differential as text with everything in it, as tests of rules expect it.
func Whole(d *result.Differential) string {
	var b strings.Builder
	_ = text(&b, d, Style{Verbose: true}) // a Builder does not fail
	return b.String()
}

// Indented prints v as JSON over several lines.
func Indented(w io.Writer, v any) error { return encode(w, v, "  ") }

// Line prints v as JSON on one line.
func Line(w io.Writer, v any) error { return encode(w, v, "") }

// encode escapes what a terminal would obey and encoding/json leaves as it is;
// the values stay the same.
func encode(w io.Writer, v any, indent string) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return err
	}
	var b bytes.Buffer
	for rest := out.Bytes(); len(rest) > 0; {
		plain := slices.IndexFunc(rest, special)
		if plain < 0 {
			plain = len(rest)
		}
		b.Write(rest[:plain])
		if rest = rest[plain:]; len(rest) == 0 {
			break
		}
		r, size := utf8.DecodeRune(rest)
		switch {
		case !unprintable(r):
			b.Write(rest[:size])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, "\\u%04x\\u%04x", high, low)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
		rest = rest[size:]
	}
	_, err := w.Write(b.Bytes())
	return err
}

// special reports bytes of characters of which a terminal may make something,
// and which are looked at one by one.
func special(c byte) bool { return c >= 0x7f || c < 0x20 && c != '\n' }

// Clean makes hostile text harmless for a terminal: control characters, escape
// sequences and marks that change the direction of writing become visible
// escapes; line ends become blanks.
func Clean(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == '\r':
		case unprintable(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unprintable covers C0, C1, DEL, the direction marks of Unicode and
// characters that take no place.
func unprintable(r rune) bool {
	switch {
	case r == unicode.ReplacementChar, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	}
	return unicode.IsControl(r)
}

// cleanLines is Clean for text of several lines that are wanted.
func cleanLines(s string) []string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Clean(l)
	}
	return lines
}

// Percent is a probability for a person: "74 %", "99.8 %", "< 0.1 %".
func Percent(p float64) string {
	switch {
	case p >= 0.9995:
		return "> 99.9 %"
	case p >= 0.99 || p < 0.01 && p >= 0.001:
		return fmt.Sprintf("%.1f %%", 100*p)
	case p < 0.001:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// CleanText is Clean for text of several lines that are wanted.
func CleanText(s string) string { return strings.Join(cleanLines(s), "\n") }

// Cleaner writes text to W after CleanText. Each Write must hold whole characters.
type Cleaner struct{ W io.Writer }

// Write writes p, cleaned.
func (c Cleaner) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.W, CleanText(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
