package archive

import "io"

// deltaReader undoes the delta filter: each byte was stored as the difference
// to the byte some places before.
type deltaReader struct {
	r        io.Reader
	distance int
	last     [256]byte
	at       int
}

func (d *deltaReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	for i := range p[:n] {
		p[i] += d.last[d.at]
		d.last[d.at] = p[i]
		d.at = (d.at + 1) % d.distance
	}
	return n, err
}

// bcjReader undoes the filter for x86 programs, which makes the targets of calls
// and jumps absolute. After x86.c of the LZMA SDK 9.20 (public domain).
type bcjReader struct {
	r     io.Reader
	buf   [4096]byte
	ready int // bytes of buf that are converted
	from  int // of those, the bytes that were read
	have  int
	ip    uint32
	mask  uint32
	err   error
}

func (b *bcjReader) Read(p []byte) (int, error) {
	for b.from == b.ready {
		if b.err != nil && b.have == b.ready {
			return 0, b.err
		}
		b.have = copy(b.buf[:], b.buf[b.ready:b.have])
		b.from, b.ready = 0, 0
		for b.err == nil && b.have < len(b.buf) {
			n, err := b.r.Read(b.buf[b.have:])
			b.have += n
			b.err = err
		}
		b.ready = b.convert(b.buf[:b.have])
		b.ip += uint32(b.ready)
		if b.err != nil {
			b.ready = b.have // the last bytes stay as they are
		}
	}
	n := copy(p, b.buf[b.from:b.ready])
	b.from += n
	return n, nil
}

// convert works in place and returns how many bytes are done.
func (b *bcjReader) convert(data []byte) int {
	sign := func(c byte) bool { return c == 0 || c == 0xff }
	allowed := [8]bool{true, true, true, false, true, false, false, false}
	number := [8]uint32{0, 1, 2, 2, 3, 3, 3, 3}
	if len(data) < 5 {
		return 0
	}
	ip := b.ip + 5
	mask := b.mask & 7
	prev := -1
	pos := 0
	for {
		for pos < len(data)-4 && data[pos]&0xfe != 0xe8 {
			pos++
		}
		if pos >= len(data)-4 {
			break
		}
		if gap := pos - prev; gap > 3 {
			mask = 0
		} else {
			mask = mask << (gap - 1) & 7
			if mask != 0 {
				c := data[pos+4-int(number[mask])]
				if !allowed[mask] || sign(c) {
					prev = pos
					mask = mask<<1&7 | 1
					pos++
					continue
				}
			}
		}
		prev = pos
		if !sign(data[pos+4]) {
			mask = mask<<1&7 | 1
			pos++
			continue
		}
		src := uint32(data[pos+4])<<24 | uint32(data[pos+3])<<16 | uint32(data[pos+2])<<8 | uint32(data[pos+1])
		var dest uint32
		for {
			dest = src - (ip + uint32(pos))
			if mask == 0 {
				break
			}
			index := number[mask] * 8
			if !sign(byte(dest >> (24 - index))) {
				break
			}
			src = dest ^ (1<<(32-index) - 1)
		}
		high := byte(0)
		if dest>>24&1 != 0 {
			high = 0xff
		}
		data[pos+1], data[pos+2], data[pos+3], data[pos+4] = byte(dest), byte(dest>>8), byte(dest>>16), high
		pos += 5
	}
	if gap := pos - prev; gap > 3 {
		b.mask = 0
	} else {
		b.mask = mask << (gap - 1) & 7
	}
	return pos
}
