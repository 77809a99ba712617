package archive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// szWalk is one 7z archive.
type szWalk struct {
	w       *walk
	m       Member
	depth   int
	h       *held
	tally   *tally
	special int
}

// sevenZip walks a 7z archive. The list of members is read by us: libraries make
// tables as large as the list says, and dictionaries as large as a block says.
func (w *walk) sevenZip(m Member, depth int, h *held) error {
	z := &szWalk{w: w, m: m, depth: depth, h: h, tally: w.tally(m.Path)}
	found := 0
	var err error
	if b := z.list(); b != nil {
		p := &szParser{b: b}
		streams, files := p.header()
		if p.err != nil {
			z.damaged(p.err)
		} else {
			found, err = z.members(&streams, files)
		}
	}
	if z.special > 0 {
		w.refuse(m.Path, reasonSpecial, "has "+plural(z.special, "link")+" or devices; there is nothing to read in them, give the files themselves")
	}
	z.tally.close()
	w.visitor.Archive(m.Path, kind7z, found)
	return err
}

func (z *szWalk) damaged(err error) {
	z.tally.refuse(z.m.Path, reasonDamaged, fmt.Sprintf("was not read: %v; fetch it again", err))
}

// list returns the list of members, unpacked.
func (z *szWalk) list() []byte {
	var b [szSignatureLen]byte
	if _, err := readFull(z.h.r, b[:], 0); err != nil {
		z.unreadable(err)
		return nil
	}
	le := binary.LittleEndian
	if crc32.ChecksumIEEE(b[12:]) != le.Uint32(b[8:]) {
		z.damaged(errors.New("the checksum of its start is wrong"))
		return nil
	}
	at, size, sum := le.Uint64(b[12:]), le.Uint64(b[20:]), le.Uint32(b[28:])
	if size == 0 {
		return []byte{szHeader, szEnd} // an empty archive
	}
	if at > uint64(z.h.size) || size > uint64(z.h.size) || at+size > uint64(z.h.size-szSignatureLen) {
		z.tally.refuse(z.m.Path, reasonTruncated, "was not read: it is cut off, and the list of its members was at its end; fetch it again")
		return nil
	}
	if size > szHeaderMax {
		z.tally.refuse(z.m.Path, reasonMembers, "was not read: "+errSzMany.Error()+"; unpack it and give its files")
		return nil
	}
	list := make([]byte, size)
	if _, err := readFull(z.h.r, list, szSignatureLen+int64(at)); err != nil {
		z.unreadable(err)
		return nil
	}
	if crc32.ChecksumIEEE(list) != sum {
		z.damaged(errors.New("the checksum of the list of its members is wrong"))
		return nil
	}
	for range 4 { // packed more than once is allowed, and nothing does it
		if list[0] != szEncodedHeader {
			return list
		}
		p := &szParser{b: list[1:]}
		streams := p.streams()
		if p.err != nil || len(streams.folders) != 1 || len(streams.folders[0].members) != 1 {
			z.damaged(errSzForm)
			return nil
		}
		if list = z.unpackList(&streams); len(list) == 0 {
			return nil
		}
	}
	z.damaged(errSzForm)
	return nil
}

func (z *szWalk) unreadable(err error) {
	reason := reasonRead
	if errors.Is(err, io.ErrUnexpectedEOF) {
		reason = reasonTruncated
	}
	z.tally.refuse(z.m.Path, reason, fmt.Sprintf("cannot be read: %v; check the disk or copy it again", err))
}

// unpackList unpacks a packed list of members.
func (z *szWalk) unpackList(streams *szStreams) []byte {
	f := &streams.folders[0]
	if f.size() > szHeaderMax {
		z.tally.refuse(z.m.Path, reasonMembers, "was not read: "+errSzMany.Error()+"; unpack it and give its files")
		return nil
	}
	s, release, err := z.open(streams, f)
	if err != nil {
		z.refuseBlock(err)
		return nil
	}
	defer release()
	sum := crc32.NewIEEE()
	s.watch = sum
	list, _ := io.ReadAll(s) // s keeps its error
	switch {
	case s.cut != nil:
		z.tally.finish(s)
		z.tally.finish(s.below)
		return nil
	case f.digest.defined && sum.Sum32() != f.digest.crc, len(list) == 0:
		z.damaged(errors.New("the checksum of the list of its members is wrong"))
		return nil
	}
	return list
}

// refuseBlock reports a list of members that cannot be unpacked.
func (z *szWalk) refuseBlock(err error) {
	var c *cut
	if !errors.As(err, &c) {
		z.damaged(err)
		return
	}
	if c.reason == reasonEncrypted {
		z.tally.refuse(z.m.Path, reasonEncrypted, "is encrypted, its list of members too; unpack it with its password and give its files")
		return
	}
	z.tally.refuse(z.m.Path, c.reason, c.text)
}

// header reads the whole list.
func (p *szParser) header() (s szStreams, files []szFile) {
	p.expect(p.byte(), szHeader)
	for p.err == nil {
		switch id := p.byte(); id {
		case szEnd:
			return s, files
		case szArchiveProps:
			for p.err == nil && p.byte() != szEnd {
				p.take(p.number())
			}
		case szAdditional:
			p.streams()
		case szMainStreams:
			s = p.streams()
		case szFiles:
			files = p.files()
		default:
			p.fail(errSzForm)
		}
	}
	return s, files
}

// members visits the files in the order of the list, and so each block from its
// beginning to its end.
func (z *szWalk) members(streams *szStreams, files []szFile) (found int, err error) {
	total := 0
	for i := range files {
		if !files[i].folder() {
			total++
		}
	}
	b := &szBlock{z: z, streams: streams}
	defer b.close()
	for i := range files {
		f := &files[i]
		if f.folder() {
			continue
		}
		const typeMask, regular = 0o170000, 0o100000
		special := f.attributes>>16&typeMask != 0 && f.attributes>>16&typeMask != regular
		if special {
			z.special++
		} else if !z.tally.take(total - found) {
			return total, nil
		}
		found++
		if err := b.member(f, special); err != nil {
			return total, err
		}
	}
	if rest := b.rest(); rest > 0 {
		z.tally.refuse(z.m.Path, reasonDamaged, fmt.Sprintf("holds %s without a name, which were not read; fetch it again", plural(rest, "member")))
	}
	return total, nil
}

func (f *szFile) folder() bool { return f.noStream && (!f.emptyFile || f.anti) }
