package errcode

import (
	"slices"
	"strings"
)

// Agreement says whether a message text and a code belong together.
type Agreement string

// The agreements.
const (
	Confirms    Agreement = "confirms"
	Contradicts Agreement = "contradicts"
	NoOpinion   Agreement = "no_opinion"
)

const (
	maxMessage = 4 << 10 // no message of a system is longer
	minMessage = 10      // a shorter text ("Error.") says nothing
)

// CheckMessage compares a code with the text that came with it. A text that is
// the message of c, or of a code nested in it, or that holds it as a sentence of
// its own, confirms; a text that is exactly the message of another code, and of
// no reading of c, contradicts, and the Reading names that code. Case, wrapping
// and the final period do not matter; insertion marks (%1) stand for any text.
//
// Only messages of families that are printed beside c can contradict: an NTSTATUS
// with the text of a Win32 code, or an SMTP reply with any text, is no opinion.
func CheckMessage(c Code, text string) (Agreement, Reading) {
	if len(text) > maxMessage {
		return NoOpinion, Reading{}
	}
	folded := fold(text)
	if len(folded) < minMessage {
		return NoOpinion, Reading{}
	}
	readings := Readings(c, Context{})
	for _, r := range readings {
		for p := &r; p != nil; p = p.Nested {
			if saysReading(folded, *p) {
				return Confirms, *p
			}
		}
	}
	// Codes that the composite or the notation carries beside the value.
	for _, n := range c.Nested {
		for _, r := range Readings(n, Context{}) {
			if saysReading(folded, r) {
				return Confirms, r
			}
		}
	}
	other, ok := messageOf(folded, comparable(readings[0].Family))
	if !ok {
		return NoOpinion, Reading{}
	}
	other.Why = "the text is the message of this code, not of " + c.String()
	return Contradicts, other
}

// Messages is every message that confirms one code, prepared: comparing a code
// with many texts costs a search a text, where CheckMessage reads the tables
// anew for each and looks for the code that the text belongs to instead.
type Messages []string

// MessagesOf gathers the messages of c and of the codes inside it.
func MessagesOf(c Code) Messages {
	var list Messages
	add := func(text string) {
		if len(text) >= minMessage {
			if m := fold(text); !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
	}
	reading := func(r Reading) {
		add(r.Text)
		for _, alt := range alternatives(r.Family, r.Code) {
			add(alt.text)
		}
	}
	for _, r := range Readings(c, Context{}) {
		for p := &r; p != nil; p = p.Nested {
			reading(*p)
		}
	}
	for _, n := range c.Nested {
		for _, r := range Readings(n, Context{}) {
			reading(r)
		}
	}
	return list
}

// In reports whether CheckMessage would confirm the code with the text.
func (list Messages) In(text string) bool {
	if len(list) == 0 || len(text) > maxMessage {
		return false
	}
	folded := fold(text)
	return len(folded) >= minMessage && slices.ContainsFunc(list, func(m string) bool { return saidFolded(folded, m) })
}

// comparable returns the families whose messages a code of family f should have
// if it has any: another message out of them is a contradiction. A server words
// its replies as it likes, and a system that translates an NTSTATUS or an errno
// prints the text of the translation beside it, so that those say nothing.
func comparable(f Family) []Family {
	switch f {
	case Win32, Winsock, Exchange55:
		return []Family{Win32, Winsock}
	case HRESULT:
		return []Family{Win32, Winsock, HRESULT}
	case NTSTATUS, JET, Errno:
		return []Family{f}
	}
	return nil
}

// saysReading reports whether a folded text is, or holds, a message of a reading.
func saysReading(folded string, r Reading) bool {
	if said(folded, r.Text) {
		return true
	}
	for _, alt := range alternatives(r.Family, r.Code) {
		if said(folded, alt.text) {
			return true
		}
	}
	return false
}

// messageOf finds the code of the families whose message the folded text is,
// exactly.
func messageOf(folded string, families []Family) (Reading, bool) {
	for _, f := range families {
		for _, e := range tableOf(f).entries {
			if len(e.text) >= minMessage && equalMessage(e.text, folded) {
				return reading(f, e, true), true
			}
		}
	}
	for _, a := range otherTexts {
		if slices.Contains(families, a.family) && equalMessage(a.text, folded) {
			return read(a.family, a.value)
		}
	}
	return Reading{}, false
}

// equalMessage compares a message of a table with a folded text.
func equalMessage(message, folded string) bool {
	if strings.IndexByte(message, '%') >= 0 {
		return fitsTemplate(fold(message), folded)
	}
	n := len(strings.TrimRight(message, ". "))
	return n == len(folded) && strings.EqualFold(message[:n], folded)
}

// said reports whether the folded text is the message or holds it as a sentence
// of its own.
func said(folded, message string) bool {
	if len(message) < minMessage {
		return false
	}
	return saidFolded(folded, fold(message))
}

func saidFolded(folded, m string) bool {
	if strings.IndexByte(m, '%') >= 0 {
		return fitsTemplate(m, folded)
	}
	for from := 0; from <= len(folded)-len(m); {
		n := strings.Index(folded[from:], m)
		if n < 0 {
			return false
		}
		at := from + n
		if startsSentence(folded, at) && endsSentence(folded, at+len(m)) {
			return true
		}
		from = at + 1
	}
	return false
}

func startsSentence(s string, i int) bool {
	s = strings.TrimRight(s[:i], " ")
	return s == "" || strings.IndexByte(".:;!?,-()[]\"'<>=|0123456789", s[len(s)-1]) >= 0
}

func endsSentence(s string, i int) bool {
	return i >= len(s) || strings.IndexByte(".:;!?,()[]\"'<>|", s[i]) >= 0 || strings.HasPrefix(s[i:], " (") || strings.HasPrefix(s[i:], " -")
}

// fitsTemplate reports whether a folded text fits a folded message with insertion marks
// such as %1, %hs or %2!s!.
func fitsTemplate(message, folded string) bool {
	literal := 0
	first := true
	for {
		n := strings.IndexByte(message, '%')
		part := message
		if n >= 0 {
			part = message[:n]
		}
		literal += len(part)
		switch {
		case n < 0:
			return literal >= minMessage && strings.HasSuffix(folded, part)
		case first && !strings.HasPrefix(folded, part):
			return false
		case first:
			folded = folded[len(part):]
		default:
			at := strings.Index(folded, part)
			if at < 0 {
				return false
			}
			folded = folded[at+len(part):]
		}
		first = false
		message = message[n+1:]
		mark := 0
		for mark < len(message) && mark < 4 && (isDigit(message[mark]) || mark < 2 && (message[mark] == 'h' || message[mark] == 's' || message[mark] == 'l' || message[mark] == 'x' || message[mark] == 'u' || message[mark] == 'w')) {
			mark++
		}
		message = message[mark:]
		if strings.HasPrefix(message, "!") {
			if end := strings.IndexByte(message[1:], '!'); end >= 0 && end < 8 {
				message = message[end+2:]
			}
		}
	}
}

// fold makes texts comparable: lower case, single blanks, no quotes around and no
// period at the end.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for i := range len(s) {
		c := s[i]
		if isSpace(c) {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		b.WriteByte(c)
	}
	return strings.TrimRight(strings.Trim(b.String(), "\"'`"), ". ")
}

// EachMessage yields the message texts of all families whose messages systems
// print for many causes: Win32, HRESULT, NTSTATUS, Winsock, errno.
func EachMessage(yield func(text string)) {
	for _, f := range []Family{Win32, HRESULT, NTSTATUS, Winsock, Errno} {
		for _, e := range tableOf(f).entries {
			if e.text != "" {
				yield(e.text)
			}
		}
	}
}
