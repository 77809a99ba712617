package archive

import (
	"encoding/binary"
	"errors"
)

// Property ids of 7zFormat.txt.
const (
	szEnd            = 0x00
	szHeader         = 0x01
	szArchiveProps   = 0x02
	szAdditional     = 0x03
	szMainStreams    = 0x04
	szFiles          = 0x05
	szPackInfo       = 0x06
	szUnpackInfo     = 0x07
	szSubStreams     = 0x08
	szSize           = 0x09
	szCRC            = 0x0a
	szFolders        = 0x0b
	szCodersUnpack   = 0x0c
	szNumUnpack      = 0x0d
	szEmptyStream    = 0x0e
	szEmptyFile      = 0x0f
	szAnti           = 0x10
	szNames          = 0x11
	szMTime          = 0x14
	szAttributes     = 0x15
	szEncodedHeader  = 0x17
	szSignatureLen   = 32
	szHeaderMax      = 32 << 20 // bytes of a list of members
	szFilesMax       = 1 << 20
	szCodersMax      = 8
	szCoderInputsMax = 4
)

var (
	errSzShort = errors.New("the list of members ends early")
	errSzForm  = errors.New("the list of members is malformed")
	errSzMany  = errors.New("the list of members is longer than any that is read")
)

// szDigest is a CRC that may not be there.
type szDigest struct {
	crc     uint32
	defined bool
}

// szCoder is one step of unpacking.
type szCoder struct {
	method   string // the bytes of its id
	property []byte
	inputs   int
	size     int64 // of what comes out
}

// szFolder is a block: packed streams that become one stream of members.
type szFolder struct {
	coders  []szCoder
	binds   [][2]int // an input is fed by the output of a coder
	packed  []int    // inputs that are fed by packed streams
	first   int      // number of the first packed stream
	digest  szDigest
	members []szMember
}

// szMember is the place of one member in a block.
type szMember struct {
	size   int64
	digest szDigest
}

// szStreams is where the blocks are.
type szStreams struct {
	position int64
	sizes    []int64
	folders  []szFolder
}

// szParser reads the list of members, which is all in memory. Numbers of things
// are held against the bytes that are left: each takes at least a byte.
type szParser struct {
	b   []byte
	err error
}

func (p *szParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.b = nil
}

func (p *szParser) take(n int64) []byte {
	if n < 0 || n > int64(len(p.b)) {
		p.fail(errSzShort)
		return nil
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

func (p *szParser) byte() byte {
	if b := p.take(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a number: the high bits of the first byte say how many follow.
func (p *szParser) number() int64 {
	first := p.byte()
	var v uint64
	for i, mask := 0, byte(0x80); i < 8; i, mask = i+1, mask>>1 {
		if first&mask == 0 {
			v |= uint64(first&(mask-1)) << (8 * i)
			break
		}
		v |= uint64(p.byte()) << (8 * i)
	}
	if v > 1<<62 {
		p.fail(errSzForm)
		return 0
	}
	return int64(v)
}

// count reads a number of things that are at least a byte each.
func (p *szParser) count() int {
	n := p.number()
	if n > int64(len(p.b)) {
		p.fail(errSzShort)
		return 0
	}
	return int(n)
}

func (p *szParser) bits(n int) []bool {
	b := p.take(int64(n+7) / 8)
	if b == nil {
		return nil
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = b[i/8]&(0x80>>(i%8)) != 0
	}
	return out
}

func (p *szParser) optionalBits(n int) []bool {
	if p.byte() == 0 {
		return p.bits(n)
	}
	if int64(n) > szFilesMax {
		p.fail(errSzMany)
		return nil
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

func (p *szParser) digests(n int) []szDigest {
	defined := p.optionalBits(n)
	out := make([]szDigest, len(defined))
	for i, ok := range defined {
		if ok {
			if b := p.take(4); b != nil {
				out[i] = szDigest{binary.LittleEndian.Uint32(b), true}
			}
		}
	}
	if len(out) != n {
		p.fail(errSzShort)
		return nil
	}
	return out
}

// streams reads StreamsInfo.
func (p *szParser) streams() (s szStreams) {
	id := p.byte()
	if id == szPackInfo {
		s.position = p.number()
		n := p.count()
		id = p.byte()
		if id == szSize {
			for range n {
				s.sizes = append(s.sizes, p.number())
			}
			id = p.byte()
		}
		if id == szCRC {
			p.digests(n)
			id = p.byte()
		}
		p.expect(id, szEnd)
		id = p.byte()
	}
	if id == szUnpackInfo {
		p.folders(&s)
		id = p.byte()
	}
	for i := range s.folders {
		f := &s.folders[i]
		f.members = []szMember{{size: f.size(), digest: f.digest}}
	}
	if id == szSubStreams {
		p.subStreams(&s)
		id = p.byte()
	}
	p.expect(id, szEnd)
	return s
}

func (p *szParser) expect(id, want byte) {
	if id != want {
		p.fail(errSzForm)
	}
}

func (p *szParser) folders(s *szStreams) {
	p.expect(p.byte(), szFolders)
	n := p.count()
	if p.byte() != 0 { // the folders are elsewhere: nothing writes that
		p.fail(errSzForm)
	}
	packed := 0
	for range n {
		f := p.folder()
		if p.err != nil {
			return
		}
		f.first = packed
		packed += len(f.packed)
		s.folders = append(s.folders, f)
	}
	if packed > len(s.sizes) {
		p.fail(errSzForm)
	}
	p.expect(p.byte(), szCodersUnpack)
	for i := range s.folders {
		for j := range s.folders[i].coders {
			s.folders[i].coders[j].size = p.number()
		}
	}
	id := p.byte()
	if id == szCRC {
		for i, d := range p.digests(n) {
			s.folders[i].digest = d
		}
		id = p.byte()
	}
	p.expect(id, szEnd)
}

func (p *szParser) folder() (f szFolder) {
	n := p.number()
	if n < 1 || n > szCodersMax {
		p.fail(errSzForm)
		return f
	}
	inputs := 0
	for range n {
		flags := p.byte()
		c := szCoder{method: string(p.take(int64(flags & 15))), inputs: 1}
		if flags&0x10 != 0 {
			in, out := p.number(), p.number()
			if in < 1 || in > szCoderInputsMax || out != 1 {
				p.fail(errSzForm)
				return f
			}
			c.inputs = int(in)
		}
		if flags&0x20 != 0 {
			c.property = p.take(p.number())
		}
		if flags&0xc0 != 0 {
			p.fail(errSzForm)
		}
		inputs += c.inputs
		f.coders = append(f.coders, c)
	}
	bound := make([]bool, inputs)
	for range n - 1 {
		in, out := p.number(), p.number()
		if in >= int64(inputs) || out >= n || bound[in] {
			p.fail(errSzForm)
			return f
		}
		bound[in] = true
		f.binds = append(f.binds, [2]int{int(in), int(out)})
	}
	packed := inputs - int(n) + 1
	if packed == 1 {
		for i, b := range bound {
			if !b {
				f.packed = append(f.packed, i)
			}
		}
		return f
	}
	for range packed {
		in := p.number()
		if in >= int64(inputs) {
			p.fail(errSzForm)
			return f
		}
		f.packed = append(f.packed, int(in))
	}
	return f
}

// last is the coder whose output is that of the block: no input takes it. It is
// -1 where there is none.
func (f *szFolder) last() int {
	for i := range f.coders {
		taken := false
		for _, b := range f.binds {
			taken = taken || b[1] == i
		}
		if !taken {
			return i
		}
	}
	return -1
}

func (f *szFolder) size() int64 {
	if i := f.last(); i >= 0 {
		return f.coders[i].size
	}
	return 0
}

func (p *szParser) subStreams(s *szStreams) {
	id := p.byte()
	total, unknown := 0, 0
	counts := make([]int, len(s.folders))
	for i := range s.folders {
		counts[i] = 1
		if id == szNumUnpack {
			n := p.number()
			if n > szFilesMax {
				p.fail(errSzMany)
				return
			}
			counts[i] = int(n)
		}
		if total += counts[i]; total > szFilesMax {
			p.fail(errSzMany)
			return
		}
	}
	if id == szNumUnpack {
		id = p.byte()
	}
	sized := id == szSize
	for i := range s.folders {
		f := &s.folders[i]
		f.members = make([]szMember, counts[i])
		left := f.size()
		for j := range f.members {
			size := left
			if j < len(f.members)-1 {
				if !sized {
					p.fail(errSzForm)
					return
				}
				size = p.number()
			}
			if left -= size; left < 0 || p.err != nil {
				p.fail(errSzForm)
				return
			}
			f.members[j].size = size
		}
		if counts[i] != 1 || !f.digest.defined {
			unknown += counts[i]
		} else {
			f.members[0].digest = f.digest
		}
	}
	if sized {
		id = p.byte()
	}
	if id == szCRC {
		digests := p.digests(unknown)
		for i := range s.folders {
			f := &s.folders[i]
			if len(f.members) == 1 && f.digest.defined {
				continue
			}
			for j := range f.members {
				if len(digests) == 0 {
					return
				}
				f.members[j].digest, digests = digests[0], digests[1:]
			}
		}
		id = p.byte()
	}
	p.expect(id, szEnd)
}
