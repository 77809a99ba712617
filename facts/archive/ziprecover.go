package archive

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"

	"github.com/klauspost/compress/flate"
)

// recover reads an archive without a directory, such as the first half of one,
// by the headers in front of the members. What it finds is less sure, and the
// archive is named as truncated in any case.
func (z *zipWalk) recover() (found int, err error) {
	z.tally.refuse(z.m.Path, reasonTruncated, "has no directory of its members at its end; what its beginning holds was read, members may be missing, fetch it again")
	for at := int64(0); ; {
		e, data, ok := z.local(at)
		if !ok {
			return found, nil
		}
		at = data + e.packed
		if e.packed < 0 || at > z.h.size {
			at = z.h.size
		}
		if len(e.name) > 0 && e.name[len(e.name)-1] == '/' {
			continue
		}
		if !z.tally.take(-1) {
			return found, nil
		}
		found++
		path := inside(z.m.Path, e.name)
		switch {
		case e.flags&1 != 0 || e.method == 99:
			z.tally.refuse(path, reasonEncrypted, "is encrypted; unpack it with its password and give its files")
			if e.packed < 0 {
				return found, nil
			}
		case e.packed >= 0:
			err = z.content(e, path, data)
		case e.method == 8:
			at, err = z.unmeasured(e, path, data)
		default:
			z.tally.refuse(path, reasonTruncated, "has no size, which the missing directory would tell; fetch the archive again")
			return found, nil
		}
		if err != nil {
			return found, err
		}
	}
}

// local reads the header of a member at a place, or a little behind it.
func (z *zipWalk) local(at int64) (e *zipEntry, data int64, ok bool) {
	le := binary.LittleEndian
	var b [zipLocalLen + 24]byte
	n, _ := z.h.r.ReadAt(b[:], at) // what cannot be read is no header
	start := -1
	// In front of it may be the mark of a split archive (4), or a descriptor,
	// short or long, with its signature or without.
	for _, skip := range []int{0, 4, 12, 16, 20, 24} {
		if skip+zipLocalLen <= n && string(b[skip:skip+4]) == zipLocal {
			start = skip
			break
		}
	}
	if start < 0 {
		return nil, 0, false
	}
	at += int64(start)
	h := b[start:]
	nameLen, extraLen := int64(le.Uint16(h[26:])), int64(le.Uint16(h[28:]))
	text := make([]byte, nameLen+extraLen)
	if _, err := readFull(z.h.r, text, at+zipLocalLen); err != nil {
		return nil, 0, false
	}
	e = &zipEntry{
		name: string(text[:nameLen]), extra: text[nameLen:], flags: le.Uint16(h[6:]), method: le.Uint16(h[8:]),
		time: le.Uint16(h[10:]), date: le.Uint16(h[12:]), crc: le.Uint32(h[14:]),
		packed: int64(le.Uint32(h[18:])), size: int64(le.Uint32(h[22:])),
	}
	if wide := zipExtra(e.extra, 1); len(wide) >= 16 && e.packed == math.MaxUint32 {
		e.size, e.packed = int64(le.Uint64(wide)), int64(le.Uint64(wide[8:]))
	}
	if e.flags&8 != 0 {
		e.packed, e.size = -1, -1
	}
	data = at + zipLocalLen + nameLen + extraLen
	return e, data, e.flags&8 != 0 || e.packed >= 0 && e.size >= 0 && e.packed <= math.MaxInt64-data
}

// unmeasured visits a deflated member of unknown size, and returns the place
// behind it. Its checksum cannot be compared.
func (z *zipWalk) unmeasured(e *zipEntry, path string, data int64) (int64, error) {
	raw := &stream{w: z.w, path: path, r: io.NewSectionReader(z.h.r, data, z.h.size-data), origin: true, want: -1}
	in := bufio.NewReaderSize(raw, bufferSize)
	inflate := flate.NewReader(in)
	s := &stream{w: z.w, path: path, r: inflate, below: raw, charge: whole, want: -1}
	err := z.w.visit(Member{Path: path, Size: -1, Modified: zipTime(e)}, z.depth+1, s)
	drain(s)
	z.finish(s, raw)
	return data + raw.n - int64(in.Buffered()), err
}
