package syslog

import (
	"bytes"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record/stamp"
)

// protocol reads the rest of a header of RFC 5424, from its version at i on:
// "1 2024-03-07T06:25:01.123Z host prog 123 ID7 [id a="b"] text".
func (h *Header) protocol(line []byte, i int) bool {
	version := i
	for i < len(line) && i-version < 3 && line[i]-'0' < 10 {
		i++
	}
	if i == version || line[version] == '0' {
		return false
	}
	var parts [5][]byte // time, host, program, process, message id
	for p := range parts {
		if i >= len(line) || line[i] != ' ' {
			return false
		}
		end := i + 1
		for end < len(line) && line[end] > ' ' && line[end] < 0x7f {
			end++
		}
		if end == i+1 {
			return false
		}
		if parts[p] = line[i+1 : end]; string(parts[p]) == "-" {
			parts[p] = nil
		}
		i = end
	}
	var t facts.Time
	if b := parts[0]; b != nil {
		n := 0
		if t, n = stamp.ISO(b); n != len(b) || !t.Zoned || b[10] == ' ' {
			return false
		}
	}
	if i >= len(line) || line[i] != ' ' {
		return false
	}
	i++
	end, ok := structured(line, i)
	if !ok {
		return false
	}
	if end-i > 1 {
		h.Data = line[i:end]
	}
	if end < len(line) { // a blank
		end++
	}
	if bytes.HasPrefix(line[end:], []byte("\xEF\xBB\xBF")) {
		end += 3
	}
	h.Time, h.Host, h.Program, h.PID, h.MsgID, h.Text = t, parts[1], parts[2], parts[3], parts[4], end
	return true
}

// structured says where the structured data at i ends, which a blank or the end
// of the line must follow.
func structured(line []byte, i int) (end int, ok bool) {
	if i < len(line) && line[i] == '-' {
		i++
	} else {
		if i >= len(line) || line[i] != '[' {
			return 0, false
		}
		for i < len(line) && line[i] == '[' {
			if i, ok = element(line, i+1); !ok {
				return 0, false
			}
		}
	}
	return i, i == len(line) || line[i] == ' '
}

// element says where the element of structured data ends whose name is at i.
func element(line []byte, i int) (end int, ok bool) {
	n := nameLength(line[i:])
	if n == 0 {
		return 0, false
	}
	for i += n; i < len(line); {
		if line[i] == ']' {
			return i + 1, true
		}
		if line[i] != ' ' {
			return 0, false
		}
		i++
		if n = nameLength(line[i:]); n == 0 || i+n+1 >= len(line) || line[i+n] != '=' || line[i+n+1] != '"' {
			return 0, false
		}
		for i += n + 2; ; i++ {
			if i >= len(line) || line[i] == ']' {
				return 0, false
			}
			if line[i] == '"' {
				break
			}
			if line[i] == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\' || line[i+1] == ']') {
				i++
			}
		}
		i++
	}
	return 0, false
}

// nameLength is the length of an SD-NAME at the beginning of b.
func nameLength(b []byte) int {
	n := 0
	for n < len(b) && b[n] > ' ' && b[n] < 0x7f && b[n] != '=' && b[n] != ']' && b[n] != '"' {
		n++
	}
	return n
}
