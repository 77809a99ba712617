package evt

import "bytes"

// ring is the bytes from the oldest record to the newest: those up to the end
// of the file, then those behind the header. Positions count from the oldest.
type ring struct {
	a, b  []byte // b is nil where the log does not go on behind the header
	atA   int    // offset of a in the file; b begins behind the header
	joint []byte // holds what a and b have together
}

func (r *ring) len() int { return len(r.a) + len(r.b) }

// offset is the place of a position in the file.
func (r *ring) offset(p int) int {
	if p < len(r.a) || len(r.b) == 0 {
		return r.atA + p
	}
	return headerSize + p - len(r.a)
}

// view gives n bytes at p, or nil where there are less. Those that lie on both
// sides of the end of the file are valid until the next view.
func (r *ring) view(p, n int) []byte {
	switch {
	case p < 0 || n < 0 || p > r.len()-n:
		return nil
	case p+n <= len(r.a):
		return r.a[p : p+n : p+n]
	case p >= len(r.a):
		p -= len(r.a)
		return r.b[p : p+n : p+n]
	}
	r.joint = append(r.joint[:0], r.a[p:]...)
	r.joint = append(r.joint, r.b[:n-len(r.joint)]...)
	return r.joint
}

// number reads 32 bits at p.
func (r *ring) number(p int) (uint32, bool) {
	b := r.view(p, 4)
	if b == nil {
		return 0, false
	}
	return u32(b, 0), true
}

// find gives the position of the next signature from p on, or -1.
func (r *ring) find(p int) int {
	if p < len(r.a) {
		if i := bytes.Index(r.a[p:], []byte(signature)); i >= 0 {
			return p + i
		}
		for p = max(p, len(r.a)-len(signature)+1); p < len(r.a); p++ {
			if string(r.view(p, len(signature))) == signature {
				return p
			}
		}
	}
	if p -= len(r.a); p <= len(r.b) {
		if i := bytes.Index(r.b[p:], []byte(signature)); i >= 0 {
			return len(r.a) + p + i
		}
	}
	return -1
}

// signed reports whether a record may begin at p.
func (r *ring) signed(p int) bool { return string(r.view(p+4, len(signature))) == signature }

// whole is the length of the record at p, 0 where there is none that is whole:
// it has its signature, and its length at both ends.
func (r *ring) whole(p int) int {
	n := r.claimed(p)
	if n == 0 || !r.signed(p) || !r.closed(p, n) {
		return 0
	}
	return n
}

// claimed is the length that stands at p, 0 where no record has such a length.
func (r *ring) claimed(p int) int {
	n, ok := r.number(p)
	if !ok || n < minRecord || n > maxRecord || int(n) > r.len()-p {
		return 0
	}
	return int(n)
}

// closed reports whether a record of n bytes at p ends with its length.
func (r *ring) closed(p, n int) bool {
	last, ok := r.number(p + n - 4)
	return ok && int(last) == n
}

// mended is the length of a record at p that has only two of the three: the
// signature, the length before it, the length at its end. 0 where it has less.
func (r *ring) mended(p int) int {
	n := r.claimed(p)
	if !r.signed(p) {
		if n > 0 && r.closed(p, n) && (p+n == r.len() || r.signed(p+n)) {
			return n
		}
		return 0
	}
	end := r.len()
	if next := r.find(p + 8); next >= 0 {
		end = next - 4
	}
	if last := end - p; last >= minRecord && last <= maxRecord && r.closed(p, last) {
		return last
	}
	if n > 0 && (p+n == r.len() || r.signed(p+n)) {
		return n
	}
	return 0
}

// padded reports whether the rest of the file from p on was left free, as it is
// where the fixed part of a record has no room.
func (r *ring) padded(p int) bool {
	if r.b == nil || p >= len(r.a) || len(r.a)-p >= fixedSize || (len(r.a)-p)%4 != 0 {
		return false
	}
	for rest := r.a[p:]; len(rest) > 0; rest = rest[4:] {
		if u32(rest, 0) != 0x27 {
			return false
		}
	}
	return true
}
