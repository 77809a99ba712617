package derive

import (
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// codeTexts compares each code with the message that came with it. A message
// that is the code's own confirms it (the finding is false); one that is exactly
// that of another code, and of no code of the case, contradicts (the finding is
// true): somebody copied one of the two wrong, or two errors were reported as one.
func codeTexts(c *facts.Case) []facts.Fact {
	var list []facts.Fact
	messages := messagesOf(c)
	type pair struct {
		value uint32
		text  string
	}
	compared := map[pair]bool{} // a log repeats itself; the first occurrence stands for all
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
			p := pair{f.Code.Value, facts.Fold(text)}
			if text == "" || compared[p] {
				continue
			}
			compared[p] = true
			x := &facts.Finding{
				ID: facts.FindingCodeText, Subject: f.Code.Literal, State: facts.False,
				Expected: "the message of " + f.Code.Literal, Got: facts.Excerpt(text),
				Proof: []facts.Proof{{Kind: facts.KindCode, Text: f.String(), Path: f.Origin.Path, Line: f.Origin.Line}},
			}
			switch agreement, reading := errcode.CheckMessage(code(f.Code), text); {
			case agreement == errcode.Confirms:
				x.Text = fmt.Sprintf("the message “%s” is that of %s (%s %d)", facts.Excerpt(text), f.Code.Literal, reading.Name, reading.Code)
			case agreement == errcode.Contradicts && !belongs(messages, text):
				x.State = facts.True
				x.Text = fmt.Sprintf("the message “%s” belongs to %s (%d), not to %s; check which of the two was reported", facts.Excerpt(text), reading.Name, reading.Code, f.Code.Literal)
			default:
				continue
			}
			list = append(list, facts.Fact{Kind: facts.KindFinding, Origin: f.Origin, Finding: x})
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

// messagesOf are the messages of the codes of the case, each code once.
func messagesOf(c *facts.Case) []errcode.Messages {
	var list []errcode.Messages
	type key struct {
		family string
		value  uint32
	}
	seen := map[key]bool{}
	for i := range c.Facts {
		f := &c.Facts[i]
		if f.Kind != facts.KindCode {
			continue
		}
		if k := (key{f.Code.Family, f.Code.Value}); !seen[k] {
			seen[k] = true
			list = append(list, errcode.MessagesOf(code(f.Code)))
		}
	}
	return list
}

// belongs reports whether the text is the message of one of the codes.
func belongs(list []errcode.Messages, text string) bool {
	for _, m := range list {
		if m.In(text) {
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
