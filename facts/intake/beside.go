package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts/errcode"
)

// maxMessage is how long a text may be to be taken for the message of a code.
const maxMessage = 1000

// labels are the words that announce a code; beside a code they say nothing else.
func labels() []string {
	return []string{
		"error code", "error number", "error no", "return code", "status code", "result code", "exit code", "stop code",
		"errorcode", "hresult", "ntstatus", "status", "result", "error", "code", "id no", "id number", "id", "no", "win32", "rc", "scode", "stop",
	}
}

// cutLabel takes the words that announce a code, and what is printed between
// them and the code, off the end of s.
func cutLabel(s string) (rest string, idNo bool) {
	words := labels()
	for {
		s = strings.TrimRight(s, " \t\n:=#([\"'<")
		end, dot := strings.CutSuffix(s, ".")
		cut := false
		for _, w := range words {
			n := len(end) - len(w)
			if n < 0 || !strings.EqualFold(end[n:], w) || n > 0 && isWordByte(end[n-1]) || dot && !strings.HasSuffix(w, "no") {
				continue
			}
			idNo = idNo || strings.HasPrefix(w, "id")
			s, cut = end[:n], true
			break
		}
		if !cut {
			return s, idNo
		}
	}
}

func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 }

// between is what stands between codes beside words.
const between = " \t\n,;.:)]>\"'-*•+&"

// onlyCodes reports whether text is nothing but codes and words that announce them.
func onlyCodes(text string, matches []errcode.Match) bool {
	at := 0
	for _, m := range matches {
		if m.Start < at {
			continue
		}
		rest, _ := cutLabel(text[at:m.Start])
		if strings.Trim(rest, between) != "" {
			return false
		}
		at = m.End
	}
	return strings.Trim(text[at:], between) == ""
}

// messagesBeside gives each code the message text directly beside it, or "".
func messagesBeside(text string, from int, matches []errcode.Match) []string {
	messages := make([]string, len(matches))
	for i, m := range matches {
		next := len(text)
		if i+1 < len(matches) {
			next, _ = cutTo(text, m.End, matches[i+1].Start)
		}
		if msg := messageBehind(text, from, m, next); msg != "" {
			messages[i] = msg
			from = m.End
			continue
		}
		messages[i] = messageBefore(text, from, m, i+1 == len(matches))
		from = m.End
	}
	return messages
}

func cutTo(text string, from, to int) (int, bool) {
	if to < from {
		return from, false
	}
	rest, id := cutLabel(text[from:to])
	return from + len(rest), id
}

// messageBehind reads "error 997: Overlapped I/O ...", "0x3e5 - Overlapped ...",
// "997 (Overlapped ...)", and a message that follows a code at the very beginning.
func messageBehind(text string, from int, m errcode.Match, next int) string {
	if next <= m.End {
		return ""
	}
	before, _ := cutLabel(text[from:m.Start])
	rest := text[m.End:next]
	gap := strings.TrimLeft(rest, " \t)]>\"'")
	switch first, _ := utf8.DecodeRuneInString(gap); first {
	case ':', '=', '-', '–', '—':
		gap = strings.TrimLeft(gap, ":=-–— \t\n")
	case '(', '[':
		if gap != rest && strings.ContainsAny(rest[:len(rest)-len(gap)], ")]") {
			return ""
		}
		if in, _, ok := inBrackets(gap, 0); ok && strings.Contains(in, " ") {
			return sentence(in)
		}
		return ""
	default:
		if strings.TrimSpace(before) != "" {
			return ""
		}
		if strings.HasPrefix(gap, ".") || strings.HasPrefix(gap, ",") {
			gap = gap[1:]
		}
		gap = strings.TrimLeft(gap, " \t\n")
	}
	gap = strings.TrimLeft(gap, "\"'")
	first, _ := utf8.DecodeRuneInString(gap)
	if !unicode.IsUpper(first) || !strings.Contains(strings.TrimSpace(gap), " ") {
		return ""
	}
	return bestMessage(m, sentence(gap), gap)
}

// messageBefore reads "Overlapped I/O ... ID no: 0xc00203e5", "Access is denied.
// (0x80070005)", and the lines above a line that is only a code.
func messageBefore(text string, from int, m errcode.Match, last bool) string {
	before, idNo := cutLabel(text[from:m.Start])
	before = strings.TrimRight(before, " \t\n-–—,;")
	if before == "" || strings.HasSuffix(before, ":") {
		return ""
	}
	end := strings.IndexByte(text[m.End:], '\n')
	if end < 0 {
		end = len(text) - m.End
	}
	tail := strings.Trim(text[m.End:m.End+end], " \t.,;)]>\"'")
	lineStart := strings.LastIndexByte(text[:m.Start], '\n') + 1
	ownLine := from+len(before) <= lineStart && strings.IndexFunc(text[lineStart:m.Start], unicode.IsLetter) < 0
	sentenceEnd := strings.IndexByte(".!?\"'", before[len(before)-1]) >= 0
	bracket := strings.IndexByte("([", lastNonBlank(text[:m.Start])) >= 0
	switch {
	case tail != "" && !bracket:
		return ""
	case idNo || ownLine || sentenceEnd && from+len(before) <= lineStart:
		return bestMessage(m, unwrap(before), lastSentence(before))
	case sentenceEnd && (bracket || last):
		return lastSentence(before)
	case bracket: // "The RPC server is unavailable (1722)": a message only if it is known
		t := lastSentence(before)
		if agree, _ := errcode.CheckMessage(m.Code, t); agree != errcode.NoOpinion {
			return t
		}
	}
	return ""
}

func lastNonBlank(s string) byte {
	s = strings.TrimRight(s, " \t\n")
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

// bestMessage is the first of the texts unless another is known to be the
// message of the code, or of another one.
func bestMessage(m errcode.Match, texts ...string) string {
	first := ""
	for _, t := range texts {
		t = strings.Trim(unwrap(t), "\"' ")
		if t == "" || len(t) > maxMessage {
			continue
		}
		if agree, _ := errcode.CheckMessage(m.Code, t); agree != errcode.NoOpinion {
			return t
		}
		if first == "" {
			first = t
		}
	}
	return first
}

// sentence is the first sentence of s.
func sentence(s string) string {
	s = unwrap(strings.ToValidUTF8(s[:min(len(s), maxMessage)], ""))
	return strings.Trim(s[:sentenceEnd(s)], "\"' ")
}

// lastSentence is the last sentence of s.
func lastSentence(s string) string {
	s = unwrap(strings.ToValidUTF8(s[max(0, len(s)-maxMessage):], ""))
	for {
		end := sentenceEnd(s)
		if end >= len(s) {
			return strings.Trim(s, "\"' ")
		}
		s = strings.TrimLeft(s[end:], " ")
	}
}

// sentenceEnd is where the first sentence of s ends: behind a full stop that a
// blank and a capital follow.
func sentenceEnd(s string) int {
	for i := 0; i+2 < len(s); i++ {
		if strings.IndexByte(".!?", s[i]) < 0 {
			continue
		}
		j := i + 1
		for j < len(s) && (s[j] == '"' || s[j] == '\'') {
			j++
		}
		if j+1 < len(s) && s[j] == ' ' && (s[j+1] >= 'A' && s[j+1] <= 'Z' || s[j+1] == '"') {
			return j
		}
	}
	return len(s)
}
