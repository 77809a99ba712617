package derive

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// codeTexts compares each code with the message that came with it. A message
// that is exactly that of another code is a finding: somebody copied one of the
// two wrong, or two errors were reported as one.
func codeTexts(c *facts.Case) []facts.Fact {
	var list []facts.Fact
	var codes []errcode.Code
	for i := range c.Facts {
		if f := &c.Facts[i]; f.Kind == facts.KindCode {
			codes = append(codes, code(f.Code))
		}
	}
	for i := range c.Facts {
		f := &c.Facts[i]
		if f.Kind != facts.KindCode {
			continue
		}
		texts := []string{f.Code.Message}
		if strings.HasPrefix(f.Origin.Path, "argument ") && f.Code.Message == "" {
			texts = argumentTexts(c)
		}
		for _, text := range texts {
			if text == "" || belongs(codes, text) {
				continue
			}
			agreement, other := errcode.CheckMessage(code(f.Code), text)
			if agreement != errcode.Contradicts {
				continue
			}
			list = append(list, facts.Fact{Kind: facts.KindFinding, Origin: f.Origin, Finding: &facts.Finding{
				ID: facts.FindingCodeText, Subject: f.Code.Literal, State: facts.True,
				Expected: "the message of " + f.Code.Literal, Got: facts.Excerpt(text),
				Text:  fmt.Sprintf("the message “%s” belongs to %s (%d), not to %s; check which of the two was reported", facts.Excerpt(text), other.Name, other.Code, f.Code.Literal),
				Proof: []facts.Proof{{Kind: facts.KindCode, Text: f.String(), Path: f.Origin.Path, Line: f.Origin.Line}},
			}})
		}
	}
	return list
}

// argumentTexts are the texts given on the command line: there a message stands beside its code.
func argumentTexts(c *facts.Case) []string {
	var texts []string
	for _, f := range c.Facts {
		if f.Kind == facts.KindText && strings.HasPrefix(f.Origin.Path, "argument ") {
			texts = append(texts, f.Text.Value)
		}
	}
	return texts
}

// belongs reports whether the text is the message of one of the codes.
func belongs(codes []errcode.Code, text string) bool {
	for _, c := range codes {
		if agreement, _ := errcode.CheckMessage(c, text); agreement == errcode.Confirms {
			return true
		}
	}
	return false
}

func code(c *facts.Code) errcode.Code {
	out := errcode.Code{Value: c.Value, Literal: c.Literal, Family: errcode.Family(c.Family), Params: c.Params}
	for i := range c.Nested {
		out.Nested = append(out.Nested, code(&c.Nested[i]))
	}
	return out
}
