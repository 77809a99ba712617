package engine

import (
	"fmt"
	"slices"
	"strconv"

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
func spellings(c errcode.Code) (list []literal.Pattern) {
	add := func(text string, begin, end bool) {
		list = append(list, literal.Pattern{Text: facts.Fold(text), Begin: begin, End: end})
	}
	add(c.String(), true, true)
	if c.Literal != "" {
		add(c.Literal, true, true)
	}
	v := c.Value
	values := []uint32{v}
	if numericFamily(c.Family) {
		values = append(carriers(v), v)
		for _, v := range values {
			add(fmt.Sprintf("%08x", v), false, false) // "h" or "UL" may follow
			if v < 1<<28 {
				add(fmt.Sprintf("0x%x", v), true, true)
			}
			if v >= 100_000 {
				add(strconv.FormatUint(uint64(v), 10), true, true)
			}
			if int32(v) < 0 {
				add(strconv.FormatInt(int64(int32(v)), 10), true, true)
			}
		}
		if v < 1<<16 {
			add(fmt.Sprintf("-%04x", v), false, true) // the last part of 80040115-0514-06bb
		}
	}
	if v < 100_000 {
		for _, label := range []string{"err", "rc", "sc", "hr"} {
			for _, sign := range []string{" ", ":", "=", ": ", " = "} {
				add(fmt.Sprintf("%s%s%d", label, sign, v), true, true)
				add(fmt.Sprintf("%s%s0x%x", label, sign, v), true, false)
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
	return list
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
