package intake

import "strings"

// An anchor is a place where a text names the number of an event, or several:
// "Event ID: 4058", "EventID 4058", "Event Id 4058", "Event: 2075",
// "event 103, 300, and 301".
type anchor struct {
	start, end int
	ids        []uint32
	colon      bool // it is written as a field: with ":" or "=" before the number
	id         bool // it says "ID", so that it is no other kind of event
}

// anchors finds all event numbers in s.
func anchors(s string) []anchor {
	var found []anchor
	for i := 0; i+6 <= len(s); i++ {
		if s[i]|0x20 != 'v' || i == 0 || s[i-1]|0x20 != 'e' {
			continue
		}
		if a, ok := anchorAt(s, i-1); ok {
			found = append(found, a)
			i = a.end - 1
		}
	}
	return found
}

// anchorAt reads an event number that begins at i.
func anchorAt(s string, i int) (anchor, bool) {
	a := anchor{start: i}
	if i > 0 && (isLetter(s[i-1]) || isDigit(s[i-1])) {
		return a, false
	}
	j, ok := word(s, i, "event")
	if !ok {
		return a, false
	}
	plural := false
	if k, ok := word(s, j, "s"); ok {
		j, plural = k, true
	}
	blank := j
	j = skipBlanks(s, j)
	if j < len(s) && s[j] == '-' {
		if _, ok := word(s, j+1, "id"); ok {
			j++
		}
	}
	for _, name := range []string{"id", "number", "code"} {
		k, ok := word(s, j, name)
		if !ok {
			continue
		}
		if k < len(s) && s[k]|0x20 == 's' {
			k, plural = k+1, true
		}
		if k < len(s) && isLetter(s[k]) {
			return a, false
		}
		j, a.id = k, true
		break
	}
	at := j
	j = skipBlanks(s, j)
	for _, name := range []string{"number", "numbers", "no."} {
		if k, ok := word(s, j, name); a.id && ok && (k == len(s) || !isLetter(s[k])) {
			j = skipBlanks(s, k)
		}
	}
	if j < len(s) && s[j] == '#' {
		j = skipBlanks(s, j+1)
	}
	if j < len(s) && (s[j] == ':' || s[j] == '=') {
		a.colon = true
		j = skipBlanks(s, j+1)
	}
	if j == at && !a.id && at == blank { // "event4058"
		return a, false
	}
	return a, a.numbers(s, j, plural)
}

// numbers reads one number, or a list of them.
func (a *anchor) numbers(s string, j int, plural bool) bool {
	bracket := byte(0)
	if j < len(s) && strings.IndexByte("([\"'", s[j]) >= 0 {
		bracket = s[j]
		j = skipBlanks(s, j+1)
	}
	id, end, ok := a.number(s, j)
	if !ok {
		return false
	}
	if k := skipBlanks(s, end); bracket != 0 && k < len(s) && strings.IndexByte(")]\"'", s[k]) >= 0 {
		end = k + 1
	} else if bracket != 0 {
		return false
	}
	if k, ok := word(s, skipBlanks(s, end), "of"); ok && !a.id && (k == len(s) || s[k] == ' ') {
		return false // "event 1 of 5"
	}
	a.ids, a.end = []uint32{id}, end
	for bracket == 0 && len(a.ids) < 64 {
		k, and := listSeparator(s, a.end, plural)
		if k == a.end {
			break
		}
		id, end, ok := a.number(s, k)
		if !ok || !and && !plural && countsThings(s, end) {
			break
		}
		a.ids, a.end = append(a.ids, id), end
	}
	return true
}

// number reads an event number: a small one unless "ID" stands before it, and
// nothing that is part of a date, a time, a version or a word.
func (a *anchor) number(s string, j int) (id uint32, end int, ok bool) {
	n, limit := uint64(0), uint64(1<<16-1)
	if a.id {
		limit = 1<<32 - 1
	}
	end = j
	for ; end < len(s) && isDigit(s[end]); end++ {
		if n = n*10 + uint64(s[end]-'0'); n > limit {
			return 0, end, false
		}
	}
	if end == j {
		return 0, end, false
	}
	if end < len(s) {
		c, next := s[end], byte(0)
		if end+1 < len(s) {
			next = s[end+1]
		}
		if isLetter(c) || c == '_' || c >= 0x80 || c == '%' ||
			strings.IndexByte(".:/-,", c) >= 0 && isDigit(next) && (c != ',' || grouped(s, end)) && !(c == '/' && a.id) {
			return 0, end, false
		}
	}
	return uint32(n), end, true
}

// grouped reports whether the comma at i separates thousands.
func grouped(s string, i int) bool {
	j := i + 1
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	return j-i == 4
}

// listSeparator skips what stands between two numbers of a list; end is i when
// there is none.
func listSeparator(s string, i int, plural bool) (end int, and bool) {
	j := skipBlanks(s, i)
	some := false
	if j < len(s) && strings.IndexByte(",;+&/", s[j]) >= 0 {
		if !plural && (j+1 == len(s) || s[j+1] != ' ') && s[j] == ',' {
			return i, false
		}
		j, some = skipBlanks(s, j+1), true
	}
	for _, name := range []string{"and", "or"} {
		if k, ok := word(s, j, name); ok && k < len(s) && (s[k] == ' ' || s[k] == '\n') {
			j, some, and = skipBlanks(s, k), true, true
		}
	}
	if !some {
		return i, false
	}
	return j, and
}

// countsThings reports whether the number that ends at i counts something: the
// 12 of "event 4058, 12 times" is no event.
func countsThings(s string, i int) bool {
	j := skipBlanks(s, i)
	k := j
	for k < len(s) && isLetter(s[k]) {
		k++
	}
	if k == j {
		return false
	}
	w := strings.ToLower(s[j:k])
	return w != "and" && w != "or"
}

// word reads the lower case word w at i, in any case, and says where it ends.
func word(s string, i int, w string) (end int, ok bool) {
	if i+len(w) > len(s) || !strings.EqualFold(s[i:i+len(w)], w) {
		return i, false
	}
	return i + len(w), true
}

func skipBlanks(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n') {
		i++
	}
	return i
}
