package main

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
)

// part is a piece of a line: fixed bytes whose digits vary, or a time that is
// written anew.
type part struct {
	text   []byte
	digits []digit
	stamp  int  // with timed: number in stamps
	timed  bool // a time instead of text
}

// digit is a place in a text whose character varies.
type digit struct {
	at    int32
	first byte // least character
	span  byte // how many characters from there
}

// shape is a sample line that can be written many times, each time with other
// times, hosts and numbers.
type shape struct {
	parts  []part
	header int // parts that come before the message
}

// headerLimit is how far into a line times are looked for; what is behind is
// left to the digits.
const headerLimit = 110

// stamps are the times that a line may begin with, the longest first.
var stamps = []struct {
	find   *regexp.Regexp
	layout layout
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{6}`), layout{"2006-01-02-15.04.05", '.', 6}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`), layout{"2006-01-02 15:04:05", ',', 3}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`), layout{"2006-01-02 15:04:05", '.', 3}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), layout{"2006-01-02 15:04:05", 0, 0}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d`), layout{"2006-01-02_15:04:05", 0, 0}},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}`), layout{"Mon Jan 02 15:04:05 2006", 0, 0}},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d`), layout{"Jan _2 15:04:05", 0, 0}},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} \d \d\d:\d\d:\d\d`), layout{"Jan 2 15:04:05", 0, 0}},
	{regexp.MustCompile(`^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`), layout{"01-02 15:04:05", '.', 3}},
	{regexp.MustCompile(`^\d\d/\d\d/\d\d \d\d:\d\d:\d\d`), layout{"06/01/02 15:04:05", 0, 0}},
	{regexp.MustCompile(`^\[\d\d\.\d\d \d\d:\d\d:\d\d\]`), layout{"[01.02 15:04:05]", 0, 0}},
	{regexp.MustCompile(`^\d{6} \d{6}\b`), layout{"060102 150405", 0, 0}},
	{regexp.MustCompile(`^\d{8}-\d+:\d+:\d+:\d+`), layout{"20060102-15:4:5", ':', -1}},
	{regexp.MustCompile(`\b\d{4}\.\d\d\.\d\d\b`), layout{"2006.01.02", 0, 0}},
	{regexp.MustCompile(`\b1[01]\d{8}\b`), layout{formUnix, 0, 0}},
}

// headers say, for logs whose messages do not begin behind the first ": "
// after the times, how a line begins. The kind is the name of the log.
var headers = map[string]*regexp.Regexp{
	"Apache":      regexp.MustCompile(`^\[[^\]]*\] \[\w+\] `),
	"BGL":         regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ `),
	"HPC":         regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+ \S+ `),
	"HealthApp":   regexp.MustCompile(`^[^|]*\|[^|]*\|[^|]*\|`),
	"OpenStack":   regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+ \S+ \[[^\]]*\] `),
	"Proxifier":   regexp.MustCompile(`^\[[^\]]*\] \S+ (?:\*64 )?- `),
	"Windows":     regexp.MustCompile(`^\S+ \S+ \w+ +\w+ +`),
	"Zookeeper":   regexp.MustCompile(`^\S+ \S+ - \w+ +\[.*?\] - `),
	"Thunderbird": regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ `),
}

// hosts are names of machines without a digit in them; their last letter
// varies.
var hosts = regexp.MustCompile(`\b(?:combo|LabSZ)\b`)

// codes are error codes. They stay as they are: a code with other digits is
// another error.
var codes = regexp.MustCompile(`0[xX][0-9a-fA-F]{8}\b`)

// newShape takes a sample line apart.
func newShape(kind string, line []byte) shape {
	type mark struct {
		begin, end, stamp int
	}
	var marks []mark
	head := line[:min(len(line), headerLimit)]
	for n, s := range stamps {
		for _, at := range s.find.FindAllIndex(head, -1) {
			if !slices.ContainsFunc(marks, func(m mark) bool { return at[0] < m.end && m.begin < at[1] }) {
				marks = append(marks, mark{at[0], at[1], n})
			}
		}
	}
	slices.SortFunc(marks, func(a, b mark) int { return a.begin - b.begin })

	timed := 0
	if len(marks) > 0 {
		timed = marks[len(marks)-1].end
	}
	message := headerEnd(kind, line, timed)
	var s shape
	fixed := func(text []byte) {
		if len(text) > 0 {
			s.parts = append(s.parts, part{text: text, digits: digitsOf(text)})
		}
	}
	at := 0
	for _, m := range marks {
		if m.end > message {
			break
		}
		fixed(line[at:m.begin])
		s.parts = append(s.parts, part{stamp: m.stamp, timed: true})
		at = m.end
	}
	fixed(line[at:message])
	s.header = len(s.parts)
	fixed(line[message:])
	return s
}

// headerEnd returns where the message of a line begins.
func headerEnd(kind string, line []byte, timed int) int {
	if re := headers[kind]; re != nil {
		if at := re.FindIndex(line); at != nil {
			return at[1]
		}
		return timed
	}
	if i := bytes.Index(line[timed:], []byte(": ")); i >= 0 {
		return timed + i + 2
	}
	return timed
}

// digitsOf returns the places of a text that vary: digits of numbers with two
// digits or more, and the last letter of a host. A number of three digits
// begins with 1, so that addresses stay addresses.
func digitsOf(text []byte) []digit {
	var list []digit
	fixed := codes.FindAllIndex(text, -1)
	for i := 0; i < len(text); i++ {
		if len(fixed) > 0 && i == fixed[0][0] {
			i = fixed[0][1] - 1
			fixed = fixed[1:]
			continue
		}
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		end := i
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		switch n := end - i; {
		case n == 1:
			// A digit alone is a version or a state as often as a number.
		case n == 3 && text[i] != '0':
			list = append(list, digit{int32(i), '1', 1}, digit{int32(i + 1), '0', 10}, digit{int32(i + 2), '0', 10})
		default:
			for j := i; j < end; j++ {
				if j == i && text[i] != '0' {
					list = append(list, digit{int32(j), '1', 9})
				} else {
					list = append(list, digit{int32(j), '0', 10})
				}
			}
		}
		i = end - 1
	}
	for _, at := range hosts.FindAllIndex(text, -1) {
		if last := text[at[1]-1]; last >= 'a' {
			list = append(list, digit{int32(at[1] - 1), 'a', 26})
		} else {
			list = append(list, digit{int32(at[1] - 1), 'A', 26})
		}
	}
	return list
}

// appendParts writes parts with numbers from r and the time of c.
func appendParts(dst []byte, parts []part, r *rand.PCG, c *clock) []byte {
	for i := range parts {
		p := &parts[i]
		if p.timed {
			dst = c.append(dst, p.stamp)
			continue
		}
		at := len(dst)
		dst = append(dst, p.text...)
		text := dst[at:]
		var bits uint64
		for j, d := range p.digits {
			if j&7 == 0 {
				bits = r.Uint64()
			}
			// The high half of a product spreads a byte over the span without a division.
			text[d.at] = d.first + byte(uint16(byte(bits))*uint16(d.span)>>8)
			bits >>= 8
		}
	}
	return dst
}

// below returns a number from 0 to n-1. PCG is written down, so that a seed
// gives the same numbers with every version of Go.
func below(r *rand.PCG, n int) int { return int(r.Uint64() % uint64(n)) }
