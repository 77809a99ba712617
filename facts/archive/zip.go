package archive

import (
	"bufio"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/kbtriage/kbtriage/facts"
)

// zipWalk is one zip archive. The directory is read by us and not by
// archive/zip, which believes the last end record that it meets, and accepts
// members that share their bytes.
type zipWalk struct {
	w       *walk
	m       Member
	depth   int
	h       *held
	tally   *tally
	inflate io.ReadCloser // used again for each member
	special int
}

func (w *walk) zip(m Member, depth int, h *held) error {
	z := &zipWalk{w: w, m: m, depth: depth, h: h, tally: w.tally(m.Path)}
	found, err := z.members()
	if z.special > 0 {
		w.refuse(m.Path, reasonSpecial, "has "+plural(z.special, "link")+" or devices; there is nothing to read in them, give the files themselves")
	}
	z.tally.close()
	w.visitor.Archive(m.Path, kindZip, found)
	return err
}

func (z *zipWalk) members() (found int, err error) {
	dirs, err := findDirectories(z.h.r, z.h.size)
	if errors.Is(err, errNoDirectory) {
		return z.recover()
	}
	if err != nil {
		z.failed("the end of the archive", err)
		return 0, nil
	}
	d := dirs[0]
	if len(dirs) > 1 {
		z.tally.refuse(z.m.Path, reasonAmbiguous, fmt.Sprintf("has %d directories of members, as if to show each program another one; the one with the most members was read",
			len(dirs)))
	}
	if d.trailing > 0 {
		z.tally.refuse(z.m.Path, reasonTrailing, fmt.Sprintf("has %s behind its end that are not read; check that it was copied whole",
			plural(int(d.trailing), "byte")))
	}
	if d.base > 0 {
		z.tally.refuse(z.m.Path, reasonAmbiguous, fmt.Sprintf("begins with %s of something else, which were not read; split it if archives were joined",
			plural(int(d.base), "byte")))
	}
	entries, found, err := readDirectory(z.h.r, d, z.w.budget.remaining()+1)
	if err != nil {
		z.failed("its directory", err)
	}
	markOverlaps(entries, d.base+d.at)
	for i := range entries {
		if !z.tally.take(found - i) {
			return found, nil
		}
		if err := z.entry(&entries[i]); err != nil {
			return found, err
		}
	}
	return found, nil
}

// failed reports what is wrong with the structure.
func (z *zipWalk) failed(where string, err error) {
	reason := reasonDamaged
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		reason = reasonTruncated
	case errors.Is(err, errZipNames):
		reason = reasonMembers
	}
	z.tally.refuse(z.m.Path, reason, fmt.Sprintf("could not be read whole: %s: %v; members may be missing, fetch it again", where, err))
}

func (z *zipWalk) entry(e *zipEntry) error {
	path := inside(z.m.Path, e.name)
	const typeMask, regular = 0o170000, 0o100000
	switch {
	case e.mode&typeMask != 0 && e.mode&typeMask != regular:
		z.special++
		return nil
	case e.overlaps:
		z.tally.refuse(path, reasonOverlap, "shares its bytes with another member or with the directory, and was not read; if the archive is no attack it is damaged")
		return nil
	}
	var b [zipLocalLen]byte
	if _, err := readFull(z.h.r, b[:], e.offset); err != nil {
		z.tally.refuse(path, reasonRead, fmt.Sprintf("cannot be read: %v; check the disk or copy the archive again", err))
		return nil
	}
	le := binary.LittleEndian
	if string(b[:4]) != zipLocal {
		z.tally.refuse(path, reasonDamaged, "is not where the directory says; fetch the archive again")
		return nil
	}
	data := e.offset + zipLocalLen + int64(le.Uint16(b[26:])) + int64(le.Uint16(b[28:]))
	if data > e.limit || e.packed > e.limit-data {
		z.tally.refuse(path, reasonOverlap, "shares its bytes with another member or with the directory, and was not read; if the archive is no attack it is damaged")
		return nil
	}
	flags := e.flags | le.Uint16(b[6:])
	if flags&1 != 0 || e.method == 99 {
		z.tally.refuse(path, reasonEncrypted, "is encrypted; unpack it with its password and give its files")
		return nil
	}
	name := make([]byte, le.Uint16(b[26:]))
	if _, err := readFull(z.h.r, name, e.offset+zipLocalLen); err != nil {
		z.tally.refuse(path, reasonRead, fmt.Sprintf("cannot be read: %v; check the disk or copy the archive again", err))
		return nil
	}
	if string(name) != e.name || le.Uint16(b[8:]) != e.method {
		z.tally.refuse(path, reasonDamaged, "has another name or method in front of its content than in the directory ("+
			inside("", string(name))+"); the directory is believed")
	}
	return z.content(e, path, data)
}

// content visits the content of a member, whose packed bytes begin at data.
func (z *zipWalk) content(e *zipEntry, path string, data int64) error {
	raw := &stream{w: z.w, path: path, r: io.NewSectionReader(z.h.r, data, e.packed), origin: true, want: e.packed}
	sum := crc32.NewIEEE()
	s := &stream{w: z.w, path: path, below: raw, charge: whole, want: e.size, watch: sum}
	s.verify = func() *cut {
		if s.n == e.size && sum.Sum32() == e.crc {
			return nil
		}
		return &cut{reason: reasonDamaged, text: "is damaged: its checksum or its size is not what the directory says; fetch the archive again"}
	}
	release, err := z.decoder(e, raw, s)
	if err != nil {
		s.fail(err)
		z.finish(s, raw)
		return nil
	}
	defer release()
	err = z.w.visit(Member{Path: path, Size: e.size, Modified: zipTime(e)}, z.depth+1, s)
	z.finish(s, raw)
	return err
}

func (z *zipWalk) finish(s, raw *stream) {
	z.tally.finish(s)
	z.tally.finish(raw)
}

// decoder sets what s reads from.
func (z *zipWalk) decoder(e *zipEntry, raw, s *stream) (release func(), err error) {
	release = func() {}
	switch e.method {
	case 0:
		s.r, s.charge = raw, free
	case 8:
		in := bufio.NewReaderSize(raw, int(min(bufferSize, e.packed+16)))
		if z.inflate == nil {
			z.inflate = flate.NewReader(in)
		} else if err := z.inflate.(flate.Resetter).Reset(in, nil); err != nil {
			return nil, err
		}
		s.r = z.inflate
	case 12:
		s.r = bzip2.NewReader(bufio.NewReaderSize(raw, bufferSize))
	case 20, 93:
		d, stop, err := z.w.zstd(raw, raw.peek(headLen))
		if err != nil {
			return nil, err
		}
		s.r, release = d, stop
	case 95:
		x := newXzReader(z.w, bufio.NewReaderSize(raw, bufferSize))
		s.r, release = x, x.close
	default:
		return nil, &cut{reason: reasonUnsupported, text: fmt.Sprintf("is packed with method %d%s, which is not read; unpack it and give its files",
			e.method, map[uint16]string{1: " (shrink)", 6: " (implode)", 9: " (Deflate64)", 14: " (LZMA)", 98: " (PPMd)"}[e.method])}
	}
	return release, nil
}

// zipTime is the time of the last change: UTC where an extra field has it, else
// the local time of whoever packed it.
func zipTime(e *zipEntry) facts.Time {
	le := binary.LittleEndian
	if b := zipExtra(e.extra, 0x5455); len(b) >= 5 && b[0]&1 != 0 { // Info-ZIP
		return facts.Time{Time: time.Unix(int64(int32(le.Uint32(b[1:]))), 0).UTC(), Zoned: true}
	}
	if b := zipExtra(e.extra, 0x000a); len(b) >= 16 && le.Uint16(b[4:]) == 1 { // NTFS
		return filetime(le.Uint64(b[8:]))
	}
	if e.date == 0 {
		return facts.Time{}
	}
	d, t := int(e.date), int(e.time)
	return facts.Time{Time: time.Date(1980+d>>9, time.Month(d>>5&15), d&31, t>>11, t>>5&63, t&31*2, 0, time.UTC)}
}

// filetime converts hundreds of nanoseconds since 1601.
func filetime(v uint64) facts.Time {
	const epoch = 11_644_473_600
	sec := int64(v / 10_000_000)
	if v == 0 || v > 1<<63 {
		return facts.Time{}
	}
	return facts.Time{Time: time.Unix(sec-epoch, int64(v%10_000_000)*100).UTC(), Zoned: true}
}
