package intake

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// A feeder hands lines to a parser. Text of a single line is looked at as an
// argument is: "997" alone is a code.
type feeder struct {
	*parser
	first textLine // the only line that was not blank so far
	one   bool
	many  bool
}

func (f *feeder) line(l textLine) {
	switch {
	case f.many:
	case l.text == "":
		if f.one {
			f.first.cut++ // blank lines that follow it
		}
		return
	case !f.one:
		f.first, f.one = l, true
		f.first.cut = 0
		return
	default:
		f.parser.line(f.first)
		for range min(f.first.cut, 1) {
			f.parser.line(textLine{})
		}
		f.many, f.one = true, false
	}
	f.parser.line(l)
}

func (f *feeder) end() {
	if f.one {
		text := f.first.text
		if quoted, ok := unquote(text); ok {
			text = quoted
		}
		if code, err := errcode.Parse(strings.TrimSpace(text)); err == nil {
			f.records++
			f.emit(facts.Fact{Kind: facts.KindCode, Origin: f.origin(f.first.n), Code: codeFact(code, "")})
		} else {
			f.parser.line(f.first)
		}
	}
	f.parser.end()
}
