package engine

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/kbtriage/kbtriage/facts/record"
)

// codeLabels announce a number that is a code, see errcode.Find; longer words
// that hold them do as well: "errors", "GetLastError", "hresult", "returned". What
// stands between label and number, and whether it is a code, is decided when the
// record is parsed.
func codeLabels() []string {
	return []string{
		"error", "errno", "fehler", "exception", "status", "result", "return", "exit", "reason", "completion", "reported",
		"termination", "fail", "code", "http", "smtp", "word", "id no", "id nr", "id num",
	}
}

// stopLabels announce a number that is hexadecimal without saying so.
func stopLabels() []string { return []string{"stop", "check"} }

// mailLabels stand behind the reply of a mail server with which the line begins.
func mailLabels() []string { return []string{"mail", "relay", "recipient", "sender"} }

// The reach of labels, in bytes.
const (
	behindLabel = 100 // from a label to its number
	beforeLabel = 84  // from the begin of a line to a mail label
)

// codesBehind looks for wanted codes behind a label.
func (l *lookup) codesBehind(text []byte, start, end int, stop bool, hit func(record.Hit, bool)) {
	for end < len(text) && isWordByte(text[end]) { // the rest of the word
		end++
	}
	for i, limit := end, min(len(text), end+behindLabel); i < limit; i++ {
		if !isDigit(text[i]) { // every number has one, or eight letters and needs no label
			continue
		}
		from := i
		for from > end && isWordByte(text[from-1]) {
			from--
		}
		for i < len(text) && i-from < behindLabel && isWordByte(text[i]) {
			i++
		}
		if v, ok := decimalOf(text[from:i]); ok {
			l.code(v, start, i, hit)
			if text[from-1] == '-' {
				l.code(-v, start, i, hit)
			}
		}
		if v, ok := hexOf(text[from:i], stop); ok {
			l.code(v, start, i, hit)
		}
	}
}

// code finds the things that are the code.
func (l *lookup) code(v uint32, start, end int, hit func(record.Hit, bool)) {
	for at := firstAtLeast(l.numbers, 8, v); 8*at < len(l.numbers) && binary.LittleEndian.Uint32(l.numbers[8*at:]) == v; at++ {
		hit(record.Hit{What: binary.LittleEndian.Uint32(l.numbers[8*at+4:]), Start: start, End: end}, false)
	}
}

// replyBefore looks for the reply of a mail server at the begin of the line of a label.
func (l *lookup) replyBefore(text []byte, start, end int, hit func(record.Hit, bool)) {
	from := max(0, start-beforeLabel)
	if i := bytes.LastIndexByte(text[from:start], '\n'); i >= 0 {
		from += i + 1
	} else if from > 0 {
		return
	}
	if from+4 <= start && (text[from+3] == ' ' || text[from+3] == '-') {
		if v, ok := decimalOf(text[from : from+3]); ok {
			l.code(v, from, end, hit)
		}
	}
}

func isWordByte(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

// decimalOf is the value of digits, of 32 bits.
func decimalOf(token []byte) (uint32, bool) {
	n := uint64(0)
	for _, c := range token {
		if !isDigit(c) {
			return 0, false
		}
		if n = 10*n + uint64(c-'0'); n >= 1<<32 {
			return 0, false
		}
	}
	return uint32(n), len(token) > 0
}

// hexOf is the value of a token that says that it is hexadecimal, in the low 32
// of its bits: 0x1F, &H1F, 1Fh, x1F, 0x1FUL, or 1F; with bare also 10.
func hexOf(token []byte, bare bool) (uint32, bool) {
	digits, said := token, bare
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		digits, said = digits[2:], true
	} else if len(digits) > 1 && (digits[0]|0x20 == 'x' || digits[0]|0x20 == 'h') {
		digits, said = digits[1:], true
	}
	for len(digits) > 1 && strings.IndexByte("hul", digits[len(digits)-1]|0x20) >= 0 {
		digits, said = digits[:len(digits)-1], true
	}
	n := uint32(0)
	for _, c := range digits {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if c < '0' || d < 0 {
			return 0, false
		}
		said = said || d > 9
		n = n<<4 | uint32(d)
	}
	return n, said && len(digits) > 0 && len(digits) <= 16
}
