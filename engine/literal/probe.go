package literal

import (
	"encoding/binary"
	"math/bits"
)

var order = binary.LittleEndian // the order of bytes in the tables, and of those of the text in a window

const (
	loadSize = 8
	// fold makes letters of both cases equal. It also merges a few marks and
	// control characters; the comparison does not.
	fold = 0x2020202020202020
	// Odd multipliers of Fibonacci hashing. Shifted left they drop the bytes that
	// do not belong to a window, so no mask is needed.
	mixBits   = 0x9e3779b97f4a7c15
	mixMarks  = 0xc2b2ae3d27d4eb4f
	mixKey    = 0xd6e8feb86659fd93
	maxStride = 3
	listSize  = 1 << 15 // above what a block can list: a window at each byte, or three places for each third
)

// The lists hold all that a block can give: what fills them in instructions of the
// processor does not look.
const _ = uint(listSize - blockSize - maxStride)

// list holds positions within a block.
type list [listSize]uint16

// table is a bitmap. Arrays of a fixed size give shifts by constants and no
// checks of bounds.
type table interface {
	[1 << 10]byte | [1 << 12]byte | [1 << 14]byte | [1 << 16]byte | [1 << 18]byte | [1 << 20]byte | [1 << 22]byte
}

// tableSizes are the sizes of tables, ascending.
func tableSizes() []int { return []int{1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22} }

// multiplier is that of windows of a width.
func multiplier(mix uint64, width int) uint64 { return mix << (64 - 8*width) }

// bitOf is the place of a hash in a table of a size.
func bitOf(h uint64, size int) (at uint64, bit uint64) {
	shift := 64 - bits.TrailingZeros(uint(size))
	return h >> shift, h >> (shift - 3) & 7
}

// bitAt is the bit of a hash.
func bitAt(table []byte, h uint64) byte {
	at, bit := bitOf(h, len(table))
	return table[at] >> bit & 1
}

// has reports whether the bit of a hash is set.
func has(table []byte, h uint64) bool { return bitAt(table, h) != 0 }

// windowHash is that of the window that a word begins with.
func windowHash(word uint64, width int) uint64 {
	return (word | fold) * multiplier(mixBits, width)
}

// begins reports whether a word may begin with a window of an anchor.
func (l *lane) begins(word uint64) bool { return has(l.bits, windowHash(word, l.width)) }

// key is what stands for an anchor.
func (l *lane) key(word uint64) uint64 {
	return (word | fold) << (64 - 8*l.anchor)
}

// probe lists the positions of b, multiples of the stride, whose window is in
// the bitmap. It stops where no eight bytes are left, and says where.
func (l *lane) probe(b []byte, out *list) (n, probed int) {
	m := multiplier(mixBits, l.width)
	if step := 4 * l.stride; isFast() && len(b) >= step+loadSize {
		probed = min(len(b)-loadSize, blockSize) / step * step
		shift := 64 - bits.TrailingZeros(uint(len(l.bits))) - 3
		n = fastProbe(&b[0], &l.bits[0], m, shift, out, probed/step, l.stride)
		for ; probed < blockSize && probed+loadSize <= len(b); probed += l.stride {
			out[n&(listSize-1)] = uint16(probed)
			n += int(bitAt(l.bits, (order.Uint64(b[probed:])|fold)*m))
		}
		return n, probed
	}
	switch len(l.bits) {
	case 1 << 10:
		return probeTable((*[1 << 10]byte)(l.bits), b, l.stride, m, out)
	case 1 << 12:
		return probeTable((*[1 << 12]byte)(l.bits), b, l.stride, m, out)
	case 1 << 14:
		return probeTable((*[1 << 14]byte)(l.bits), b, l.stride, m, out)
	case 1 << 16:
		return probeTable((*[1 << 16]byte)(l.bits), b, l.stride, m, out)
	case 1 << 18:
		return probeTable((*[1 << 18]byte)(l.bits), b, l.stride, m, out)
	case 1 << 20:
		return probeTable((*[1 << 20]byte)(l.bits), b, l.stride, m, out)
	default:
		return probeTable((*[1 << 22]byte)(l.bits), b, l.stride, m, out)
	}
}

func probeTable[T table](t *T, b []byte, stride int, mul uint64, out *list) (n, probed int) {
	switch stride {
	case 1:
		n, probed = probe1(t, b, mul, out)
	case 2:
		n, probed = probe2(t, b, mul, out)
	default:
		n, probed = probe3(t, b, mul, out)
	}
	shift := 64 - bits.TrailingZeros(uint(len(*t)))
	for ; probed < blockSize && probed+loadSize <= len(b); probed += stride {
		h := (order.Uint64(b[probed:]) | fold) * mul
		out[n&(listSize-1)] = uint16(probed)
		n += int((*t)[h>>shift] >> (h >> (shift - 3) & 7) & 1)
	}
	return n, probed
}

// probe3 probes every third byte. All multiplications come first, so that the
// loads of the bitmap overlap.
func probe3[T table](t *T, b []byte, mul uint64, out *list) (n, probed int) {
	shift := 64 - bits.TrailingZeros(uint(len(*t)))
	at := 0
	for ; at < blockSize && len(b) >= 9+loadSize; at += 12 {
		h0 := (order.Uint64(b) | fold) * mul
		h1 := (order.Uint64(b[3:]) | fold) * mul
		h2 := (order.Uint64(b[6:]) | fold) * mul
		h3 := (order.Uint64(b[9:]) | fold) * mul
		out[n&(listSize-1)] = uint16(at)
		n += int((*t)[h0>>shift] >> (h0 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 3)
		n += int((*t)[h1>>shift] >> (h1 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 6)
		n += int((*t)[h2>>shift] >> (h2 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 9)
		n += int((*t)[h3>>shift] >> (h3 >> (shift - 3) & 7) & 1)
		b = b[12:]
	}
	return n, at
}

// probe2 probes every second byte; a load serves two windows of four bytes.
func probe2[T table](t *T, b []byte, mul uint64, out *list) (n, probed int) {
	shift := 64 - bits.TrailingZeros(uint(len(*t)))
	at := 0
	for ; at < blockSize && len(b) >= 2+loadSize; at += 4 {
		x := order.Uint64(b) | fold
		h0, h1 := x*mul, x>>16*mul
		out[n&(listSize-1)] = uint16(at)
		n += int((*t)[h0>>shift] >> (h0 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 2)
		n += int((*t)[h1>>shift] >> (h1 >> (shift - 3) & 7) & 1)
		b = b[4:]
	}
	return n, at
}

// probe1 probes every byte; a load serves four windows of four bytes.
func probe1[T table](t *T, b []byte, mul uint64, out *list) (n, probed int) {
	shift := 64 - bits.TrailingZeros(uint(len(*t)))
	at := 0
	for ; at < blockSize && len(b) >= 3+loadSize; at += 4 {
		x := order.Uint64(b) | fold
		h0, h1, h2, h3 := x*mul, x>>8*mul, x>>16*mul, x>>24*mul
		out[n&(listSize-1)] = uint16(at)
		n += int((*t)[h0>>shift] >> (h0 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 1)
		n += int((*t)[h1>>shift] >> (h1 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 2)
		n += int((*t)[h2>>shift] >> (h2 >> (shift - 3) & 7) & 1)
		out[n&(listSize-1)] = uint16(at + 3)
		n += int((*t)[h3>>shift] >> (h3 >> (shift - 3) & 7) & 1)
		b = b[4:]
	}
	return n, at
}

// sift lists where the anchors begin that hold one of the windows listed, as far
// as the second bitmap has them. Windows count from ahead bytes behind the begin
// of b, anchors from its begin; the caller sees to it that none begins before.
func (l *lane) sift(b []byte, ahead int, windows []uint16, out *list) int {
	marks, mul, stride := l.marks, multiplier(mixMarks, l.anchor), l.stride
	shift := uint(64-bits.TrailingZeros(uint(len(marks)))) & 63
	n := 0
	if stride == 3 && ahead >= 2 && len(windows) > 0 && isFast() {
		return fastSift3(&b[0], &marks[0], mul, int(shift-3), out, &windows[0], len(windows), ahead-2)
	}
	for _, at := range windows {
		for k := range stride {
			place := int(at) + ahead - k
			h := (order.Uint64(b[place:]) | fold) * mul
			out[n&(listSize-1)] = uint16(place)
			n += int(marks[h>>shift] >> (h >> (shift - 3) & 7) & 1)
		}
	}
	return n
}
