package sigma

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
)

// pattern is what a text is compared with: pieces in order, or a regular
// expression.
type pattern struct {
	pieces []piece
	regex  string
	raw    []byte // the text in UTF-16, until it is encoded
}

// piece is a part of a pattern: a wildcard, a dash in any of its forms, or a text.
type piece struct {
	sort sort
	text string // of a text
}

type sort byte

const (
	plain sort = iota
	one        // ?: one character
	many       // *: any text
	dash       // -, / or a longer dash
)

func literal(s string) pattern { return pattern{pieces: []piece{{plain, s}}} }

// parse reads a value with its wildcards. A backslash before a wildcard, or before
// a backslash, takes its meaning away; before anything else it stands for itself.
func parse(s string) (p pattern) {
	text := ""
	flush := func() {
		if text != "" {
			p.pieces = append(p.pieces, piece{plain, text})
			text = ""
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '*' || s[i+1] == '?'):
			i++
			text += s[i : i+1]
		case c == '*':
			flush()
			p.pieces = append(p.pieces, piece{sort: many})
		case c == '?':
			flush()
			p.pieces = append(p.pieces, piece{sort: one})
		default:
			text += s[i : i+1]
		}
	}
	flush()
	return p
}

// literal is the text of a pattern without wildcards.
func (p *pattern) literal() (string, bool) {
	var b strings.Builder
	for _, x := range p.pieces {
		if x.sort != plain {
			return "", false
		}
		b.WriteString(x.text)
	}
	return b.String(), true
}

// open is the pattern with any text before it, behind it, or both.
func (p pattern) open(before, behind bool) pattern {
	pieces := p.pieces
	if before && (len(pieces) == 0 || pieces[0].sort != many) {
		pieces = append([]piece{{sort: many}}, pieces...)
	}
	if behind && pieces[len(pieces)-1].sort != many {
		pieces = append(pieces[:len(pieces):len(pieces)], piece{sort: many})
	}
	return pattern{pieces: pieces}
}

// dashes is the pattern with each dash and each slash standing for all of them.
func (p *pattern) dashes() (q pattern) {
	for _, x := range p.pieces {
		if x.sort != plain {
			q.pieces = append(q.pieces, x)
			continue
		}
		text := ""
		for _, r := range x.text {
			if !strings.ContainsRune("-/\u2013\u2014\u2015", r) {
				text += string(r)
				continue
			}
			if text != "" {
				q.pieces = append(q.pieces, piece{plain, text})
				text = ""
			}
			q.pieces = append(q.pieces, piece{sort: dash})
		}
		if text != "" {
			q.pieces = append(q.pieces, piece{plain, text})
		}
	}
	return q
}

// check says why the pattern cannot be looked for. A folded text has lost what
// folding takes away, so that a value that needs it finds something else.
func (p *pattern) check(folded bool) *refusal {
	text, most := "", 0
	for i, x := range p.pieces {
		if x.sort != plain {
			continue
		}
		text += x.text
		most = max(most, len(x.text))
		switch {
		case folded && facts.Fold("x"+x.text+"x") != "x"+lower(x.text)+"x":
			return &refusal{"sigma.value", "the value holds white space other than one blank, or typographic quotes or dashes, which texts are compared without", ""}
		case !isGraphic(x.text):
			return unprintable()
		case !folded:
			continue
		}
		if strings.HasPrefix(x.text, " ") && p.unsure(i, -1) || strings.HasSuffix(x.text, " ") && p.unsure(i, 1) {
			return &refusal{"sigma.value", "the value has a blank at an end, beside ? or on both sides of *, where the blanks of a text are not kept", "leave the blank out, if the words alone will do"}
		}
	}
	if most == 0 {
		return &refusal{"sigma.value", "the value has no text of its own and would match almost anything", ""}
	}
	return nil
}

// unsure reports whether a blank at an end of a piece may stand where folding takes
// blanks away: at an end of the text, or beside others. step is -1 for the begin
// of the piece, 1 for its end.
func (p *pattern) unsure(i, step int) bool {
	at := func(j int) piece {
		if j < 0 || j >= len(p.pieces) {
			return piece{sort: one}
		}
		return p.pieces[j]
	}
	switch next := at(i + step); next.sort {
	case one:
		return true
	case many: // with a blank behind it, too, the text between may be none
		beyond := at(i + 2*step)
		return beyond.sort == one || beyond.sort == many ||
			step < 0 && strings.HasSuffix(beyond.text, " ") || step > 0 && strings.HasPrefix(beyond.text, " ")
	}
	return false
}

func unprintable() *refusal {
	return &refusal{"sigma.value", "the value holds a character that is not for display", ""}
}

func isGraphic(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar }) < 0
}

// lower is the case folding of texts, and of nothing else.
func lower(s string) string { return strings.Map(unicode.ToLower, s) }

// test is the pattern as an expression over a field. lowered is the field in lower
// case, which a folded text is in already.
func (p *pattern) test(f, lowered string) string {
	if p.regex != "" {
		return f + " matches " + quoted(p.regex)
	}
	pieces := p.pieces
	before, behind := pieces[0].sort == many, pieces[len(pieces)-1].sort == many
	inner := pieces
	if before {
		inner = inner[1:]
	}
	if behind && len(inner) > 0 {
		inner = inner[:len(inner)-1]
	}
	rest := pattern{pieces: inner}
	if text, simple := rest.literal(); simple {
		operator := " == "
		switch {
		case before && behind:
			operator = " contains "
		case before:
			operator = " endsWith "
		case behind:
			operator = " startsWith "
		}
		return lowered + operator + quoted(lower(text))
	}
	var b strings.Builder
	if f == lowered {
		b.WriteString("(?s)")
	} else {
		b.WriteString("(?is)")
	}
	if !before {
		b.WriteByte('^')
	}
	longest := ""
	for _, x := range inner {
		switch x.sort {
		case plain:
			b.WriteString(regexp.QuoteMeta(lower(x.text)))
			if len(x.text) > len(longest) {
				longest = x.text
			}
		case one:
			b.WriteByte('.')
		case many:
			b.WriteString(".*")
		case dash:
			b.WriteString("[-/\u2013\u2014\u2015]")
		}
	}
	if !behind {
		b.WriteByte('$')
	}
	s := f + " matches " + quoted(b.String())
	if f == lowered { // the index knows no patterns, but the text that they need
		s = "(" + f + " contains " + quoted(lower(longest)) + " and " + s + ")"
	}
	return s
}

// quoted is a text of an expression. What could not stand in it as it is was
// refused.
func quoted(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
