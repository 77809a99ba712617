package literal

import (
	"math/bits"
)

// groupSize is how many bytes of text are marked together.
const groupSize = 2 * loadSize

const (
	high = 0x8080808080808080
	// Added to a byte of ASCII, its high bit is set from the first byte that is no
	// white space, or from the blank, on.
	visible = 0x5f5f5f5f5f5f5f5f
	printed = 0x6060606060606060
)

// oddBytes marks the bytes of a word that are outside ASCII, control characters,
// or white space before white space. The second word begins a byte later.
func oddBytes(x, next uint64) uint64 {
	return (x | ^(x + visible | (x+printed)&(next+visible))) & high
}

// findOdd looks for the odd places of a block and settles them. There is one
// for each line, and more where columns are padded with blanks, so the groups
// that hold some are listed first, as windows are: without a branch.
func (r *scan) findOdd(from, to int) {
	groups := &r.scratch.windows
	listed, at := r.set.listOdd(r.text[from:min(to+loadSize, len(r.text))], groups)
	for _, group := range groups[:listed] {
		at := from + int(group)
		b := r.text[at : at+groupSize+1]
		x := oddBytes(order.Uint64(b), order.Uint64(b[1:]))
		y := oddBytes(order.Uint64(b[loadSize:]), order.Uint64(b[loadSize+1:]))
		if r.settle(at, gather(x)|gather(y)<<loadSize); r.stopped {
			return
		}
	}
	for at += from; at < to && !r.stopped; at += loadSize { // the last bytes of the text
		r.settle(at, gather(oddBytes(load(r.text, at), load(r.text, at+1))))
	}
}

// gather packs the high bits of the bytes of a word.
func gather(x uint64) uint64 { return x >> 7 * 0x0102040810204080 >> 56 }

// listOdd lists the groups of bytes with odd places. It stops where no more bytes
// are left than those of a group, and says where.
func (s *Set) listOdd(b []byte, out *list) (n, listed int) {
	if !s.blanks {
		return listForeign(b, out)
	}
	for ; listed < blockSize && len(b) > groupSize; listed += groupSize {
		odd := oddBytes(order.Uint64(b), order.Uint64(b[1:])) | oddBytes(order.Uint64(b[loadSize:]), order.Uint64(b[loadSize+1:]))
		out[n&(listSize-1)] = uint16(listed)
		n += int((odd | -odd) >> 63)
		b = b[groupSize:]
	}
	return n, listed
}

// listForeign lists the groups of bytes with some outside ASCII: where no anchor
// has a blank, white space is not odd.
func listForeign(b []byte, out *list) (n, listed int) {
	for ; listed < blockSize && len(b) > groupSize; listed += groupSize {
		if (order.Uint64(b)|order.Uint64(b[loadSize:]))&high != 0 {
			out[n&(listSize-1)] = uint16(listed)
			n++
		}
		b = b[groupSize:]
	}
	return n, listed
}

// settle settles the places behind an offset that are marked, but for those
// before the cursor.
func (r *scan) settle(at int, marks uint64) {
	for ; marks != 0; marks &= marks - 1 {
		odd := at + bits.TrailingZeros64(marks)
		if odd < r.cursor {
			continue
		}
		if odd >= len(r.text) {
			return
		}
		if r.cursor = r.passed(odd); r.cursor == 0 {
			if r.cursor = r.look(odd); r.stopped {
				return
			}
		}
	}
}

// passed is where to go on behind white space of ASCII amid text of ASCII
// without a joint of anchors, or 0 elsewhere. Nearly all odd places of logs are
// such: one comparison with a bitmap of 64 KiB, and there is nothing to fold.
func (r *scan) passed(at int) int {
	end := at
	for ; end+2 < len(r.text) && isBlank(r.text[end]); end++ {
	}
	if at < 2 || r.text[at-1] <= ' ' || r.text[end] <= ' ' || r.set.mayJoin(r.text, at, end) {
		return 0
	}
	return end
}
