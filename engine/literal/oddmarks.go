package literal

// oddMarks has a bit for each byte of a stretch of text, that of the first byte
// in the lowest bit of the first word.
type oddMarks [blockSize/64 + 1]uint64

// mark sets the bits of the bytes of text[from:to] that may be odd: anything
// outside ASCII, control characters, and a blank behind a blank or a control
// character. It returns the words that hold them.
func (m *oddMarks) mark(text []byte, from, to int) []uint64 {
	to = min(to, len(text), from+64*len(m))
	n, at := 0, from
	for at < to {
		if blocks := (to - at) / 64; at > 0 && blocks > 0 && isFast() {
			fastMarks(&text[at], &m[n], blocks)
			n, at = n+blocks, at+64*blocks
			continue
		}
		m[n] = slowMarks(text, at, min(at+64, to))
		n, at = n+1, at+64
	}
	return m[:n]
}

const high = 0x8080808080808080

// slowMarks is the word of text[from:to].
func slowMarks(text []byte, from, to int) uint64 {
	const each = high >> 7
	var odd, low uint64 // low: blanks and control characters
	for at := from; at < to; at += loadSize {
		x := load(text[:to], at)
		ascii := x & (0x7f * each)
		odd |= gather(x|^(ascii+(0x80-' ')*each)) << (at - from)
		low |= gather(^(x | (ascii + (0x7f-' ')*each))) << (at - from)
	}
	before := uint64(0)
	if from > 0 && text[from-1] <= ' ' {
		before = 1
	}
	return (odd | low&(low<<1|before)) & (1<<(to-from) - 1)
}

// gather is the high bits of the bytes, the lowest byte first.
func gather(x uint64) uint64 { return (x & high >> 7) * 0x0102040810204080 >> 56 }
