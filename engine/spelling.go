package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/engine/literal"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// spellings lists how a code may be written so that it needs no label: in full
// hexadecimal and decimal, by its names, inside the codes that carry it, and
// behind labels that are too short for a pattern.
//
// A number below 100,000 that no label announces is not among them, where the
// reader takes it for a code because of what stands around it: behind another
// code, as in "0xC000006D (997)", "0x80070005, 0x5" and "rc=5 or 32", in a list of
// codes that goes on farther behind its label than behindLabel, with zeros before
// it, and alone in its text, or in a line that goes on a record, as "5".
//
// Bare are those that are the number and nothing else, where it is a small one.
func spellings(c errcode.Code) (list, bare []literal.Pattern) {
	add := func(text string, begin, end bool) {
		list = append(list, literal.Pattern{Text: facts.Fold(text), Begin: begin, End: end})
	}
	addBare := add
	v := c.Value
	if isSmall(v) {
		addBare = func(text string, begin, end bool) {
			bare = append(bare, literal.Pattern{Text: facts.Fold(text), Begin: begin, End: end})
		}
	}
	addBare(c.String(), true, true)
	if isNumber(c.Literal) {
		addBare(c.Literal, true, true)
	} else if c.Literal != "" {
		add(c.Literal, true, true)
	}
	values := []uint32{v}
	if numericFamily(c.Family) {
		values = append(carriers(v), v)
		for _, x := range values {
			number := add
			if x == v {
				number = addBare
			}
			number(fmt.Sprintf("%08x", x), false, false) // "h" or "UL" may follow
			if x < 1<<28 {
				number(fmt.Sprintf("0x%x", x), true, true)
			}
			if x >= 100_000 {
				number(strconv.FormatUint(uint64(x), 10), true, true)
			}
			if int32(x) < 0 {
				number(strconv.FormatInt(int64(int32(x)), 10), true, true)
			}
		}
		if v < 1<<16 {
			add(fmt.Sprintf("-%04x", v), false, true) // the last part of 80040115-0514-06bb
		}
	}
	if v < 100_000 {
		for _, label := range []string{"err", "rc", "sc", "hr"} {
			for _, sign := range []string{" ", ":", "=", ": ", " = "} {
				addBare(fmt.Sprintf("%s%s%d", label, sign, v), true, true)
				addBare(fmt.Sprintf("%s%s0x%x", label, sign, v), true, false)
			}
		}
	}
	for _, f := range []errcode.Family{
		errcode.Win32, errcode.HRESULT, errcode.NTSTATUS, errcode.Bugcheck, errcode.JET, errcode.Winsock, errcode.Errno, errcode.DNSRCode,
		errcode.DNSExtended, errcode.HTTP, errcode.SMTP,
	} {
		if c.Family != "" && c.Family != f && !(numericFamily(c.Family) && numericFamily(f)) {
			continue
		}
		for _, v := range values {
			addNames(f, v, add)
		}
	}
	return list, bare
}

// addNames adds what stands for a value in one family.
func addNames(f errcode.Family, v uint32, add func(text string, begin, end bool)) {
	switch f {
	case errcode.HTTP:
		for _, name := range errcode.Names(f, v) {
			for _, sign := range []string{" ", ") ", " - ", "-", ": ", ":"} {
				add(fmt.Sprintf("%d%s%s", v, sign, name), true, true)
			}
		}
	case errcode.SMTP:
		for _, sign := range []string{" ", "-", " #", "-#"} {
			add(fmt.Sprintf("%d%s%d.", v, sign, v/100), true, false)
		}
	case errcode.DNSExtended:
		for _, sign := range []string{" ", ":", "=", ": ", " = ", " code ", " code: ", " info-code ", " info-code: "} {
			add(fmt.Sprintf("ede%s%d", sign, v), true, true)
		}
	case errcode.Errno:
		for _, r := range errcode.Readings(errcode.Code{Value: v, Family: f}, errcode.Context{}) {
			if r.Text != "" {
				add(fmt.Sprintf("%s (%d)", r.Text, v), false, false)
			}
		}
		fallthrough
	default:
		for _, name := range errcode.Names(f, v) {
			add(name, true, true)
		}
	}
}

// isSmall reports whether a code is a number that means something else nearly
// wherever it stands.
func isSmall(v uint32) bool { return int32(v) > -1<<16 && int32(v) < 1<<16 }

// isNumber reports whether a literal is digits, with 0x or a minus or without.
func isNumber(literal string) bool {
	digits := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(literal), "-"), "0x")
	return digits != "" && strings.Trim(digits, "0123456789abcdef") == "" && strings.ContainsAny(digits, "0123456789")
}

func numericFamily(f errcode.Family) bool {
	switch f {
	case "", errcode.Win32, errcode.HRESULT, errcode.NTSTATUS, errcode.Exchange55, errcode.JET, errcode.Winsock, errcode.Bugcheck:
		return true
	}
	return false
}

// carriers lists the codes that hold the value inside.
func carriers(v uint32) (list []uint32) {
	outer := []uint32{v | 1<<28}
	if v < 1<<16 {
		outer = []uint32{0x80070000 | v, 0xC0070000 | v, 0xC0020000 | v}
	}
	for _, o := range outer {
		c, err := errcode.Parse(fmt.Sprintf("0x%08X", o))
		if err == nil && o != v && slices.ContainsFunc(c.Nested, func(n errcode.Code) bool { return n.Value == v }) {
			list = append(list, c.Value)
		}
	}
	return list
}
