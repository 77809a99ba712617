package eventxml

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// local is a name without the prefix of its namespace.
func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// attribute is the value of an attribute in a tag whose values are closed.
func attribute(tag []byte, name string) []byte {
	for {
		eq := bytes.IndexByte(tag, '=')
		if eq < 0 {
			return nil
		}
		have := bytes.TrimRight(tag[:eq], " \t\r\n")
		tag = bytes.TrimLeft(tag[eq+1:], " \t\r\n")
		if len(tag) == 0 || tag[0] != '"' && tag[0] != '\'' {
			continue
		}
		end := bytes.IndexByte(tag[1:], tag[0])
		if end < 0 {
			return nil
		}
		if n := len(have) - len(name); n > 0 && string(have[n:]) == name && endsName(have[n-1]) {
			return tag[1 : 1+end]
		}
		tag = tag[end+2:]
	}
}

func blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// appendText adds what a piece of the input means: entities are resolved, CDATA
// is taken as it is, comments are left out. What is no entity stays.
func appendText(b, text []byte) []byte {
	for {
		i := bytes.IndexAny(text, "&<")
		if i < 0 {
			return append(b, text...)
		}
		b = append(b, text[:i]...)
		text = text[i:]
		if text[0] == '&' {
			r, n := entity(text)
			if n == 0 {
				b = append(b, '&')
				text = text[1:]
				continue
			}
			b = utf8.AppendRune(b, r)
			text = text[n:]
			continue
		}
		b, text = appendMarkup(b, text)
	}
}

// appendMarkup adds what text begins with: CDATA, a comment, or a "<" that
// belongs to nothing.
func appendMarkup(b, text []byte) (all, rest []byte) {
	m, ok := markupAt(text)
	if !ok {
		return append(b, text[0]), text[1:]
	}
	inner, rest, _ := bytes.Cut(text[len(m.begin()):], []byte(m.end()))
	if m == cdata {
		b = append(b, inner...)
	}
	return b, rest
}

// entity is the character that text begins with as an entity, of n bytes; n is 0
// where it is none.
func entity(text []byte) (r rune, n int) {
	end := bytes.IndexByte(text[:min(len(text), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	name := string(text[1:end])
	switch name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if digits != "" && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || v == 0 || v > utf8.MaxRune {
		return 0, 0
	}
	return rune(v), end + 1
}

// tidyLines makes "\n" of every line end in text[begin:], and takes off blanks
// and line ends around it.
func tidyLines(text []byte, begin int) []byte {
	if bytes.IndexByte(text[begin:], '\r') >= 0 {
		n := begin
		for i := begin; i < len(text); i++ {
			if text[i] == '\r' {
				if i+1 < len(text) && text[i+1] == '\n' {
					continue
				}
				text[i] = '\n'
			}
			text[n] = text[i]
			n++
		}
		text = text[:n]
	}
	tidy := bytes.Trim(text[begin:], " \t\n")
	return text[:begin+copy(text[begin:], tidy)]
}
