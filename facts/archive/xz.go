package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader reads the container of xz (The .xz File Format, version 1.2.1):
// streams of blocks, each with a check, an index and a footer. It is ours
// because the library takes the size of each dictionary from the file and makes
// it at once; the blocks are decoded by the library.
type xzReader struct {
	w       *walk
	in      *xzInput
	flags   [2]byte
	check   func() hash.Hash
	block   *xzBlock
	index   hash.Hash64 // over the sizes of the blocks, to be compared with the index
	blocks  uint64
	started bool
	err     error
}

// xzInput counts what is read.
type xzInput struct {
	r *bufio.Reader
	n int64
}

func (x *xzInput) Read(p []byte) (int, error) {
	n, err := x.r.Read(p)
	x.n += int64(n)
	return n, err
}

func (x *xzInput) ReadByte() (byte, error) {
	c, err := x.r.ReadByte()
	if err == nil {
		x.n++
	}
	return c, err
}

// xzBlock is the block that is being read.
type xzBlock struct {
	r            io.Reader
	check        hash.Hash
	begin        int64 // of the header, in the input
	data         int64 // of the compressed data
	n            int64 // bytes out
	packed, size int64 // as the header says, or -1
	release      func()
}

var (
	errXzHeader = errors.New("the header of a stream is wrong")
	errXzBlock  = errors.New("the header of a block is wrong")
	errXzCheck  = errors.New("the checksum of a block is wrong")
	errXzIndex  = errors.New("the index does not fit the blocks")
	errXzSize   = errors.New("a block has not the size that its header says")
)

func newXzReader(w *walk, r *bufio.Reader) *xzReader {
	return &xzReader{w: w, in: &xzInput{r: r}}
}

func (x *xzReader) close() {
	if x.block != nil {
		x.block.release()
		x.block = nil
	}
}

func (x *xzReader) Read(p []byte) (int, error) {
	for x.err == nil {
		switch {
		case !x.started:
			x.err = x.header()
		case x.block == nil:
			x.err = x.open()
		default:
			n, err := x.block.r.Read(p)
			x.block.n += int64(n)
			_, _ = x.block.check.Write(p[:n])
			switch {
			case x.block.size >= 0 && x.block.n > x.block.size:
				err = errXzSize
			case errors.Is(err, io.EOF) && !errors.Is(err, ErrCut):
				err = x.shut()
			}
			x.err = err
			if n > 0 {
				return n, nil
			}
		}
	}
	return 0, x.err
}

// header reads the header of the next stream, or meets the end.
func (x *xzReader) header() error {
	var h [12]byte
	for {
		n, err := io.ReadFull(x.in, h[:4])
		if n == 0 && errors.Is(err, io.EOF) && x.in.n > 0 {
			return io.EOF
		}
		if err != nil {
			return truncated(err)
		}
		if x.in.n == 4 || h[0] != 0 || h[1] != 0 || h[2] != 0 || h[3] != 0 {
			break // no padding between streams
		}
	}
	if _, err := io.ReadFull(x.in, h[4:]); err != nil {
		return truncated(err)
	}
	if string(h[:6]) != "\xfd7zXZ\x00" || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) || h[6] != 0 || h[7] > 15 {
		return errXzHeader
	}
	x.flags = [2]byte{h[6], h[7]}
	switch h[7] {
	case 0:
		x.check = func() hash.Hash { return noCheck{} }
	case 1:
		x.check = func() hash.Hash { return crc32.NewIEEE() }
	case 4:
		x.check = func() hash.Hash { return crc64.New(crc64.MakeTable(crc64.ECMA)) }
	case 10:
		x.check = sha256.New
	default:
		return &cut{reason: reasonUnsupported, text: fmt.Sprintf("has checksums of the unknown type %d; unpack it and give its files", h[7])}
	}
	x.index, x.blocks, x.started = crc64.New(crc64.MakeTable(crc64.ISO)), 0, true
	return nil
}

// noCheck is the check of a file without checksums.
type noCheck struct{}

func (noCheck) Write(p []byte) (int, error) { return len(p), nil }
func (noCheck) Sum(b []byte) []byte         { return b }
func (noCheck) Reset()                      {}
func (noCheck) Size() int                   { return 0 }
func (noCheck) BlockSize() int              { return 1 }

// open reads the header of the next block, or the index.
func (x *xzReader) open() error {
	b := &xzBlock{begin: x.in.n, packed: -1, size: -1}
	length, err := x.in.ReadByte()
	if err != nil {
		return truncated(err)
	}
	if length == 0 {
		x.started = false
		return x.tail(b.begin)
	}
	h := make([]byte, (int(length)+1)*4)
	h[0] = length
	if _, err := io.ReadFull(x.in, h[1:]); err != nil {
		return truncated(err)
	}
	body := h[:len(h)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(h[len(body):]) || body[1]&0x3c != 0 {
		return errXzBlock
	}
	r := bytes.NewReader(body[2:])
	if body[1]&0x40 != 0 {
		if b.packed, err = xzNumber(r); err != nil {
			return errXzBlock
		}
	}
	if body[1]&0x80 != 0 {
		if b.size, err = xzNumber(r); err != nil {
			return errXzBlock
		}
	}
	id, errID := xzNumber(r)
	length64, errLen := xzNumber(r)
	if errID != nil || errLen != nil {
		return errXzBlock
	}
	if body[1]&3 != 0 || id != 0x21 {
		return &cut{reason: reasonUnsupported, text: "uses a filter of xz that is not read; unpack it and give its files"}
	}
	dict, err := r.ReadByte()
	if length64 != 1 || err != nil || dict > 40 {
		return errXzBlock
	}
	b.check, b.data = x.check(), x.in.n
	if b.r, b.release, err = x.w.lzma2(x.in, dict, b.size); err != nil {
		return err
	}
	x.block = b
	return nil
}

// lzma2 returns a decoder with a dictionary of the size that the byte of
// properties says, or of the content where that is smaller.
func (w *walk) lzma2(r io.Reader, property byte, size int64) (io.Reader, func(), error) {
	dict := int64(1)<<32 - 1
	if property < 40 {
		dict = int64(2|property&1) << (property/2 + 11)
	}
	if size >= 0 {
		dict = min(dict, size)
	}
	dict = max(dict, lzma.MinDictCap)
	release, refused := w.reserve(dict)
	if refused != nil {
		return nil, nil, refused
	}
	z, err := lzma.Reader2Config{DictCap: int(dict)}.NewReader2(r)
	if err != nil {
		release()
		return nil, nil, err
	}
	return z, release, nil
}

// shut checks a block at its end.
func (x *xzReader) shut() error {
	b := x.block
	x.close()
	packed := x.in.n - b.data
	if b.size >= 0 && b.n != b.size || b.packed >= 0 && packed != b.packed {
		return errXzSize
	}
	rest := make([]byte, int(-packed&3)+x.checkSize())
	if _, err := io.ReadFull(x.in, rest); err != nil {
		return truncated(err)
	}
	pad := rest[:-packed&3]
	if len(bytes.Trim(pad, "\x00")) != 0 {
		return errXzBlock
	}
	sum := b.check.Sum(nil)
	if x.flags[1] == 1 || x.flags[1] == 4 { // the sums of crc32 and crc64 are big-endian in Go
		for i, j := 0, len(sum)-1; i < j; i, j = i+1, j-1 {
			sum[i], sum[j] = sum[j], sum[i]
		}
	}
	if !bytes.Equal(sum, rest[len(pad):]) {
		return errXzCheck
	}
	x.record(x.in.n-b.begin-int64(len(pad)), b.n)
	x.blocks++
	return nil
}

func (x *xzReader) checkSize() int { return x.check().Size() }

func (x *xzReader) record(unpadded, size int64) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], uint64(unpadded))
	binary.LittleEndian.PutUint64(b[8:], uint64(size))
	_, _ = x.index.Write(b[:])
}

// tail reads the index and the footer behind the blocks.
func (x *xzReader) tail(begin int64) error {
	sum := crc32.NewIEEE()
	_, _ = sum.Write([]byte{0})
	r := &teeBytes{r: x.in, h: sum}
	want, blocks := x.index.Sum64(), x.blocks
	x.index.Reset()
	count, err := xzNumber(r)
	if err != nil {
		return err
	}
	if uint64(count) != blocks {
		return errXzIndex
	}
	for range blocks {
		unpadded, err := xzNumber(r)
		if err != nil {
			return err
		}
		size, err := xzNumber(r)
		if err != nil {
			return err
		}
		x.record(unpadded, size)
	}
	if x.index.Sum64() != want {
		return errXzIndex
	}
	for (x.in.n-begin)&3 != 0 {
		if c, err := r.ReadByte(); err != nil {
			return truncated(err)
		} else if c != 0 {
			return errXzIndex
		}
	}
	expect := sum.Sum32()
	var f [16]byte // the CRC of the index and the footer
	if _, err := io.ReadFull(x.in, f[:]); err != nil {
		return truncated(err)
	}
	size := (int64(binary.LittleEndian.Uint32(f[8:])) + 1) * 4
	if binary.LittleEndian.Uint32(f[:]) != expect || crc32.ChecksumIEEE(f[8:14]) != binary.LittleEndian.Uint32(f[4:]) ||
		size != x.in.n-12-begin || [2]byte(f[12:14]) != x.flags || string(f[14:]) != "YZ" {
		return errXzIndex
	}
	return nil
}

type teeBytes struct {
	r io.ByteReader
	h hash.Hash
}

func (t *teeBytes) ReadByte() (byte, error) {
	c, err := t.r.ReadByte()
	if err == nil {
		_, _ = t.h.Write([]byte{c})
	}
	return c, err
}

// xzNumber reads a number of up to 63 bits, seven a byte, the lowest first.
func xzNumber(r io.ByteReader) (int64, error) {
	var v int64
	for shift := 0; shift < 63; shift += 7 {
		c, err := r.ReadByte()
		if err != nil {
			return 0, truncated(err)
		}
		v |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			if c == 0 && shift > 0 {
				break // not the shortest form
			}
			return v, nil
		}
	}
	return 0, errors.New("a number is wrong")
}
