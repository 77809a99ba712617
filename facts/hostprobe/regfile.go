package hostprobe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// parseRegistry reads an export of regedit: "Windows Registry Editor Version 5.00"
// in UTF-16 or UTF-8, or "REGEDIT4", where strings behind hex() are bytes. Keys are
// returned by their path in lower case, beginning with hklm.
func parseRegistry(data []byte) (map[string]Key, error) {
	text := textOf(data)
	wide := strings.HasPrefix(text, "Windows Registry Editor")
	if !wide && !strings.HasPrefix(text, "REGEDIT4") {
		return nil, errors.New("it does not begin as an export of regedit does; expected Windows Registry Editor Version 5.00 or REGEDIT4")
	}
	keys := map[string]Key{}
	current := ""
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if strings.HasPrefix(line, `"`) || strings.HasPrefix(line, "@") {
			line, i = joined(lines, i)
		}
		if path, ok := strings.CutPrefix(line, "["); ok {
			current = addKey(keys, strings.TrimSuffix(path, "]"))
			continue
		}
		name, value, ok := cutValue(line)
		if ok && current != "" {
			if v, ok := parseValue(value, wide); ok {
				keys[current].Values[strings.ToLower(name)] = v
			}
		}
	}
	for path, k := range keys {
		slices.Sort(k.Keys)
		k.Keys = slices.Compact(k.Keys)
		keys[path] = k
	}
	return keys, nil
}

// joined is the value that begins on line i, whose lines but the last end with a
// backslash, and the number of its last line.
func joined(lines []string, i int) (string, int) {
	var b strings.Builder
	for {
		part, more := strings.CutSuffix(strings.TrimSpace(lines[i]), `\`)
		b.WriteString(part)
		if !more || i+1 == len(lines) {
			return b.String(), i
		}
		i++
	}
}

// textOf decodes UTF-16 with a byte order mark, and drops that of UTF-8.
func textOf(data []byte) string {
	if len(data) >= 2 && data[0] == 0xff && data[1] == 0xfe {
		return decodeUTF16(data[2:])
	}
	return strings.TrimPrefix(string(data), "\ufeff")
}

func decodeUTF16(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// addKey adds a key and names it in the key that holds it.
func addKey(keys map[string]Key, path string) string {
	if rest, ok := strings.CutPrefix(path, `HKEY_LOCAL_MACHINE\`); ok {
		path = `HKLM\` + rest
	}
	id := strings.ToLower(path)
	if _, known := keys[id]; !known {
		keys[id] = Key{Values: map[string]Value{}}
	}
	if i := strings.LastIndexByte(path, '\\'); i > 0 {
		parent := strings.ToLower(path[:i])
		k, known := keys[parent]
		if !known {
			k.Values = map[string]Value{}
		}
		k.Keys = append(k.Keys, path[i+1:])
		keys[parent] = k
	}
	return id
}

// cutValue parts `"name"=value` and `@=value`.
func cutValue(line string) (name, value string, ok bool) {
	if value, ok := strings.CutPrefix(line, "@="); ok {
		return "", value, true
	}
	if !strings.HasPrefix(line, `"`) {
		return "", "", false
	}
	name, rest, ok := quoted(line)
	value, is := strings.CutPrefix(rest, "=")
	return name, value, ok && is
}

// quoted reads a string in quotes, in which \\ and \" stand for themselves.
func quoted(s string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
			b.WriteByte(s[i])
		case '"':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// parseValue reads "text", dword:0000002a and hex(7):61,00,...; other types are
// of no use here.
func parseValue(s string, wide bool) (Value, bool) {
	if strings.HasPrefix(s, `"`) {
		text, _, ok := quoted(s)
		return Value{Text: text, IsText: true}, ok
	}
	kind, rest, ok := strings.Cut(s, ":")
	if !ok {
		return Value{}, false
	}
	if kind == "dword" {
		n, err := strconv.ParseUint(strings.TrimSpace(rest), 16, 32)
		return Value{Number: n, IsNum: true}, err == nil
	}
	raw, err := hexBytes(rest)
	if err != nil {
		return Value{}, false
	}
	switch kind {
	case "hex(b)":
		if len(raw) != 8 {
			return Value{}, false
		}
		return Value{Number: binary.LittleEndian.Uint64(raw), IsNum: true}, true
	case "hex(1)", "hex(2)":
		return Value{Text: strings.TrimRight(decode(raw, wide), "\x00"), IsText: true}, true
	case "hex(7)":
		list := strings.Split(strings.TrimRight(decode(raw, wide), "\x00"), "\x00")
		return Value{List: slices.DeleteFunc(list, func(s string) bool { return s == "" })}, true
	}
	return Value{}, false
}

func decode(raw []byte, wide bool) string {
	if wide {
		return decodeUTF16(raw)
	}
	return strings.ToValidUTF8(string(raw), "?")
}

// hexBytes reads "61,00,62".
func hexBytes(s string) ([]byte, error) {
	out := make([]byte, 0, len(s)/3+1)
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		n, err := strconv.ParseUint(part, 16, 8)
		if err != nil {
			return nil, fmt.Errorf("a byte in hex: %w", err)
		}
		out = append(out, byte(n))
	}
	return out, nil
}
