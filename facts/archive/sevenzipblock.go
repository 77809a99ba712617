package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/ulikunitz/xz/lzma"
)

// szBlock goes through the blocks of an archive, member by member.
type szBlock struct {
	z       *szWalk
	streams *szStreams
	next    int // number of the block behind the open one
	folder  *szFolder
	i       int     // member of the open block that comes next
	s       *stream // the unpacked block, nil if it could not be opened
	err     error   // why not
	release func()
}

// advance opens the block of the next member. It reports false if there are no
// more members.
func (b *szBlock) advance() bool {
	for b.folder == nil || b.i >= len(b.folder.members) {
		b.close()
		if b.next >= len(b.streams.folders) {
			return false
		}
		b.folder, b.i = &b.streams.folders[b.next], 0
		b.next++
		if len(b.folder.members) > 0 {
			b.s, b.release, b.err = b.z.open(b.streams, b.folder)
		}
	}
	return true
}

func (b *szBlock) close() {
	if b.s != nil {
		b.z.tally.finish(b.s)
		b.z.tally.finish(b.s.below)
		b.release()
	}
	b.folder, b.s, b.err = nil, nil, nil
}

// rest counts the members that no file of the list has taken.
func (b *szBlock) rest() int {
	n := 0
	if b.folder != nil {
		n = len(b.folder.members) - b.i
	}
	for _, f := range b.streams.folders[min(b.next, len(b.streams.folders)):] {
		n += len(f.members)
	}
	return n
}

// member visits one file, or goes past it.
func (b *szBlock) member(f *szFile, skip bool) error {
	z := b.z
	path := inside(z.m.Path, f.name)
	m := Member{Path: path, Modified: filetime(f.mtime)}
	if f.noStream {
		if skip {
			return nil
		}
		return z.w.visit(m, z.depth+1, &stream{w: z.w, path: path, r: bytes.NewReader(nil), want: 0})
	}
	if !b.advance() {
		z.tally.refuse(path, reasonDamaged, "has no content in the archive; fetch the archive again")
		return nil
	}
	part := b.folder.members[b.i]
	b.i++
	if b.err != nil {
		b.refuse(path)
		return nil
	}
	sum := crc32.NewIEEE()
	s := &stream{w: z.w, path: path, r: io.LimitReader(b.s, part.size), below: b.s, want: part.size, watch: sum}
	s.verify = func() *cut {
		if !part.digest.defined || sum.Sum32() == part.digest.crc {
			return nil
		}
		return &cut{reason: reasonDamaged, text: "is damaged: its checksum is wrong; fetch the archive again"}
	}
	if !skip {
		if b.s.cut != nil {
			z.tally.refuse(path, b.s.cut.reason, "was not read: it comes behind the place where its block ends early; fetch the archive again")
			return nil
		}
		m.Size = part.size
		err := z.w.visit(m, z.depth+1, s)
		if err != nil {
			z.tally.finish(s)
			return err
		}
	}
	if b.i < len(b.folder.members) {
		drain(s)
	}
	z.tally.finish(s)
	return nil
}

func (b *szBlock) refuse(path string) {
	var c *cut
	if errors.As(b.err, &c) {
		b.z.tally.refuse(path, c.reason, c.text)
		return
	}
	b.z.tally.refuse(path, reasonDamaged, fmt.Sprintf("was not read: %v; fetch the archive again", b.err))
}

var errSzCoders = errors.New("its way of packing makes no sense")

// open returns the unpacked content of a block.
func (z *szWalk) open(streams *szStreams, f *szFolder) (s *stream, release func(), err error) {
	for _, c := range f.coders {
		if c.method == "\x06\xf1\x07\x01" {
			return nil, nil, &cut{reason: reasonEncrypted, text: "is encrypted; unpack it with its password and give its files"}
		}
		if c.inputs != 1 {
			return nil, nil, szUnsupported(c.method)
		}
	}
	if len(f.packed) != 1 || f.first >= len(streams.sizes) {
		return nil, nil, errSzCoders
	}
	at := streams.position
	for _, n := range streams.sizes[:f.first] {
		if at += n; at < 0 || at > z.h.size {
			return nil, nil, errSzCoders
		}
	}
	size := streams.sizes[f.first]
	if at > z.h.size-szSignatureLen || size > z.h.size-szSignatureLen-at {
		return nil, nil, &cut{reason: reasonTruncated, text: "was not read: its content is not in the file; fetch the archive again"}
	}
	raw := &stream{w: z.w, path: z.m.Path, r: io.NewSectionReader(z.h.r, szSignatureLen+at, size), origin: true, want: size}
	s = &stream{w: z.w, path: z.m.Path, below: raw, charge: whole, want: f.size()}
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	var r io.Reader = bufio.NewReaderSize(raw, bufferSize)
	coder := f.packed[0] // with one input each, inputs have the numbers of their coders
	for range f.coders {
		c := &f.coders[coder]
		next, done, err := z.coder(c, r, raw)
		if err != nil {
			release()
			return nil, nil, err
		}
		releases = append(releases, done)
		r = io.LimitReader(next, c.size)
		last := true
		for _, bind := range f.binds {
			if bind[1] == coder {
				coder, last = bind[0], false
				break
			}
		}
		if last {
			break
		}
	}
	s.r = r
	return s, release, nil
}

func szUnsupported(method string) *cut {
	name := map[string]string{
		"\x03\x04\x01": "PPMd", "\x03\x03\x01\x1b": "BCJ2", "\x04\x01\x09": "Deflate64", "\x0a": "ARM64", "\x04\xf7\x11\x02": "Brotli", "\x04\xf7\x11\x04": "LZ4",
	}[method]
	if name == "" {
		name = fmt.Sprintf("%x", method)
	}
	return &cut{reason: reasonUnsupported, text: "is packed with the method " + name + ", which is not read; unpack it and give its files"}
}

// coder returns what comes out of one step.
func (z *szWalk) coder(c *szCoder, r io.Reader, raw *stream) (out io.Reader, release func(), err error) {
	release = func() {}
	switch c.method {
	case "\x00":
		return r, release, nil
	case "\x21":
		if len(c.property) != 1 || c.property[0] > 40 {
			return nil, nil, errSzCoders
		}
		return z.w.lzma2(r, c.property[0], c.size)
	case "\x03\x01\x01":
		return z.lzma(c, r)
	case "\x04\x01\x08":
		return flate.NewReader(r), release, nil
	case "\x04\x02\x02":
		return bzip2.NewReader(r), release, nil
	case "\x04\xf7\x11\x01":
		return z.w.zstd(r, raw.peek(headLen))
	case "\x03":
		if len(c.property) != 1 {
			return nil, nil, errSzCoders
		}
		return &deltaReader{r: r, distance: int(c.property[0]) + 1}, release, nil
	case "\x03\x03\x01\x03":
		return &bcjReader{r: r}, release, nil
	}
	return nil, nil, szUnsupported(c.method)
}

func (z *szWalk) lzma(c *szCoder, r io.Reader) (io.Reader, func(), error) {
	if len(c.property) != 5 {
		return nil, nil, errSzCoders
	}
	dict := max(min(int64(binary.LittleEndian.Uint32(c.property[1:])), c.size), lzma.MinDictCap)
	release, refused := z.w.reserve(dict)
	if refused != nil {
		return nil, nil, refused
	}
	head := binary.LittleEndian.AppendUint32([]byte{c.property[0]}, uint32(dict))
	head = binary.LittleEndian.AppendUint64(head, uint64(c.size))
	d, err := lzma.NewReader(&afterHead{head: head, r: bufio.NewReaderSize(r, bufferSize)})
	if err != nil {
		release()
		return nil, nil, err
	}
	return d, release, nil
}

// afterHead puts a header in front of a stream, and stays a byte reader: the
// library would read single bytes through Read otherwise.
type afterHead struct {
	head []byte
	r    *bufio.Reader
}

func (a *afterHead) Read(p []byte) (int, error) {
	if len(a.head) > 0 {
		n := copy(p, a.head)
		a.head = a.head[n:]
		return n, nil
	}
	return a.r.Read(p)
}

func (a *afterHead) ReadByte() (byte, error) {
	if len(a.head) > 0 {
		c := a.head[0]
		a.head = a.head[1:]
		return c, nil
	}
	return a.r.ReadByte()
}
