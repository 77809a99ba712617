package evtx

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
)

// Types of values.
const (
	typeNull     = 0x00
	typeString   = 0x01
	typeANSI     = 0x02
	typeInt8     = 0x03
	typeUint8    = 0x04
	typeInt16    = 0x05
	typeUint16   = 0x06
	typeInt32    = 0x07
	typeUint32   = 0x08
	typeInt64    = 0x09
	typeUint64   = 0x0a
	typeFloat32  = 0x0b
	typeFloat64  = 0x0c
	typeBool     = 0x0d
	typeBinary   = 0x0e
	typeGUID     = 0x0f
	typeSize     = 0x10
	typeFileTime = 0x11
	typeSysTime  = 0x12
	typeSID      = 0x13
	typeHex32    = 0x14
	typeHex64    = 0x15
	typeBinXML   = 0x21
	typeArray    = 0x80 // a flag beside the others
)

// value is a value of a template instance: where its bytes are in the chunk.
type value struct {
	off  uint32
	size uint16
	kind byte
}

// width is the size of a value of a kind, 0 where it is not fixed.
func width(kind byte) int {
	switch kind {
	case typeInt8, typeUint8:
		return 1
	case typeInt16, typeUint16:
		return 2
	case typeInt32, typeUint32, typeFloat32, typeBool, typeHex32:
		return 4
	case typeInt64, typeUint64, typeFloat64, typeFileTime, typeHex64:
		return 8
	case typeGUID, typeSysTime:
		return 16
	}
	return 0
}

// appendValue writes a value as Windows shows it in XML. Bytes that do not fit
// their kind, and those of kinds that nobody has described, are written as they
// are, in hexadecimal digits: at most limit of them, then how many there are.
func appendValue(dst []byte, kind byte, src []byte, limit int) []byte {
	if kind == typeString { // most are
		return appendUTF16(dst, trimUTF16(src))
	}
	le := binary.LittleEndian
	if w := width(kind); w != 0 && w != len(src) && (kind != typeBool || len(src) != 1) {
		return appendBytes(dst, src, limit)
	}
	switch kind {
	case typeNull:
		return dst
	case typeANSI:
		return appendANSI(dst, bytes.TrimRight(src, "\x00"))
	case typeInt8:
		return strconv.AppendInt(dst, int64(int8(src[0])), 10)
	case typeUint8:
		return strconv.AppendUint(dst, uint64(src[0]), 10)
	case typeInt16:
		return strconv.AppendInt(dst, int64(int16(le.Uint16(src))), 10)
	case typeUint16:
		return strconv.AppendUint(dst, uint64(le.Uint16(src)), 10)
	case typeInt32:
		return strconv.AppendInt(dst, int64(int32(le.Uint32(src))), 10)
	case typeUint32:
		return strconv.AppendUint(dst, uint64(le.Uint32(src)), 10)
	case typeInt64:
		return strconv.AppendInt(dst, int64(le.Uint64(src)), 10)
	case typeUint64:
		return strconv.AppendUint(dst, le.Uint64(src), 10)
	case typeFloat32:
		return strconv.AppendFloat(dst, float64(math.Float32frombits(le.Uint32(src))), 'g', -1, 32)
	case typeFloat64:
		return strconv.AppendFloat(dst, math.Float64frombits(le.Uint64(src)), 'g', -1, 64)
	case typeBool:
		return strconv.AppendBool(dst, src[0] != 0 || len(src) == 4 && le.Uint32(src) != 0)
	case typeGUID:
		return appendGUID(dst, src)
	case typeSize:
		switch len(src) {
		case 4:
			return appendHex(dst, uint64(le.Uint32(src)))
		case 8:
			return appendHex(dst, le.Uint64(src))
		}
	case typeFileTime:
		return appendFileTime(dst, le.Uint64(src))
	case typeSysTime:
		return appendSystemTime(dst, src)
	case typeSID:
		if n := sidSize(src); n == len(src) {
			return appendSID(dst, src)
		}
	case typeHex32:
		return appendHex(dst, uint64(le.Uint32(src)))
	case typeHex64:
		return appendHex(dst, le.Uint64(src))
	}
	return appendBytes(dst, src, limit)
}

// next splits the first element off an array of a kind. What does not fit is
// given as it is, as bytes.
func next(kind byte, src []byte) (elem []byte, of byte, rest []byte) {
	switch kind {
	case typeString:
		for i := 0; i+1 < len(src); i += 2 {
			if src[i] == 0 && src[i+1] == 0 {
				return src[:i], kind, src[i+2:]
			}
		}
		return src, kind, nil
	case typeANSI:
		elem, rest, _ = bytes.Cut(src, []byte{0})
		return elem, kind, rest
	case typeSID:
		if n := sidSize(src); n > 0 {
			return src[:n], kind, src[n:]
		}
	default:
		if n := width(kind); n > 0 && n <= len(src) {
			return src[:n], kind, src[n:]
		}
	}
	return src, typeBinary, nil
}

// number is an integer of any kind; false for everything else.
func number(kind byte, src []byte) (uint64, bool) {
	switch kind {
	case typeUint8, typeInt8, typeUint16, typeInt16, typeUint32, typeInt32, typeHex32, typeUint64, typeInt64, typeHex64, typeFileTime:
		if len(src) != width(kind) {
			return 0, false
		}
		var v uint64
		for i, b := range src {
			v |= uint64(b) << (8 * i)
		}
		return v, true
	case typeString:
		if len(src) > 64 {
			return 0, false
		}
		var room [40]byte
		return digits(appendUTF16(room[:0], trimUTF16(src)))
	}
	return 0, false
}

// digits reads a number written in decimal digits, or in hexadecimal ones
// behind 0x.
func digits(s []byte) (uint64, bool) {
	base := uint64(10)
	if hex, ok := bytes.CutPrefix(s, []byte("0x")); ok {
		s, base = hex, 16
	}
	var v uint64
	for _, c := range s {
		d := uint64(c) - '0'
		if base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f' {
			d = uint64(c|0x20) - 'a' + 10
		}
		if d >= base || v > (math.MaxUint64-d)/base {
			return 0, false
		}
		v = v*base + d
	}
	return v, len(s) > 0
}

const (
	lower = "0123456789abcdef"
	upper = "0123456789ABCDEF"
)

func appendHex(dst []byte, v uint64) []byte {
	return strconv.AppendUint(append(dst, "0x"...), v, 16)
}

// appendBytes writes at most limit bytes in hexadecimal digits and, if there
// are more, how many there are.
func appendBytes(dst, src []byte, limit int) []byte {
	for _, b := range src[:min(len(src), limit)] {
		dst = append(dst, upper[b>>4], upper[b&15])
	}
	if len(src) > limit {
		dst = strconv.AppendInt(append(dst, "... ("...), int64(len(src)), 10)
		dst = append(dst, " bytes)"...)
	}
	return dst
}

// appendGUID writes the 16 bytes of a GUID, of which the first three groups are
// little-endian numbers.
func appendGUID(dst, src []byte) []byte {
	order := [...]byte{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}
	dst = append(dst, '{')
	for i, at := range order {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		b := src[at]
		dst = append(dst, upper[b>>4], upper[b&15])
	}
	return append(dst, '}')
}

// sidSize is the size of the security identifier at the beginning of src, 0 if
// there is none.
func sidSize(src []byte) int {
	if len(src) < 8 || src[0] != 1 || src[1] > 15 || 8+4*int(src[1]) > len(src) {
		return 0
	}
	return 8 + 4*int(src[1])
}

func appendSID(dst, src []byte) []byte {
	dst = append(dst, "S-1-"...)
	authority := uint64(binary.BigEndian.Uint16(src[2:]))<<32 | uint64(binary.BigEndian.Uint32(src[4:]))
	if authority < 1<<32 {
		dst = strconv.AppendUint(dst, authority, 10)
	} else {
		dst = append(dst, "0x"...)
		for shift := 44; shift >= 0; shift -= 4 {
			dst = append(dst, lower[authority>>shift&15])
		}
	}
	for i := 8; i < len(src); i += 4 {
		dst = strconv.AppendUint(append(dst, '-'), uint64(binary.LittleEndian.Uint32(src[i:])), 10)
	}
	return dst
}
