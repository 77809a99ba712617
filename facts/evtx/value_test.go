package evtx

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

func TestValues(t *testing.T) {
	u := func(v uint64, n int) string { return string(le(v, n)) }
	sid := "\x01\x02\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00\x20\x02\x00\x00"
	for _, c := range []struct {
		kind byte
		in   string
		want string
	}{
		{typeNull, "", ""},
		{typeString, string(wide("grün 😀\x00")), "grün 😀"},
		{typeString, string(wide("a\x00b")), "a\x00b"},
		{typeString, "a\x00b", "a\ufffd"},
		{typeString, "\x3d\xd8x\x00", "\ufffdx"},
		{typeString, "\x00\xdex\x00", "\ufffdx"},
		{typeANSI, "plain\x00", "plain"},
		{typeANSI, "gr\xfcn", "grün"},
		{typeInt8, "\xff", "-1"},
		{typeUint8, "\xff", "255"},
		{typeInt16, u(0xfffe, 2), "-2"},
		{typeUint16, u(0xfffe, 2), "65534"},
		{typeInt32, u(1<<31, 4), "-2147483648"},
		{typeUint32, u(1<<31, 4), "2147483648"},
		{typeInt64, u(1<<63, 8), "-9223372036854775808"},
		{typeUint64, u(1<<63, 8), "9223372036854775808"},
		{typeFloat32, u(uint64(math.Float32bits(1.5)), 4), "1.5"},
		{typeFloat64, u(math.Float64bits(-0.001), 8), "-0.001"},
		{typeFloat64, u(math.Float64bits(math.Inf(1)), 8), "+Inf"},
		{typeBool, u(1, 4), "true"},
		{typeBool, u(256, 4), "true"},
		{typeBool, u(0, 4), "false"},
		{typeBool, "\x01", "true"},
		{typeBinary, "\x00\xff", "00FF"},
		{typeBinary, strings.Repeat("\x01", 10), "0101010101010101... (10 bytes)"},
		{typeGUID, "\x25\x96\x84\x54\x78\x54\x94\x49\xa5\xba\x3e\x3b\x03\x28\xc3\x0d", "{54849625-5478-4994-A5BA-3E3B0328C30D}"},
		{typeSize, u(4096, 4), "0x1000"},
		{typeSize, u(1<<40, 8), "0x10000000000"},
		{typeSize, "abc", "616263"},
		{typeFileTime, u(132_000_000_001_234_567, 8), "2019-04-17T18:40:00.1234567Z"},
		{typeFileTime, u(0, 8), "1601-01-01T00:00:00.0000000Z"},
		{typeFileTime, u(math.MaxUint64, 8), "0xffffffffffffffff"},
		{typeSysTime, u(2024, 2) + u(2, 2) + u(4, 2) + u(29, 2) + u(1, 2) + u(2, 2) + u(3, 2) + u(45, 2), "2024-02-29T01:02:03.045Z"},
		{typeSID, sid, "S-1-5-32-544"},
		{typeSID, "\x01\x00\x01\x00\x00\x00\x00\x05", "S-1-0x010000000005"},
		{typeSID, sid[:10], "0102000000000005... (10 bytes)"},
		{typeHex32, u(0xc00000bb, 4), "0xc00000bb"},
		{typeHex64, u(0x8020000000000000, 8), "0x8020000000000000"},
		{typeUint32, "\x01\x02\x03", "010203"},
		{0x20, "\x01", "01"},
		{0x7f, "\x01", "01"},
	} {
		if text := string(appendValue([]byte("x"), c.kind, []byte(c.in), 8)); text != "x"+c.want {
			t.Errorf("%#x %q is %q, want %q", c.kind, c.in, text[1:], c.want)
		}
	}
}

// TestNext takes arrays apart: nothing is lost, and there is an end.
func TestNext(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		src := make([]byte, random.IntN(60))
		for i := range src {
			src[i] = byte(random.IntN(4))
		}
		kind := byte(random.IntN(0x30))
		total := 0
		for rest := src; len(rest) > 0; {
			elem, _, tail := next(kind, rest)
			if len(tail) >= len(rest) {
				t.Fatalf("%#x %v: no step", kind, src)
			}
			if !bytes.HasPrefix(rest, elem) {
				t.Fatalf("%#x %v: %v is not what comes next", kind, src, elem)
			}
			total += len(rest) - len(tail)
			rest = tail
		}
		if total != len(src) {
			t.Fatalf("%#x %v: %d bytes of %d", kind, src, total, len(src))
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "18446744073709551615": math.MaxUint64, "0xC0000005": 0xc0000005, "4624": 4624} {
		if v, ok := digits([]byte(text)); !ok || v != want {
			t.Errorf("%q is %d %v, want %d", text, v, ok, want)
		}
	}
	for _, text := range []string{"", "0x", "-1", "12a", "18446744073709551616", "0x1ffffffffffffffff", " 1", "g"} {
		if v, ok := digits([]byte(text)); ok {
			t.Errorf("%q is %d, want no number", text, v)
		}
	}
}

// TestFileTime compares with package time, day by day.
func TestFileTime(t *testing.T) {
	for days := uint64(0); days < 8399*366; days += 13 {
		v := (days*86400+days%86400)*ticks + days%ticks
		want := fileTime(v)
		if want.Year() > 9999 {
			break
		}
		if text := string(appendFileTime(nil, v)); text != want.Format("2006-01-02T15:04:05.0000000Z") {
			t.Fatalf("%d is %s, want %s", v, text, want)
		}
	}
	if last := fileTime(lastFileTime); last.Year() != 9999 || fileTime(lastFileTime+1).Year() != 10000 {
		t.Errorf("the last time is %s", last.Format(time.RFC3339Nano))
	}
}

// FuzzUTF16 compares with package utf16.
func FuzzUTF16(f *testing.F) {
	f.Add(wide("plain ASCII, and then grün 😀 \ufffd"))
	f.Add([]byte{0x3d, 0xd8, 0x3d, 0xd8, 0x00, 0xde, 0x41})
	f.Fuzz(func(t *testing.T, src []byte) {
		var units []uint16
		for i := 0; i+1 < len(src); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(src[i:]))
		}
		want := string(utf16.Decode(units))
		if len(src)%2 == 1 {
			want += "\ufffd"
		}
		have := appendUTF16([]byte("before "), src)
		if string(have) != "before "+want || !utf8.Valid(have) {
			t.Errorf("%v is %q, want %q", src, have, want)
		}
	})
}
