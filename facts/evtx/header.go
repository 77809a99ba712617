package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Sizes of the format.
const (
	HeaderSize = 4096  // of the header block before the first chunk, where the header does not say otherwise
	ChunkSize  = 65536 // of a chunk: chunk i begins at the header's BlockSize + i*ChunkSize
)

const (
	chunkHeader  = 512 // records begin behind it
	recordHeader = 24  // signature, size, number, time
	smallest     = 32  // no record is smaller: header, an end token, the copy of the size, all aligned to 8
)

var (
	fileMagic   = []byte("ElfFile\x00")
	chunkMagic  = []byte("ElfChnk\x00")
	recordMagic = []byte("**\x00\x00")
)

// Flags of a file or a chunk.
const (
	flagDirty = 1 // was not closed: the header may be older than the data
	flagFull  = 2
	flagNoCRC = 4 // was written without checksums
)

// FileHeader is what the header of a file says. Where Dirty is set, the file
// may hold more than its header knows.
type FileHeader struct {
	Chunks     int    // chunks in use; more may follow them, preallocated (all zero) or, in a dirty file, used
	BlockSize  int    // where the first chunk begins
	NextRecord uint64 // the number that the next record would have got
	Dirty      bool
	Full       bool
	Unsummed   bool // written without checksums
}

// IsFile reports whether a file that begins with head is an event log in this
// format. Eight bytes are enough.
func IsFile(head []byte) bool { return bytes.HasPrefix(head, fileMagic) }

// Header reads the first 128 bytes of a file. Together with an error it gives
// what can be used all the same: a BlockSize above all.
func Header(head []byte) (FileHeader, error) {
	h := FileHeader{BlockSize: HeaderSize}
	if !IsFile(head) {
		return h, errors.New("the signature ElfFile is missing")
	}
	if len(head) < 128 {
		return h, fmt.Errorf("the header has %d bytes; expected 128", len(head))
	}
	flags := binary.LittleEndian.Uint32(head[120:])
	h.Unsummed = flags&flagNoCRC != 0
	if !h.Unsummed && crc32.ChecksumIEEE(head[:120]) != binary.LittleEndian.Uint32(head[124:]) {
		return h, errors.New("the checksum of the header is wrong")
	}
	h.Dirty, h.Full = flags&flagDirty != 0, flags&flagFull != 0
	h.NextRecord = binary.LittleEndian.Uint64(head[24:])
	h.Chunks = int(binary.LittleEndian.Uint16(head[42:]))
	block := int(binary.LittleEndian.Uint16(head[40:]))
	if block < 128 {
		return h, fmt.Errorf("the size of the header block is %d; expected %d", block, HeaderSize)
	}
	h.BlockSize = block
	return h, nil
}

// chunkHead is what the header of a chunk says.
type chunkHead struct {
	sound       bool   // the checksum of the header is right, so that the rest can be believed
	unsummed    bool   // the chunk was written without checksums
	first, last uint64 // numbers of records, counted in the file
	firstID     uint64 // EventRecordID of the first record
	free        int    // end of the records, at most the length of the chunk; 0 where it is not plausible
	sumRight    bool   // the checksum of the records is right
}

func headOf(chunk []byte) chunkHead {
	var h chunkHead
	if len(chunk) < chunkHeader {
		return h
	}
	le := binary.LittleEndian
	h.unsummed = le.Uint32(chunk[120:])&flagNoCRC != 0
	sum := crc32.Update(crc32.ChecksumIEEE(chunk[:120]), crc32.IEEETable, chunk[128:chunkHeader])
	h.sound = bytes.HasPrefix(chunk, chunkMagic) && (h.unsummed || sum == le.Uint32(chunk[124:]))
	h.first, h.last, h.firstID = le.Uint64(chunk[8:]), le.Uint64(chunk[16:]), le.Uint64(chunk[24:])
	free := le.Uint32(chunk[48:])
	if free < chunkHeader || free > ChunkSize {
		h.sumRight = h.unsummed
		return h
	}
	h.free = min(int(free), len(chunk))
	h.sumRight = h.unsummed || int(free) <= len(chunk) && crc32.ChecksumIEEE(chunk[chunkHeader:free]) == le.Uint32(chunk[52:])
	return h
}

// announced is how many records the chunk says it holds, 0 where that is not
// known.
func (h *chunkHead) announced() int64 {
	if !h.sound || h.last < h.first || h.last-h.first >= ChunkSize/smallest {
		return 0
	}
	return int64(h.last - h.first + 1)
}
